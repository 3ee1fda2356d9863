"""Overdue reviews are said in the log, one line per person, and nothing else is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from structlog.testing import capture_logs

from qalqan.reviews import OVERDUE, warn_of_overdue_reviews
from tests.factories import AT, make_enrolment, make_person
from watchlist.generations import Change
from watchlist.store import StoredWatchlist, change


def test_only_overdue_reviews_are_said(tmp_path: Path) -> None:
    people = ("aysel", "gulnar")
    stored = StoredWatchlist(
        persons=tuple(make_person(person_id=who) for who in people),
        enrolments=tuple(
            make_enrolment(person_id=who, review_at=AT + timedelta(days=days))
            for who, days in zip(people, (10, 20), strict=True)
        ),
    )
    change(tmp_path / "w", lambda _: stored, record=Change(at=AT, by="Rena", action="enrol", subject="", detail=""))
    with capture_logs() as said:
        assert warn_of_overdue_reviews(tmp_path / "w", now=AT) == 0
        assert warn_of_overdue_reviews(tmp_path / "absent", now=AT) == 0
        assert said == []
        assert warn_of_overdue_reviews(tmp_path / "w", now=AT + timedelta(days=15)) == 1
    [line] = said
    assert (line["event"], line["person"], line["log_level"]) == (OVERDUE, "aysel", "warning")
