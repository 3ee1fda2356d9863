"""Retention asks the console how long ago each ad was settled."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from tests.factories import AT
from tests.triage.conftest import load
from tests.triage.small_screen import SmallScreen
from triage.case_ages import case_ages
from triage.database import open_database
from triage.decisions import decide
from triage.reasons import CaseState


def test_an_ad_stands_where_its_latest_decision_put_it(small: SmallScreen) -> None:
    load(small, now=AT)
    ad_id = small.hostile.ad_id
    assert case_ages(small.database_url)[ad_id].state is CaseState.OPEN
    engine = open_database(small.database_url)
    with Session(engine) as session, session.begin():
        for hours, reason in ((1, "DEFER_NEEDS_EXPERT"), (2, "REJECT_PARODY_SATIRE")):
            now = AT + timedelta(hours=hours)
            decide(session, small.hostile.candidate_id, reviewer="leyla", reason=reason, note=None, now=now)
    engine.dispose()
    age = case_ages(small.database_url)[ad_id]
    assert (age.state, age.since) == (CaseState.REJECTED, AT + timedelta(hours=2))


def test_without_a_console_nothing_is_known_and_nothing_is_made(tmp_path: Path) -> None:
    assert case_ages(f"sqlite:///{tmp_path / 'console.sqlite3'}") == {}
    assert list(tmp_path.iterdir()) == []
