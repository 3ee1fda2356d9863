"""Says before a screening whose enrolment should have been reviewed by now."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import structlog

from watchlist.listing import overdue_reviews

OVERDUE = "the review of an enrolment is overdue: ask whether it is needed, then `qalqan watchlist review` or `expire`"


def warn_of_overdue_reviews(directory: Path, *, now: datetime) -> int:
    """One warning per person who can still be matched although their review is overdue; returns how many."""
    overdue = overdue_reviews(directory, now)
    for enrolment in overdue:
        structlog.get_logger().warning(OVERDUE, person=enrolment.person_id, review=str(enrolment.review_at))
    return len(overdue)
