"""Deciding a case: one more row, the case's new state, and an audit line, in one transaction of the caller."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from triage.models import AuditLine, CaseRow, Decision
from triage.reasons import REASONS, STATE_AFTER, verdict_of


def decide(
    session: Session, candidate_id: str, *, reviewer: str, reason: str, note: str | None, now: datetime
) -> CaseRow:
    """Add a decision. ``LookupError`` for a case that is not there, ``ValueError`` for a reason that does not exist."""
    row = session.get(CaseRow, candidate_id)
    if row is None:
        raise LookupError("There is no such case; it may belong to another database.")
    if reason not in REASONS:
        raise ValueError("Choose a reason; a decision without one cannot be explained later.")
    verdict = verdict_of(reason)
    row.decisions.append(Decision(reviewer=reviewer, verdict=verdict, reason=reason, note=note, decided_at=now))
    row.state = STATE_AFTER[verdict]
    session.add(AuditLine(at=now, actor=reviewer, action="decided", subject=candidate_id, detail={"reason": reason}))
    session.flush()
    return row
