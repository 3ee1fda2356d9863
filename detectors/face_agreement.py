"""How alike two aligned grey faces are, part by part, whatever light, exposure and codec did to them.

"Agreement" is a normalised cross-correlation after local contrast normalisation, in [-1, 1].
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Faces = NDArray[np.uint8]
Real = NDArray[np.float32]
Part = tuple[slice, slice]

UPPER: Part = (slice(10, 48), slice(12, 84))
MOUTH: Part = (slice(60, 92), slice(20, 76))
FACE: Part = (slice(6, 92), slice(8, 88))
"""Rows and columns of a 96-pixel aligned face that hold brow and eyes, the mouth, and the face without its surroundings."""

CONTRAST_SIGMA_PX = 8.0
"""Wide enough to keep the shape of eyes and lips, narrow enough to take away light, exposure and compression banding."""

CONTRAST_FLOOR = 25.0
"""Variance (grey levels squared) added so that flat skin does not become amplified noise."""

BLOCK = 2048
"""Faces normalised at a time: an hour of film must not fill the memory."""


def contrast_normalised(faces: Faces) -> Real:
    """(n, 96, 96) uint8 → float32 with local mean 0 and local deviation about 1."""
    out = np.empty(faces.shape, dtype=np.float32)
    for at, face in enumerate(faces):
        grey = face.astype(np.float32)
        centred = grey - cv2.GaussianBlur(grey, (0, 0), CONTRAST_SIGMA_PX)
        variance = cv2.GaussianBlur(centred**2, (0, 0), CONTRAST_SIGMA_PX)
        out[at] = centred / np.sqrt(variance + CONTRAST_FLOOR)
    return out


def unit_rows(faces: Faces, part: Part, *, shrink: int = 1) -> Real:
    """One part of each of n ≥ 1 faces as a row of mean 0 and length 1 (zeros where nothing is to be seen), so that a dot
    product is an agreement; ``shrink`` halves (2) the resolution for a coarse search."""
    blocks = [_unit_block(faces[at : at + BLOCK], part, shrink) for at in range(0, len(faces), BLOCK)]
    rows: Real = np.concatenate(blocks)
    return rows


def agreement(left: Faces, right: Faces, part: Part) -> NDArray[np.float64]:
    """Agreement of one part of each pair of faces, (n,)."""
    scores: NDArray[np.float64] = (unit_rows(left, part) * unit_rows(right, part)).sum(axis=1, dtype=np.float64)
    return scores


def registered(face: Faces, onto: Faces) -> Faces | None:
    """``face`` shifted, turned and stretched by the affine map that lays it best onto ``onto``; None if none was found.

    Landmarks are found anew in every frame and tremble; without this the trembling would be measured instead of the mouth.
    """
    mask = np.zeros(face.shape, dtype=np.uint8)
    mask[FACE] = 255
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 50, 1e-4)
    start = np.eye(2, 3, dtype=np.float32)
    try:
        _, warp = cv2.findTransformECC(
            onto.astype(np.float32), face.astype(np.float32), start, cv2.MOTION_AFFINE, stop, mask, 3
        )
    except cv2.error:  # did not converge, or the picture is flat
        return None
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (face.shape[1], face.shape[0])
    laid: Faces = cv2.warpAffine(face, warp, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return laid


def _unit_block(faces: Faces, part: Part, shrink: int) -> Real:
    rows, columns = part
    cut = contrast_normalised(faces)[:, rows, columns]
    if shrink > 1:
        size = (cut.shape[2] // shrink, cut.shape[1] // shrink)
        cut = np.stack([cv2.resize(face, size, interpolation=cv2.INTER_AREA) for face in cut])
    flat = cut.reshape(len(cut), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    unit: Real = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    return unit
