"""One face in one frame: judged, comparable with others, and found again near by in another frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.face_quality import ALIGNED_PX, FACE, FaceQuality, face_quality
from embeddings.landmarks import similarity
from embeddings.records import Region
from embeddings.samples import DetectedFace, Frame, LoadedPack
from embeddings.shots import Box

APPEARANCE_PX = 32
SEARCH = 0.5
"""A face is sought so far from where it was, as a share of its size."""

TEMPLATE_PX = 32
MAX_GROWTH = 1.35


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighting:
    """One face in the frame number ``index``; ``size_px`` is its height in the original picture, ``appearance`` the aligned
    grey face with zero mean and unit norm, (``APPEARANCE_PX``²,) float32."""

    index: int
    at_s: float
    face: DetectedFace
    region: Region
    size_px: int
    quality: FaceQuality
    appearance: NDArray[np.float32]


def alike(one: Sighting, other: Sighting) -> float:
    """Correlation of two aligned faces, in [-1, 1]."""
    return float(one.appearance @ other.appearance)


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, in [0, 1]."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / (areas - width * height)


def region_of(box: Box, pixels: NDArray[np.uint8]) -> Region:
    """A pixel box (left, top, right, bottom) as fractions of its picture, cut at the picture's edges."""
    height, width = pixels.shape[:2]
    left, right = sorted(min(max(x / width, 0.0), 1.0) for x in (box[0], box[2]))
    top, bottom = sorted(min(max(y / height, 0.0), 1.0) for y in (box[1], box[3]))
    return Region(left=left, top=top, width=right - left, height=bottom - top)


def carry(frames: Sequence[Frame], seen: Sighting, index: int, pack: LoadedPack) -> Sighting | None:
    """Where the face must be in another frame, by its looks and then its landmarks; None if it left the picture or changed its
    size at once. Something is found wherever it was: whether it is the face is for the caller to ask (``alike``)."""
    there, here = frames[seen.index].pixels, frames[index].pixels
    moved = _shift(there, here, seen.face.box)
    if moved is None:
        return None
    left, top, right, bottom = seen.face.box
    x, y = moved
    face = pack.faces.locate(here, (left + x, top + y, right + x, bottom + y))
    matrix = similarity(seen.face.landmarks, face.landmarks)
    grown = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if not 1 / MAX_GROWTH < grown < MAX_GROWTH:
        return None
    middle = matrix @ np.array([(left + right) / 2, (top + bottom) / 2, 1.0])
    half = grown * np.array([right - left, bottom - top]) / 2
    corners = np.round(np.concatenate([middle - half, middle + half])).astype(int)
    box = (int(corners[0]), int(corners[1]), int(corners[2]), int(corners[3]))
    return sight(frames, index, DetectedFace(box=box, landmarks=face.landmarks), pack)


def sight(frames: Sequence[Frame], index: int, face: DetectedFace, pack: LoadedPack) -> Sighting:
    """A face of a frame, judged and made comparable."""
    frame = frames[index]
    aligned = cv2.cvtColor(pack.faces.align(frame.pixels, face, size_px=ALIGNED_PX), cv2.COLOR_RGB2GRAY)
    return Sighting(
        index=index,
        at_s=frame.at_s,
        face=face,
        region=region_of(face.box, frame.pixels),
        size_px=round((face.box[3] - face.box[1]) / frame.scale),
        quality=face_quality(aligned.astype(np.uint8), face, convention=pack.manifest.face_landmarks),
        appearance=_appearance(aligned),
    )


def _appearance(aligned: NDArray[np.uint8]) -> NDArray[np.float32]:
    size = (APPEARANCE_PX, APPEARANCE_PX)
    small = cv2.resize(aligned[FACE, FACE], size, interpolation=cv2.INTER_AREA).astype(np.float32)
    level = (small - small.mean()).ravel()
    appearance: NDArray[np.float32] = level / max(float(np.linalg.norm(level)), 1e-6)
    return appearance


def _shift(there: NDArray[np.uint8], here: NDArray[np.uint8], box: Box) -> tuple[int, int] | None:
    """How far, in pixels, what is in the box of one picture has moved in the other, by template; None if it is outside."""
    height, width = here.shape[:2]
    x, y = round(SEARCH * (box[2] - box[0])), round(SEARCH * (box[3] - box[1]))
    left, top, right, bottom = max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3])
    if right - left < 2 or bottom - top < 2:
        return None
    first_x, first_y = max(0, left - x), max(0, top - y)
    area = here[first_y : min(height, bottom + y), first_x : min(width, right + x)]
    scale = min(1.0, TEMPLATE_PX / (bottom - top))
    template, sought = (_small_grey(piece, scale) for piece in (there[top:bottom, left:right], area))
    if sought.shape[0] < template.shape[0] or sought.shape[1] < template.shape[1]:
        return None
    _, _, _, best = cv2.minMaxLoc(cv2.matchTemplate(sought, template, cv2.TM_CCOEFF_NORMED))
    return round(best[0] / scale) + first_x - left, round(best[1] / scale) + first_y - top


def _small_grey(piece: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    size = (max(1, int(piece.shape[1] * scale)), max(1, int(piece.shape[0] * scale)))
    small = cv2.resize(piece, size, interpolation=cv2.INTER_AREA)
    grey: NDArray[np.uint8] = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    return grey
