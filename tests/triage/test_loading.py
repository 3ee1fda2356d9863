"""Loading is idempotent, keeps decisions, and says what is missing."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evidence.records import AD_SCHEMA
from evidence.tables import write_records
from pipelines.records import CANDIDATE_SCHEMA
from tests.factories import AT, make_ad, make_candidate, sha
from tests.triage.small_screen import SmallScreen
from triage.database import open_database
from triage.decisions import decide
from triage.loading import Loaded, load_screen
from triage.models import Base, CaseRow, Gap, ScreenRow


def load(small: SmallScreen, **changes: object) -> Loaded:
    given = {
        "screen_dir": small.screen_dir,
        "crawl_dir": small.crawl_dir,
        "store_url": small.store_url,
        "derivatives": small.derivatives,
        "now": AT,
    }
    return load_screen(small.database_url, **{**given, **changes})  # type: ignore[arg-type]


def counts(small: SmallScreen) -> dict[str, int]:
    engine = open_database(small.database_url)
    with Session(engine) as session:
        found = {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }
    engine.dispose()
    return found


def test_loading_twice_changes_nothing_but_the_log(small: SmallScreen) -> None:
    first = load(small)
    before = counts(small)
    again = load(small)
    after = counts(small)
    assert (first.new_cases, first.known_cases) == (3, 0)
    assert (again.new_cases, again.known_cases) == (0, 3)
    assert before.pop("audit_lines") + 1 == after.pop("audit_lines")
    assert before == after
    assert before["findings"] == 6
    assert before["matches"] == 2


def test_decisions_and_the_first_sight_survive_a_later_loading(small: SmallScreen) -> None:
    load(small)
    engine = open_database(small.database_url)
    with Session(engine) as session, session.begin():
        decide(session, small.hostile.candidate_id, reviewer="leyla", reason="CONFIRM_SCAM_DEEPFAKE", note=None, now=AT)
    write_records(
        small.screen_dir / "ads.parquet",
        [make_ad(source_ad_id="666", observed_at=AT + timedelta(days=1))],
        AD_SCHEMA,
    )
    write_records(small.screen_dir / "candidates.parquet", [small.hostile], CANDIDATE_SCHEMA)
    load(small, crawl_dir=None)
    with Session(engine) as session:
        row = session.get_one(CaseRow, small.hostile.candidate_id)
        assert row.state == "confirmed"
        assert len(row.decisions) == 1
        assert row.first_seen_at == AT
        assert row.last_seen_at == AT + timedelta(days=1)
        assert row.captures == []
    engine.dispose()


def test_everything_that_was_not_looked_at_is_counted(small: SmallScreen) -> None:
    assert load(small).gaps == 4
    engine = open_database(small.database_url)
    with Session(engine) as session:
        assert session.get_one(ScreenRow, "small").ads == 23
        gaps = {gap.kind: gap.reason for gap in session.scalars(select(Gap))}
    engine.dispose()
    assert gaps["query"] == "The library asked for a login."
    assert gaps["blocked"] == "The page asks for a login."
    assert set(gaps) == {"query", "blocked", "dead_letter", "run"}


def test_working_copies_are_the_consoles_own(small: SmallScreen) -> None:
    load(small)
    shutil.rmtree(small.screen_dir / "derivatives")
    names = sorted(str(path.relative_to(small.derivatives)) for path in small.derivatives.rglob("*.*"))
    assert f"{sha('creative')}/proxy.mp4" in names
    assert f"{sha('still')}/thumb.jpg" in names
    assert sum(name.endswith("landing.jpg") for name in names) == 1


def test_a_lost_screenshot_is_a_note_not_a_failure(small: SmallScreen) -> None:
    shutil.rmtree(Path(small.store_url) / "blobs")
    loaded = load(small)
    assert loaded.new_cases == 3
    assert len(loaded.notes) == 1
    assert "No screenshot" in loaded.notes[0]


def test_a_plain_folder_needs_no_crawl_and_no_store(small: SmallScreen) -> None:
    shutil.copy(small.crawl_dir / "ads.parquet", small.screen_dir / "ads.parquet")
    assert load(small, crawl_dir=None, store_url=None).new_cases == 3


def test_nothing_to_load_says_what_to_do(small: SmallScreen, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="run `qalqan screen` first"):
        load(small, screen_dir=tmp_path / "none")
    write_records(small.screen_dir / "candidates.parquet", [make_candidate(ad_id=sha("other"))], CANDIDATE_SCHEMA)
    with pytest.raises(ValueError, match="name the crawl that was screened"):
        load(small)


def test_damaged_files_are_named_and_nothing_is_half_loaded(small: SmallScreen) -> None:
    (small.screen_dir / "report.json").write_text("{}")
    with pytest.raises(ValueError, match=r"report\.json is not the report"):
        load(small)
    (small.screen_dir / "findings.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(ValueError, match=r"findings\.parquet does not hold Finding"):
        load(small)
    assert not Path(small.root / "console.sqlite3").exists()


def test_a_database_that_does_not_take_the_run_is_one_sentence(small: SmallScreen, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.sqlite3")) as old:
        old.execute("create table cases (candidate_id text primary key)")
    with pytest.raises(OSError, match=r"old\.sqlite3 did not take the run \(.*\); check that there is room"):
        load_screen(
            f"sqlite:///{tmp_path / 'old.sqlite3'}",
            screen_dir=small.screen_dir,
            crawl_dir=small.crawl_dir,
            store_url=None,
            derivatives=tmp_path / "copies",
            now=AT,
        )
