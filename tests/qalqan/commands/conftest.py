"""For the commands: a small real crawl, the demo's channel on loopback, without media, with a watchlist of brands; and folders of
people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qalqan.demo.protected import BRANDS_TOML, HOSTS
from qalqan.demo.server import DemoServer
from tests.watchlist import portraits
from watchlist.brands import import_brands

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def channel_config(tmp_path: Path) -> Iterator[Path]:
    """A configuration that crawls one Telegram channel; its server runs while the test does."""
    (tmp_path / "media").mkdir()
    (tmp_path / "brands.toml").write_text(BRANDS_TOML)
    import_brands(tmp_path / "watchlist", tmp_path / "brands.toml", by="officer", now=NOW)
    with DemoServer(tmp_path / "media") as server:
        pins = "".join(
            f'[[egress.allow]]\nhost = "{host}"\nport = 80\nconnect = "127.0.0.1:{server.port}"\n' for host in HOSTS
        )
        config = tmp_path / "channel.toml"
        config.write_text(
            f"""data_dir = "run"
[crawl]
name = "channel"
legal_decision = "our own server on loopback"
landing = false
delay_s = 0.01
{pins}
[[source]]
connector = "telegram_preview"
base_url = "http://tg.example"
channels = ["qazanc_demo", "nobody_here"]
[watchlist]
directory = "watchlist"
"""
        )
        yield config


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people, a folder each with two pictures."""
    folder = tmp_path_factory.mktemp("people")
    for who, picture in (("Eileen", portraits.astronaut()), ("Grace", portraits.hopper()[:400, 60:460])):
        (folder / who).mkdir()
        portraits.write_picture(folder / who / "1.png", picture)
        portraits.write_picture(folder / who / "2.png", portraits.darker(picture))
    return folder
