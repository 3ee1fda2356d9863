"""Somebody who is to be enrolled, made ready: rules checked, media read, vectors taken. Nothing is written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from embeddings.records import ModelPack
from embeddings.samples import LoadedPack
from watchlist.errors import EnrolmentRefused
from watchlist.footage import GenuineFootage
from watchlist.gallery import face_space, voice_space
from watchlist.records import Enrolment, Modality, Person, Reference, ReferenceKind
from watchlist.references import ReadReference, check_agreement, read_film, read_picture, read_recording
from watchlist.rules import EnrolmentRequest, check_request
from watchlist.store import StoredWatchlist


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A request that breaks no rule by itself, with everything that was read of its files."""

    request: EnrolmentRequest
    pack: ModelPack
    document_sha256: str | None
    pictures: tuple[ReadReference, ...]
    recordings: tuple[ReadReference, ...]
    films: tuple[tuple[ReadReference, GenuineFootage], ...]

    @property
    def person(self) -> Person:
        """The person as they are recorded."""
        asked = self.request
        return Person(
            person_id=asked.person_id,
            names=tuple(name.strip() for name in asked.names),
            role=asked.role,
            jurisdiction=asked.jurisdiction,
            official_pages=asked.official_pages,
            official_domains=tuple(domain.casefold() for domain in asked.official_domains),
            languages=asked.languages,
        )

    @property
    def media(self) -> list[tuple[ReferenceKind, ReadReference]]:
        """Every file, by what it is used for."""
        return [
            *((ReferenceKind.IMAGE, read) for read in self.pictures),
            *((ReferenceKind.AUDIO, read) for read in self.recordings),
            *((ReferenceKind.FOOTAGE, read) for read, _ in self.films),
        ]

    @property
    def in_words(self) -> str:
        """What was checked, for the audit; no biometric data."""
        age = "date of birth checked" if self.request.born else "adult confirmed by the requester"
        counts = f"{len(self.pictures)} pictures, {len(self.recordings)} recordings, {len(self.films)} films"
        document = f"; signed request {self.document_sha256}" if self.document_sha256 else ""
        return f"{counts}; {age}{document}"

    def added_to(self, stored: StoredWatchlist, *, now: datetime) -> StoredWatchlist:
        """The watchlist with this person, who is not approved yet."""
        who, pack = self.request.person_id, self.pack
        vectors = {modality: dict(stored.vectors.get(modality, {})) for modality in Modality}
        for modality, group in ((Modality.FACE, self.pictures), (Modality.VOICE, self.recordings)):
            if group:
                vectors[modality][who] = np.concatenate([read.vectors for read in group])
        return replace(
            stored,
            pack=pack.label,
            pack_files=pack.digest,
            spaces={Modality.FACE: face_space(pack), Modality.VOICE: voice_space(pack)},
            persons=(*stored.persons, self.person),
            enrolments=(*stored.enrolments, self._enrolment(now)),
            references=(*stored.references, *self._references(now)),
            vectors=vectors,
        )

    def _enrolment(self, now: datetime) -> Enrolment:
        asked = self.request
        return Enrolment(
            person_id=asked.person_id,
            legal_basis=asked.legal_basis.strip(),
            purpose=asked.purpose.strip(),
            requested_by=asked.requested_by.strip(),
            approved_by=(),
            enrolled_at=now,
            expires_at=asked.expires_at,
            document_sha256=self.document_sha256,
            review_at=asked.review_at,
        )

    def _references(self, now: datetime) -> list[Reference]:
        return [
            Reference(
                person_id=self.request.person_id,
                kind=kind,
                sha256=read.sha256,
                media_type=read.media_type,
                provenance=self.request.provenance_of(read.path),
                added_at=now,
                pack=self.pack.label,
            )
            for kind, read in self.media
        ]


def prepare(request: EnrolmentRequest, *, pack: LoadedPack, now: datetime) -> Prepared:
    """Check the request and read its files. Raises ``EnrolmentRefused`` naming the rule or the file; ``OSError`` passes
    through."""
    check_request(request, now=now)
    facts = pack.manifest
    document = None if request.document is None else _document_sha256(request.document)
    pictures = tuple(read_picture(path, pack) for path in request.images)
    check_agreement(pictures, space=face_space(facts), threshold=facts.face_threshold, what="face")
    recordings = tuple(read_recording(path, pack) for path in request.audio)
    check_agreement(recordings, space=voice_space(facts), threshold=facts.voice_threshold, what="voice")
    films = []
    for path in request.footage:
        faces = np.concatenate([picture.vectors for picture in pictures])
        films.append(read_film(path, pack, person_id=request.person_id, faces=faces))
    return Prepared(
        request=request,
        pack=facts,
        document_sha256=document,
        pictures=pictures,
        recordings=recordings,
        films=tuple(films),
    )


def _document_sha256(path: Path) -> str:
    """The document itself is not kept: it stays with whoever is answerable for it."""
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
        if not stream.tell():
            raise EnrolmentRefused(f"the signed request {path} is empty: give the document as it was signed")
    return found
