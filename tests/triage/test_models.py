"""A case owns what it shows; a decision needs its case."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import AT
from tests.triage.conftest import load
from tests.triage.small_screen import SmallScreen
from triage.database import open_database
from triage.models import CaseRow, Decision, FindingRow


def test_a_case_comes_back_with_records_in_order(small: SmallScreen) -> None:
    load(small, now=AT)
    engine = open_database(small.database_url)
    with Session(engine) as session:
        row = session.get_one(CaseRow, small.hostile.candidate_id)
        assert row.candidate == small.hostile
        assert [finding.position for finding in row.findings] == list(range(6))
        assert [name.value for name in row.names] == ["aysel-quliyeva", "socar"]
        row.findings.pop()
        session.flush()
        assert session.query(FindingRow).filter_by(candidate_id=row.candidate_id).count() == 5
    engine.dispose()


def test_a_decision_about_no_case_is_impossible(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'c.sqlite3'}")
    with Session(engine) as session:
        session.add(Decision(candidate_id="none", reviewer="x", verdict="confirm", reason="x", decided_at=AT))
        with pytest.raises(IntegrityError):
            session.flush()
    engine.dispose()
