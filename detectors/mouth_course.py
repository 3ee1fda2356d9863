"""How the mouth agrees with the film over the time of an aligned stretch: a mouth that was changed for a second or two of it.

The medians of the whole stretch do not see that. Honest copies have bad moments, too, but short ones: several windows in a row
have to lie above what honest copies of the development media show (``python -m tests.alignment_rates``), and above the stretch's
own noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

WINDOW_S = 0.9
FEWEST_PAIRS = 3
LEAST_RUN_S = 0.8
FEWEST_WINDOWS = 2
"""Windows of so many seconds, and so many pairs at least, one beginning with each pair; a change is a run of them."""

CHANGED_GAP = 0.05
"""Median gap of a window, between upper face and mouth, from which it belongs to a change."""

SPARSE_GAP = 0.03
"""The same where pairs are farther apart than DENSE_S: enough for a closer look, too little for a claim. So few pairs do not show
their noise, either: a second of another mouth is two of them."""

DENSE_S = 0.25
DEVIATIONS = 8.0
"""How far a window must lie above the stretch's lower quarter, in standard errors of the noise from pair to pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From when to when the mouth is not the film's; ``gap`` is the median there."""

    start_s: float
    end_s: float
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MouthCourse:
    """Pair by pair: ``times_s`` in the suspect, in order, ``gaps``, agreement of the upper face minus that of the mouth, and
    ``uppers``, that of the upper face."""

    times_s: tuple[float, ...] = ()
    gaps: tuple[float, ...] = ()
    uppers: tuple[float, ...] = ()

    @property
    def dense(self) -> bool:
        """Whether pairs are near enough to each other for a claim about a second."""
        return len(self.times_s) > 1 and self._spacing_s <= DENSE_S

    @property
    def _spacing_s(self) -> float:
        return float(np.median(np.diff(self.times_s)))

    def widest(self) -> Change | None:
        """The pair that differs most, of three neighbours the middle one; None where no pairs were followed."""
        if len(self.gaps) < FEWEST_PAIRS:
            return None
        middles = np.median(sliding_window_view(np.array(self.gaps), FEWEST_PAIRS), axis=1)
        at = int(np.argmax(middles)) + FEWEST_PAIRS // 2
        return Change(start_s=self.times_s[at], end_s=self.times_s[at], gap=self.gaps[at])

    def changes(self) -> tuple[Change, ...]:
        """Every change; empty where there are too few pairs to see one."""
        if len(self.times_s) < 2 * FEWEST_PAIRS:
            return ()
        width = max(FEWEST_PAIRS, round(WINDOW_S / self._spacing_s)) // 2 * 2 + 1
        if len(self.gaps) <= width:
            return ()
        gaps = np.array(self.gaps)
        middles = np.median(sliding_window_view(gaps, width), axis=1)
        least = max(CHANGED_GAP, self._usual(gaps, width)) if self.dense else SPARSE_GAP
        runs = np.flatnonzero(middles >= least)
        together = np.split(runs, np.flatnonzero(np.diff(runs) > 1) + 1) if len(runs) else []
        needed = max(FEWEST_WINDOWS, round(LEAST_RUN_S / self._spacing_s))
        return tuple(self._change(run + width // 2) for run in together if len(run) >= needed)

    def _usual(self, gaps: Numbers, width: int) -> float:
        """How high a window may lie by the noise of the stretch itself."""
        noise = float(np.median(np.abs(np.diff(gaps)))) * 1.48 / np.sqrt(2)
        return float(np.quantile(gaps, 0.25) + DEVIATIONS * 1.25 * noise / np.sqrt(width))

    def _change(self, places: NDArray[np.int64]) -> Change:
        return Change(
            start_s=self.times_s[int(places[0])],
            end_s=self.times_s[int(places[-1])],
            gap=float(np.median(np.array(self.gaps)[places])),
        )


NOT_FOLLOWED = MouthCourse()
"""Of a stretch that was not followed pair by pair: it shows no change."""
