"""How often detectors of alteration err on a set whose truth is known: each by itself, and all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.fusion_model import Fusion, fuse, held_out
from detectors.measures import is_weighed, words_of
from detectors.validation import Conditions, Validated
from pipelines.judged_worst import Reason, WorstOf, reasons, worst_of
from pipelines.judging import Judged
from pipelines.ranked_rates import (
    ROUNDS,
    Numbers,
    Truth,
    bitrate_range,
    enough,
    own_ratios,
    ranked_rates,
    thinned_curve,
)
from watchlist.evaluation_records import Curve, Rate

TOGETHER = "all together"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRow:
    """A measure (or all together) on a part of the items; ``weighed`` where it is part of all together.

    ``auc``, ``eer``, ``fpr`` (at 90 % TPR) and ``cllr`` (bits, of groups left out of the fit) are of the items of which it spoke,
    with intervals over groups; None for the reason in ``note``. ``silent`` is the share of the items of which it could not tell.
    """

    measure: str
    words: str
    weighed: bool
    part: str
    altered: int
    genuine: int
    spoke_altered: int
    spoke_genuine: int
    auc: Rate | None
    eer: Rate | None
    fpr: Rate | None
    cllr: Rate | None
    silent: Rate | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wrong:
    """An item that all together put on the wrong side, by how much (log10 of its likelihood ratio)."""

    judged: Judged
    log10_lr: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ErrorFigures:
    """What was found. ``fusion`` is None for the reason in ``no_fusion``; ``worst`` are the errors of all together, the worst
    first, ``worst_of`` those of each measure; ``reasons`` say why detectors could not tell."""

    rows: tuple[ErrorRow, ...]
    curves: tuple[Curve, ...]
    worst: tuple[Wrong, ...]
    worst_of: tuple[WorstOf, ...]
    reasons: tuple[Reason, ...]
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
    ratios = {name: own_ratios(values, truth, groups) for name, values in numbers.items()}
    by_measure = worst_of(judged, numbers, truth, {name: words_of(name) for name in names})
    weighed = {name: values for name, values in numbers.items() if is_weighed(name)}
    fusion, together, no_fusion = _together(
        weighed, truth, groups, source=source, validated=validated, conditions=conditions, rng=rng
    )
    if together is not None:
        numbers[TOGETHER] = ratios[TOGETHER] = together
    rows = [
        _row(name, part, mask, numbers[name], ratios[name], truth, groups, rng=rng, rounds=rounds)
        for part, mask in _parts(judged)
        for name in [*([TOGETHER] if TOGETHER in numbers else []), *names]
    ]
    curves = [thinned_curve(name, numbers[name], truth) for name in numbers if enough(numbers[name], truth)]
    return ErrorFigures(
        rows=tuple(rows),
        curves=tuple(sorted(curves, key=lambda curve: curve.name != TOGETHER)),
        worst=() if together is None else tuple(_worst(judged, together)[:most_worst]),
        worst_of=by_measure,
        reasons=reasons(judged),
        fusion=fusion,
        no_fusion=no_fusion,
    )


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
        ("bitrate", [bitrate_range(one.kbps) for one in judged]),
    ):
        for value in sorted({value for value in values if value}):
            yield f"{title}: {value}", np.array([one == value for one in values])


def _row(
    name: str,
    part: str,
    mask: Truth,
    values: Numbers,
    ratios: Numbers | None,
    truth: Truth,
    groups: Sequence[str],
    *,
    rng: np.random.Generator,
    rounds: int,
) -> ErrorRow:
    spoke = mask & ~np.isnan(values)
    rates = ranked_rates(
        values[mask],
        truth[mask],
        [group for group, inside in zip(groups, mask, strict=True) if inside],
        ratios=None if ratios is None else ratios[mask],
        rng=rng,
        rounds=rounds,
    )
    return ErrorRow(
        measure=name,
        words="the likelihood ratio of all detectors" if name == TOGETHER else words_of(name),
        weighed=is_weighed(name),
        part=part,
        altered=int((mask & truth).sum()),
        genuine=int((mask & ~truth).sum()),
        spoke_altered=int((spoke & truth).sum()),
        spoke_genuine=int((spoke & ~truth).sum()),
        auc=rates.auc,
        eer=rates.eer,
        fpr=rates.fpr,
        cllr=rates.cllr,
        silent=rates.silent,
        note=rates.note,
    )


def _worst(judged: Sequence[Judged], logs: Numbers) -> list[Wrong]:
    wrong = [
        Wrong(judged=one, log10_lr=float(log))
        for one, log in zip(judged, logs, strict=True)
        if not np.isnan(log) and (log < 0 if one.item.altered else log > 0)
    ]
    return sorted(wrong, key=lambda one: -abs(one.log10_lr))
