"""Laying one thumbnail over another: how a crop moved and scaled the picture, and what differs once that is undone.

Positions are fractions of the picture, measured from its middle. Only scaling and moving are looked for, never turning: a
slight crop and a border that was cut a little too wide or too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

MOST_SCALE = 0.08
MOST_SHIFT = 0.06
"""A crop of 5 % scales by 1.053 and moves by at most 0.026; the rest is room for borders that were found differently."""

ROUNDS = 12
BLUR_PX, COARSE_BLUR_PX = 0.8, 2.5
"""Fine detail leads astray until the coarse picture lies right."""

CLOSE_ENOUGH = 2e-4
RIM_PX = 1
"""The outermost pixels of either picture are not compared: what was blurred into them from outside is not known."""

PATCH_PX = 6
SPOT_PX = 3
"""A line of writing is a row or two of a thumbnail."""

STANDING = 4
"""Pairs in a row, some 1.6 seconds of a film: less than it takes to read a caption."""

PLACED_BY = 6
"""So many pairs of pictures, spread over all, say where one lies on the other: a crop is the same throughout a film."""

AROUND = np.concatenate([np.zeros((1, 4)), *([step, -step] for step in np.eye(4)[:, None, :])], axis=None).reshape(9, 4)
"""A guess of four numbers, and a step ahead of and behind each of them: rows 1 to 4 move it down, 5 to 8 across."""

Pictures = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where the point (x, y) of ours lies in theirs: ``(scale_x · x + shift_x, scale_y · y + shift_y)``."""

    scale_x: float = 1.0
    shift_x: float = 0.0
    scale_y: float = 1.0
    shift_y: float = 0.0

    @property
    def moved(self) -> float:
        """How far the point that moves most moves; 0 where nothing was cropped."""
        across = abs(self.scale_x - 1) / 2 + abs(self.shift_x)
        return max(across, abs(self.scale_y - 1) / 2 + abs(self.shift_y))


def place(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> Placement:
    """The one placement that fits all pairs of pictures, (n, s, s) each, best (Gauss-Newton on the grey values)."""
    every = -(-len(ours) // PLACED_BY)
    guess = np.array([1.0, 0.0, 1.0, 0.0])
    for blur_px in (COARSE_BLUR_PX, BLUR_PX):
        guess = _refined(_soft(ours[::every], blur_px), _soft(theirs[::every], blur_px), guess)
    # The pictures' first axis is y
    return Placement(scale_y=float(guess[0]), shift_y=float(guess[1]), scale_x=float(guess[2]), shift_x=float(guess[3]))


def _refined(mine: Pictures, other: Pictures, guess: NDArray[np.float64]) -> NDArray[np.float64]:
    """(scale_y, shift_y, scale_x, shift_x) that fit better than ``guess``."""
    side = mine.shape[-1]
    delta = 0.25 / side
    middle = np.array([1.0, 0.0, 1.0, 0.0])
    limits = np.array([MOST_SCALE, MOST_SHIFT, MOST_SCALE, MOST_SHIFT])
    for _ in range(ROUNDS):
        near = guess + delta * AROUND
        down, inside_y = _samplings(side, near[:, 0], near[:, 1])
        across, inside_x = _samplings(side, near[:, 2], near[:, 3])
        seen = np.outer(inside_y[0], inside_x[0])
        half = down[0] @ other
        error = _gap(mine, half @ across[0].T, seen)[:, seen].ravel()
        laid = [down[number] @ other @ across[0].T for number in (1, 2, 3, 4)]
        laid += [half @ across[number].T for number in (5, 6, 7, 8)]
        slope = np.array(
            [
                ((ahead - behind) / (2 * delta))[:, seen].ravel()
                for ahead, behind in zip(laid[::2], laid[1::2], strict=True)
            ]
        )
        square = slope @ slope.T
        better = guess + np.linalg.solve(square + 1e-6 * (1 + np.trace(square)) * np.eye(4), slope @ error)
        better = np.clip(better, middle - limits, middle + limits)
        if np.abs(better - guess).max() < CLOSE_ENOUGH:
            break
        guess = better
    return guess


def differences(
    ours: NDArray[np.uint8], theirs: NDArray[np.uint8], placement: Placement, *, patch_px: int = PATCH_PX
) -> NDArray[np.float64]:
    """For each pair, the grey levels (root mean square) by which the most different patch differs, (n,).

    Brightness and contrast of the whole picture may differ, and what only one of the two shows is left out.
    """
    worst: NDArray[np.float64] = np.array(
        [_most(one, patch_px) for one in _apart(ours, theirs, placement)], dtype=np.float64
    )
    return worst


def standing_difference(ours: NDArray[np.uint8], theirs: NDArray[np.uint8], placement: Placement) -> float:
    """The grey levels by which the most different spot differs on average over any ``STANDING`` pairs in a row.

    What codecs do changes from moment to moment and goes out in the mean; what was written over the film stays, however pale.
    """
    gap = _apart(ours, theirs, placement)
    count = min(STANDING, len(gap))
    means = (gap[first : first + count].mean(axis=0) for first in range(len(gap) - count + 1))
    return max(_most(mean, SPOT_PX) for mean in means)


def _apart(ours: NDArray[np.uint8], theirs: NDArray[np.uint8], placement: Placement) -> Pictures:
    mine, other = _soft(ours, BLUR_PX), _soft(theirs, BLUR_PX)
    laid, seen = _lay(other, np.array([placement.scale_y, placement.shift_y, placement.scale_x, placement.shift_x]))
    gap: Pictures = np.where(seen, _gap(mine, laid, seen), 0.0)
    return gap


def _most(gap: NDArray[np.float64], side_px: int) -> float:
    patches = cv2.blur(gap * gap, (side_px, side_px), borderType=cv2.BORDER_CONSTANT)
    # The running sums of a blur can end a hair below nothing
    return float(np.sqrt(max(float(patches.max()), 0.0)))


def _soft(pictures: NDArray[np.uint8], blur_px: float) -> Pictures:
    """As numbers, a little blurred: what lies between the pixels must not count as a difference."""
    blurred = [
        cv2.GaussianBlur(one.astype(np.float64), (0, 0), blur_px, borderType=cv2.BORDER_REFLECT) for one in pictures
    ]
    soft: Pictures = np.array(blurred)
    return soft


def _lay(pictures: Pictures, guess: NDArray[np.float64]) -> tuple[Pictures, NDArray[np.bool_]]:
    """The pictures sampled where our pixels lie in them, and which of our pixels lie in them at all."""
    side = pictures.shape[-1]
    down, inside_y = _samplings(side, guess[0:1], guess[1:2])
    across, inside_x = _samplings(side, guess[2:3], guess[3:4])
    laid: Pictures = down[0] @ pictures @ across[0].T
    return laid, np.outer(inside_y[0], inside_x[0])


def _samplings(
    side: int, scales: NDArray[np.float64], shifts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(k, side, side) weights of cubic (Catmull-Rom) interpolation along one axis, one table for each scale and shift, and
    which pixels lie inside, (k, side)."""
    middle = (np.arange(side) + 0.5) / side - 0.5
    wanted = (scales[:, None] * middle + shifts[:, None] + 0.5) * side - 0.5
    own = (np.arange(side) >= RIM_PX) & (np.arange(side) < side - RIM_PX)
    inside = own & (wanted >= RIM_PX) & (wanted <= side - 1 - RIM_PX)
    clipped = np.clip(wanted, 0.0, side - 1.0)
    first = np.minimum(clipped.astype(int), side - 2)
    part = clipped - first
    weights = np.zeros((len(scales), side, side))
    table, row = np.arange(len(scales))[:, None], np.arange(side)
    for offset, weight in (
        (-1, -0.5 * part + part**2 - 0.5 * part**3),
        (0, 1 - 2.5 * part**2 + 1.5 * part**3),
        (1, 0.5 * part + 2 * part**2 - 1.5 * part**3),
        (2, -0.5 * part**2 + 0.5 * part**3),
    ):
        weights[table, row, np.clip(first + offset, 0, side - 1)] += weight
    return weights, inside


def _gap(ours: Pictures, laid: Pictures, seen: NDArray[np.bool_]) -> Pictures:
    """Ours minus theirs, once brightness and contrast are made alike."""
    mine, other = ours[:, seen], laid[:, seen]
    middle_ours, middle_theirs = mine.mean(axis=1, keepdims=True), other.mean(axis=1, keepdims=True)
    spread = np.maximum(((other - middle_theirs) ** 2).sum(axis=1, keepdims=True), 1e-9)
    contrast = ((mine - middle_ours) * (other - middle_theirs)).sum(axis=1, keepdims=True) / spread
    contrast = np.clip(contrast, 0.7, 1.4)[:, :, None]
    gap: Pictures = ours - middle_ours[:, :, None] - contrast * (laid - middle_theirs[:, :, None])
    return gap
