"""How often comparisons err: DET curves, rates with intervals, and what so many comparisons cannot show.

A score is "higher is more alike"; a comparison matches when ``score >= threshold``. Mated comparisons are of one person
with himself, non-mated ones of two people. FMR and FNMR are the shares of non-mated comparisons that match and of mated
ones that do not (ISO/IEC 19795-1). Every function raises ``ValueError`` where a class is missing or a score is not finite.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import isotonic_regression
from scipy.special import betaincinv, xlogy

Numbers = NDArray[np.float64]

CONFIDENCE = 0.95
RULE_OF_3, RULE_OF_30 = 3, 30
"""With N comparisons and no error, a rate above 3/N is excluded with 95 % confidence; with 30 errors the true rate lies
within 30 % of the measured one with 90 % confidence (Doddington and others 2000, ISO/IEC 19795-1 annex B)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion:
    """A share with its 95 % Clopper-Pearson interval, which takes the trials for independent; ``count`` may be an
    expected number."""

    count: float
    trials: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """FMR and FNMR at thresholds that fall from infinity to the lowest score: FMR rises from 0 to 1, FNMR falls to 0."""

    thresholds: Numbers
    fmr: Numbers
    fnmr: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingPoint:
    """The lowest threshold whose FMR is at most ``fmr_wanted``, and what was measured there. ``measurable`` is False
    where one false match would already be more than wanted; ``note`` says what the number of comparisons cannot show."""

    fmr_wanted: float
    threshold: float
    fmr: Proportion
    tpr: Proportion
    measurable: bool
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparisons:
    """Scores with the people behind them: ``mated_people`` (m,) and ``non_mated_people`` (n, 2) count people from 0."""

    mated: Numbers
    mated_people: NDArray[np.int64]
    non_mated: Numbers
    non_mated_people: NDArray[np.int64]

    @property
    def people(self) -> int:
        """How many different people were compared."""
        return len(np.union1d(self.mated_people, self.non_mated_people))

    @classmethod
    def of_matrix(cls, scores: ArrayLike, people: Sequence[str]) -> Comparisons:
        """Every pair once of n samples, from their (n, n) scores and whose they are."""
        table = np.asarray(scores, dtype=np.float64)
        if table.shape != (len(people), len(people)):
            raise ValueError(f"the scores have shape {table.shape} for {len(people)} samples: give every pair a score")
        _, number = np.unique(np.asarray(people, dtype=str), return_inverse=True)
        left, right = np.triu_indices(len(people), k=1)
        same = number[left] == number[right]
        pairs = np.stack([number[left], number[right]], axis=1).astype(np.int64)
        values = table[left, right]
        return cls(
            mated=values[same],
            mated_people=pairs[same, 0],
            non_mated=values[~same],
            non_mated_people=pairs[~same],
        )


def proportion(count: float, trials: int) -> Proportion:
    """``count`` of ``trials`` with the exact (Clopper-Pearson) 95 % interval."""
    if trials < 1 or not 0 <= count <= trials:
        raise ValueError(f"{count:g} of {trials} is no proportion: count at least one trial")
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if count == 0 else float(betaincinv(count, trials - count + 1, tail))
    high = 1.0 if count == trials else float(betaincinv(count + 1, trials - count, 1 - tail))
    return Proportion(count=count, trials=trials, rate=count / trials, low=low, high=high)


def det_curve(mated: ArrayLike, non_mated: ArrayLike) -> Curve:
    """The curve through every threshold that changes a decision; equal scores are decided together."""
    genuine, impostor = checked_scores(mated, non_mated)
    return _Levels(genuine, impostor).curve(np.ones(len(genuine)), np.ones(len(impostor)))


def equal_error_rate(curve: Curve) -> float:
    """Where FMR equals FNMR, by straight lines between the curve's points; in [0, 1], above 0.5 if scores are upside
    down."""
    after = int(np.argmax(curve.fmr >= curve.fnmr))
    if curve.fmr[after] == curve.fnmr[after]:
        return float(curve.fmr[after])
    gap_before = curve.fnmr[after - 1] - curve.fmr[after - 1]
    gap_after = curve.fmr[after] - curve.fnmr[after]
    way = gap_before / (gap_before + gap_after)
    return float(curve.fmr[after - 1] + way * (curve.fmr[after] - curve.fmr[after - 1]))


def area_under_curve(curve: Curve) -> float:
    """The chance that a mated score exceeds a non-mated one, equal scores counted half."""
    return float(np.trapezoid(1 - curve.fnmr, curve.fmr))


def true_match_rate(curve: Curve, fmr: float) -> float:
    """1 - FNMR at the lowest threshold whose FMR is at most ``fmr``."""
    return float(1 - curve.fnmr[_last_within(curve, fmr)])


def false_match_rate(curve: Curve, tpr: float) -> float:
    """FMR at the highest threshold whose TPR is at least ``tpr``: what it costs to find so much."""
    return float(curve.fmr[int(np.argmax(1 - curve.fnmr >= tpr - 1e-12))])


def operating_point(mated: ArrayLike, non_mated: ArrayLike, fmr: float) -> OperatingPoint:
    """TPR at a wanted FMR in (0, 1), both with intervals."""
    if not 0 < fmr < 1:
        raise ValueError(f"the wanted false match rate {fmr:g} is not between 0 and 1: give one such as 0.001")
    genuine, impostor = checked_scores(mated, non_mated)
    allowed = int(fmr * len(impostor) + 1e-9)
    falling = np.sort(impostor)[::-1]
    # Just above the first non-mated score that must not match
    threshold = float(np.nextafter(falling[allowed], np.inf)) if allowed < len(falling) else float(falling[-1])
    return OperatingPoint(
        fmr_wanted=fmr,
        threshold=threshold,
        fmr=proportion(int((impostor >= threshold).sum()), len(impostor)),
        tpr=proportion(int((genuine >= threshold).sum()), len(genuine)),
        measurable=allowed >= 1,
        note=_cannot_show(fmr, len(impostor)),
    )


def _cannot_show(fmr: float, comparisons: int) -> str | None:
    expected = fmr * comparisons + 1e-9
    if expected < 1:
        return f"not measurable with {comparisons} non-mated comparisons"
    if expected < RULE_OF_3:
        return (
            f"set on {comparisons} non-mated comparisons; {int(np.ceil(RULE_OF_3 / fmr))} without an error would be "
            "needed to show it with 95 % confidence (rule of 3)"
        )
    if expected < RULE_OF_30:
        return f"fewer than 30 false matches among {comparisons} non-mated comparisons (rule of 30): uncertain"
    return None


def bootstrap_intervals(
    comparisons: Comparisons,
    statistics: Sequence[Callable[[Curve], float]],
    *,
    rng: np.random.Generator,
    rounds: int = 1000,
) -> list[tuple[float, float]]:
    """The 95 % percentile interval of each statistic of a curve when people are drawn again with replacement.

    Pairs that share a person are not independent, so whole people are drawn: a person drawn k times counts k times in
    his mated pairs, two people drawn j and k times count j·k times in theirs. Rounds in which a class vanished are
    left out; ``ValueError`` if all are.
    """
    genuine, impostor = checked_scores(comparisons.mated, comparisons.non_mated)
    levels = _Levels(genuine, impostor)
    numbers = np.union1d(comparisons.mated_people, comparisons.non_mated_people)
    mated_at = np.searchsorted(numbers, comparisons.mated_people)
    pair_at = np.searchsorted(numbers, comparisons.non_mated_people)
    found = []
    for _ in range(rounds):
        drawn = rng.multinomial(len(numbers), np.full(len(numbers), 1 / len(numbers))).astype(np.float64)
        mated_weights, pair_weights = drawn[mated_at], drawn[pair_at[:, 0]] * drawn[pair_at[:, 1]]
        if mated_weights.any() and pair_weights.any():
            curve = levels.curve(mated_weights, pair_weights)
            found.append([statistic(curve) for statistic in statistics])
    if not found:
        raise ValueError(f"{len(numbers)} people are too few to draw from: compare more people")
    low, high = np.quantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def grouped_intervals(
    mated: ArrayLike,
    mated_groups: ArrayLike,
    non_mated: ArrayLike,
    non_mated_groups: ArrayLike,
    statistics: Sequence[Callable[[Curve], float]],
    *,
    rng: np.random.Generator,
    rounds: int = 1000,
) -> list[tuple[float, float]]:
    """As ``bootstrap_intervals``, for scores of single items: ``…_groups`` (n,) number what they have in common (a scene, a
    speaker), and whole groups are drawn again. ``ValueError`` if no draw holds both classes."""
    genuine, impostor = checked_scores(mated, non_mated)
    levels = _Levels(genuine, impostor)
    ours, theirs = np.asarray(mated_groups), np.asarray(non_mated_groups)
    numbers = np.union1d(ours, theirs)
    ours_at, theirs_at = np.searchsorted(numbers, ours), np.searchsorted(numbers, theirs)
    found = []
    for _ in range(rounds):
        drawn = rng.multinomial(len(numbers), np.full(len(numbers), 1 / len(numbers))).astype(np.float64)
        if drawn[ours_at].any() and drawn[theirs_at].any():
            curve = levels.curve(drawn[ours_at], drawn[theirs_at])
            found.append([statistic(curve) for statistic in statistics])
    if not found:
        raise ValueError(f"{len(numbers)} groups are too few to draw from: bring items of more scenes or speakers")
    low, high = np.quantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def share_interval(
    hits: ArrayLike, groups: Sequence[str], *, rng: np.random.Generator, rounds: int = 1000
) -> tuple[float, float]:
    """The 95 % percentile interval of a share of trials, of which ``hits`` (n,) says which count, when whole groups of them are
    drawn again with replacement: trials that share something are not independent."""
    counted = np.asarray(hits, dtype=np.float64).ravel()
    if not len(counted) or len(counted) != len(groups):
        raise ValueError(
            f"{len(counted)} trials have {len(groups)} groups: name the group of each of at least one trial"
        )
    _, at = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    trials, hit = np.bincount(at).astype(np.float64), np.bincount(at, weights=counted)
    drawn = rng.multinomial(len(trials), np.full(len(trials), 1 / len(trials)), size=rounds)
    shares = (drawn @ hit) / (drawn @ trials)
    low, high = np.quantile(shares, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def cllr(mated_log10_lr: ArrayLike, non_mated_log10_lr: ArrayLike) -> float:
    """The log-likelihood-ratio cost in bits: 0 is perfect, 1 says nothing (Brümmer and du Preez 2006). Infinite ratios
    are allowed; one on the wrong side costs infinity."""
    mated, non_mated = np.asarray(mated_log10_lr, dtype=np.float64), np.asarray(non_mated_log10_lr, dtype=np.float64)
    if not len(mated) or not len(non_mated) or np.isnan(mated).any() or np.isnan(non_mated).any():
        raise ValueError("likelihood ratios of both mated and non-mated comparisons are needed, none of them NaN")
    bits = np.log2(10.0)
    costs = np.logaddexp2(0, -mated * bits).mean() + np.logaddexp2(0, non_mated * bits).mean()
    return float(costs / 2)


def cllr_interval(
    mated_log10_lr: ArrayLike,
    mated_groups: ArrayLike,
    non_mated_log10_lr: ArrayLike,
    non_mated_groups: ArrayLike,
    *,
    rng: np.random.Generator,
    rounds: int = 1000,
) -> tuple[float, float]:
    """The 95 % percentile interval of ``cllr`` when whole groups are drawn again, as ``grouped_intervals`` has them; the ratios
    stay as they are. ``ValueError`` if no draw holds both classes."""
    ours, theirs = np.asarray(mated_groups), np.asarray(non_mated_groups)
    numbers = np.union1d(ours, theirs)
    bits = np.log2(10.0)
    drawn = rng.multinomial(len(numbers), np.full(len(numbers), 1 / len(numbers)), size=rounds).astype(np.float64)
    found = np.zeros(rounds)
    for logs, groups, sign in ((mated_log10_lr, ours, -1.0), (non_mated_log10_lr, theirs, 1.0)):
        costs = np.logaddexp2(0, sign * bits * np.asarray(logs, dtype=np.float64))
        at = np.searchsorted(numbers, groups)
        trials = drawn @ np.bincount(at, minlength=len(numbers)).astype(np.float64)
        # A round without this class has no cost: it is left out below
        spent = drawn @ np.bincount(at, weights=costs, minlength=len(numbers))
        found += np.where(trials > 0, spent / np.maximum(trials, 1), np.nan) / 2
    found = found[~np.isnan(found)]
    if not len(found):
        raise ValueError(f"{len(numbers)} groups are too few to draw from: bring items of more scenes or speakers")
    low, high = np.quantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def cllr_min(mated: ArrayLike, non_mated: ArrayLike) -> float:
    """The Cllr of these scores after the best monotone calibration of them (pool adjacent violators)."""
    genuine, impostor = checked_scores(mated, non_mated)
    levels = _Levels(genuine, impostor)
    ours = np.bincount(levels.genuine_at, minlength=levels.count) / len(genuine)
    theirs = np.bincount(levels.impostor_at, minlength=levels.count) / len(impostor)
    share = np.asarray(isotonic_regression(ours / (ours + theirs), weights=ours + theirs).x)
    cost = -(xlogy(ours, share) + xlogy(theirs, 1 - share)).sum() / np.log(2)
    return float(cost / 2)


def checked_scores(mated: ArrayLike, non_mated: ArrayLike) -> tuple[Numbers, Numbers]:
    """Both as one-dimensional float64; ``ValueError`` if one is empty or holds NaN or infinity."""
    checked = []
    for scores, name in ((mated, "mated"), (non_mated, "non-mated")):
        values = np.asarray(scores, dtype=np.float64).ravel()
        if not len(values):
            raise ValueError(f"there are no {name} comparisons: compare several samples each of several people")
        if not np.isfinite(values).all():
            raise ValueError(f"a {name} score is NaN or infinite: make these scores again")
        checked.append(values)
    return checked[0], checked[1]


def _last_within(curve: Curve, fmr: float) -> int:
    return int(np.searchsorted(curve.fmr, fmr + 1e-12, side="right")) - 1


class _Levels:
    """The distinct scores, and which comparison has which; ranked once, weighed often."""

    def __init__(self, genuine: Numbers, impostor: Numbers) -> None:
        self.scores, at = np.unique(np.concatenate([genuine, impostor]), return_inverse=True)
        self.genuine_at, self.impostor_at = at[: len(genuine)], at[len(genuine) :]
        self.count = len(self.scores)

    def curve(self, genuine_weights: Numbers, impostor_weights: Numbers) -> Curve:
        matched = []
        for at, weights in ((self.genuine_at, genuine_weights), (self.impostor_at, impostor_weights)):
            falling = np.bincount(at, weights=weights, minlength=self.count)[::-1]
            share = np.concatenate([[0.0], np.cumsum(falling)]) / weights.sum()
            matched.append(np.minimum(share, 1.0))
        thresholds = np.concatenate([[np.inf], self.scores[::-1]])
        return Curve(thresholds=thresholds, fmr=matched[1], fnmr=1 - matched[0])
