"""The watchlist as a worker sees it: who can be matched now, and with what. Read-only.

Pooling: a track's score for a person is the best over (the track's vectors × the person's vectors). One good view of
the face is enough, and a reference picture in an odd light does not pull the others down. The mean over them is not
offered: nothing has shown it to be better.

Without a calibration the pack's thresholds hold, raised to a look-alike's score for people who have an enrolled one. With a
calibration each video has its own, never lower: it follows from the stated FPIR, the number of people and the number of
tracks, and rises for people who have a look-alike, enrolled or declared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from embeddings.records import FaceTrack, ModelPack, Region, VoiceSegment
from embeddings.samples import FaceSample, VoiceSample
from evidence.records import content_id
from watchlist import store
from watchlist.calibration import Calibration, without_others
from watchlist.errors import PersonUnknown, WatchlistInvalid
from watchlist.footage import GenuineFootage
from watchlist.gallery_version import version_of
from watchlist.index import Space, VectorIndex
from watchlist.modality_search import Hit, ModalitySearch, Query, as_told
from watchlist.recordings import GenuineRecording, open_recordings
from watchlist.records import AllowedCreative, Brand, Match, Modality, NewsPublisher, Person, ReferenceKind
from watchlist.sealing import joint_key
from watchlist.standing import Standing, in_words, standing

__all__ = ["Gallery", "GenuineFootage"]

Vectors = NDArray[np.float32]


class Gallery:
    """Active enrolments only: expired or unapproved people cannot be matched, whatever is stored.

    Built by ``Gallery.load`` in each worker, or by ``Gallery.of`` where the vectors are at hand. Never pickled:
    biometric vectors do not travel between processes.
    """

    version: str
    """As ``version_of`` computes it; part of every cache key."""
    pack: str
    persons: tuple[Person, ...]
    brands: tuple[Brand, ...]
    allowed: tuple[AllowedCreative, ...]
    """Creatives that were verified to be the own ones of these people and brands."""
    publishers: tuple[NewsPublisher, ...]
    """Of news; no part of ``version``, as they change nothing that is said of a creative."""

    def __init__(
        self,
        pack: ModelPack,
        *,
        persons: Sequence[Person],
        brands: Sequence[Brand],
        indexes: Mapping[Modality, VectorIndex],
        films: Sequence[tuple[str, str]],
        open_films: Callable[[str], Sequence[GenuineFootage]],
        allowed: Sequence[AllowedCreative] = (),
        publishers: Sequence[NewsPublisher] = (),
        calibrations: Sequence[Calibration] = (),
        find_logo: Callable[[str], Path] | None = None,
        open_recordings: Callable[[str], Sequence[GenuineRecording]] = lambda _: (),
        open_key: Callable[[], bytes | None] = lambda: None,
    ) -> None:
        """What ``of`` and ``load`` end in. ``films`` are (person id, SHA-256); ``open_films`` gives those of one person
        when they are first asked for, ``open_recordings`` their recordings, ``open_key`` the ``memory_key``; vectors in
        ``indexes`` of anybody else than ``persons`` count for nothing. Raises ``WatchlistInvalid`` for duplicate ids, and for an
        index or a calibration that is not of this pack."""
        known = _unique([person.person_id for person in persons], "person")
        _unique([brand.brand_id for brand in brands], "brand")
        weighed = _calibrations(pack, calibrations)
        self._faces = ModalitySearch(
            _fitting(indexes.get(Modality.FACE), space=face_space(pack), what="face"),
            among=known,
            least=pack.face_threshold,
            calibration=weighed.get(Modality.FACE),
        )
        self._voices = ModalitySearch(
            _fitting(indexes.get(Modality.VOICE), space=voice_space(pack), what="voice"),
            among=known,
            least=pack.voice_threshold,
            calibration=weighed.get(Modality.VOICE),
        )
        self.pack = pack.label
        self.persons = tuple(persons)
        self.brands = tuple(brands)
        self.allowed = tuple(allowed)
        self.publishers = tuple(publishers)
        self.version = version_of(
            pack,
            records=[*persons, *brands],
            searches=(self._faces, self._voices),
            films=sorted(films),
            allowed=allowed,
        )
        self._by_id = {person.person_id: person for person in persons}
        self._open_films = open_films
        self._find_logo = find_logo
        self._films: dict[str, tuple[GenuineFootage, ...]] = {}
        self._open_recordings = open_recordings
        self._recordings: dict[str, tuple[GenuineRecording, ...]] = {}
        self._open_key = open_key
        self._key: bytes | None = None

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
        recordings: Sequence[GenuineRecording] = (),
        allowed: Sequence[AllowedCreative] = (),
        publishers: Sequence[NewsPublisher] = (),
        calibrations: Sequence[Calibration] = (),
        logos: Mapping[str, Path] | None = None,
    ) -> Gallery:
        """A gallery of vectors at hand, (k, d) per person id; all ``persons`` count as active. An empty one matches
        nobody. ``logos`` are pictures of brands by SHA-256.

        Raises ``WatchlistInvalid`` for duplicate ids, for vectors or film of somebody who is not among ``persons``, and
        for vectors that are not finite, are zero or have another dimension than the pack's.
        """
        faces, voices = face_vectors or {}, voice_vectors or {}
        strangers = {*faces, *voices, *(film.person_id for film in footage)} - {person.person_id for person in persons}
        if strangers:
            raise WatchlistInvalid(
                f"there are vectors or film of {min(strangers)!r}, who is not enrolled: remove or enrol them"
            )
        try:
            indexes = {
                Modality.FACE: VectorIndex.of(faces, space=face_space(pack), what="face"),
                Modality.VOICE: VectorIndex.of(voices, space=voice_space(pack), what="voice"),
            }
        except ValueError as error:
            raise WatchlistInvalid(str(error)) from None
        return cls(
            pack,
            persons=persons,
            brands=brands,
            indexes=indexes,
            films=[(film.person_id, film.sha256) for film in footage],
            open_films=lambda person_id: [film for film in footage if film.person_id == person_id],
            open_recordings=lambda person_id: [one for one in recordings if one.person_id == person_id],
            allowed=allowed,
            publishers=publishers,
            calibrations=calibrations,
            find_logo=None if logos is None else logos.__getitem__,
        )

    @classmethod
    def load(cls, directory: Path, pack: ModelPack, *, now: datetime) -> Gallery:
        """The people of a stored watchlist who are active at ``now`` (time-zone aware), and its brands.

        Raises ``WatchlistInvalid`` if the watchlist is absent, damaged, of another pack, or holds neither an active
        person nor a brand; ``OSError`` passes through.
        """
        stored = store.read(directory)
        active = {item.person_id for item in stored.enrolments if standing(item, now=now) is Standing.ACTIVE}
        if not active and not stored.brands:
            raise WatchlistInvalid(_why_empty(directory, stored, now=now))
        if (foreign := stored.foreign_to(pack)) is not None:
            raise WatchlistInvalid(
                f"the watchlist {directory} {foreign}: use that pack, or enrol these people in another directory with this one"
            )
        films = [ref for ref in stored.references if ref.kind is ReferenceKind.FOOTAGE and ref.person_id in active]
        return cls(
            pack,
            persons=[person for person in stored.persons if person.person_id in active],
            brands=stored.brands,
            indexes=stored.indexes,
            films=[(ref.person_id, ref.sha256) for ref in films],
            open_films=lambda who: store.open_films(directory, [ref for ref in films if ref.person_id == who]),
            allowed=[item for item in stored.allowed if item.brand_id is not None or item.person_id in active],
            publishers=stored.publishers,
            calibrations=[without_others(one, active) for one in stored.calibrations],
            find_logo=lambda sha256: store.logo_file(directory, sha256),
            open_recordings=lambda who: open_recordings(
                directory, [ref for ref in stored.references if ref.person_id == who]
            ),
            open_key=lambda: _joint_key(directory, active),
        )

    def match_faces(self, samples: Sequence[FaceSample]) -> list[Match]:
        """At most one match per track: the best person, if at or above the threshold; of two equally good ones the one
        whose id sorts first. All tracks of a creative must be among ``samples``, because the threshold depends on their
        number. Raises ``ValueError`` for vectors that are not finite or not of the gallery's pack."""
        hits = self._faces.hits([_shown(sample) for sample in samples])
        return [
            self._match(
                hit,
                sample.track,
                modality=Modality.FACE,
                track=sample.track.track,
                best_s=sample.track.best_s,
                region=sample.track.region,
            )
            for sample, hit in zip(samples, hits, strict=True)
            if hit is not None
        ]

    def match_voices(self, samples: Sequence[VoiceSample]) -> list[Match]:
        """At most one match per segment, as for faces; segments of one speaker of a creative are one track, because they are
        not independent."""
        hits = self._voices.hits([_heard(sample) for sample in samples])
        return [
            self._match(
                hit,
                sample.segment,
                modality=Modality.VOICE,
                track=sample.segment.segment,
                best_s=sample.segment.start_s,
                region=None,
            )
            for sample, hit in zip(samples, hits, strict=True)
            if hit is not None
        ]

    def face_score(self, sample: FaceSample, person_id: str) -> float | None:
        """How alike a face is to one enrolled person's; None if no face of theirs is enrolled. Raises ``PersonUnknown``."""
        self.person(person_id)
        query = _shown(sample)
        score = self._faces.index.score(query.vectors, person_id, what=query.what)
        return None if score is None else as_told(score)

    def voice_score(self, sample: VoiceSample, person_id: str) -> float | None:
        """How alike a segment is to one enrolled person's voice; None if no voice of theirs is enrolled.

        Raises ``PersonUnknown``."""
        self.person(person_id)
        query = _heard(sample)
        score = self._voices.index.score(query.vectors, person_id, what=query.what)
        return None if score is None else as_told(score)

    def likelihood_ratio(self, score: float, *, modality: Modality) -> float | None:
        """How many times more such a score is to be expected of the person than of somebody else; None where the
        gallery has no calibration for the modality."""
        calibration = (self._faces if modality is Modality.FACE else self._voices).calibration
        return None if calibration is None else calibration.likelihood_ratio(score)

    def footage(self, person_id: str) -> Sequence[GenuineFootage]:
        """The person's enrolled genuine film; empty if there is none. Raises ``PersonUnknown``, and
        ``WatchlistInvalid`` if the stored film was altered."""
        self.person(person_id)
        if person_id not in self._films:
            self._films[person_id] = tuple(self._open_films(person_id))
        return self._films[person_id]

    def recordings(self, person_id: str) -> Sequence[GenuineRecording]:
        """The person's enrolled recordings; empty if there are none. Raises as ``footage`` does."""
        self.person(person_id)
        if person_id not in self._recordings:
            self._recordings[person_id] = tuple(self._open_recordings(person_id))
        return self._recordings[person_id]

    def memory_key(self) -> bytes | None:
        """The key under which it may be remembered who was recognised where nobody is to read it: made of the keys of all active
        people, so that it ends with the first of them. None where there is none: then nothing of the kind is remembered."""
        if self._key is None:
            self._key = self._open_key()
        return self._key

    def logo(self, sha256: str) -> Path:
        """The picture of a brand's logo. Raises ``WatchlistInvalid`` if the watchlist no longer has it, or has it altered."""
        if self._find_logo is None:
            raise WatchlistInvalid(f"the logo {sha256[:12]} is not in this gallery: load it from its watchlist")
        return self._find_logo(sha256)

    def person(self, person_id: str) -> Person:
        """Raises ``PersonUnknown``."""
        try:
            return self._by_id[person_id]
        except KeyError:
            raise PersonUnknown(
                f"nobody active in the watchlist has the id {person_id!r}: `qalqan watchlist list` shows who is"
            ) from None

    def _match(
        self,
        hit: Hit,
        seen: FaceTrack | VoiceSegment,
        *,
        modality: Modality,
        track: int,
        best_s: float,
        region: Region | None,
    ) -> Match:
        return Match(
            match_id=content_id(seen.creative_sha256, hit.person_id, modality.value, str(track), self.pack),
            creative_sha256=seen.creative_sha256,
            person_id=hit.person_id,
            modality=modality,
            track=track,
            start_s=seen.start_s,
            end_s=seen.end_s,
            best_s=best_s,
            region=region,
            score=hit.score,
            threshold=hit.threshold,
            likelihood_ratio=hit.likelihood_ratio,
            pack=self.pack,
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError("a gallery is never pickled: call Gallery.load(directory, pack, now=…) in each worker")


def _joint_key(directory: Path, active: Collection[str]) -> bytes | None:
    """None where nobody is active, or a key is not there: whoever put back a backup without keys can match all the same."""
    try:
        return joint_key(directory, active, purpose="analyses") if active else None
    except WatchlistInvalid:
        return None


def _shown(sample: FaceSample) -> Query:
    return Query(
        creative=sample.track.creative_sha256,
        track=sample.track.track,
        vectors=sample.vectors,
        what=f"the face vectors of track {sample.track.track}",
    )


def _heard(sample: VoiceSample) -> Query:
    return Query(
        creative=sample.segment.creative_sha256,
        track=sample.segment.speaker,
        vectors=sample.vector[None, :],
        what=f"the voice vector of segment {sample.segment.segment}",
    )


def _calibrations(pack: ModelPack, calibrations: Sequence[Calibration]) -> dict[Modality, Calibration]:
    for one in calibrations:
        if one.pack != pack.label:
            raise WatchlistInvalid(
                f"the {one.modality.value} calibration was made with the model pack {one.pack}, not {pack.label}: "
                "calibrate again with the pack in use"
            )
    return {one.modality: one for one in calibrations}


def _fitting(index: VectorIndex | None, *, space: Space, what: str) -> VectorIndex:
    if index is None:
        return VectorIndex.of({}, space=space, what=what)
    if index.space != space:
        raise WatchlistInvalid(
            f"the {what} vectors of the watchlist have {index.space.dimension} numbers ({index.space.metric}), but the "
            f"model pack makes {space.dimension} ({space.metric}): enrol these people again with the pack in use"
        )
    return index


def _unique(ids: Sequence[str], what: str) -> set[str]:
    for identity, times in Counter(ids).items():
        if times > 1:
            raise WatchlistInvalid(f"the {what} id {identity!r} occurs {times} times: give each {what} its own id")
    return set(ids)


def _why_empty(directory: Path, stored: store.StoredWatchlist, *, now: datetime) -> str:
    if not stored.persons:
        return f"the watchlist {directory} is empty: enrol somebody with `qalqan watchlist enroll` and have it approved"
    states = ", ".join(f"{item.person_id} {in_words(item, now=now)}" for item in stored.enrolments[:3])
    more = f" and {len(stored.enrolments) - 3} more" if len(stored.enrolments) > 3 else ""
    return (
        f"nobody in the watchlist {directory} is active ({states}{more}): "
        "approve with `qalqan watchlist approve`, or enrol again what has expired"
    )


def face_space(pack: ModelPack) -> Space:
    """Where the pack's face vectors live."""
    return Space(pack.face_dimension, pack.face_metric)


def voice_space(pack: ModelPack) -> Space:
    """Where the pack's voice vectors live."""
    return Space(pack.voice_dimension, pack.voice_metric)
