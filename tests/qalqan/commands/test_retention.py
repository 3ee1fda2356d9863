"""The command says what it deletes, or would delete."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from evidence.journal import Journal
from evidence.store import EvidenceStore
from evidence.tables import write_records
from pipelines.records import ASSESSMENT_SCHEMA, CANDIDATE_SCHEMA
from qalqan.main import app
from tests.factories import AT, make_ad, make_assessment


def test_it_says_what_it_would_delete_then_deletes_it(tmp_path: Path) -> None:
    config = tmp_path / "crawl.toml"
    config.write_text('data_dir = "data"\n[crawl]\nname = "old"\n[retention]\nunflagged_days = 1\n')
    data, store = tmp_path / "data", EvidenceStore(str(tmp_path / "data" / "evidence"))
    with Journal(data / "crawls" / "old", store, clock=lambda: AT) as journal, journal.entry("a") as entry:
        ad = make_ad(raw=entry.put(b"page", media_type="text/html"))
        entry.add(ad)
    assert "1 ads were never screened" in run(config)
    write_records(
        data / "screens" / "old" / "assessments.parquet", [make_assessment(ad_id=ad.ad_id)], ASSESSMENT_SCHEMA
    )
    write_records(data / "screens" / "old" / "candidates.parquet", [], CANDIDATE_SCHEMA)
    assert "1 × blob would be deleted (captures of ads that were not flagged: 1 days)" in run(config, "--dry-run")
    assert store.has(ad.raw.sha256)
    assert "1 × blob deleted" in run(config)
    assert not store.has(ad.raw.sha256)
    assert "Nothing has been kept for longer" in run(config)


def test_days_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    config = tmp_path / "crawl.toml"
    config.write_text("[retention]\nunflagged_days = -1\n")
    done = CliRunner().invoke(app, ["retention", "run", "--config", str(config)])
    assert done.exit_code != 0
    assert "[retention] unflagged_days is -1" in str(done.exception)


def run(config: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["retention", "run", "--config", str(config), *words])
    assert done.exit_code == 0, done.output
    return done.output
