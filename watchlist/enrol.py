"""Enrol, approve, end and remove people. All or nothing: what is refused leaves no trace of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from embeddings.samples import LoadedPack
from watchlist import store
from watchlist.errors import EnrolmentRefused
from watchlist.generations import Change
from watchlist.listing import enrolment_of
from watchlist.preparing import Prepared, prepare
from watchlist.records import Enrolment, Person
from watchlist.rules import GALLERY_CAP, EnrolmentRequest, check_admission, check_request, check_review
from watchlist.standing import APPROVALS_NEEDED, Standing, approvals, same_name, standing
from watchlist.store import StoredWatchlist

__all__ = ["EnrolmentRequest", "approve", "enrol", "enrol_prepared", "expire", "remove", "review"]


def enrol(
    directory: Path, person: EnrolmentRequest, *, pack: LoadedPack, now: datetime, cap: int = GALLERY_CAP
) -> Person:
    """Enrol somebody; they can be matched only once two other people have approved.

    Raises ``EnrolmentRefused`` naming the rule or the file, ``WatchlistInvalid`` for a damaged watchlist or one of
    another pack; ``OSError`` passes through. Nothing is written then.
    """
    check_request(person, now=now)
    check_admission(store.read(directory), person.person_id, pack=pack.manifest, cap=cap)
    return enrol_prepared(directory, prepare(person, pack=pack, now=now), now=now, cap=cap)


def enrol_prepared(directory: Path, ready: Prepared, *, now: datetime, cap: int = GALLERY_CAP) -> Person:
    """Enrol somebody whose files were read already. Raises as ``enrol`` does."""
    asked = ready.request

    def add(stored: StoredWatchlist) -> StoredWatchlist:
        check_admission(stored, asked.person_id, pack=ready.pack, cap=cap)
        return ready.added_to(stored, now=now)

    store.change(
        directory,
        add,
        record=_change(now, asked.requested_by, "enrol", asked.person_id, ready.in_words),
        films=[film for _, film in ready.films],
        reference_bytes={read.sha256: read.data for _, read in ready.media},
    )
    return ready.person


def approve(directory: Path, person_id: str, *, by: str, now: datetime) -> Enrolment:
    """Approve an enrolment. Two different people are needed, and the requester is neither of them.

    Raises ``PersonUnknown``, and ``EnrolmentRefused`` for a nameless, repeated, needless or late approval.
    """
    if not by.strip():
        raise EnrolmentRefused(f"nobody is named as approver of {person_id}: say who approves")

    def add(stored: StoredWatchlist) -> StoredWatchlist:
        enrolment = enrolment_of(stored, person_id, directory)
        _check_approval(enrolment, by=by, now=now)
        approved = replace(enrolment, approved_by=(*enrolment.approved_by, by.strip()))
        return replace(stored, enrolments=tuple(approved if item is enrolment else item for item in stored.enrolments))

    after = store.change(directory, add, record=_change(now, by, "approve", person_id))
    return enrolment_of(after, person_id, directory)


def expire(
    directory: Path, person_id: str, *, by: str, why: str, now: datetime, at: datetime | None = None
) -> Enrolment:
    """End an enrolment now, or ``at`` a moment before it would end. What is held stays until it is removed.

    Raises ``PersonUnknown``, and ``EnrolmentRefused`` for a nameless or unexplained end, and for a moment that is past or
    later than the enrolment's own end.
    """
    _named(by, f"who ends the enrolment of {person_id}")
    _named(why, f"why the enrolment of {person_id} ends")
    ends = now if at is None else at

    def end(stored: StoredWatchlist) -> StoredWatchlist:
        enrolment = enrolment_of(stored, person_id, directory)
        _check_end(enrolment, ends, now=now)
        ended = replace(enrolment, expires_at=ends)
        return replace(stored, enrolments=tuple(ended if item is enrolment else item for item in stored.enrolments))

    after = store.change(
        directory, end, record=_change(now, by, "expire", person_id, f"ends {ends.isoformat()}: {why.strip()}")
    )
    return enrolment_of(after, person_id, directory)


def review(directory: Path, person_id: str, *, by: str, why: str, now: datetime, next_at: datetime) -> Enrolment:
    """Note that the enrolment was reviewed and is still needed, and when to ask again.

    Raises ``PersonUnknown``, and ``EnrolmentRefused`` for a nameless or unexplained review, for an enrolment that has
    ended, and for a day that is past or after its end.
    """
    _named(by, f"who reviewed the enrolment of {person_id}")
    _named(why, f"why the enrolment of {person_id} is still needed")

    def note(stored: StoredWatchlist) -> StoredWatchlist:
        enrolment = enrolment_of(stored, person_id, directory)
        if standing(enrolment, now=now) is Standing.EXPIRED:
            raise EnrolmentRefused(f"the enrolment of {person_id} has ended: remove it and enrol again if it is needed")
        check_review(next_at, expires_at=enrolment.expires_at, now=now)
        reviewed = replace(enrolment, review_at=next_at)
        return replace(stored, enrolments=tuple(reviewed if item is enrolment else item for item in stored.enrolments))

    detail = f"next {next_at.isoformat()}: {why.strip()}"
    after = store.change(directory, note, record=_change(now, by, "review", person_id, detail))
    return enrolment_of(after, person_id, directory)


def remove(directory: Path, person_id: str, *, by: str, now: datetime, why: str = "") -> None:
    """Destroy a person's key, and delete their record, vectors, film, media and allowed creatives; the audit keeps that
    they were enrolled and removed, by whom and why.

    Raises ``PersonUnknown``, and ``EnrolmentRefused`` if nobody is named as remover.
    """
    if not by.strip():
        raise EnrolmentRefused(f"nobody is named as remover of {person_id}: say who removes")

    def drop(stored: StoredWatchlist) -> StoredWatchlist:
        enrolment_of(stored, person_id, directory)
        return replace(
            stored,
            persons=tuple(item for item in stored.persons if item.person_id != person_id),
            enrolments=tuple(item for item in stored.enrolments if item.person_id != person_id),
            references=tuple(item for item in stored.references if item.person_id != person_id),
            allowed=tuple(item for item in stored.allowed if item.person_id != person_id),
            vectors={
                modality: {owner: rows for owner, rows in theirs.items() if owner != person_id}
                for modality, theirs in stored.vectors.items()
            },
        )

    store.change(directory, drop, record=_change(now, by, "remove", person_id, why.strip()))


def _check_approval(enrolment: Enrolment, *, by: str, now: datetime) -> None:
    who = enrolment.person_id
    if standing(enrolment, now=now) is Standing.EXPIRED:
        raise EnrolmentRefused(
            f"the enrolment of {who} expired on {enrolment.expires_at.date()}: remove it and enrol again"
        )
    if same_name(by, enrolment.requested_by):
        raise EnrolmentRefused(f"{by} asked for the enrolment of {who} and may not approve it: somebody else has to")
    if any(same_name(by, other) for other in enrolment.approved_by):
        raise EnrolmentRefused(f"{by} has approved the enrolment of {who} already: a different person has to")
    if approvals(enrolment) >= APPROVALS_NEEDED:
        raise EnrolmentRefused(
            f"the enrolment of {who} is approved by {APPROVALS_NEEDED} people already: nothing to do"
        )


def _check_end(enrolment: Enrolment, ends: datetime, *, now: datetime) -> None:
    who = enrolment.person_id
    if standing(enrolment, now=now) is Standing.EXPIRED:
        raise EnrolmentRefused(
            f"the enrolment of {who} expired on {enrolment.expires_at.date()} already: nothing to do"
        )
    if ends.tzinfo is None:
        raise EnrolmentRefused(f"the end {ends.isoformat()} has no time zone: state it in UTC")
    if ends < now:
        raise EnrolmentRefused(
            f"the enrolment of {who} cannot have ended on {ends.date()}: leave the date out to end it now"
        )
    if ends > enrolment.expires_at:
        raise EnrolmentRefused(
            f"the enrolment of {who} ends on {enrolment.expires_at.date()}: enrol again to keep it for longer"
        )


def _named(value: str, what: str) -> None:
    if not value.strip():
        raise EnrolmentRefused(f"it is not said {what}: say it")


def _change(now: datetime, by: str, action: str, subject: str, detail: str = "") -> Change:
    return Change(at=now, by=by.strip(), action=action, subject=subject, detail=detail)
