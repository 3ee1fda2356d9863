"""Aligned grey faces of many frames, cheaply: detect now and then or not at all, follow the box in between."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.faces import is_cut, overlap
from embeddings.records import Region
from embeddings.samples import DetectedFace, Frame, LoadedPack, SeenAt

DETECT_EVERY_S = 0.5
FOLLOW_OVERLAP = 0.35
"""Two detections this far alike are one face that moved evenly between them."""

SAME_TIME_S = 1e-3
"""Times that differ by less are of one frame."""

MAX_FOLLOWED_S = 1.2
"""Between two sightings farther apart than this the face may have been away."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AlignedFace:
    """The face of one frame: ``grey`` (size, size) uint8, upright with eyes level; ``box_height_px`` in the sampled frame."""

    at_s: float
    grey: NDArray[np.uint8]
    box_height_px: int


def aligned_faces(
    frames: Sequence[Frame], pack: LoadedPack, *, size_px: int = 96, near: Region | None = None
) -> list[AlignedFace]:
    """The largest face of each frame, or the one nearest to ``near``, aligned; frames without a face are left out."""
    return [_aligned(frame, face, pack, size_px) for frame, face in sought(frames, pack, near=near)]


def sought(
    frames: Sequence[Frame], pack: LoadedPack, *, near: Region | None = None
) -> Iterator[tuple[Frame, DetectedFace]]:
    """The largest face of each frame, or the one nearest to ``near``; frames without a face are left out.

    The detector looks at one frame in half a second; where two looks agree, the boxes between them are interpolated and only
    the landmarks are found anew; where they do not, every frame between is looked at.
    """
    if not frames:
        return
    looks = _look_at(frames)
    chosen: dict[int, DetectedFace | None] = {i: _choose(frames[i], pack, near) for i in looks}
    for first, last in itertools.pairwise(looks):
        _between(frames, first, last, chosen=chosen, pack=pack, near=near)
    for index in sorted(chosen):
        face = chosen[index]
        if face is not None:
            yield frames[index], face


def followed_faces(
    frames: Sequence[Frame], pack: LoadedPack, *, path: Sequence[SeenAt], size_px: int = 96
) -> list[AlignedFace]:
    """The face that was seen along ``path``, aligned, in every frame in which ``followed`` finds it."""
    return [_aligned(frame, face, pack, size_px) for frame, face in followed(frames, pack, path=path)]


def followed(
    frames: Sequence[Frame], pack: LoadedPack, *, path: Sequence[SeenAt]
) -> Iterator[tuple[Frame, DetectedFace]]:
    """The face that was seen along ``path`` (in time order), in every frame between two sightings that are alike.

    Nothing is detected: the box is the sighting's, or lies between two, and the landmarks in it are found anew.
    """
    times = [seen.at_s for seen in path]
    for frame in frames:
        region = _between_sightings(path, times, frame.at_s)
        if region is not None:
            yield frame, pack.faces.locate(frame.pixels, _box(region, frame))


def _between_sightings(path: Sequence[SeenAt], times: Sequence[float], at_s: float) -> Region | None:
    after = bisect.bisect_left(times, at_s - SAME_TIME_S)
    if after == len(path):
        return None
    if abs(times[after] - at_s) <= SAME_TIME_S:
        return path[after].region
    if after == 0:
        return None
    one, other = path[after - 1].region, path[after].region
    share = (at_s - times[after - 1]) / (times[after] - times[after - 1])
    away = times[after] - times[after - 1] > MAX_FOLLOWED_S
    if away or overlap(_corners(one), _corners(other)) < FOLLOW_OVERLAP:
        return None
    left, top, width, height = (
        p + (q - p) * share
        for p, q in zip(
            (one.left, one.top, one.width, one.height), (other.left, other.top, other.width, other.height), strict=True
        )
    )
    return Region(left=left, top=top, width=width, height=height)


def _corners(region: Region) -> tuple[int, int, int, int]:
    left, top, right, bottom = region.left, region.top, region.left + region.width, region.top + region.height
    return round(10_000 * left), round(10_000 * top), round(10_000 * right), round(10_000 * bottom)


def _box(region: Region, frame: Frame) -> tuple[int, int, int, int]:
    height, width = frame.pixels.shape[:2]
    return (
        round(region.left * width),
        round(region.top * height),
        round((region.left + region.width) * width),
        round((region.top + region.height) * height),
    )


def _aligned(frame: Frame, face: DetectedFace, pack: LoadedPack, size_px: int) -> AlignedFace:
    aligned = pack.faces.align(frame.pixels, face, size_px=size_px)
    grey: NDArray[np.uint8] = cv2.cvtColor(aligned, cv2.COLOR_RGB2GRAY)
    return AlignedFace(at_s=frame.at_s, grey=grey, box_height_px=face.box[3] - face.box[1])


def _look_at(frames: Sequence[Frame]) -> list[int]:
    """Indices of the frames to detect on: one in ``DETECT_EVERY_S``, and always the last."""
    looks = [0]
    for index, frame in enumerate(frames):
        if frame.at_s - frames[looks[-1]].at_s >= DETECT_EVERY_S - 1e-6:
            looks.append(index)
    if looks[-1] != len(frames) - 1:
        looks.append(len(frames) - 1)
    return looks


def _choose(frame: Frame, pack: LoadedPack, near: Region | None) -> DetectedFace | None:
    faces = pack.faces.detect(frame.pixels)
    if near is None:
        return max(faces, key=lambda face: face.box[3] - face.box[1], default=None)
    height, width = frame.pixels.shape[:2]
    x, y = (near.left + near.width / 2) * width, (near.top + near.height / 2) * height
    reach = max(near.width * width, near.height * height)
    close = [face for face in faces if _distance(face, x, y) <= 1.5 * reach]
    return min(close, key=lambda face: _distance(face, x, y), default=None)


def _distance(face: DetectedFace, x: float, y: float) -> float:
    return float(np.hypot((face.box[0] + face.box[2]) / 2 - x, (face.box[1] + face.box[3]) / 2 - y))


def _between(
    frames: Sequence[Frame],
    first: int,
    last: int,
    *,
    chosen: dict[int, DetectedFace | None],
    pack: LoadedPack,
    near: Region | None,
) -> None:
    before, after = chosen[first], chosen[last]
    if before is None and after is None:
        chosen.update(dict.fromkeys(range(first + 1, last)))
        return
    if before is None or after is None or overlap(before.box, after.box) < FOLLOW_OVERLAP or _cut(frames, first, last):
        chosen.update({index: _choose(frames[index], pack, near) for index in range(first + 1, last)})
        return
    for index in range(first + 1, last):
        share = (frames[index].at_s - frames[first].at_s) / (frames[last].at_s - frames[first].at_s)
        a, b, c, d = (round(p + (q - p) * share) for p, q in zip(before.box, after.box, strict=True))
        chosen[index] = pack.faces.locate(frames[index].pixels, (a, b, c, d))


def _cut(frames: Sequence[Frame], first: int, last: int) -> bool:
    return any(is_cut(frames[index], frames[index + 1]) for index in range(first, last))
