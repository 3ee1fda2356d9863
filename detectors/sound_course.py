"""Where, within an aligned stretch, a sound stops being the film's: a half that was replaced leaves the whole half alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Spectrogram = NDArray[np.float64]

WINDOW, HOP = 150, 50
"""Hundredths of a second that are compared at a time, and from the beginning of one such window to the next."""

APART, ALIKE = 0.4, 0.6
"""Correlation in a window below which its sound is not the film's, and from which it is: those of whole stretches."""

WINDOWS_IN_A_ROW = 3
"""Windows apart without one between: two and a half seconds. Unlike moments of honest copies are shorter."""

LEAST_ALIKE = 2
"""Windows that are clearly the film's, without which the whole is judged and not its parts."""

QUIET_DB = 3.0
"""Standard deviation, in each of the two, below which a window holds nothing to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Seconds from the start of the stretch, and the highest correlation of a window in it."""

    start_s: float
    end_s: float
    correlation: float


def parts_apart(ours: Spectrogram, theirs: Spectrogram) -> tuple[Apart, ...]:
    """Of two (bands, n) spectrograms in decibels, a column every hundredth of a second, laid onto each other."""
    starts = range(0, ours.shape[1] - WINDOW + 1, HOP)
    scores = np.array([_agreement(ours[:, at : at + WINDOW], theirs[:, at : at + WINDOW]) for at in starts])
    if (scores >= ALIKE).sum() < LEAST_ALIKE:
        return ()
    low = np.flatnonzero(scores < APART)
    runs = np.split(low, np.flatnonzero(np.diff(low) > 1) + 1) if len(low) else []
    return tuple(
        Apart(
            start_s=float(run[0] * HOP) / 100,
            end_s=float(run[-1] * HOP + WINDOW) / 100,
            correlation=float(scores[run].max()),
        )
        for run in runs
        if len(run) >= WINDOWS_IN_A_ROW
    )


def _agreement(ours: Spectrogram, theirs: Spectrogram) -> float:
    """NaN where one of them is quiet, or the same all the time."""
    a, b = ours - ours.mean(axis=1, keepdims=True), theirs - theirs.mean(axis=1, keepdims=True)
    if min(a.std(), b.std()) < QUIET_DB:
        return float("nan")
    return float((a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum()))
