"""Who is enrolled and what is held about somebody; never a vector."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from watchlist import generations, store
from watchlist.errors import PersonUnknown
from watchlist.generations import Change
from watchlist.records import AllowedCreative, Enrolment, Person, Reference, ReferenceKind
from watchlist.standing import Standing, in_words, review_is_overdue, standing
from watchlist.store import StoredWatchlist


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of the list of people; ``state`` is in words."""

    person: Person
    enrolment: Enrolment
    state: str
    review_overdue: bool
    pictures: int
    recordings: int
    films: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All that is held about one person, and what was done, oldest first."""

    row: Listed
    references: tuple[Reference, ...]
    allowed: tuple[AllowedCreative, ...]
    changes: tuple[Change, ...]


def list_people(directory: Path, now: datetime) -> list[Listed]:
    """Everybody who is enrolled, by id, active or not; nobody where there is no watchlist yet."""
    stored = store.read(directory)
    return [_listed(stored, item, now=now) for item in sorted(stored.enrolments, key=lambda item: item.person_id)]


def show(directory: Path, person_id: str, *, now: datetime) -> Held:
    """All that is held about a person. Raises ``PersonUnknown``, also for somebody who was removed."""
    stored = store.read(directory)
    return Held(
        row=_listed(stored, enrolment_of(stored, person_id, directory), now=now),
        references=tuple(ref for ref in stored.references if ref.person_id == person_id),
        allowed=tuple(creative for creative in stored.allowed if creative.person_id == person_id),
        changes=tuple(change for change in generations.changes(directory) if change.subject == person_id),
    )


def expired_people(directory: Path, now: datetime) -> tuple[Enrolment, ...]:
    """Those whose enrolment has ended at ``now`` and whose data are still held, by id."""
    stored = store.read(directory)
    ended = (item for item in stored.enrolments if standing(item, now=now) is Standing.EXPIRED)
    return tuple(sorted(ended, key=lambda item: item.person_id))


def overdue_reviews(directory: Path, now: datetime) -> tuple[Enrolment, ...]:
    """Those who can still be matched although their review is overdue at ``now``, by id."""
    stored = store.read(directory)
    overdue = (item for item in stored.enrolments if review_is_overdue(item, now=now))
    return tuple(sorted(overdue, key=lambda item: item.person_id))


def enrolment_of(stored: StoredWatchlist, person_id: str, directory: Path) -> Enrolment:
    """Raises ``PersonUnknown``."""
    for enrolment in stored.enrolments:
        if enrolment.person_id == person_id:
            return enrolment
    raise PersonUnknown(
        f"nobody in the watchlist {directory} has the id {person_id!r}: `qalqan watchlist list` shows who is"
    )


def _listed(stored: StoredWatchlist, enrolment: Enrolment, *, now: datetime) -> Listed:
    [person] = [person for person in stored.persons if person.person_id == enrolment.person_id]
    kinds = [reference.kind for reference in stored.references if reference.person_id == enrolment.person_id]
    return Listed(
        person=person,
        enrolment=enrolment,
        state=in_words(enrolment, now=now),
        review_overdue=review_is_overdue(enrolment, now=now),
        pictures=kinds.count(ReferenceKind.IMAGE),
        recordings=kinds.count(ReferenceKind.AUDIO),
        films=kinds.count(ReferenceKind.FOOTAGE),
    )
