"""The threshold of one video: so that among videos without anybody enrolled only a stated share (FPIR) shows a match.

A video of k independent tracks is compared k times with each of N people. If comparisons erred independently, FPIR would
be 1 - (1 - FMR)^(N·k) (ISO/IEC 19795-1), so each comparison may err at FMR = 1 - (1 - FPIR)^(1 / (N·k)). Comparisons that
share a face do not err independently; then fewer videos are hit, so the stated share is kept.

The score with that FMR comes from the highest non-mated scores of the calibration: an exponential or heavier tail
(generalised Pareto over its lowest member, probability-weighted moments after Hosking and Wallis 1987), never a lighter
one, because a tail that ends where the sample ended would promise what nobody saw.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from watchlist.calibration import TAIL_LEAST, Calibration, checked_fpir, tail_size

SMALL = 10 * TAIL_LEAST
"""Below so many non-mated comparisons no tail is fitted."""

HIGHEST = 1.0
"""No score is above it in either metric: a picture compared with itself."""


class Basis(StrEnum):
    """What a threshold rests on, in words for people."""

    PACK = "the model pack's own threshold is higher"
    MEASURED = "measured on the calibration's non-mated comparisons"
    EXTRAPOLATED = "extrapolated beyond the calibration's non-mated comparisons"
    TOO_FEW = "just above the highest non-mated score: too few comparisons for the rate that was asked for"
    LOOK_ALIKE = "raised because a look-alike scores close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A score at or above ``score`` matches; ``fmr`` is what each comparison may err at, None if nothing was stated."""

    score: float
    fmr: float | None
    basis: Basis


def comparison_fmr(fpir: float, comparisons: int) -> float:
    """What each of so many independent comparisons may err at, for at least one error with probability ``fpir``."""
    if comparisons < 1:
        raise ValueError(f"{comparisons} comparisons have no error rate: count people and tracks from 1")
    return -math.expm1(math.log1p(-checked_fpir(fpir)) / comparisons)


def video_threshold(
    calibration: Calibration, *, people: int, references: int, tracks: int, least: float, fpir: float | None = None
) -> Threshold:
    """For a video with so many independent ``tracks`` against a gallery of ``people`` with ``references`` in all.

    Where scores were calibrated over fewer references than people have here, the surplus counts as further people.
    ``least`` is the model pack's threshold, below which this never goes. ``fpir`` is the calibration's unless given.
    """
    enrolled = max(people, math.ceil(references / calibration.references_per_score), 1)
    stated = calibration.fpir if fpir is None else fpir
    fmr = comparison_fmr(stated, enrolled * max(tracks, 1))
    score, basis = score_at(calibration, fmr)
    return (
        Threshold(score=score, fmr=fmr, basis=basis)
        if score > least
        else Threshold(score=least, fmr=fmr, basis=Basis.PACK)
    )


def person_threshold(video: Threshold, look_alike: float | None, *, calibration: Calibration | None) -> Threshold:
    """Raised where a look-alike of the person scores ``look_alike`` at best against the person's references: above it by
    the score that makes the likelihood ratio ten times as high. Without a calibration nobody knows how much that is: then just
    above it, because what the look-alike reaches, too, does not tell the two apart."""
    if look_alike is None:
        return video
    margin = 0.0 if calibration is None else math.log(10) / calibration.slope
    raised = min(_above(look_alike + margin), HIGHEST)
    return video if raised <= video.score else Threshold(score=raised, fmr=video.fmr, basis=Basis.LOOK_ALIKE)


def score_at(calibration: Calibration, fmr: float) -> tuple[float, Basis]:
    """The score that a share ``fmr`` of non-mated comparisons reaches, at most 1, and what says so."""
    tail, count = np.array(calibration.tail), calibration.non_mated
    allowed = fmr * count + 1e-9
    if count < SMALL:
        if allowed < 1:
            return min(_above(tail[0]), HIGHEST), Basis.TOO_FEW
        return min(_above(tail[min(int(allowed), len(tail) - 1)]), HIGHEST), Basis.MEASURED
    size = min(tail_size(count), len(tail) - 1)
    start = float(tail[size])
    # Beyond the tail its start stands: stricter than asked for
    reach = max(size / (fmr * count), 1.0)
    shape, scale = _tail_fit(tail[:size] - start)
    growth = math.log(reach) if shape < 1e-9 else math.expm1(shape * math.log(reach)) / shape
    score = min(_above(start + scale * growth), HIGHEST)
    return score, Basis.MEASURED if allowed >= 1 else Basis.EXTRAPOLATED


def _above(score: float) -> float:
    return math.nextafter(float(score), math.inf)


def _tail_fit(excesses: np.ndarray) -> tuple[float, float]:
    """Shape (at least 0) and scale of the generalised Pareto distribution of excesses given in falling order."""
    rising = excesses[::-1]
    mean = float(rising.mean())
    shares = 1 - (np.arange(1, len(rising) + 1) - 0.35) / len(rising)
    weighted = float((shares * rising).mean())
    spread = mean - 2 * weighted
    if spread <= 0:
        return 0.0, mean
    shape = 2 - mean / spread
    return (shape, 2 * mean * weighted / spread) if shape > 0 else (0.0, mean)
