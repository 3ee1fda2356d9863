"""Faces of a creative: found on its sampled frames, followed through it, the best pictures of each turned into vectors.

In two steps, so that a caller can make the vectors of many creatives in one call of the network: ``find_faces`` gives tracks and
crops, ``with_vectors`` what comes of them. ``see_faces`` does both for one creative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.following import Track, follow_faces
from embeddings.records import FaceTrack
from embeddings.samples import DecodedMedia, FaceSample, LoadedPack, SeenAt
from embeddings.shots import is_cut as is_cut
from embeddings.sightings import Sighting, alike
from embeddings.sightings import overlap as overlap
from embeddings.sightings import region_of as region_of
from embeddings.track_pictures import BEST_FRAMES, best_first, best_pictures, witnesses, worth_it

MAX_TRACKS = 64
"""So many faces of a creative are compared, the largest; where the others are is kept, so that they can be blurred."""

SPLIT_MARGIN = 0.1

Vectors = NDArray[np.float32]
Chip = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundTrack:
    """One face in one shot; ``chosen`` are those of its ``sightings`` whose crops are among the creative's ``chips``."""

    sightings: tuple[Sighting, ...]
    chosen: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundFaces:
    """The faces of a creative before any vector: ``chips`` of the tracks' chosen sightings, in order, (s, s, 3) each."""

    creative_sha256: str
    tracks: tuple[FoundTrack, ...]
    not_compared: tuple[FoundTrack, ...]
    chips: tuple[Chip, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenFaces:
    """All faces of a creative: those with vectors, those without (too small, too many, or not surely the same face any more), and
    where each track was (by track number)."""

    samples: tuple[FaceSample, ...]
    not_compared: tuple[FaceTrack, ...]
    paths: Mapping[int, tuple[SeenAt, ...]]
    problems: tuple[str, ...]

    @property
    def tracks(self) -> tuple[FaceTrack, ...]:
        """Every face that was seen, compared or not."""
        return tuple(sample.track for sample in self.samples) + self.not_compared


@dataclass(slots=True, eq=False)
class _Person:
    """Sightings of one face, of one shot or several, and the vectors (k, d) of the ``chosen`` ones, best first."""

    sightings: list[Sighting]
    chosen: list[Sighting]
    vectors: Vectors


def see_faces(media: DecodedMedia, pack: LoadedPack) -> SeenFaces:
    """All faces of a creative. A face that the pack cannot judge (``face_min_size_px``) gets no vector and is named."""
    found = find_faces(media, pack)
    return with_vectors(found, pack.faces.embed(found.chips), pack)


def find_faces(media: DecodedMedia, pack: LoadedPack) -> FoundFaces:
    """The tracks of a creative and the crops that ``pack.faces.embed`` is to make vectors of."""
    smallest = pack.manifest.face_min_size_px
    linked = sorted(follow_faces(media.frames, pack), key=lambda track: -_height_px(track))
    problems = []
    if len(linked) > MAX_TRACKS:
        problems.append(f"{len(linked) - MAX_TRACKS} of {len(linked)} faces were not compared, the smallest ones")
    kept, beyond = linked[:MAX_TRACKS], linked[MAX_TRACKS:]
    small = [track for track in kept if _height_px(track) < smallest]
    if small:
        size = _height_px(small[0])
        problems.append(f"{len(small)} face(s) of at most {size} px are below the {smallest} px needed: not compared")
    chosen = [_chosen(track) for track in kept if _height_px(track) >= smallest]
    tracks, unsure = [track for track, _ in chosen], [left for _, left in chosen if left is not None]
    if unsure:
        problems.append(f"{len(unsure)} face(s) changed too often: not compared throughout")
    return FoundFaces(
        creative_sha256=media.creative.sha256,
        tracks=tuple(tracks),
        not_compared=(
            *(FoundTrack(sightings=tuple(track.sightings), chosen=()) for track in small),
            *unsure,
            *(FoundTrack(sightings=tuple(track.sightings), chosen=()) for track in beyond),
        ),
        chips=tuple(
            pack.faces.chip(media.frames[one.index].pixels, one.face) for track in tracks for one in track.chosen
        ),
        problems=tuple(problems),
    )


def with_vectors(found: FoundFaces, vectors: Vectors, pack: LoadedPack) -> SeenFaces:
    """The faces with the vectors (n, d) of their n ``chips``; tracks of one person are joined, one of two taken apart.

    ``ValueError`` unless there is a vector for each chip.
    """
    if len(vectors) != len(found.chips):
        raise ValueError(f"{len(vectors)} vectors do not fit {len(found.chips)} crops; pass those of this creative")
    people: list[_Person] = []
    first = 0
    for track in found.tracks:
        people += _apart(track, vectors[first : first + len(track.chosen)], pack)
        first += len(track.chosen)
    whole = sorted(_merge(people, pack), key=lambda person: person.sightings[0].at_s)
    paths = [person.sightings for person in whole] + [list(track.sightings) for track in found.not_compared]
    records = [_record(found.creative_sha256, number, path) for number, path in enumerate(paths)]
    return SeenFaces(
        samples=tuple(
            FaceSample(track=record, vectors=person.vectors) for record, person in zip(records, whole, strict=False)
        ),
        not_compared=tuple(records[len(whole) :]),
        paths={
            record.track: tuple(SeenAt(at_s=one.at_s, region=one.region) for one in path)
            for record, path in zip(records, paths, strict=True)
        },
        problems=found.problems,
    )


def agreement(ours: Vectors, theirs: Vectors, *, metric: str) -> NDArray[np.float64]:
    """Scores of a pack's metric, higher is more alike; (n, d) × (m, d) → (n, m)."""
    a, b = ours.astype(np.float64), theirs.astype(np.float64)
    if metric == "euclidean":
        distances: NDArray[np.float64] = np.linalg.norm(a[:, None, :] - b[None, :, :], axis=2)
        return 1.0 - distances
    norms = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)[None, :]
    cosines: NDArray[np.float64] = (a @ b.T) / np.maximum(norms, 1e-12)
    return cosines


def _height_px(track: Track) -> int:
    """Of the face where it is largest, in the pictures that were looked at."""
    return max(sighting.quality.size_px for sighting in track.sightings)


def _chosen(track: Track) -> tuple[FoundTrack, FoundTrack | None]:
    """The track with the pictures to turn into vectors, and what of it those pictures do not vouch for."""
    best = best_pictures(track.sightings)
    further, left = witnesses(track.sightings, best)
    sure = tuple(one for one in track.sightings if all(one is not other for other in left))
    return (
        FoundTrack(sightings=sure, chosen=(*best, *further)),
        FoundTrack(sightings=left, chosen=()) if left else None,
    )


def _apart(track: FoundTrack, vectors: Vectors, pack: LoadedPack) -> list[_Person]:
    """One person, or several where the pictures of a track are not all of one (a cut that nobody saw).

    What would not be joined is not kept together either: whoever is nobody's match must not hide in the track of somebody's.
    """
    groups: list[list[int]] = []
    for number in range(len(track.chosen)):
        one = vectors[number : number + 1]
        home = next((g for g in groups if _agree(vectors[g], one, pack)), None)
        if home is None:
            groups.append([number])
        else:
            home.append(number)
    shown: list[list[Sighting]] = [[] for _ in groups]
    for sighting in track.sightings:
        likeness = [max(alike(sighting, track.chosen[n]) for n in group) for group in groups]
        shown[likeness.index(max(likeness))].append(sighting)
    people = []
    for group, sightings in zip(groups, shown, strict=True):
        good = worth_it([track.chosen[n] for n in group])[:BEST_FRAMES]
        rows = [n for n in group if any(track.chosen[n] is one for one in good)]
        people.append(_Person(sightings, good, vectors[rows]))
    return people


def _merge(people: Sequence[_Person], pack: LoadedPack) -> list[_Person]:
    """Join those who are one person and never in the same frame (the camera cut away and came back)."""
    merged: list[_Person] = []
    for person in sorted(people, key=lambda p: p.sightings[0].index):
        frames = {sighting.index for sighting in person.sightings}
        home = next(
            (
                other
                for other in merged
                if not frames & {sighting.index for sighting in other.sightings}
                and _agree(other.vectors, person.vectors, pack)
            ),
            None,
        )
        if home is None:
            merged.append(person)
            continue
        pool = list(zip([*home.chosen, *person.chosen], [*home.vectors, *person.vectors], strict=True))
        pool.sort(key=lambda pair: -pair[0].quality.score)
        home.sightings = sorted(home.sightings + person.sightings, key=lambda sighting: sighting.index)
        home.chosen = [sighting for sighting, _ in pool[:BEST_FRAMES]]
        home.vectors = np.stack([vector for _, vector in pool[:BEST_FRAMES]])
    return merged


def _agree(ours: Vectors, theirs: Vectors, pack: LoadedPack) -> bool:
    scores = agreement(ours, theirs, metric=pack.manifest.face_metric)
    threshold = pack.manifest.face_threshold
    return bool(scores.mean() >= threshold and scores.min() >= threshold - SPLIT_MARGIN)


def _record(creative_sha256: str, number: int, path: Sequence[Sighting]) -> FaceTrack:
    best = best_first(path)[0]
    return FaceTrack(
        creative_sha256=creative_sha256,
        track=number,
        start_s=path[0].at_s,
        end_s=path[-1].at_s,
        best_s=best.at_s,
        region=best.region,
        size_px=best.size_px,
        sharpness=best.quality.sharpness,
        quality=best.quality.score,
        yaw_deg=best.quality.yaw_deg,
        frames_seen=len(path),
        pitch_deg=best.quality.pitch_deg,
        occlusion=best.quality.occlusion,
    )
