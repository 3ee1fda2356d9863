"""The configuration file: what it says, and one sentence for everything that it must not say."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.plan import SecondVisit
from qalqan.config import (
    AllowedOriginSection,
    Config,
    ConsoleSection,
    CrawlSection,
    DetectorsSection,
    EgressSection,
    RetentionSection,
    ScreenSection,
    SourceSection,
    WatchlistSection,
    load_config,
)
from qalqan.errors import ConfigInvalid
from qalqan.steps import crawl_plan

NOW = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)
WHOLE = """
data_dir = "run"
[crawl]
name = "daily-{date}"
legal_decision = "decided by the legal office on 1 October"
[egress]
max_response_mb = 10
[[egress.allow]]
host = "adlibrary.example"
port = 80
connect = "127.0.0.1:18700"
[[source]]
connector = "meta_library"
countries = ["AZ", "KZ"]
queries = ["SOCAR"]
[[source]]
connector = "telegram_preview"
channels = ["qazanc_demo"]
[watchlist]
directory = "people"
[screen]
speech = "models/whisper"
[detectors]
networks = ["networks/a", "/srv/b"]
feeds = ["lists/cert.txt"]
registrations = "rdap.jsonl"
fusion = "fusion.json"
[console]
port = 0
"""


def load(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "crawl.toml"
    path.write_text(text)
    return load_config(path, now=NOW)


def test_a_whole_configuration(tmp_path: Path) -> None:
    config = load(tmp_path, WHOLE)
    assert config.data_dir == tmp_path / "run"
    assert config.watchlist.directory == tmp_path / "people"
    assert config.crawl_dir == tmp_path / "run" / "crawls" / "daily-2026-11-01"
    assert config.egress.allow[0].connect == "127.0.0.1:18700"
    assert [source.asked for source in config.source] == [("SOCAR",), ("qazanc_demo",)]
    assert (config.screen.pack, config.screen.speech) == ("open", tmp_path / "models" / "whisper")
    assert config.console.port == 0
    assert config.detectors.networks == (tmp_path / "networks" / "a", Path("/srv/b"))
    assert config.detectors.feeds == (tmp_path / "lists" / "cert.txt",)
    assert config.detectors.registrations == tmp_path / "rdap.jsonl"
    assert config.detectors.fusion == tmp_path / "fusion.json"


def test_the_example_of_the_readme_is_valid(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    example = readme.split("```toml\n")[1].split("```")[0]
    assert load(tmp_path, example).source[0].queries == ("SOCAR", "Kapital Bank")


def test_the_readme_lists_every_option() -> None:
    listed = (Path(__file__).parents[2] / "README.md").read_text().split("## Configuration\n")[1].split("\n## ")[0]
    sections = (CrawlSection, SourceSection, EgressSection, AllowedOriginSection, WatchlistSection, ScreenSection)
    further = (DetectorsSection, ConsoleSection, RetentionSection)
    options = {option.name for one in (*sections, *further) for option in fields(one)} - {"allow"}
    assert {name for name in options if f"`{name}`" not in listed} == set()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("[crawl]", "[crawl]\nlanding_page = true"), "landing_page"),
        (("[crawl]", '[crawl]\nsecond_visit = "sometimes"'), "crawl.second_visit"),
        (("meta_library", "meta_libary"), "there is no connector 'meta_libary'; known are"),
        (('queries = ["SOCAR"]', ""), "has no queries, channels or urls"),
        (('legal_decision = "decided by the legal office on 1 October"', ""), "legal_decision is empty"),
        (("port = 0", 'port = "many"'), "console"),
        (("port = 0", 'origin = "https://a.example/x"'), "is no origin"),
        (("port = 0", 'origin = "https://a.example"'), "go together"),
        (("data_dir =", "data_dir"), "is not valid TOML"),
        (('queries = ["SOCAR"]', 'queries = "SOCAR"'), "source[0].queries"),
        (('["networks/a", "/srv/b"]', '"networks/a"'), "detectors.networks"),
        (('"/srv/b"]', "3]"), "detectors.networks"),
        (("networks =", "network ="), "network"),
        (("daily-{date}", "../elsewhere"), "names a folder"),
    ],
)
def test_what_it_must_not_say(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load(tmp_path, WHOLE.replace(*change))
    assert sentence in str(caught.value)
    assert "crawl.toml" in str(caught.value)


def test_which_pages_are_visited_twice(tmp_path: Path) -> None:
    assert load(tmp_path, WHOLE).crawl.second_visit is SecondVisit.MARKED
    for choice in SecondVisit:
        text = WHOLE.replace("[crawl]", f'[crawl]\nsecond_visit = "{choice}"')
        assert crawl_plan(load(tmp_path, text)).second_visit is choice


def test_the_cap_of_the_watchlist_is_read_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "crawl.toml"
    path.write_text("[watchlist]\ncap = 12\n")
    assert load_config(path, now=NOW).watchlist == WatchlistSection(directory=tmp_path / "data/watchlist", cap=12)
    path.write_text("[watchlist]\ncap = 0\n")
    with pytest.raises(ConfigInvalid, match="cap is 0; state how many"):
        load_config(path, now=NOW)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no configuration file"):
        load_config(tmp_path / "none.toml", now=NOW)
