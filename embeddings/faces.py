"""Faces of a creative: found on its sampled frames, followed through it, the best pictures of each turned into vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.records import FaceTrack, Region
from embeddings.samples import DecodedMedia, DetectedFace, FaceEmbedder, FaceSample, Frame, LoadedPack, SeenAt

BEST_FRAMES = 3
"""So many pictures of a track are turned into vectors, the best by size and sharpness."""

LINK_OVERLAP = 0.3
MAX_GAP_FRAMES = 2
CUT_CORRELATION = 0.6
"""Below this correlation of their colour histograms, two sampled frames belong to different shots."""

SAME_PICTURE_LEVELS = 2
MAX_TRACKS = 64
SPLIT_MARGIN = 0.1
SHARPNESS_SIZE_PX = 96


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenFaces:
    """All faces of a creative: those with vectors, those too small for one, and where each track was (by track number)."""

    samples: tuple[FaceSample, ...]
    too_small: tuple[FaceTrack, ...]
    paths: Mapping[int, tuple[SeenAt, ...]]
    problems: tuple[str, ...]

    @property
    def tracks(self) -> tuple[FaceTrack, ...]:
        """Every face that was seen, compared or not."""
        return tuple(sample.track for sample in self.samples) + self.too_small


@dataclass(slots=True)
class _Sighting:
    """One face in one frame."""

    index: int
    frame: Frame
    face: DetectedFace
    sharpness: float

    @property
    def height_px(self) -> int:
        return self.face.box[3] - self.face.box[1]

    @property
    def quality(self) -> float:
        return self.height_px * self.sharpness


@dataclass(slots=True)
class _Track:
    sightings: list[_Sighting]
    vectors: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))


def track_faces(media: DecodedMedia, pack: LoadedPack) -> list[FaceSample]:
    """The faces of a creative that are large enough to compare, one sample per track."""
    return list(see_faces(media, pack).samples)


def see_faces(media: DecodedMedia, pack: LoadedPack) -> SeenFaces:
    """All faces of a creative. A face that the pack cannot judge (``face_min_size_px``) gets no vector and is named."""
    smallest = pack.manifest.face_min_size_px
    linked = _link(media.frames, _sightings(media.frames, pack.faces))
    linked.sort(key=lambda track: -max(s.height_px for s in track.sightings))
    problems = []
    if len(linked) > MAX_TRACKS:
        problems.append(f"{len(linked) - MAX_TRACKS} of {len(linked)} faces were left out, the smallest ones")
    kept = linked[:MAX_TRACKS]
    large = [track for track in kept if max(s.height_px for s in track.sightings) >= smallest]
    small = [track for track in kept if max(s.height_px for s in track.sightings) < smallest]
    if small:
        size = max(s.height_px for track in small for s in track.sightings)
        problems.append(f"{len(small)} face(s) of at most {size} px are below the {smallest} px needed: not compared")
    whole = _merge(_embedded(large, pack), pack)
    ordered = sorted(whole, key=lambda track: track.sightings[0].frame.at_s)
    records = [_record(media, number, track) for number, track in enumerate(ordered + small)]
    return SeenFaces(
        samples=tuple(
            FaceSample(track=record, vectors=track.vectors) for record, track in zip(records, ordered, strict=False)
        ),
        too_small=tuple(records[len(ordered) :]),
        paths={record.track: _path(track) for record, track in zip(records, ordered + small, strict=True)},
        problems=tuple(problems),
    )


def region_of(box: tuple[int, int, int, int], pixels: NDArray[np.uint8]) -> Region:
    """A pixel box (left, top, right, bottom) as fractions of its picture, cut at the picture's edges."""
    height, width = pixels.shape[:2]
    left, right = sorted(min(max(x / width, 0.0), 1.0) for x in (box[0], box[2]))
    top, bottom = sorted(min(max(y / height, 0.0), 1.0) for y in (box[1], box[3]))
    return Region(left=left, top=top, width=right - left, height=bottom - top)


def overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    """Intersection over union of two boxes, in [0, 1]."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / (areas - width * height)


def agreement(ours: NDArray[np.float32], theirs: NDArray[np.float32], *, metric: str) -> NDArray[np.float64]:
    """Scores of a pack's metric, higher is more alike; (n, d) × (m, d) → (n, m)."""
    a, b = ours.astype(np.float64), theirs.astype(np.float64)
    if metric == "euclidean":
        distances: NDArray[np.float64] = np.linalg.norm(a[:, None, :] - b[None, :, :], axis=2)
        return 1.0 - distances
    norms = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)[None, :]
    cosines: NDArray[np.float64] = (a @ b.T) / np.maximum(norms, 1e-12)
    return cosines


def is_cut(one: Frame, other: Frame) -> bool:
    """Whether two frames that follow each other look like different shots."""
    return bool(cv2.compareHist(_histogram(one), _histogram(other), cv2.HISTCMP_CORREL) < CUT_CORRELATION)


def _histogram(frame: Frame) -> NDArray[np.float32]:
    small = cv2.resize(frame.pixels, (64, 64), interpolation=cv2.INTER_AREA)
    histogram: NDArray[np.float32] = cv2.calcHist([small], [0, 1, 2], None, [8, 8, 8], [0, 256, 0, 256, 0, 256])
    return np.sqrt(histogram)


def _sightings(frames: Sequence[Frame], embedder: FaceEmbedder) -> list[list[_Sighting]]:
    """The faces of each frame; a frame that looks exactly like the one before inherits its faces."""
    found: list[list[_Sighting]] = []
    looked: NDArray[np.int16] | None = None
    for index, frame in enumerate(frames):
        small = cv2.resize(frame.pixels, (64, 64), interpolation=cv2.INTER_AREA).astype(np.int16)
        still = looked is not None and frame.pixels.shape == frames[index - 1].pixels.shape
        if still and looked is not None and int(np.abs(small - looked).max()) <= SAME_PICTURE_LEVELS:
            found.append([_Sighting(index, frame, old.face, old.sharpness) for old in found[-1]])
            continue
        looked = small
        faces = [face for face in embedder.detect(frame.pixels) if face.box[3] > face.box[1]]
        found.append([_Sighting(index, frame, face, _sharpness(frame, face, embedder)) for face in faces])
    return found


def _sharpness(frame: Frame, face: DetectedFace, embedder: FaceEmbedder) -> float:
    aligned = cv2.cvtColor(embedder.align(frame.pixels, face, size_px=SHARPNESS_SIZE_PX), cv2.COLOR_RGB2GRAY)
    return float(cv2.Laplacian(aligned, cv2.CV_64F).var())


def _link(frames: Sequence[Frame], found: Sequence[list[_Sighting]]) -> list[_Track]:
    """Join the sightings of neighbouring frames of one shot whose boxes overlap most."""
    done: list[_Track] = []
    open_tracks: list[_Track] = []
    for index, here in enumerate(found):
        if index and is_cut(frames[index - 1], frames[index]):
            done, open_tracks = done + open_tracks, []
        pairs = [
            (overlap(track.sightings[-1].face.box, sighting.face.box), t, s)
            for t, track in enumerate(open_tracks)
            for s, sighting in enumerate(here)
        ]
        taken: set[int] = set()
        extended: set[int] = set()
        for shared, t, s in sorted(pairs, reverse=True):
            if shared >= LINK_OVERLAP and t not in extended and s not in taken:
                open_tracks[t].sightings.append(here[s])
                extended.add(t)
                taken.add(s)
        done += [track for track in open_tracks if index - track.sightings[-1].index > MAX_GAP_FRAMES]
        open_tracks = [track for track in open_tracks if index - track.sightings[-1].index <= MAX_GAP_FRAMES]
        open_tracks += [_Track([sighting]) for s, sighting in enumerate(here) if s not in taken]
    return done + open_tracks


def _best(sightings: Sequence[_Sighting]) -> list[_Sighting]:
    return sorted(sightings, key=lambda sighting: -sighting.quality)[:BEST_FRAMES]


def _vectors(sightings: Sequence[_Sighting], embedder: FaceEmbedder) -> NDArray[np.float32]:
    return embedder.embed([embedder.chip(s.frame.pixels, s.face) for s in sightings])


def _embedded(tracks: Sequence[_Track], pack: LoadedPack) -> list[_Track]:
    """Give each track the vectors of its best frames; take it apart where those are not one person (a missed cut)."""
    metric, lowest = pack.manifest.face_metric, pack.manifest.face_threshold - SPLIT_MARGIN
    result = []
    for track in tracks:
        track.vectors = _vectors(_best(track.sightings), pack.faces)
        if agreement(track.vectors, track.vectors, metric=metric).min() >= lowest:
            result.append(track)
            continue
        parts: list[_Track] = []
        for sighting, vector in zip(track.sightings, _vectors(track.sightings, pack.faces), strict=True):
            one = vector[None, :]
            home = next((p for p in parts if agreement(p.vectors, one, metric=metric).max() >= lowest), None)
            if home is None:
                parts.append(_Track([sighting], one))
            else:
                home.sightings.append(sighting)
                if len(home.vectors) < BEST_FRAMES:
                    home.vectors = np.concatenate([home.vectors, one])
        result += parts
    return result


def _merge(tracks: Sequence[_Track], pack: LoadedPack) -> list[_Track]:
    """Join tracks of the same person that never appear in the same frame (the camera cut away and came back)."""
    metric, threshold = pack.manifest.face_metric, pack.manifest.face_threshold
    merged: list[_Track] = []
    for track in sorted(tracks, key=lambda t: t.sightings[0].index):
        frames = {s.index for s in track.sightings}
        home = next(
            (
                m
                for m in merged
                if not frames & {s.index for s in m.sightings}
                and agreement(m.vectors, track.vectors, metric=metric).min() >= threshold
            ),
            None,
        )
        if home is None:
            merged.append(track)
            continue
        before, after = _best(home.sightings), _best(track.sightings)
        pool = list(zip([*before, *after], [*home.vectors, *track.vectors], strict=False))
        pool.sort(key=lambda pair: -pair[0].quality)
        home.sightings += track.sightings
        home.vectors = np.stack([vector for _, vector in pool[:BEST_FRAMES]])
    return merged


def _record(media: DecodedMedia, number: int, track: _Track) -> FaceTrack:
    best = _best(track.sightings)[0]
    return FaceTrack(
        creative_sha256=media.creative.sha256,
        track=number,
        start_s=track.sightings[0].frame.at_s,
        end_s=track.sightings[-1].frame.at_s,
        best_s=best.frame.at_s,
        region=region_of(best.face.box, best.frame.pixels),
        size_px=round(best.height_px / best.frame.scale),
        sharpness=best.sharpness,
        frames_seen=len(track.sightings),
    )


def _path(track: _Track) -> tuple[SeenAt, ...]:
    return tuple(SeenAt(at_s=s.frame.at_s, region=region_of(s.face.box, s.frame.pixels)) for s in track.sightings)
