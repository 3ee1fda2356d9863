"""How long ago the console settled each ad: what retention has to know before it deletes anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from triage.database import open_database
from triage.models import CaseRow
from triage.reasons import CaseState

SETTLED = (CaseState.REJECTED, CaseState.CONFIRMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAge:
    """Where the cases of one ad stand; ``since`` is the latest decision, or when the latest case was loaded."""

    state: CaseState
    since: datetime


def case_ages(database_url: str) -> dict[str, CaseAge]:
    """Ad id → where it stands; of several cases of one ad the one that needs it most counts: undecided, then confirmed,
    then rejected. Empty where there is no console yet. Raises as ``open_database``."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and not _exists(url.database):
        return {}
    engine = open_database(database_url)
    found: dict[str, CaseAge] = {}
    try:
        with Session(engine) as session:
            for row in session.scalars(select(CaseRow)):
                since = max((decision.decided_at for decision in row.decisions), default=row.loaded_at)
                age = CaseAge(state=CaseState(row.state), since=since)
                ad_id = row.ad.ad_id
                found[ad_id] = max(age, found.get(ad_id, age), key=_need)
    finally:
        engine.dispose()
    return found


def _need(age: CaseAge) -> tuple[int, datetime]:
    return (SETTLED.index(age.state) if age.state in SETTLED else len(SETTLED), age.since)


def _exists(database: str | None) -> bool:
    return bool(database) and Path(str(database)).is_file()
