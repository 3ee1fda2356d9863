"""Aligned grey faces of dense frames, cheaply: detect now and then, follow the box in between."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.faces import is_cut, overlap
from embeddings.records import Region
from embeddings.samples import DetectedFace, Frame, LoadedPack

DETECT_EVERY_S = 0.5
FOLLOW_OVERLAP = 0.35
"""Two detections this far alike are one face that moved evenly between them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AlignedFace:
    """The face of one frame: ``grey`` (size, size) uint8, upright with eyes level; ``box_height_px`` in the sampled frame."""

    at_s: float
    grey: NDArray[np.uint8]
    box_height_px: int


def aligned_faces(
    frames: Sequence[Frame], pack: LoadedPack, *, size_px: int = 96, near: Region | None = None
) -> list[AlignedFace]:
    """The largest face of each frame, or the one nearest to ``near``; frames without a face are left out.

    The detector looks at one frame in half a second; where two looks agree, the boxes between them are interpolated and only
    the landmarks are found anew; where they do not, every frame between is looked at.
    """
    if not frames:
        return []
    looks = _look_at(frames)
    chosen: dict[int, DetectedFace | None] = {i: _choose(frames[i], pack, near) for i in looks}
    for first, last in itertools.pairwise(looks):
        _between(frames, first, last, chosen=chosen, pack=pack, near=near)
    result = []
    for index in sorted(chosen):
        face = chosen[index]
        if face is None:
            continue
        aligned = pack.faces.align(frames[index].pixels, face, size_px=size_px)
        grey: NDArray[np.uint8] = cv2.cvtColor(aligned, cv2.COLOR_RGB2GRAY)
        result.append(AlignedFace(at_s=frames[index].at_s, grey=grey, box_height_px=face.box[3] - face.box[1]))
    return result


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
