"""The watchlist as a worker sees it: who can be matched now, and with what. Read-only.

Pooling: a track's score for a person is the best over (the track's vectors × the person's vectors). One good view of
the face is enough, and a reference picture in an odd light does not pull the others down.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from embeddings.records import FaceTrack, ModelPack, VoiceSegment
from embeddings.samples import FaceSample, VoiceSample
from evidence.records import content_id
from evidence.tables import to_row
from watchlist.errors import PersonUnknown, WatchlistInvalid
from watchlist.footage import DESCRIPTOR_FORM, GenuineFootage
from watchlist.index import VectorIndex
from watchlist.records import Brand, Match, Modality, Person

__all__ = ["Gallery", "GenuineFootage"]

Vectors = NDArray[np.float32]


class Gallery:
    """Active enrolments only: expired or unapproved people cannot be matched, whatever is stored.

    Built by ``Gallery.load`` in each worker, or by ``Gallery.of`` where the vectors are at hand. Never pickled:
    biometric vectors do not travel between processes.
    """

    version: str
    """SHA-256 over everything that can change a match; part of every cache key."""
    pack: str
    persons: tuple[Person, ...]
    brands: tuple[Brand, ...]

    def __init__(
        self,
        pack: ModelPack,
        *,
        persons: Sequence[Person],
        brands: Sequence[Brand],
        faces: VectorIndex,
        voices: VectorIndex,
        footage: Mapping[str, Callable[[], Sequence[GenuineFootage]]],
        version: str,
    ) -> None:
        """For ``load`` and ``of``; ``footage`` opens a person's film when it is first asked for."""
        self.pack = pack.label
        self.persons = tuple(persons)
        self.brands = tuple(brands)
        self.version = version
        self._manifest = pack
        self._by_id = {person.person_id: person for person in persons}
        self._faces = faces
        self._voices = voices
        self._open_footage = footage
        self._footage: dict[str, tuple[GenuineFootage, ...]] = {}

    @classmethod
    def of(
        cls,
        pack: ModelPack,
        *,
        persons: Sequence[Person],
        brands: Sequence[Brand] = (),
        face_vectors: Mapping[str, Vectors] | None = None,
        voice_vectors: Mapping[str, Vectors] | None = None,
        footage: Sequence[GenuineFootage] = (),
    ) -> Gallery:
        """A gallery of vectors at hand, (k, d) per person id; all ``persons`` count as active. An empty one matches
        nobody.

        Raises ``WatchlistInvalid`` for duplicate ids, for vectors or film of somebody who is not among ``persons``, and
        for vectors that are not finite, are zero (cosine) or have another dimension than the pack's.
        """
        known = _unique([person.person_id for person in persons], "person")
        _unique([brand.brand_id for brand in brands], "brand")
        face_vectors, voice_vectors = face_vectors or {}, voice_vectors or {}
        strangers = {*face_vectors, *voice_vectors, *(film.person_id for film in footage)} - known
        if strangers:
            raise WatchlistInvalid(
                f"there are vectors or film of {min(strangers)!r}, who is not enrolled: remove or enrol them"
            )
        films = {person_id: [film for film in footage if film.person_id == person_id] for person_id in known}
        faces = _index(face_vectors, dimension=pack.face_dimension, metric=pack.face_metric, what="face")
        voices = _index(voice_vectors, dimension=pack.voice_dimension, metric=pack.voice_metric, what="voice")
        return cls(
            pack,
            persons=persons,
            brands=brands,
            faces=faces,
            voices=voices,
            footage={person_id: films[person_id].copy for person_id in known},
            version=_version(
                pack,
                records=[*persons, *brands],
                indexes=(faces, voices),
                footage=[(film.person_id, film.sha256) for film in footage],
            ),
        )

    def match_faces(self, samples: Sequence[FaceSample]) -> list[Match]:
        """At most one match per track: the best person at or above the threshold, of two equally good ones the one
        whose id sorts first. Raises ``ValueError`` for vectors that are not finite or not of the gallery's pack."""
        best = self._faces.best(
            [sample.vectors for sample in samples],
            what=[f"the face vectors of track {sample.track.track}" for sample in samples],
        )
        return [
            self._match(found, sample)
            for sample, found in zip(samples, best, strict=True)
            if found is not None and found[0] >= self._manifest.face_threshold
        ]

    def match_voices(self, samples: Sequence[VoiceSample]) -> list[Match]:
        """At most one match per segment: the best person at or above the threshold, of two equally good ones the one
        whose id sorts first. Raises ``ValueError`` for vectors that are not finite or not of the gallery's pack."""
        best = self._voices.best(
            [sample.vector[None, :] for sample in samples],
            what=[f"the voice vector of segment {sample.segment.segment}" for sample in samples],
        )
        return [
            self._match(found, sample)
            for sample, found in zip(samples, best, strict=True)
            if found is not None and found[0] >= self._manifest.voice_threshold
        ]

    def voice_score(self, sample: VoiceSample, person_id: str) -> float | None:
        """How alike a segment is to one enrolled person's voice; None if no voice of theirs is enrolled.

        Raises ``PersonUnknown``."""
        self.person(person_id)
        return self._voices.score(
            sample.vector[None, :], person_id, what=f"the voice vector of segment {sample.segment.segment}"
        )

    def footage(self, person_id: str) -> Sequence[GenuineFootage]:
        """The person's enrolled genuine film; empty if there is none. Raises ``PersonUnknown``, and
        ``WatchlistInvalid`` if the stored film was altered."""
        self.person(person_id)
        if person_id not in self._footage:
            opener = self._open_footage.get(person_id)
            self._footage[person_id] = tuple(opener()) if opener else ()
        return self._footage[person_id]

    def person(self, person_id: str) -> Person:
        """Raises ``PersonUnknown``."""
        try:
            return self._by_id[person_id]
        except KeyError:
            raise PersonUnknown(
                f"nobody active in the watchlist has the id {person_id!r}: `qalqan watchlist list` shows who is"
            ) from None

    def _match(self, found: tuple[float, str], sample: FaceSample | VoiceSample) -> Match:
        score, person_id = found
        seen: FaceTrack | VoiceSegment
        if isinstance(sample, FaceSample):
            modality, seen, track, threshold = (
                Modality.FACE,
                sample.track,
                sample.track.track,
                self._manifest.face_threshold,
            )
        else:
            modality, seen, track = Modality.VOICE, sample.segment, sample.segment.segment
            threshold = self._manifest.voice_threshold
        return Match(
            match_id=content_id(seen.creative_sha256, person_id, modality.value, str(track), self.pack),
            creative_sha256=seen.creative_sha256,
            person_id=person_id,
            modality=modality,
            track=track,
            start_s=seen.start_s,
            end_s=seen.end_s,
            best_s=seen.best_s if isinstance(seen, FaceTrack) else seen.start_s,
            region=seen.region if isinstance(seen, FaceTrack) else None,
            score=score,
            threshold=threshold,
            likelihood_ratio=None,
            pack=self.pack,
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError("a gallery is never pickled: call Gallery.load(directory, pack, now=…) in each worker")


def _unique(ids: Sequence[str], what: str) -> set[str]:
    for identity, times in Counter(ids).items():
        if times > 1:
            raise WatchlistInvalid(f"the {what} id {identity!r} occurs {times} times: give each {what} its own id")
    return set(ids)


def _index(vectors: Mapping[str, Vectors], *, dimension: int, metric: str, what: str) -> VectorIndex:
    owners: list[str] = []
    rows: list[Vectors] = [np.zeros((0, dimension), dtype=np.float32)]
    for person_id in sorted(vectors):
        theirs = np.asarray(vectors[person_id], dtype=np.float32)
        try:
            alone = VectorIndex(
                theirs,
                [person_id] * len(theirs),
                dimension=dimension,
                metric=metric,
                what=f"the {what} vectors of {person_id!r}",
            )
        except ValueError as error:
            raise WatchlistInvalid(str(error)) from None
        owners += alone.owners
        rows.append(theirs)
    return VectorIndex(np.concatenate(rows), owners, dimension=dimension, metric=metric)


def _version(
    pack: ModelPack,
    *,
    records: Iterable[object],
    indexes: tuple[VectorIndex, VectorIndex],
    footage: Sequence[tuple[str, str]],
) -> str:
    """Does not depend on the order in which people were enrolled or loaded."""
    thresholds = [pack.face_metric, pack.face_threshold, pack.voice_metric, pack.voice_threshold]
    parts = [pack.label, json.dumps(thresholds), DESCRIPTOR_FORM, json.dumps(sorted(footage))]
    parts += sorted(json.dumps(to_row(record), sort_keys=True) for record in records)
    for index in indexes:
        for owner in sorted(set(index.owners)):
            rows = sorted(row.tobytes() for row in index.rows(owner))
            parts += [owner, hashlib.sha256(b"".join(rows)).hexdigest()]
    return content_id(*parts)
