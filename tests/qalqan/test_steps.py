"""From the configuration to what each room is given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qalqan.config import AllowedOriginSection, Config, ConsoleSection, CrawlSection, EgressSection, SourceSection
from qalqan.steps import console_settings, crawl_plan, import_step, screen_settings

SOURCE = SourceSection(
    connector="meta_library", countries=("AZ", "KZ"), queries=("SOCAR",), base_url="http://adlibrary.example"
)


def config(tmp_path: Path) -> Config:
    return Config(
        data_dir=tmp_path,
        crawl=CrawlSection(name="c", legal_decision="yes"),
        egress=EgressSection(
            allow=(AllowedOriginSection(host="adlibrary.example", port=80, connect="127.0.0.1:18700"),),
            max_response_mb=3,
        ),
        source=(SOURCE,),
    )


def test_sources_and_egress_limits_reach_the_crawl(tmp_path: Path) -> None:
    plan = crawl_plan(config(tmp_path))
    assert [(part.countries, part.queries) for part in plan.sources] == [(("AZ", "KZ"), ("SOCAR",))]
    assert plan.egress.max_response_bytes == 3 * 2**20
    assert plan.egress.allow[0].connect == "127.0.0.1:18700"
    assert plan.legal_decision == "yes"


def test_nothing_to_crawl_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="names no"):
        crawl_plan(replace(config(tmp_path), source=()))


def test_screening_reads_what_the_crawl_wrote(tmp_path: Path) -> None:
    settings = screen_settings(config(tmp_path))
    assert settings.crawl_dir == tmp_path / "crawls" / "c"
    assert (settings.now.hour, settings.now.utcoffset()) == (0, settings.now.tzinfo.utcoffset(None))  # type: ignore[union-attr]


def test_the_console_shows_this_configuration(tmp_path: Path) -> None:
    assert console_settings(config(tmp_path)).database_url.endswith("console.sqlite3")
    behind = ConsoleSection(origin="https://console.example", media_origin="https://media.example")
    settings = console_settings(replace(config(tmp_path), console=behind))
    assert (settings.origin, settings.media_origin) == ("https://console.example", "https://media.example")


def test_patterns_are_expanded_and_empty_ones_named(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4", "c.jpg"):
        (tmp_path / name).write_bytes(name.encode())
    assert len(import_step(config(tmp_path), [str(tmp_path / "*.mp4")])) == 2
    with pytest.raises(FileNotFoundError, match="no file matches"):
        import_step(config(tmp_path), [str(tmp_path / "*.webm")])
