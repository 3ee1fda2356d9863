"""Whether an enrolment counts: approved by two different people, neither of them the requester, and not expired."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from enum import StrEnum

from watchlist.records import Enrolment

APPROVALS_NEEDED = 2


class Standing(StrEnum):
    """Only ``active`` people can be matched."""

    ACTIVE = "active"
    WAITING = "waiting"
    EXPIRED = "expired"


def same_name(left: str, right: str) -> bool:
    """Whether two names that people gave for themselves are the same one.

    Case, spaces, invisible characters and the way in which a letter is encoded do not make another person.
    """
    return _as_compared(left) == _as_compared(right)


def _as_compared(name: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    seen = "".join(sign for sign in folded if unicodedata.category(sign) != "Cf")
    return " ".join(seen.split())


def approvals(enrolment: Enrolment) -> int:
    """How many different people other than the requester approved."""
    names: list[str] = []
    for name in enrolment.approved_by:
        if not any(same_name(name, other) for other in (enrolment.requested_by, *names)):
            names.append(name)
    return len(names)


def standing(enrolment: Enrolment, *, now: datetime) -> Standing:
    """Where the enrolment stands at ``now`` (time-zone aware); it ends at ``expires_at`` exactly."""
    if now >= enrolment.expires_at:
        return Standing.EXPIRED
    return Standing.ACTIVE if approvals(enrolment) >= APPROVALS_NEEDED else Standing.WAITING


def review_is_overdue(enrolment: Enrolment, *, now: datetime) -> bool:
    """Whether somebody should have asked again by ``now`` whether the enrolment is needed; never for an expired one."""
    if enrolment.review_at is None or standing(enrolment, now=now) is Standing.EXPIRED:
        return False
    return now >= enrolment.review_at


def in_words(enrolment: Enrolment, *, now: datetime) -> str:
    """The standing as people read it."""
    match standing(enrolment, now=now):
        case Standing.EXPIRED:
            return "expired"
        case Standing.WAITING:
            return f"waiting for approval ({approvals(enrolment)} of {APPROVALS_NEEDED})"
        case Standing.ACTIVE:
            return "active"
