"""Two marks a second of genuine film: what the aligned face, or the whole picture, roughly looks like, in 64 numbers.

A mark is the low part of the cosine transform of the picture at 24 by 24 pixels, local contrast normalised, in whole numbers.
Those of faces say where to look closely; those of whole pictures find the scene where a face cannot be compared.
A thousand hours of film are 7.2 million marks: 461 MB, mapped from the files that lie beside the film's faces.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn

from embeddings.borders import content_box, cut

Marks = NDArray[np.int8]

MARKS_PER_S = 2
SIDE_PX = 24
SCENE_PX = 4 * SIDE_PX
WAVES = 8
NUMBERS = WAVES * WAVES
LEVELS = 400.0
"""Quantisation of a row of length 1: its numbers seldom exceed a third."""

SIGMA_PX = 3.0
CONTRAST_FLOOR = 25.0
NOTHING_SEEN = 1e-2
"""Length of the transform of a flat picture: only rounding is left of it."""

BATCH = 4096


def marked_frames(times_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """Of frames in time order, the first in each half second, by number."""
    halves = np.floor(np.asarray(times_s) * MARKS_PER_S + 1e-6)
    return np.unique(halves, return_index=True)[1].astype(np.int64)


def make_marks(faces: NDArray[np.uint8]) -> Marks:
    """(n, 96, 96) aligned grey faces → (n, 64)."""
    made = [_marks(faces[start : start + BATCH]) for start in range(0, len(faces), BATCH)]
    return np.concatenate(made) if made else np.zeros((0, NUMBERS), dtype=np.int8)


def make_scene_marks(pictures: Sequence[NDArray[np.uint8]]) -> Marks:
    """Whole pictures (h, w, 3) RGB of one film, without the bars around them → (n, 64)."""
    box = content_box(pictures)
    greys = [cv2.cvtColor(cut(picture, box), cv2.COLOR_RGB2GRAY) for picture in pictures]
    square = [cv2.resize(grey, (SCENE_PX, SCENE_PX), interpolation=cv2.INTER_AREA) for grey in greys]
    return (
        make_marks(np.stack(square).astype(np.uint8))
        if square
        else make_marks(np.zeros((0, SCENE_PX, SCENE_PX), np.uint8))
    )


def mirrored_marks(marks: Marks) -> Marks:
    """The marks of the same faces, left and right exchanged: uneven waves across change their sign."""
    signs = np.tile((-1) ** np.arange(WAVES), WAVES).astype(np.int8)
    turned: Marks = marks * signs
    return turned


def _marks(faces: NDArray[np.uint8]) -> Marks:
    fold = faces.shape[1] // SIDE_PX
    small = faces.reshape(len(faces), SIDE_PX, fold, SIDE_PX, fold).mean(axis=(2, 4), dtype=np.float32)
    blur = _blur()
    centred = small - blur @ small @ blur.T
    normalised = centred / np.sqrt(blur @ (centred * centred) @ blur.T + CONTRAST_FLOOR)
    waves = dctn(normalised, axes=(1, 2), norm="ortho")[:, :WAVES, :WAVES].reshape(len(faces), NUMBERS)
    length = np.linalg.norm(waves, axis=1, keepdims=True)
    waves = np.where(length > NOTHING_SEEN, waves, 0) / np.maximum(length, NOTHING_SEEN)
    marks: Marks = np.clip(np.rint(LEVELS * waves), -127, 127).astype(np.int8)
    return marks


def _blur() -> NDArray[np.float32]:
    """The matrix that blurs a column of the small face, mirrored at its ends."""
    kernel = cv2.getGaussianKernel(2 * round(4 * SIGMA_PX) + 1, SIGMA_PX, cv2.CV_32F)
    return np.asarray(
        cv2.sepFilter2D(np.eye(SIDE_PX, dtype=np.float32), cv2.CV_32F, np.ones(1, dtype=np.float32), kernel)
    )
