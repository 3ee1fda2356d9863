"""How a mouth opens, widens and rounds, by points on the lips; it joins what ``detectors.mouth_motion`` measures on the picture.

The opening is the gap between the inner edges of the lips, the width lies between the corners, roundness is the one in units of
the other. By itself the gap agrees with speech less well than flow, darkness and relief of the mouth do together; as a fourth
curve beside them as well as they (``python -m tests.train_lip_sync --check`` measures each). So all four are used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detectors.face_flow import rate_of
from detectors.marked_face import MarkedFace
from detectors.mouth_motion import CURVES, GRID_PER_S, MouthMotion, speech_band, unit_variance

Numbers = NDArray[np.float64]

GAPS = ((13, 14), (82, 87), (312, 317))
"""Points on the inner edges of the upper and lower lip: in the middle, and left and right of it."""

CORNERS = (61, 291)

WIDEST = 0.95
"""Quantile that stands for a mouth at its widest: single frames err."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LipShape:
    """(n,) per frame: ``gap`` between the lips and ``width`` between the corners of the mouth, both in face widths."""

    times_s: Numbers
    gap: Numbers
    width: Numbers

    @property
    def roundness(self) -> Numbers:
        """How many times as high as wide the opening is."""
        share: Numbers = self.gap / np.maximum(self.width, 1e-6)
        return share


def lip_shape(marked: MarkedFace) -> LipShape:
    """Of a face whose lips are marked."""
    return LipShape(
        times_s=marked.times_s,
        gap=np.mean([marked.apart(*pair) for pair in GAPS], axis=0),
        width=marked.apart(*CORNERS),
    )


def with_points(mouth: MouthMotion, shape: LipShape) -> MouthMotion:
    """The same mouth over the same time, its opening, width and roundness taken from its points, its movement from these too."""
    opening, movement = on_points(mouth, shape)
    grid_s, rate = _grid(mouth), rate_of(shape.times_s)
    return replace(
        mouth,
        opening=opening,
        width=speech_band(np.interp(grid_s, shape.times_s, shape.width), rate=rate),
        roundness=speech_band(np.interp(grid_s, shape.times_s, shape.roundness), rate=rate),
        movement=(CURVES * mouth.movement + movement) / (CURVES + 1),
    )


def shape_words(lips: LipShape | str) -> str:
    """By what the mouth was measured, and its shape where its points show it."""
    if isinstance(lips, str):
        return f"The mouth was measured by flow, darkness and relief alone, since {lips}."
    gap, roundness = (
        f"{curve.mean():.2f} (up to {np.quantile(curve, WIDEST):.2f})" for curve in (lips.gap, lips.roundness)
    )
    return (
        f"Points on the lips, measured beside flow, darkness and relief of the mouth, are {gap} of the face's width apart; the "
        f"opening is {roundness} times as high as wide."
    )


def on_points(mouth: MouthMotion, shape: LipShape) -> tuple[Numbers, Numbers]:
    """The gap alone at the rate of a mouth's curves: as it is in speech, in face widths, and with unit variance."""
    opening = speech_band(np.interp(_grid(mouth), shape.times_s, shape.gap), rate=rate_of(shape.times_s))
    return opening, unit_variance(opening)


def _grid(mouth: MouthMotion) -> Numbers:
    grid: Numbers = mouth.start_s + np.arange(len(mouth.movement)) / GRID_PER_S
    return grid
