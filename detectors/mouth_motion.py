"""How a mouth opens and closes, measured on the aligned picture: no points on the lips are needed.

Three curves that agree with each other when a mouth speaks: the lower lip and chin move down from the upper lip (optical flow,
summed up), the mouth shows its dark inside, and the picture between nose and chin becomes more uneven from row to row. Each errs
in its own way (a beard, teeth, a shadow), so their mean is used. The width is the corners' flow sideways. Where lips are marked,
``detectors.lip_points`` adds what they show; without that, all this stands in for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from detectors.face_flow import FaceFlow, pixel

Numbers = NDArray[np.float64]

GRID_PER_S = 30.0
"""All curves are brought to this rate, whatever the film's own."""

SLOWEST_HZ, FASTEST_HZ = 0.7, 8.0
"""Syllables come about two to seven times a second; slower changes are expressions, faster ones trembling."""

LEAST_POINTS = 30
DARK_ROWS, DARK_COLUMNS = (0.725, 1.0), (0.375, 0.64)
DARK_SHARE = 0.13
"""Of the mouth's pixels: the darkest ones, which are its inside."""

RELIEF_ROWS, RELIEF_COLUMNS = (0.70, 1.05), (0.40, 0.61)

CURVES = 3
"""Of which ``movement`` is the mean where there are no points."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MouthMotion:
    """(k,) curves at GRID_PER_S from ``start_s``. ``opening`` and ``width`` in face widths, without what is slower or faster than
    speech; ``movement`` is the mean of the curves, each with unit variance, and says how far open the mouth is. ``roundness`` is
    the opening in units of the width, likewise; None where the lips are not marked."""

    start_s: float
    opening: Numbers
    width: Numbers
    movement: Numbers
    roundness: Numbers | None = None

    @property
    def end_s(self) -> float:
        """When the last value is."""
        return self.start_s + (len(self.movement) - 1) / GRID_PER_S

    @property
    def amplitude(self) -> float:
        """Root mean square of the opening, in face widths."""
        return float(np.sqrt((self.opening**2).mean()))


def mouth_motion(flow: FaceFlow) -> MouthMotion | None:
    """Of a close-up; None when it is shorter than a second or too sparse for syllables to be seen."""
    return measured(flow.greys, flow.times_s, moved=flow.velocities)


def measured(greys: NDArray[np.uint8], times_s: Numbers, *, moved: Mapping[str, Numbers]) -> MouthMotion | None:
    """From (n, SIDE_PX, SIDE_PX) aligned faces and the movement of their regions (``face_flow.velocities``)."""
    rate = (len(times_s) - 1) / max(float(times_s[-1] - times_s[0]), 1e-6)
    grid_s = np.arange(times_s[0], times_s[-1] + 1e-6, 1 / GRID_PER_S)
    if len(grid_s) < LEAST_POINTS or rate < 4 * SLOWEST_HZ:
        return None
    opened = np.cumsum(moved["lower_lip"][:, 1] - moved["upper_lip"][:, 1])
    widened = np.cumsum(moved["right_corner"][:, 0] - moved["left_corner"][:, 0])
    opening, width, dark, relief = (
        speech_band(np.interp(grid_s, times_s, curve), rate=rate)
        for curve in (np.r_[0.0, opened], np.r_[0.0, widened], _darkness(greys), _relief(greys))
    )
    return MouthMotion(
        start_s=float(times_s[0]),
        opening=opening,
        width=width,
        movement=np.mean([unit_variance(opening), unit_variance(dark), unit_variance(relief)], axis=0),
    )


def speech_band(curve: Numbers, *, rate: float = GRID_PER_S) -> Numbers:
    """A curve on the grid without what is slower or faster than syllables, or faster than ``rate`` frames a second can show."""
    fastest = min(FASTEST_HZ, 0.45 * rate)
    sections = butter(2, [SLOWEST_HZ, fastest], btype="band", fs=GRID_PER_S, output="sos")
    kept: Numbers = sosfiltfilt(sections, curve, padlen=min(len(curve) - 1, 15))
    return kept


def _darkness(greys: NDArray[np.uint8]) -> Numbers:
    mouths = _cut(greys, DARK_ROWS, DARK_COLUMNS).reshape(len(greys), -1)
    count = max(1, round(DARK_SHARE * mouths.shape[1]))
    darkest = np.partition(mouths, count - 1, axis=1)[:, :count]
    darkness: Numbers = -darkest.mean(axis=1)
    return darkness


def _relief(greys: NDArray[np.uint8]) -> Numbers:
    relief: Numbers = _cut(greys, RELIEF_ROWS, RELIEF_COLUMNS).mean(axis=2).std(axis=1)
    return relief


def _cut(greys: NDArray[np.uint8], rows: tuple[float, float], columns: tuple[float, float]) -> Numbers:
    (top, bottom), (left, right) = ((pixel(low), pixel(high)) for low, high in (rows, columns))
    return greys[:, top:bottom, left:right].astype(np.float64)


def unit_variance(curve: Numbers) -> Numbers:
    """The curve in units of its standard deviation; zeros where it does not vary."""
    spread = float(curve.std())
    return curve / spread if spread > 1e-9 else np.zeros_like(curve)
