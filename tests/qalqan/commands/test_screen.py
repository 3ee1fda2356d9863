"""``qalqan screen`` with a person's own media, and every way to call it wrongly."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qalqan.demo.protected import BRANDS_TOML
from tests.media import portrait, write_picture
from watchlist.brands import import_brands

QALQAN = str(Path(sys.executable).with_name("qalqan"))

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def screen(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [QALQAN, "screen", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env={**os.environ, "COLUMNS": "200"})


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "brands.toml").write_text(BRANDS_TOML)
    import_brands(tmp_path / "watchlist", tmp_path / "brands.toml", by="officer", now=NOW)
    write_picture(tmp_path / "media" / "stranger.png", portrait("hopper"))
    (tmp_path / "media" / "stranger.txt").write_text(
        "Gündə 300 AZN qazanc zəmanətlidir! SOCAR. İlk depozit 250 AZN, qeydiyyatdan keçin."
    )
    (tmp_path / "media" / "empty.mp4").write_bytes(b"")
    return tmp_path


def test_every_file_is_in_the_table_and_what_failed_below_it(here: Path) -> None:
    done = screen(here, "media/", "--watchlist", "watchlist")
    assert done.returncode == 3, done.stderr
    row = next(line for line in done.stdout.splitlines() if "stranger.png" in line)
    assert "FLAGGED" in row
    assert "the file is empty" in done.stdout
    assert (here / "qalqan-data" / "screens" / "own-media" / "candidates.parquet").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ([], 2, "name either media"),
        (["media/", "--config", "x.toml", "--watchlist", "watchlist"], 2, "and not both"),
        (["media/"], 2, "whom should we look for"),
        (["media/", "--watchlist", "watchlist", "--crawl", "x"], 2, "goes with --config"),
        (["media/", "--watchlist", "watchlist", "--fusion", "none.json"], 1, "none.json"),
        (["media/", "--watchlist", "nobody"], 1, "nobody"),
        (["nowhere/", "--watchlist", "watchlist"], 1, "there is no file or folder nowhere"),
        (["*.webm", "--watchlist", "watchlist"], 1, "no file matches"),
        (["media/", "--watchlist", "watchlist", "--pack", "closed"], 1, "closed"),
        (["media/", "--watchlist", "watchlist", "--network", "media"], 1, "media/detector.toml"),
        (["media/", "--watchlist", "watchlist", "--runner=NonsenseRunner"], 1, "NonsenseRunner"),
    ],
)
def test_wrong_calls_are_told_in_one_sentence(here: Path, arguments: list[str], code: int, sentence: str) -> None:
    done = screen(here, *arguments)
    assert done.returncode == code, done.stderr
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
