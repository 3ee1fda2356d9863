"""The draft states what is set and recorded, and leaves open what only people can answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from detectors.network_manifest import read_manifest
from embeddings.records import CREATIVE_SCHEMA
from embeddings.transcription import speech_model
from evidence.deletions import Deletions
from evidence.tables import write_records
from qalqan.config import (
    Config,
    CrawlSection,
    DetectorsSection,
    RetentionSection,
    ScreenSection,
    SourceSection,
    WatchlistSection,
)
from qalqan.dpia import CLASSES, draft, write
from tests.detectors.tiny_networks import make_onnx_sound
from tests.embeddings.tiny_speech import make_speech_model
from tests.factories import PACK, make_creative
from tests.triage.small_screen import write_watchlist
from watchlist.calibration import fit
from watchlist.generations import Change
from watchlist.records import Modality
from watchlist.store import change, read

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        data_dir=tmp_path,
        crawl=CrawlSection(name="daily", legal_decision="Order 7 | signed", landing=False),
        source=(SourceSection(connector="meta_library", queries=("SOCAR",)),),
        watchlist=WatchlistSection(directory=tmp_path / "watchlist"),
        retention=RetentionSection(unflagged_days=11, confirmed_days=0),
    )


def test_an_empty_house_is_described_as_empty(config: Config) -> None:
    text = draft(replace(config, source=(), crawl=CrawlSection()), config_name="crawl.toml", now=NOW)
    assert "only media that somebody imports" in text
    assert "▢ none is recorded" in text
    assert "0 in the watchlist" in text
    assert "nothing has been screened yet" in text
    assert "| captures of ads that were screened and not flagged | 11 days |" in text
    assert text.count("▢") >= 10


def test_what_is_set_and_recorded_is_in_it(config: Config) -> None:
    write_watchlist(config.watchlist.directory)
    creatives = [make_creative(sandbox="landlock+rlimits")]
    write_records(config.data_dir / "screens" / "daily" / "creatives.parquet", creatives, CREATIVE_SCHEMA)
    Deletions(config.data_dir).note(what="analysis", name="x", rule="y", at=NOW)
    text = draft(config, config_name="crawl.toml", now=NOW)
    assert "- `meta_library`: SOCAR" in text
    assert "Order 7 / signed" in text
    assert "are not captured" in text
    assert "landlock+rlimits (creatives: 1)" in text
    assert "| captures of ads that were screened and not flagged | 11 days |" in text
    assert "from the decision | until somebody deletes it by hand |" in text
    assert "Deletions on record so far: 1." in text
    assert "said why they ask; questions of that kind on record: 0 (`disclosures.jsonl`" in text
    enrolled = read(config.watchlist.directory).enrolments
    assert enrolled
    for enrolment in enrolled:
        assert f"| {enrolment.person_id} |" in text
        assert enrolment.legal_basis in text
    assert config.data_dir.as_posix() not in text


def test_everything_that_examines_ads_is_stated_as_it_is_configured(config: Config, tmp_path: Path) -> None:
    plain = draft(config, config_name="c", now=NOW)
    for words in (
        "(2000 at most by [watchlist] cap",
        "no model is configured",
        "nothing was fitted",
        "registrations in no file",
    ):
        assert words in plain
    assert "Further network" not in plain
    assert "as a telephone" not in plain
    seen = replace(config, crawl=replace(config.crawl, landing=True))
    assert "once more as a telephone" in draft(seen, config_name="crawl.toml", now=NOW)
    assert "What is written in their pictures and on their landing pages is" in plain
    (tmp_path / "network").mkdir()
    detectors = DetectorsSection(
        networks=(make_onnx_sound(tmp_path / "network"),),
        feeds=(tmp_path / "warned.txt",),
        registrations=tmp_path / "rdap.jsonl",
    )
    speech = make_speech_model(tmp_path / "speech")
    configured = replace(
        config,
        watchlist=replace(config.watchlist, cap=7),
        screen=ScreenSection(speech=speech),
        detectors=detectors,
    )
    text = draft(configured, config_name="c", now=NOW)
    assert "(7 at most by [watchlist] cap" in text
    assert "cap of 7" in text
    assert f"written down by {speech_model(speech).label} (az, ru" in text
    assert f"Further network that examines media: {read_manifest(tmp_path / 'network').label}: " in text
    assert "warned.txt; registrations in rdap.jsonl" in text
    assert config.data_dir.as_posix() not in text
    write_watchlist(config.watchlist.directory)
    assert "more than the cap" not in draft(configured, config_name="c", now=NOW)


def test_every_class_of_retention_has_words() -> None:
    assert CLASSES.keys() == set(RetentionSection.__dataclass_fields__)


def test_what_somebody_filled_in_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "law" / "dpia.md"
    write("draft", path)
    with pytest.raises(FileExistsError, match="may have been filled in"):
        write("again", path)
    assert path.read_text() == "draft"


def test_words_from_outside_cannot_break_the_table(config: Config) -> None:
    text = draft(
        replace(config, crawl=replace(config.crawl, legal_decision="a\n\n# Title | <b>")), config_name="c", now=NOW
    )
    assert "a # Title / ‹b›" in text


def test_a_calibration_is_stated_with_what_it_was_fitted_on(config: Config) -> None:
    assert "Calibration on this population: none" in draft(config, config_name="c", now=NOW)
    write_watchlist(config.watchlist.directory)
    fitted = fit(
        [0.7, 0.8, 0.9], [0.1, 0.2, 0.3], modality=Modality.FACE, pack=PACK, people=3, source="staff | volunteers"
    )
    change(
        config.watchlist.directory,
        lambda stored: replace(stored, calibrations=(fitted,)),
        record=Change(at=NOW, by="officer", action="calibrate", subject="face", detail=""),
    )
    text = draft(config, config_name="c", now=NOW)
    assert f"face of {PACK} on staff / volunteers (3 people, 3 mated and 3 non-mated comparisons" in text
