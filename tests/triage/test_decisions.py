"""A decision is a row, a state and an audit line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT
from tests.triage.conftest import load
from tests.triage.small_screen import SmallScreen
from triage.database import open_database
from triage.decisions import decide
from triage.models import AuditLine, CaseRow


def test_the_latest_decision_gives_the_state_and_all_are_kept(small: SmallScreen) -> None:
    load(small, now=AT)
    case_id = small.hostile.candidate_id
    engine = open_database(small.database_url)
    with Session(engine) as session, session.begin():
        decide(session, case_id, reviewer="leyla", reason="DEFER_NEEDS_EXPERT", note="the mouth", now=AT)
        decide(session, case_id, reviewer="rauf", reason="REJECT_WRONG_PERSON", note=None, now=AT + timedelta(hours=1))
    with Session(engine) as session:
        row = session.get_one(CaseRow, case_id)
        assert row.state == "rejected"
        assert [(d.reviewer, d.verdict) for d in row.decisions] == [("leyla", "defer"), ("rauf", "reject")]
        lines = session.scalars(select(AuditLine).where(AuditLine.action == "decided")).all()
        assert [line.detail["reason"] for line in lines] == ["DEFER_NEEDS_EXPERT", "REJECT_WRONG_PERSON"]
    engine.dispose()


def test_no_reason_or_no_case_changes_nothing(small: SmallScreen) -> None:
    load(small, now=AT)
    engine = open_database(small.database_url)
    with Session(engine) as session:
        with pytest.raises(ValueError, match="Choose a reason"):
            decide(session, small.hostile.candidate_id, reviewer="leyla", reason="", note=None, now=AT)
        with pytest.raises(LookupError, match="no such case"):
            decide(session, "0" * 64, reviewer="leyla", reason="REJECT_DUPLICATE", note=None, now=AT)
        assert not session.dirty
        assert not session.new
    engine.dispose()
