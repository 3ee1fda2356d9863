"""Who is enrolled and what is held about them, in words and never as vectors."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.factories import AT, make_allowed_creative, make_enrolment, make_person, make_reference, sha
from watchlist import store
from watchlist.errors import PersonUnknown
from watchlist.generations import Change
from watchlist.listing import expired_people, list_people, overdue_reviews, show
from watchlist.records import ReferenceKind
from watchlist.store import StoredWatchlist

AYSEL, GULNAR = "aysel", "gulnar"


def write(directory: Path) -> Path:
    """Two people: one whose review is due 150 days after ``AT``, one whose enrolment ends 10 days after."""
    stored = StoredWatchlist(
        pack="test@1",
        persons=(make_person(person_id=GULNAR), make_person(person_id=AYSEL)),
        enrolments=(
            make_enrolment(person_id=GULNAR, expires_at=AT + timedelta(days=10), review_at=None),
            make_enrolment(person_id=AYSEL),
        ),
        references=(
            make_reference(person_id=AYSEL),
            make_reference(person_id=AYSEL, kind=ReferenceKind.AUDIO, sha256=sha("voice")),
            make_reference(person_id=GULNAR),
        ),
        allowed=(make_allowed_creative(person_id=AYSEL), make_allowed_creative(person_id=None, brand_id="socar")),
    )
    record = Change(at=AT, by="Rena", action="enrol", subject=AYSEL, detail="1 pictures")
    store.change(directory, lambda _: stored, record=record)
    store.change(directory, replace, record=replace(record, action="approve", by="Anar", detail=""))
    store.change(directory, replace, record=replace(record, subject=GULNAR))
    return directory


def test_everybody_by_id(tmp_path: Path) -> None:
    rows = list_people(write(tmp_path / "w"), AT)
    assert [(row.person.person_id, row.state, row.review_overdue) for row in rows] == [
        (AYSEL, "active", False),
        (GULNAR, "active", False),
    ]
    assert (rows[0].pictures, rows[0].recordings, rows[0].films) == (1, 1, 0)
    assert list_people(tmp_path / "absent", AT) == []


def test_what_is_held_of_one_person_and_nobody_else(tmp_path: Path) -> None:
    held = show(write(tmp_path / "w"), AYSEL, now=AT)
    assert held.row.enrolment.document_sha256 == sha("signed request")
    assert {reference.person_id for reference in held.references} == {AYSEL}
    assert len(held.references) == 2
    assert [creative.person_id for creative in held.allowed] == [AYSEL]
    assert [(change.at, change.action, change.by, change.detail) for change in held.changes] == [
        (AT, "enrol", "Rena", "1 pictures"),
        (AT, "approve", "Anar", ""),
    ]
    with pytest.raises(PersonUnknown, match="has the id 'farid'"):
        show(tmp_path / "w", "farid", now=AT)


def test_whom_a_review_or_an_end_concerns(tmp_path: Path) -> None:
    directory = write(tmp_path / "w")
    for days, expired, overdue in (
        (0, [], []),
        (10, [GULNAR], []),
        (150, [GULNAR], [AYSEL]),
        (335, [AYSEL, GULNAR], []),
    ):
        now = AT + timedelta(days=days)
        assert [item.person_id for item in expired_people(directory, now)] == expired
        assert [item.person_id for item in overdue_reviews(directory, now)] == overdue
    assert list_people(directory, AT + timedelta(days=150))[0].review_overdue
