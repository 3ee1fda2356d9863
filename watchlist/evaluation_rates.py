"""The rates of an evaluation's conditions, with intervals, and its curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from embeddings.conditions import CLEAN, PICTURE_CONDITIONS, SOUND_CONDITIONS
from watchlist.error_rates import (
    Comparisons,
    Proportion,
    bootstrap_intervals,
    cllr_min,
    det_curve,
    equal_error_rate,
    operating_point,
    proportion,
    true_match_rate,
)
from watchlist.error_rates import Curve as ErrorCurve
from watchlist.evaluation_records import ConditionResult, Curve, Point, Rate, SizeRow, SubsetResult
from watchlist.evaluation_scores import Items, Pairs, compared, scores
from watchlist.evaluation_views import Views
from watchlist.records import Modality

FMRS = (1e-2, 1e-3, 1e-4)
FMR = 1e-3
"""The one at which losses and the size table are stated."""

ROUNDS = 1000
LEAST_ROUNDS = 200
BOOTSTRAP_WORK = 20_000_000
"""For the intervals people are drawn so often that about so many comparisons are weighed, within these bounds."""

CURVE_POINTS = 400
LOWEST_DRAWN = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rates:
    """Measures the conditions of one modality on any of its pairs. ``people`` (items,) are numbers."""

    views: Views
    people: Items
    metric: str
    rng: np.random.Generator
    rounds: int = ROUNDS

    def comparisons(self, pairs: Pairs, condition: str) -> Comparisons:
        """The scores of these pairs in a condition, with the people behind them."""
        return compared(scores(self.views, pairs, condition, metric=self.metric), self.people, pairs)

    def subset(self, name: str, pairs: Pairs) -> SubsetResult:
        """Every condition on the pairs whose items can go through it; its loss is against clean of the same pairs."""
        results: list[ConditionResult] = []
        curves: list[Curve] = []
        skipped: list[str] = []
        for condition in self.views.vectors:
            applies = self.views.asked[condition]
            kept = pairs.where(applies[pairs.left] & applies[pairs.right])
            if not kept.same.any() or kept.same.all():
                skipped.append(f"{condition} was not evaluated: too few faces are larger than that")
                continue
            ours = self.comparisons(kept, condition)
            results.append(self._condition(condition, kept, ours, clean=self.comparisons(kept, CLEAN)))
            curves.append(_thinned(condition, det_curve(ours.mated, ours.non_mated)))
        return SubsetResult(name=name, conditions=tuple(results), skipped=tuple(skipped), curves=tuple(curves))

    def _condition(self, name: str, pairs: Pairs, ours: Comparisons, *, clean: Comparisons) -> ConditionResult:
        suspects = np.unique(np.concatenate([pairs.left, pairs.right]))
        lost = np.isnan(self.views.vectors[name][suspects]).all(axis=(1, 2))
        before = operating_point(clean.mated, clean.non_mated, FMR)
        curve, clean_curve = det_curve(ours.mated, ours.non_mated), det_curve(clean.mated, clean.non_mated)
        face = self.views.modality is Modality.FACE
        if face:
            loss = true_match_rate(clean_curve, FMR) - true_match_rate(curve, FMR)
        else:
            loss = equal_error_rate(curve) - equal_error_rate(clean_curve)
        summary = (PICTURE_CONDITIONS if face else SOUND_CONDITIONS)[name].summary
        trials = int(pairs.same.sum()), int((~pairs.same).sum())
        drawn = self._intervals(ours)
        return ConditionResult(
            name=name,
            summary=summary,
            suspects=len(suspects),
            not_found=int(lost.sum()),
            mated=len(ours.mated),
            non_mated=len(ours.non_mated),
            eer=wider(proportion(min(1.0, equal_error_rate(curve)) * trials[0], trials[0]), drawn[0]),
            points=tuple(
                _point(ours, fmr, trials=trials, drawn=interval) for fmr, interval in zip(FMRS, drawn[1:], strict=True)
            ),
            tpr_at_clean=share(ours.mated, before.threshold, trials=trials[0]),
            fmr_at_clean=share(ours.non_mated, before.threshold, trials=trials[1]),
            cllr_min=max(0.0, cllr_min(ours.mated, ours.non_mated)),
            loss_points=100 * loss,
        )

    def _intervals(self, ours: Comparisons) -> list[tuple[float, float]]:
        """Of the equal error rate, then of TPR at each of ``FMRS``, with the people drawn anew."""
        work = len(ours.mated) + len(ours.non_mated)
        rounds = int(np.clip(BOOTSTRAP_WORK // work, min(LEAST_ROUNDS, self.rounds), self.rounds))
        statistics: list[Callable[[ErrorCurve], float]] = [equal_error_rate]
        statistics += [partial(true_match_rate, fmr=fmr) for fmr in FMRS]
        return bootstrap_intervals(ours, statistics, rng=self.rng, rounds=rounds)

    def sizes(self, pairs: Pairs, *, bounds: Sequence[float]) -> tuple[SizeRow, ...]:
        """TPR of the mated pairs by the size of their smaller item, at the clean threshold of FMR 1e-3."""
        values = scores(self.views, pairs, CLEAN, metric=self.metric)[0]
        threshold = operating_point(values[pairs.same], values[~pairs.same], FMR).threshold
        smaller = np.minimum(self.views.sizes[pairs.left], self.views.sizes[pairs.right])[pairs.same]
        rows = []
        for low, high in zip(bounds, [*bounds[1:], None], strict=True):
            inside = values[pairs.same][(smaller >= low) & (smaller < (np.inf if high is None else high))]
            tpr = share(inside, threshold) if len(inside) else None
            rows.append(SizeRow(low=low, high=high, mated=len(inside), tpr=tpr))
        return tuple(rows)


def share(values: NDArray[np.float64], threshold: float, *, trials: int | None = None) -> Rate:
    """The share of values that reach the threshold. Where pairs were compared both ways, ``trials`` are the pairs: comparing
    the same two files twice makes nothing more certain."""
    count = len(values) if trials is None else trials
    return rate_of(proportion(float((values >= threshold).mean()) * count, count))


def rate_of(measured: Proportion) -> Rate:
    """The same without its counts."""
    return Rate(rate=measured.rate, low=measured.low, high=measured.high)


def wider(exact: Proportion, drawn: tuple[float, float]) -> Rate:
    """Drawing people says nothing where nobody erred, and counting takes trials for independent: the wider of both."""
    return Rate(rate=exact.rate, low=min(exact.low, drawn[0]), high=max(exact.high, drawn[1]))


def _point(ours: Comparisons, fmr: float, *, trials: tuple[int, int], drawn: tuple[float, float]) -> Point:
    point = operating_point(ours.mated, ours.non_mated, fmr)
    return Point(
        fmr_wanted=fmr,
        threshold=point.threshold,
        fmr=rate_of(proportion(point.fmr.rate * trials[1], trials[1])),
        tpr=wider(proportion(point.tpr.rate * trials[0], trials[0]), drawn),
        measurable=fmr * trials[1] + 1e-9 >= 1,
        note=point.note,
    )


def _thinned(name: str, curve: ErrorCurve) -> Curve:
    """Points evenly along the way of the curve as a DET drawing shows it, so that its small values stay."""
    fmr, fnmr = (norm.ppf(np.clip(side, LOWEST_DRAWN, 1 - LOWEST_DRAWN)) for side in (curve.fmr, curve.fnmr))
    way = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(fmr)) + np.abs(np.diff(fnmr)))])
    wanted = np.searchsorted(way, np.linspace(0, way[-1], CURVE_POINTS))
    kept = np.unique(np.concatenate([[0], np.minimum(wanted, len(way) - 1), [len(way) - 1]]))
    return Curve(name=name, fmr=tuple(curve.fmr[kept].tolist()), fnmr=tuple(curve.fnmr[kept].tolist()))
