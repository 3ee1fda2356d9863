"""Enrol, approve, list and remove people. All or nothing: what is refused leaves no trace of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from embeddings.records import ModelPack
from embeddings.samples import LoadedPack
from watchlist import store
from watchlist.errors import EnrolmentRefused, PersonUnknown
from watchlist.footage import GenuineFootage
from watchlist.gallery import face_space, voice_space
from watchlist.generations import Change
from watchlist.records import Enrolment, Modality, Person, Reference, ReferenceKind
from watchlist.references import ReadReference, check_agreement, read_film, read_picture, read_recording
from watchlist.rules import GALLERY_CAP, EnrolmentRequest, check_admission, check_request
from watchlist.standing import APPROVALS_NEEDED, Standing, approvals, in_words, same_name, standing
from watchlist.store import StoredWatchlist

__all__ = ["EnrolmentRequest", "Listed", "approve", "enrol", "list_people", "remove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of the list of people; ``state`` is in words."""

    person: Person
    enrolment: Enrolment
    state: str
    pictures: int
    recordings: int
    films: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Media:
    """Everything that was read of one person's reference files."""

    pictures: tuple[ReadReference, ...]
    recordings: tuple[ReadReference, ...]
    films: tuple[tuple[ReadReference, GenuineFootage], ...]

    def all(self) -> list[tuple[ReferenceKind, ReadReference]]:
        return [
            *((ReferenceKind.IMAGE, read) for read in self.pictures),
            *((ReferenceKind.AUDIO, read) for read in self.recordings),
            *((ReferenceKind.FOOTAGE, read) for read, _ in self.films),
        ]


def enrol(
    directory: Path, person: EnrolmentRequest, *, pack: LoadedPack, now: datetime, cap: int = GALLERY_CAP
) -> Person:
    """Enrol somebody; they can be matched only once two other people have approved.

    Raises ``EnrolmentRefused`` naming the rule or the file, ``WatchlistInvalid`` for a damaged watchlist or one of
    another pack; ``OSError`` passes through. Nothing is written then.
    """
    check_request(person, now=now)
    check_admission(store.read(directory), person.person_id, pack=pack.manifest.label, cap=cap)
    media = _read_media(person, pack)
    record = Person(
        person_id=person.person_id,
        names=tuple(name.strip() for name in person.names),
        role=person.role,
        jurisdiction=person.jurisdiction,
        official_pages=person.official_pages,
        official_domains=tuple(domain.casefold() for domain in person.official_domains),
    )

    def add(stored: StoredWatchlist) -> StoredWatchlist:
        check_admission(stored, person.person_id, pack=pack.manifest.label, cap=cap)
        return _with(stored, record, person, media, pack=pack.manifest, now=now)

    age = "date of birth checked" if person.born else "adult confirmed by the requester"
    counts = f"{len(media.pictures)} pictures, {len(media.recordings)} recordings, {len(media.films)} films"
    store.change(
        directory,
        add,
        record=Change(
            at=now, by=person.requested_by, action="enrol", subject=person.person_id, detail=f"{counts}; {age}"
        ),
        films=[film for _, film in media.films],
        reference_bytes={read.sha256: read.data for _, read in media.all()},
    )
    return record


def approve(directory: Path, person_id: str, *, by: str, now: datetime) -> Enrolment:
    """Approve an enrolment. Two different people are needed, and the requester is neither of them.

    Raises ``PersonUnknown``, and ``EnrolmentRefused`` for a nameless, repeated, needless or late approval.
    """
    if not by.strip():
        raise EnrolmentRefused(f"nobody is named as approver of {person_id}: say who approves")

    def add(stored: StoredWatchlist) -> StoredWatchlist:
        enrolment = _enrolment(stored, person_id, directory)
        _check_approval(enrolment, by=by, now=now)
        approved = replace(enrolment, approved_by=(*enrolment.approved_by, by.strip()))
        return replace(stored, enrolments=tuple(approved if item is enrolment else item for item in stored.enrolments))

    after = store.change(
        directory, add, record=Change(at=now, by=by.strip(), action="approve", subject=person_id, detail="")
    )
    return _enrolment(after, person_id, directory)


def remove(directory: Path, person_id: str, *, by: str, now: datetime) -> None:
    """Delete a person's record, vectors, film and reference media; the audit keeps that they were enrolled and removed.

    Raises ``PersonUnknown``, and ``EnrolmentRefused`` if nobody is named as remover.
    """
    if not by.strip():
        raise EnrolmentRefused(f"nobody is named as remover of {person_id}: say who removes")

    def drop(stored: StoredWatchlist) -> StoredWatchlist:
        _enrolment(stored, person_id, directory)
        return replace(
            stored,
            persons=tuple(item for item in stored.persons if item.person_id != person_id),
            enrolments=tuple(item for item in stored.enrolments if item.person_id != person_id),
            references=tuple(item for item in stored.references if item.person_id != person_id),
            vectors={
                modality: {owner: rows for owner, rows in theirs.items() if owner != person_id}
                for modality, theirs in stored.vectors.items()
            },
        )

    store.change(directory, drop, record=Change(at=now, by=by.strip(), action="remove", subject=person_id, detail=""))


def list_people(directory: Path, now: datetime) -> list[Listed]:
    """Everybody who is enrolled, by id, active or not; nobody where there is no watchlist yet."""
    stored = store.read(directory)
    persons = {person.person_id: person for person in stored.persons}
    return [
        Listed(
            person=persons[enrolment.person_id],
            enrolment=enrolment,
            state=in_words(enrolment, now=now),
            pictures=_count(stored, enrolment.person_id, ReferenceKind.IMAGE),
            recordings=_count(stored, enrolment.person_id, ReferenceKind.AUDIO),
            films=_count(stored, enrolment.person_id, ReferenceKind.FOOTAGE),
        )
        for enrolment in sorted(stored.enrolments, key=lambda item: item.person_id)
    ]


def _read_media(person: EnrolmentRequest, pack: LoadedPack) -> _Media:
    facts = pack.manifest
    pictures = tuple(read_picture(path, pack) for path in person.images)
    check_agreement(pictures, space=face_space(facts), threshold=facts.face_threshold, what="face")
    recordings = tuple(read_recording(path, pack) for path in person.audio)
    check_agreement(recordings, space=voice_space(facts), threshold=facts.voice_threshold, what="voice")
    films = []
    for path in person.footage:
        faces = np.concatenate([picture.vectors for picture in pictures])
        films.append(read_film(path, pack, person_id=person.person_id, faces=faces))
    return _Media(pictures=pictures, recordings=recordings, films=tuple(films))


def _with(
    stored: StoredWatchlist, record: Person, person: EnrolmentRequest, media: _Media, *, pack: ModelPack, now: datetime
) -> StoredWatchlist:
    enrolment = Enrolment(
        person_id=person.person_id,
        legal_basis=person.legal_basis.strip(),
        purpose=person.purpose.strip(),
        requested_by=person.requested_by.strip(),
        approved_by=(),
        enrolled_at=now,
        expires_at=person.expires_at,
    )
    references = (
        Reference(
            person_id=person.person_id,
            kind=kind,
            sha256=read.sha256,
            media_type=read.media_type,
            provenance=person.provenance.strip(),
            added_at=now,
            pack=pack.label,
        )
        for kind, read in media.all()
    )
    vectors = {modality: dict(stored.vectors.get(modality, {})) for modality in Modality}
    for modality, group in ((Modality.FACE, media.pictures), (Modality.VOICE, media.recordings)):
        if group:
            vectors[modality][person.person_id] = np.concatenate([read.vectors for read in group])
    return replace(
        stored,
        pack=pack.label,
        spaces={Modality.FACE: face_space(pack), Modality.VOICE: voice_space(pack)},
        persons=(*stored.persons, record),
        enrolments=(*stored.enrolments, enrolment),
        references=(*stored.references, *references),
        vectors=vectors,
    )


def _enrolment(stored: StoredWatchlist, person_id: str, directory: Path) -> Enrolment:
    for enrolment in stored.enrolments:
        if enrolment.person_id == person_id:
            return enrolment
    raise PersonUnknown(
        f"nobody in the watchlist {directory} has the id {person_id!r}: `qalqan watchlist list` shows who is"
    )


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


def _count(stored: StoredWatchlist, person_id: str, kind: ReferenceKind) -> int:
    references: Sequence[Reference] = stored.references
    return sum(reference.person_id == person_id and reference.kind is kind for reference in references)
