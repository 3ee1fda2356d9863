"""How alike two aligned grey faces are, part by part, whatever light, exposure and codec did to them.

"Agreement" is a normalised cross-correlation after local contrast normalisation, in [-1, 1].
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Faces = NDArray[np.uint8]
Real = NDArray[np.float32]


class Part(NamedTuple):
    """Rows and columns of a 96-pixel aligned face, the last ones not included."""

    top: int
    bottom: int
    left: int
    right: int

    def inside(self, faces: NDArray[Any], *, shrink: int = 1) -> NDArray[Any]:
        """The part of pictures (…, 96 / shrink, 96 / shrink), as a view."""
        top, bottom, left, right = (side // shrink for side in self)
        return faces[..., top:bottom, left:right]


UPPER = Part(10, 48, 12, 84)
MOUTH = Part(60, 92, 20, 76)
FACE = Part(6, 92, 8, 88)
"""What holds brow and eyes, the mouth, and the face without its surroundings. The first two lie evenly about the middle column
and begin and end at even pixels: a mirrored face has the same part mirrored, half the resolution the same part halved."""

CONTRAST_SIGMA_PX = 8.0
"""Wide enough to keep the shape of eyes and lips, narrow enough to take away light, exposure and compression banding."""

CONTRAST_FLOOR = 25.0
"""Variance (grey levels squared) added so that flat skin does not become amplified noise."""

NOTHING_SEEN = 1e-2
"""Length of a part's row below which only rounding is left of it; one grey level of noise gives a hundred times as much."""

BLOCK = 2048
"""Faces normalised at a time: an hour of film must not fill the memory."""


def contrast_normalised(faces: Faces, *, shrink: int = 1) -> Real:
    """(n, 96, 96) uint8 → (n, 96 / shrink, 96 / shrink) float32 with local mean 0 and local deviation about 1."""
    grey: Real = faces.astype(np.float32)
    if shrink > 1:
        grey = np.mean([grey[:, at::shrink] for at in range(shrink)], axis=0, dtype=np.float32)
        grey = np.mean([grey[:, :, at::shrink] for at in range(shrink)], axis=0, dtype=np.float32)
    blur = _gaussian(grey.shape[1], CONTRAST_SIGMA_PX / shrink)
    centred = grey - blur @ grey @ blur.T
    variance = blur @ (centred * centred) @ blur.T
    normalised: Real = (centred / np.sqrt(variance + CONTRAST_FLOOR)).astype(np.float32, copy=False)
    return normalised


@lru_cache(maxsize=4)
def _gaussian(side: int, sigma: float) -> Real:
    """The matrix that blurs a column of ``side`` pixels, mirrored at its ends. A product with it is what OpenCV's filter
    gives, several times faster for many small pictures at once."""
    kernel = cv2.getGaussianKernel(2 * round(4 * sigma) + 1, sigma, cv2.CV_32F)
    blur: Real = cv2.sepFilter2D(np.eye(side, dtype=np.float32), cv2.CV_32F, np.ones(1, dtype=np.float32), kernel)
    return blur


def part_rows(normalised: Real, part: Part, *, shrink: int = 1) -> Real:
    """One part of each of n normalised faces as a row of mean 0 and length 1 (zeros where nothing is to be seen), so that a
    dot product is an agreement; ``shrink`` is that of the normalised faces."""
    flat = part.inside(normalised, shrink=shrink).reshape(len(normalised), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    unit: Real = np.where(length > NOTHING_SEEN, flat / np.maximum(length, NOTHING_SEEN), 0.0).astype(np.float32)
    return unit


def unit_rows(faces: Faces, part: Part, *, shrink: int = 1) -> Real:
    """``part_rows`` of faces as they are."""
    return part_rows(contrast_normalised(faces, shrink=shrink), part, shrink=shrink)


def agreement(left: Real, right: Real, part: Part) -> NDArray[np.float64]:
    """Agreement of one part of each pair of normalised faces, (n,)."""
    scores: NDArray[np.float64] = (part_rows(left, part) * part_rows(right, part)).sum(axis=1, dtype=np.float64)
    return scores


def registered(face: Faces, onto: Faces) -> Faces | None:
    """``face`` shifted, turned and stretched by the affine map that lays it best onto ``onto``; None if none was found.

    Landmarks are found anew in every frame and tremble; without this the trembling would be measured instead of the mouth.
    """
    warp = _laid(face.astype(np.float32), onto.astype(np.float32), shrink=1, steps=50, precision=1e-4)
    return None if warp is None else _warped(face, warp)


def steadied(face: Faces, onto: Faces) -> Faces:
    """``registered`` at half the resolution, a few times cheaper; the face itself where nothing was found."""
    small, template = (cv2.resize(side, (48, 48), interpolation=cv2.INTER_AREA) for side in (face, onto))
    warp = _laid(small.astype(np.float32), template.astype(np.float32), shrink=2, steps=30, precision=1e-3)
    if warp is None:
        return face
    warp[:, 2] = 2 * warp[:, 2] + (warp[:, :2].sum(axis=1) - 1) / 2
    return _warped(face, warp)


def _laid(face: Real, onto: Real, *, shrink: int, steps: int, precision: float) -> Real | None:
    mask = np.zeros(face.shape, dtype=np.uint8)
    FACE.inside(mask, shrink=shrink)[:] = 255
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, steps, precision)
    start = np.eye(2, 3, dtype=np.float32)
    try:
        _, warp = cv2.findTransformECC(onto, face, start, cv2.MOTION_AFFINE, stop, mask, 3)
    except cv2.error:  # did not converge, or the picture is flat
        return None
    found: Real = warp.copy()
    return found


def _warped(face: Faces, warp: Real) -> Faces:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (face.shape[1], face.shape[0])
    laid: Faces = cv2.warpAffine(face, warp, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return laid
