"""What changed between two sampled pictures: the whole (a cut), or enough of it somewhere for a face to have come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.samples import Frame

Box = tuple[int, int, int, int]

CUT_CORRELATION = 0.75
CUT_SHARE = 0.45
"""Below this correlation of their colour histograms, or with more than this share of their cells changed, two sampled frames
belong to different shots. What only moves through the picture stays well on this side of both."""

CELL_PX = 8
"""Pictures are compared by the mean colours of squares of this side."""

CHANGED_LEVELS = 8
"""A cell shows something else than before when its colour is, of 255, by more outside what it and its neighbours showed: what
only moves by less than a cell, or is compressed anew, changes less."""

BLACK = 16.0
"""Dark levels are spread out so that a face in the dark is seen to come in, but not those that compression makes of black."""

STILL_LEVELS = 2
FACE_CELLS = 5
"""A window of so many cells across and down, 40 px, lies inside every face that the detectors find."""

NEWS_SHARE = 0.4
"""Of the cells of such a window so many must have changed before a face can have come into it."""

MARGIN = 0.15
"""What changes this near a known face (as a share of its box, on each side) is its own hair and chin."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """A frame made small: the mean colours of its ``cells``, (rows, columns, 3), dark ones spread out; the ``histogram`` of
    these with zero mean and unit norm, (512,)."""

    cells: NDArray[np.int16]
    histogram: NDArray[np.float32]


def view(frame: Frame) -> View:
    """The frame by its cells; what is left over at the right and lower edge, less than a cell, is not in it."""
    height, width = frame.pixels.shape[:2]
    rows, columns = max(1, height // CELL_PX), max(1, width // CELL_PX)
    whole = frame.pixels[: rows * CELL_PX, : columns * CELL_PX]
    small = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
    counts = cv2.calcHist([small], [0, 1, 2], None, [8, 8, 8], [0, 256, 0, 256, 0, 256]).ravel()
    shares = np.sqrt(counts) - np.sqrt(counts).mean()
    return View(
        cells=np.sqrt(255.0 * (small + BLACK)).astype(np.int16),
        histogram=(shares / np.linalg.norm(shares)).astype(np.float32),
    )


def is_cut(one: Frame, other: Frame) -> bool:
    """Whether two frames that follow each other look like different shots."""
    return is_other_shot(view(one), view(other))


def is_other_shot(one: View, other: View) -> bool:
    """The same for two views."""
    if one.cells.shape != other.cells.shape or float(one.histogram @ other.histogram) < CUT_CORRELATION:
        return True
    return float(_changed(one, other).mean()) > CUT_SHARE


def is_still(one: View, other: View) -> bool:
    """Whether two pictures are the same but for the noise of compression."""
    return one.cells.shape == other.cells.shape and int(np.abs(one.cells - other.cells).max()) <= STILL_LEVELS


def has_news(one: View, other: View, *, known: Sequence[Box]) -> bool:
    """Whether a face can have come into the second picture away from the ``known`` boxes (in pixels)."""
    if one.cells.shape != other.cells.shape:
        return True
    changed = _changed(one, other)
    for left, top, right, bottom in known:
        x, y = MARGIN * (right - left), MARGIN * (bottom - top)
        first_row, first_column = max(0, int((top - y) // CELL_PX)), max(0, int((left - x) // CELL_PX))
        last_row, last_column = int((bottom + y) // CELL_PX), int((right + x) // CELL_PX)
        changed[first_row : max(0, last_row + 1), first_column : max(0, last_column + 1)] = 0.0
    window = (min(FACE_CELLS, changed.shape[1]), min(FACE_CELLS, changed.shape[0]))
    shares = cv2.blur(changed, window, borderType=cv2.BORDER_CONSTANT)
    return float(shares.max()) >= NEWS_SHARE


def _changed(one: View, other: View) -> NDArray[np.float32]:
    """1 for each cell that shows something else than before, (rows, columns)."""
    near = np.ones((3, 3), dtype=np.uint8)
    above, below = other.cells - cv2.dilate(one.cells, near), cv2.erode(one.cells, near) - other.cells
    changed: NDArray[np.float32] = (np.maximum(above, below).max(axis=2) > CHANGED_LEVELS).astype(np.float32)
    return changed
