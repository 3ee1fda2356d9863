"""What the demo hands to the ordinary commands: configuration, people, brands."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

from qalqan.config import load_config
from qalqan.demo.ads import WATCH_PAGES
from qalqan.demo.advert import QUERIES
from qalqan.demo.protected import BRANDS_TOML, HOSTS, config_toml, people
from watchlist.brands import read_brands

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_the_configuration_is_an_ordinary_one(tmp_path: Path) -> None:
    path = tmp_path / "demo.toml"
    path.write_text(config_toml(port=18_700), encoding="utf-8")
    config = load_config(path, now=NOW)
    assert [source.connector for source in config.source] == ["meta_library", "telegram_preview", "video_page"]
    assert config.source[0].queries == QUERIES
    assert config.source[2].urls == tuple(ad.source_ad_id for ad in WATCH_PAGES)
    assert config.watchlist.directory == tmp_path / "run" / "watchlist"


def test_only_the_demos_hosts_are_pinned_to_loopback() -> None:
    allowed = tomllib.loads(config_toml(port=18_700))["egress"]["allow"]
    assert [entry["host"] for entry in allowed] == list(HOSTS)
    assert {(entry["port"], entry["connect"]) for entry in allowed} == {(80, "127.0.0.1:18700")}
    assert not {"lead-api.example", "pay-gate.example", "127.0.0.1"} & set(HOSTS)


def test_the_brands_can_be_imported(tmp_path: Path) -> None:
    path = tmp_path / "brands.toml"
    path.write_text(BRANDS_TOML, encoding="utf-8")
    brands = {brand.brand_id: brand for brand in read_brands(path)}
    assert set(brands) == {"socar", "kapital-bank", "xezer-demo-bank", "kazmunaygas"}
    assert brands["xezer-demo-bank"].official_domains == ("xezer-demo-bank.example",)


def test_people_have_basis_purpose_expiry_and_two_approvers() -> None:
    for person in people(now=NOW):
        approvers = person["approvers"]
        assert isinstance(approvers, list)
        assert len({*approvers, person["requested_by"]}) == 3
        assert person["legal_basis"]
        assert person["purpose"]
        assert datetime.fromisoformat(str(person["expires"])) > NOW
        assert isinstance(person["images"], list)
        assert len(person["images"]) >= 3
        assert person["audio"]
        assert person["footage"]
