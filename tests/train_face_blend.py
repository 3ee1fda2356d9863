"""Train the scores of ``face_blend``, measure them on real swaps of targets they have not learned from, write the weights.

    python -m tests.train_face_blend [--check] [--table FILE.npz]

Needs the development media. Every appearance is judged by a score that has learned from no film of its target (whose face was put
in) and from no other film of its scene; both halves of a scene are held out together. ``--table`` keeps the traces, which take a
quarter of an hour of one processor to make, in a file of one's own and takes them from it when it is there. ``--check`` writes no
weights. The encoder does not make the same bytes each time, so a table made anew gives slightly other numbers.

The weights that are written come from everything, so on these media they are not to be measured any more.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import detectors
from detectors.blend_model import WEIGHTS, BlendScore, Measured, packed
from detectors.blend_traces import KINDS
from detectors.blend_words import HEADLINES
from detectors.validation import ScoreCalibration
from tests.blend_learners import Judge, boosted, logistic, trees
from tests.blend_table import Floats, Rows, Table, kept_table
from watchlist.calibration import Calibration
from watchlist.calibration import fit as calibrate
from watchlist.error_rates import area_under_curve, cllr, det_curve, equal_error_rate
from watchlist.records import Modality

WELL_ABOVE_CHANCE = 0.6
"""The lower end of the AUC's interval from which a score is calibrated and weighs something."""

SCORED = ("detail", "noise", "spectrum")
"""The kinds of traces that the scores take. The others were not better than chance by themselves, and with them the scores were
worse; since that was seen on the same swaps, what is measured here is somewhat too good. ``scene`` came later: what it reaches by
itself is printed."""

ROUNDS = 500


def learned_from(table: Table) -> Rows:
    """Self-blended faces are left out: learning from them as well made the scores worse on real swaps (``_alternatives``)."""
    learned: Rows = np.isin(table.made, ["genuine", "swap"])
    return learned


def scored(table: Table) -> Rows:
    """(names,) which traces the scores take."""
    return np.isin([name.split(".", 1)[0] for name in table.names.tolist()], SCORED)


def held_out(
    table: Table, values: Floats, learn: Callable[[Floats, Rows], Judge], *, among: Rows | None = None
) -> Floats:
    """(n,) scores, each by what learned from other targets and other scenes; ``among`` are those that are learned from."""
    usable = learned_from(table) if among is None else among
    scores = np.full(len(values), np.nan)
    folds = table.folds
    for fold in np.unique(folds):
        here = folds == fold
        others = usable & ~here & ~np.isin(table.scene, table.scene[here])
        scores[here] = learn(values[others], table.made[others] != "genuine")(values[here])
    return scores


def auc(scores: Floats, altered: Rows, genuine: Rows) -> float:
    return area_under_curve(det_curve(scores[altered], scores[genuine]))


def auc_interval(table: Table, scores: Floats, altered: Rows, genuine: Rows) -> tuple[float, float]:
    """95 %, whole targets drawn again."""
    return _quantiles(
        [auc(scores[drawn], altered[drawn], genuine[drawn]) for drawn in _redrawn(table, altered, genuine)]
    )


def difference_interval(
    table: Table, scores: Floats, plain: Floats, altered: Rows, genuine: Rows
) -> tuple[float, float]:
    """Of how much more the one reaches than the other on the same targets, drawn again: 95 %."""
    return _quantiles(
        [
            auc(scores[drawn], altered[drawn], genuine[drawn]) - auc(plain[drawn], altered[drawn], genuine[drawn])
            for drawn in _redrawn(table, altered, genuine)
        ]
    )


def _redrawn(table: Table, altered: Rows, genuine: Rows) -> Iterator[NDArray[np.intp]]:
    """Rows of as many targets as there are, drawn with replacement: ``ROUNDS`` times."""
    rng = np.random.default_rng(0)
    targets = np.unique(table.target[altered | genuine])
    for _ in range(ROUNDS):
        drawn = np.concatenate([np.flatnonzero(table.target == one) for one in rng.choice(targets, len(targets))])
        if altered[drawn].any() and genuine[drawn].any():
            yield drawn


def _quantiles(found: Sequence[float]) -> tuple[float, float]:
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def calibrated(table: Table, scores: Floats, altered: Rows, genuine: Rows) -> Calibration | None:
    """None where swaps do not score higher than genuine faces."""
    try:
        return calibrate(
            scores[altered],
            scores[genuine],
            modality=Modality.FACE,
            pack="face_blend",
            people=len(np.unique(table.target[altered | genuine])),
            source="real face swaps",
        )
    except ValueError:
        return None


def held_out_cllr(table: Table, scores: Floats, altered: Rows, genuine: Rows) -> float:
    """Of ratios by calibrations that have not seen the target; 1 bit where nothing could be calibrated."""
    ratios = np.zeros(len(scores))
    for target in np.unique(table.target[altered | genuine]):
        here = table.target == target
        fitted = calibrated(table, scores, altered & ~here, genuine & ~here)
        if fitted is not None:
            ratios[here] = fitted.log10_lr(scores[here])
    return cllr(ratios[altered], ratios[genuine])


def measure(table: Table, values: Floats, label: str) -> tuple[Measured, ScoreCalibration | None]:
    """Print what one kind of score reaches."""
    films = ~table.still
    swaps, genuine = films & (table.made == "swap"), films & (table.made == "genuine")
    everything, values = values, values[:, scored(table)]
    scores = held_out(table, values, logistic)
    low, high = auc_interval(table, scores, swaps, genuine)
    curve = det_curve(scores[swaps], scores[genuine])
    at_90 = float(np.quantile(scores[swaps], 0.1))
    blends_only = table.still & np.isin(table.made, ["genuine", "self_blend"])
    transfer = logistic(values[blends_only], table.made[blends_only] != "genuine")(values)
    stills_genuine, blends = table.still & (table.made == "genuine"), table.made == "self_blend"
    result = Measured(
        targets=len(np.unique(table.target[swaps])),
        swaps=int(swaps.sum()),
        genuine=int(genuine.sum()),
        auc=area_under_curve(curve),
        auc_low=low,
        auc_high=high,
        eer=equal_error_rate(curve),
        false_at_90=float((scores[genuine] >= at_90).mean()),
        cllr=held_out_cllr(table, scores, swaps, genuine),
        transfer_auc=auc(transfer, swaps, genuine),
    )
    print(f"\n{label}: {result.swaps} swaps of {result.targets} targets, {result.genuine} genuine appearances")
    print(
        f"  AUC {result.auc:.3f} ({low:.3f} to {high:.3f}), EER {result.eer:.3f}, FPR at 90 % TPR {result.false_at_90:.3f}"
    )
    print(
        f"  Cllr {result.cllr:.3f} bits; swap above the genuine face of its own scene: {_above_own(table, scores):.2f}"
    )
    print(
        f"  learned from self-blended photographs alone: AUC on swaps {result.transfer_auc:.3f}; on other self-blended "
        f"photographs {auc(held_out(table, values, logistic, among=blends_only), blends, stills_genuine):.3f}"
    )
    flagged = (scores[stills_genuine] >= at_90).mean()
    print(f"  genuine photographs flagged where 90 % of swaps are found: {flagged:.2f} of {stills_genuine.sum()}")
    for channel in np.unique(table.channel[films]):
        here = table.channel == channel
        if (swaps & here).any() and (genuine & here).any():
            print(f"  {channel}: AUC {auc(scores, swaps & here, genuine & here):.3f} ({(swaps & here).sum()} swaps)")
    for at in np.flatnonzero(table.made == "other"):
        higher = (scores[genuine] < scores[at]).mean()
        print(f"  {table.facts[at, 0]}, {table.channel[at]}: scores above {higher:.0%} of the genuine films")
    _alternatives(table, everything, swaps, genuine)
    calibration = calibrated(table, scores, swaps, genuine)
    if calibration is None or low <= WELL_ABOVE_CHANCE:
        print(f"  the interval does not lie above {WELL_ABOVE_CHANCE}: not calibrated, no weight")
        return result, None
    return result, ScoreCalibration(
        source="cross-validated scores of real face swaps and the originals of their scenes",
        slope=calibration.slope,
        intercept=calibration.intercept,
        log10_lr_low=calibration.log10_lr_low,
        log10_lr_high=calibration.log10_lr_high,
        cllr=result.cllr,
    )


def _above_own(table: Table, scores: Floats) -> float:
    """How often a swap scores above the original of its scene in the same channel."""
    own = {
        (fact[0].rsplit(" ", 1)[0], fact[4]): scores[at]
        for at, fact in enumerate(table.facts)
        if fact[3] == "genuine" and fact[0].endswith(" 0")
    }
    compared = [
        scores[at] > own[key]
        for at in np.flatnonzero(table.made == "swap")
        if (key := (table.facts[at, 0].rsplit(" ", 1)[0], table.channel[at])) in own
    ]
    return float(np.mean(compared))


def _alternatives(table: Table, values: Floats, swaps: Rows, genuine: Rows) -> None:
    kinds = np.array([name.split(".", 1)[0] for name in table.names])
    alone = {
        kind: auc(held_out(table, values[:, kinds == kind], logistic), swaps, genuine)
        for kind in KINDS
        if np.isfinite(values[:, kinds == kind]).any()
    }
    print("  one kind of trace alone: " + ", ".join(f"{kind} {value:.2f}" for kind, value in alone.items()))
    print(f"  all kinds together: AUC {auc(held_out(table, values, logistic), swaps, genuine):.3f}")
    everything, values = values, values[:, scored(table)]
    both = table.made != "other"
    with_blends = auc(held_out(table, values, logistic, among=both), swaps, genuine)
    print(f"  learned from self-blended photographs as well: AUC {with_blends:.3f}")
    plain = held_out(table, values, logistic)
    for name, learn in (("extremely randomised trees", trees), ("gradient boosting", boosted)):
        print(f"  {name} instead: {_compared(table, held_out(table, values, learn), plain, swaps, genuine)}")
    print(
        "  gradient boosting on all kinds together: "
        + _compared(table, held_out(table, everything, boosted), plain, swaps, genuine)
    )


def _compared(table: Table, scores: Floats, plain: Floats, altered: Rows, genuine: Rows) -> str:
    """The AUC of other scores with its interval, and that of its difference to the ones that are used."""
    low, high = auc_interval(table, scores, altered, genuine)
    less, more = difference_interval(table, scores, plain, altered, genuine)
    apart = auc(scores, altered, genuine) - auc(plain, altered, genuine)
    return (
        f"AUC {auc(scores, altered, genuine):.3f} ({low:.3f} to {high:.3f}), {apart:+.3f} ({less:+.3f} to {more:+.3f})"
    )


def final_score(table: Table, values: Floats, measured: Measured, calibration: ScoreCalibration | None) -> BlendScore:
    """Learned from everything."""
    learned = learned_from(table)
    counted = np.isfinite(values).any(axis=0) & scored(table)
    names = table.names[counted]
    fitted = logistic(values[learned][:, counted], table.made[learned] != "genuine")
    usual = {}
    for headline in HEADLINES.values():
        column = values[table.made == "genuine"][:, table.names == headline.trace]
        if np.isfinite(column).any():
            low, high = np.nanquantile(column, [0.25, 0.75])
            usual[headline.trace] = (round(float(low), 4), round(float(high), 4))
    return BlendScore(
        names=tuple(names.tolist()),
        centre=fitted.centre,
        spread=fitted.spread,
        weights=fitted.weights,
        bias=fitted.bias,
        measured=measured,
        calibration=calibration,
        usual=usual,
    )


def main() -> None:
    """Measure, train on everything, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="measure only")
    parser.add_argument("--table", type=Path, help="keep the traces in this file, or take them from it")
    chosen = parser.parse_args()
    table = kept_table(chosen.table)
    counts = {made: int((table.made == made).sum()) for made in np.unique(table.made).tolist()}
    print(f"{len(table.facts)} appearances: " + ", ".join(f"{count} {made}" for made, count in counts.items()))
    scores = {}
    for name, values in (("film", table.film), ("picture", table.picture)):
        measured, calibration = measure(table, values, name)
        scores[name] = final_score(table, values, measured, calibration)
    if chosen.check:
        return
    data = packed(scores)
    (Path(detectors.__file__).parent / "data" / WEIGHTS).write_bytes(data)
    print(f"wrote {WEIGHTS}: {len(data)} bytes")


if __name__ == "__main__":
    main()
