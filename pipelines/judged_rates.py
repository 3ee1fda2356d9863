"""How often detectors of alteration err on a set whose truth is known: each by itself, and all of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.fusion_model import Fusion, fuse, held_out, independent
from detectors.measures import words_of
from detectors.validation import Conditions, Validated
from pipelines.judging import Judged
from watchlist.calibration import bounds
from watchlist.error_rates import Curve as ErrorCurve
from watchlist.error_rates import (
    area_under_curve,
    cllr,
    det_curve,
    equal_error_rate,
    false_match_rate,
    grouped_intervals,
)
from watchlist.evaluation_records import Curve, Rate

Numbers = NDArray[np.float64]

TOGETHER = "all together"
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
class ErrorRow:
    """A measure (or all together) on a part of the items. ``auc``, ``eer`` and ``fpr`` (at 90 % TPR) are of the items of which it
    spoke, with intervals over groups; None for the reason in ``note``. ``cllr`` (bits) is of groups left out of the fit."""

    measure: str
    words: str
    part: str
    altered: int
    genuine: int
    spoke_altered: int
    spoke_genuine: int
    auc: Rate | None
    eer: Rate | None
    fpr: Rate | None
    cllr: float | None
    note: str | None

    @property
    def silent(self) -> float:
        """The share of the items of which it could not tell."""
        items = self.altered + self.genuine
        return 1 - (self.spoke_altered + self.spoke_genuine) / items if items else 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wrong:
    """An item that all together put on the wrong side, by how much (log10 of its likelihood ratio)."""

    judged: Judged
    log10_lr: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ErrorFigures:
    """What was found. ``fusion`` is None for the reason in ``no_fusion``; ``worst`` first."""

    rows: tuple[ErrorRow, ...]
    curves: tuple[Curve, ...]
    worst: tuple[Wrong, ...]
    fusion: Fusion | None
    no_fusion: str | None


def error_figures(
    judged: Sequence[Judged],
    *,
    source: str,
    validated: Validated,
    conditions: Conditions,
    rng: np.random.Generator,
    rounds: int = ROUNDS,
    most_worst: int = 12,
) -> ErrorFigures:
    """Every measure and all together, on all items and on each part of them."""
    truth = np.array([one.item.altered for one in judged])
    groups = [one.item.group for one in judged]
    names = sorted({name for one in judged for name in one.numbers})
    numbers = {name: np.array([one.numbers.get(name, np.nan) for one in judged]) for name in names}
    ratios = {name: _own_ratios(values, truth, groups) for name, values in numbers.items()}
    fusion, together, no_fusion = _together(
        numbers, truth, groups, source=source, validated=validated, conditions=conditions, rng=rng
    )
    if together is not None:
        numbers[TOGETHER] = ratios[TOGETHER] = together
    number = np.unique(np.array(groups, dtype=str), return_inverse=True)[1]
    rows = [
        _row(name, part, mask, numbers[name], ratios[name], truth, number, rng=rng, rounds=rounds)
        for part, mask in _parts(judged)
        for name in [*([TOGETHER] if TOGETHER in numbers else []), *names]
    ]
    curves = [_curve(name, numbers[name], truth) for name in numbers if _enough(numbers[name], truth)]
    return ErrorFigures(
        rows=tuple(rows),
        curves=tuple(sorted(curves, key=lambda curve: curve.name != TOGETHER)),
        worst=() if together is None else tuple(_worst(judged, together)[:most_worst]),
        fusion=fusion,
        no_fusion=no_fusion,
    )


def _own_ratios(values: Numbers, truth: NDArray[np.bool_], groups: Sequence[str]) -> Numbers | None:
    """(n,) log10 LR of a measure alone, by fits that saw nothing of the item's group; None where nothing can be fitted."""
    spoke = ~np.isnan(values)
    if not _enough(values, truth):
        return None
    theirs = [group for group, said in zip(groups, spoke, strict=True) if said]
    try:
        logs = held_out({"alone": values[spoke]}, truth[spoke], theirs)
    except ValueError:
        return None
    ratios = np.full(len(values), np.nan)
    ratios[spoke] = _bounded(logs, truth[spoke], theirs)
    return ratios


def _bounded(logs: Numbers, truth: NDArray[np.bool_], groups: Sequence[str]) -> Numbers:
    number = np.unique(np.array(groups, dtype=str), return_inverse=True)[1].astype(np.int64)
    low, high = bounds(logs[truth], logs[~truth], counts=independent(truth, number))
    clipped: Numbers = np.clip(logs, low, high)
    return clipped


def _together(
    numbers: dict[str, Numbers],
    truth: NDArray[np.bool_],
    groups: Sequence[str],
    *,
    source: str,
    validated: Validated,
    conditions: Conditions,
    rng: np.random.Generator,
) -> tuple[Fusion | None, Numbers | None, str | None]:
    """The fusion, its (n,) log10 LR of items whose group was left out (NaN where nothing was measured), or why there is none."""
    try:
        fusion = fuse(numbers, truth, groups, source=source, validated=validated, conditions=conditions, rng=rng)
        logs = np.clip(held_out(numbers, truth, groups), fusion.log10_low, fusion.log10_high)
    except ValueError as error:
        return None, None, str(error)
    silent = np.all([np.isnan(numbers[part.measure]) for part in fusion.fit.parts], axis=0)
    return fusion, np.where(silent, np.nan, logs), None


def _parts(judged: Sequence[Judged]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """All items; those of each generator with all genuine ones of that kind of media; of each kind, language, codec and range of
    bitrates."""
    yield "all", np.ones(len(judged), dtype=bool)
    for generator in sorted({one.item.generator for one in judged if one.item.altered and one.item.generator}):
        theirs = [one.item.altered and one.item.generator == generator for one in judged]
        kinds = {one.kind for one, so in zip(judged, theirs, strict=True) if so}
        genuine = [not one.item.altered and one.kind in kinds for one in judged]
        yield f"generator: {generator}", np.array(theirs) | np.array(genuine)
    for title, values in (
        ("media", [one.kind.value for one in judged]),
        ("language", [one.item.language for one in judged]),
        ("codec", [one.codec for one in judged]),
        ("bitrate", [_range_of(one.kbps) for one in judged]),
    ):
        for value in sorted({value for value in values if value}):
            yield f"{title}: {value}", np.array([one == value for one in values])


def _range_of(kbps: float | None) -> str | None:
    for low, high in BITRATES if kbps is not None else ():
        if low <= (kbps or 0.0) < high:
            return f"{low:g} kb/s and more" if high == float("inf") else f"{low:g} to {high:g} kb/s"
    return None


def _row(
    name: str,
    part: str,
    mask: NDArray[np.bool_],
    values: Numbers,
    ratios: Numbers | None,
    truth: NDArray[np.bool_],
    groups: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    rounds: int,
) -> ErrorRow:
    spoke = mask & ~np.isnan(values)
    altered, genuine = spoke & truth, spoke & ~truth
    rates: list[Rate | None] = [None] * len(STATISTICS)
    cost: float | None = None
    note: str | None = None
    if min(altered.sum(), genuine.sum()) < LEAST:
        note = f"it spoke of {altered.sum()} altered and {genuine.sum()} genuine items: too few for a rate"
    else:
        curve = det_curve(values[altered], values[genuine])
        try:
            intervals = grouped_intervals(
                values[altered], groups[altered], values[genuine], groups[genuine], STATISTICS, rng=rng, rounds=rounds
            )
        except ValueError as error:
            intervals, note = [(0.0, 1.0)] * len(STATISTICS), str(error)
        rates = [
            Rate(rate=statistic(curve), low=low, high=high)
            for statistic, (low, high) in zip(STATISTICS, intervals, strict=True)
        ]
        if ratios is not None:
            cost = cllr(ratios[altered], ratios[genuine])
    return ErrorRow(
        measure=name,
        words="the likelihood ratio of all detectors" if name == TOGETHER else words_of(name),
        part=part,
        altered=int((mask & truth).sum()),
        genuine=int((mask & ~truth).sum()),
        spoke_altered=int(altered.sum()),
        spoke_genuine=int(genuine.sum()),
        auc=rates[0],
        eer=rates[1],
        fpr=rates[2],
        cllr=cost,
        note=note,
    )


def _enough(values: Numbers, truth: NDArray[np.bool_]) -> bool:
    spoke = ~np.isnan(values)
    return bool(min((spoke & truth).sum(), (spoke & ~truth).sum()) >= LEAST)


def _curve(name: str, values: Numbers, truth: NDArray[np.bool_]) -> Curve:
    spoke = ~np.isnan(values)
    curve = det_curve(values[spoke & truth], values[spoke & ~truth])
    kept = np.unique(np.linspace(0, len(curve.fmr) - 1, min(len(curve.fmr), MOST_CURVE_POINTS)).round().astype(int))
    return Curve(name=name, fmr=tuple(curve.fmr[kept].tolist()), fnmr=tuple(curve.fnmr[kept].tolist()))


def _worst(judged: Sequence[Judged], logs: Numbers) -> list[Wrong]:
    wrong = [
        Wrong(judged=one, log10_lr=float(log))
        for one, log in zip(judged, logs, strict=True)
        if not np.isnan(log) and (log < 0 if one.item.altered else log > 0)
    ]
    return sorted(wrong, key=lambda one: -abs(one.log10_lr))
