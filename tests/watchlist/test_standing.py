"""Two different approvers and a date: nothing else makes an enrolment active."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watchlist.records import Enrolment
from watchlist.standing import Standing, approvals, in_words, review_is_overdue, standing

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def enrolment(*approved_by: str, expires_at: datetime = NOW + timedelta(days=30)) -> Enrolment:
    return Enrolment(
        person_id="aysel",
        legal_basis="consent of 2026-02-01",
        purpose="takedown of impersonating ads",
        requested_by="Rena",
        approved_by=approved_by,
        enrolled_at=NOW - timedelta(days=1),
        expires_at=expires_at,
    )


@pytest.mark.parametrize(
    ("approved_by", "count", "words"),
    [
        ((), 0, "waiting for approval (0 of 2)"),
        (("Anar",), 1, "waiting for approval (1 of 2)"),
        (("Anar", "Leyla"), 2, "active"),
        (("Anar", " anar "), 1, "waiting for approval (1 of 2)"),
        (("Anar", "RENA"), 1, "waiting for approval (1 of 2)"),
        (("Ülviyyə", "U\u0308lviyyə\u200b"), 1, "waiting for approval (1 of 2)"),
    ],
)
def test_only_different_people_who_did_not_ask_count(approved_by: tuple[str, ...], count: int, words: str) -> None:
    asked = enrolment(*approved_by)
    assert approvals(asked) == count
    assert in_words(asked, now=NOW) == words


def test_it_ends_at_the_moment_of_expiry() -> None:
    both = enrolment("Anar", "Leyla", expires_at=NOW)
    assert standing(both, now=NOW - timedelta(microseconds=1)) is Standing.ACTIVE
    assert standing(both, now=NOW) is Standing.EXPIRED
    assert in_words(both, now=NOW) == "expired"


def test_a_review_is_overdue_until_the_enrolment_ends() -> None:
    ends = NOW + timedelta(days=30)
    asked = replace(enrolment(expires_at=ends), review_at=NOW)
    assert not review_is_overdue(asked, now=NOW - timedelta(microseconds=1))
    assert review_is_overdue(asked, now=NOW)
    assert not review_is_overdue(asked, now=ends)
    assert not review_is_overdue(enrolment(), now=NOW)


def test_a_time_without_zone_is_an_error() -> None:
    with pytest.raises(TypeError):
        standing(enrolment(), now=NOW.replace(tzinfo=None))
