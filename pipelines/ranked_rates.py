"""How well a number puts what is wanted before what is not: AUC, EER, FPR at 90 % TPR, Cllr, silence; each with an interval.

For the evaluations of detectors and of the end decision. Intervals come from drawing whole groups (scenes, speakers, creatives)
anew, because what shares something is not independent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detectors.fusion_model import held_out, independent
from watchlist.calibration import bounds
from watchlist.error_rates import Curve as ErrorCurve
from watchlist.error_rates import (
    area_under_curve,
    cllr,
    cllr_interval,
    det_curve,
    equal_error_rate,
    false_match_rate,
    grouped_intervals,
    proportion,
    share_interval,
)
from watchlist.evaluation_rates import wider
from watchlist.evaluation_records import Curve, Rate

Numbers = NDArray[np.float64]
Truth = NDArray[np.bool_]

TPR = 0.9
ROUNDS = 500
LEAST = 5
"""Of either kind: fewer items show no rate."""

MOST_CURVE_POINTS = 300
BITRATES = ((0.0, 300.0), (300.0, 1000.0), (1000.0, float("inf")))


def _false_at_tpr(curve: ErrorCurve) -> float:
    return false_match_rate(curve, TPR)


STATISTICS: tuple[Callable[[ErrorCurve], float], ...] = (area_under_curve, equal_error_rate, _false_at_tpr)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedRates:
    """``auc``, ``eer`` and ``fpr`` (at 90 % TPR) are of the items that have a number; None for the reason in ``note``. ``cllr``
    (bits, not a share) is of likelihood ratios whose fit saw nothing of the item's group; None where there are none. ``silent``
    is the share of items of which nothing could be told; None where there are no items."""

    auc: Rate | None
    eer: Rate | None
    fpr: Rate | None
    cllr: Rate | None
    silent: Rate | None
    note: str | None


def ranked_rates(
    values: Numbers,
    truth: Truth,
    groups: Sequence[str],
    *,
    rng: np.random.Generator,
    ratios: Numbers | None = None,
    silent: Truth | None = None,
    kinds: tuple[str, str] = ("altered", "genuine"),
    rounds: int = ROUNDS,
) -> RankedRates:
    """Of (n,) numbers (higher: more likely wanted; NaN: none), (n,) truth and the names of (n,) groups. ``ratios`` are (n,) log10
    likelihood ratios; ``silent`` says which items could not be told, by default those without a number; ``kinds`` are the words
    for what is wanted and what is not."""
    spoke = ~np.isnan(values)
    wanted, others = spoke & truth, spoke & ~truth
    quiet = share_rate(~spoke if silent is None else silent, groups, rng=rng, rounds=rounds)
    if min(wanted.sum(), others.sum()) < LEAST:
        note = f"it spoke of {wanted.sum()} {kinds[0]} and {others.sum()} {kinds[1]} items: too few for a rate"
        return RankedRates(auc=None, eer=None, fpr=None, cllr=None, silent=quiet, note=note)
    number = np.unique(np.array(groups, dtype=str), return_inverse=True)[1]
    curve = det_curve(values[wanted], values[others])
    unsure: str | None = None
    try:
        intervals = grouped_intervals(
            values[wanted], number[wanted], values[others], number[others], STATISTICS, rng=rng, rounds=rounds
        )
    except ValueError as error:
        intervals, unsure = [(0.0, 1.0)] * len(STATISTICS), str(error)
    auc, eer, fpr = (
        Rate(rate=statistic(curve), low=low, high=high)
        for statistic, (low, high) in zip(STATISTICS, intervals, strict=True)
    )
    cost = None
    if ratios is not None and unsure is None:
        sides = ratios[wanted], number[wanted], ratios[others], number[others]
        low, high = cllr_interval(*sides, rng=rng, rounds=rounds)
        cost = Rate(rate=cllr(ratios[wanted], ratios[others]), low=low, high=high)
    return RankedRates(auc=auc, eer=eer, fpr=fpr, cllr=cost, silent=quiet, note=unsure)


def share_rate(hits: ArrayLike, groups: Sequence[str], *, rng: np.random.Generator, rounds: int = 1000) -> Rate | None:
    """The share of (n,) trials that ``hits`` says count; the interval is the wider of the exact one and one over groups. None
    where there are no trials."""
    counted = np.asarray(hits, dtype=bool).ravel()
    if not len(counted):
        return None
    drawn = share_interval(counted, groups, rng=rng, rounds=rounds)
    return wider(proportion(int(counted.sum()), len(counted)), drawn)


def own_ratios(values: Numbers, truth: Truth, groups: Sequence[str]) -> Numbers | None:
    """(n,) log10 LR of a number alone, each by a fit that saw nothing of the item's group, within the bounds that so many groups
    can bear; NaN where there is no number, None where nothing can be fitted."""
    spoke = ~np.isnan(values)
    if not enough(values, truth):
        return None
    theirs = [group for group, said in zip(groups, spoke, strict=True) if said]
    try:
        logs = held_out({"alone": values[spoke]}, truth[spoke], theirs)
    except ValueError:
        return None
    ratios = np.full(len(values), np.nan)
    ratios[spoke] = _bounded(logs, truth[spoke], theirs)
    return ratios


def enough(values: Numbers, truth: Truth) -> bool:
    """Whether so many numbers of either kind show a rate."""
    spoke = ~np.isnan(values)
    return bool(min((spoke & truth).sum(), (spoke & ~truth).sum()) >= LEAST)


def thinned_curve(name: str, values: Numbers, truth: Truth) -> Curve:
    """The curve of the items that have a number, with no more points than a drawing needs. Raises ``ValueError`` where one kind
    is missing."""
    spoke = ~np.isnan(values)
    curve = det_curve(values[spoke & truth], values[spoke & ~truth])
    kept = np.unique(np.linspace(0, len(curve.fmr) - 1, min(len(curve.fmr), MOST_CURVE_POINTS)).round().astype(int))
    return Curve(name=name, fmr=tuple(curve.fmr[kept].tolist()), fnmr=tuple(curve.fnmr[kept].tolist()))


def bitrate_range(kbps: float | None) -> str | None:
    """The name of the range of bitrates; None for pictures."""
    for low, high in BITRATES if kbps is not None else ():
        if low <= (kbps or 0.0) < high:
            return f"{low:g} kb/s and more" if high == float("inf") else f"{low:g} to {high:g} kb/s"
    return None


def _bounded(logs: Numbers, truth: Truth, groups: Sequence[str]) -> Numbers:
    number = np.unique(np.array(groups, dtype=str), return_inverse=True)[1].astype(np.int64)
    low, high = bounds(logs[truth], logs[~truth], counts=independent(truth, number))
    clipped: Numbers = np.clip(logs, low, high)
    return clipped
