"""The small classifier of ``lip_sync``, trained and judged: a logistic regression over ``detectors.lip_features``.

Every person is judged by a classifier, and by a calibration of its answers, that have learned from other people only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from detectors.lip_features import NAMES, POINT_NAMES
from detectors.lip_model import FARTHEST
from watchlist.calibration import Calibration
from watchlist.calibration import fit as calibrate
from watchlist.error_rates import area_under_curve, cllr, det_curve
from watchlist.records import Modality

Numbers = NDArray[np.float64]
Marks = NDArray[np.bool_]

STRENGTH = 0.03
"""How much the mean loss counts against the square of the weights: few people bear few weights."""


GROUPS = {
    "deviations alone": NAMES[:1],
    "agreement and delay": NAMES[:4],
    "phone classes and closures": NAMES[4:8],
    "lip kinematics": POINT_NAMES[8:],
    "agreement, delay, phone classes and closures": NAMES[:8],
    "everything": POINT_NAMES,
}
"""Features that are tried alone; what there is only where lips are marked is left out elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Windows:
    """``values`` (n, len(names)); ``altered`` (n,) whether the mouth did not make the sound; ``people`` (n,) whose mouth it is.
    Only those who are in ``judged`` have genuine windows, too."""

    values: Numbers
    altered: Marks
    people: NDArray[np.str_]
    names: tuple[str, ...] = NAMES

    @property
    def judged(self) -> list[str]:
        return sorted(set(self.people[~self.altered].tolist()))

    def part(self, rows: Marks) -> Windows:
        return replace(self, values=self.values[rows], altered=self.altered[rows], people=self.people[rows])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """As ``detectors.lip_model.LipClassifier`` has it."""

    centre: Numbers
    spread: Numbers
    weights: Numbers
    bias: float

    def __call__(self, values: Numbers) -> Numbers:
        scores: Numbers = _standard(values, self.centre, self.spread) @ self.weights + self.bias
        return scores


def learned(windows: Windows, *, only: Sequence[str] = POINT_NAMES) -> Fit:
    """Both classes weigh the same, and so does every person of one class; other features than ``only`` weigh nothing."""
    genuine = windows.values[~windows.altered]
    seen = np.isfinite(genuine).any(axis=0)
    centre, spread = np.zeros(len(windows.names)), np.ones(len(windows.names))
    centre[seen], spread[seen] = np.nanmedian(genuine[:, seen], axis=0), np.nanstd(genuine[:, seen], axis=0) + 1e-6
    away = _standard(windows.values, centre, spread)[:, used := np.isin(windows.names, only)]
    share = np.zeros(len(windows.people))
    for side in (True, False):
        here = windows.altered == side
        people = set(windows.people[here].tolist())
        for person in people:
            rows = here & (windows.people == person)
            share[rows] = 0.5 / len(people) / rows.sum()

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        logits = away @ flat[:-1] + flat[-1]
        value = share @ np.logaddexp(0, np.where(windows.altered, -logits, logits))
        error = share * (expit(logits) - windows.altered)
        gradient = np.append(away.T @ error + STRENGTH * flat[:-1], error.sum())
        return float(value + 0.5 * STRENGTH * (flat[:-1] ** 2).sum()), gradient

    found = minimize(loss, np.zeros(away.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    weights = np.zeros(len(windows.names))
    weights[used] = found.x[:-1]
    return Fit(centre=centre, spread=spread, weights=weights, bias=float(found.x[-1]))


def held_out_scores(windows: Windows, *, only: Sequence[str] = POINT_NAMES) -> Numbers:
    """(n,) of every window by a classifier that has not seen its person."""
    scores = np.full(len(windows.people), np.nan)
    for person in sorted(set(windows.people.tolist())):
        here = windows.people == person
        rest = windows.part(~here)
        if rest.altered.any() and not rest.altered.all():
            scores[here] = learned(rest, only=only)(windows.values[here])
    return scores


def calibrated(windows: Windows, scores: Numbers, *, source: str) -> Calibration:
    """Of scores that are held out. Raises ``ValueError`` where altered windows do not score higher."""
    kept = np.isfinite(scores)
    return calibrate(
        scores[kept & windows.altered],
        scores[kept & ~windows.altered],
        modality=Modality.FACE,
        pack="lip_sync",
        people=max(2, len(windows.judged)),
        source=source,
    )


def held_out_cllr(windows: Windows, *, only: Sequence[str] = POINT_NAMES) -> float:
    """In bits: classifier and calibration of each person have learned from the others; 1 where nothing could be calibrated."""
    ratios = np.zeros(len(windows.people))
    judged = np.isin(windows.people, windows.judged)
    for person in windows.judged:
        here = windows.people == person
        rest = windows.part(~here)
        try:
            calibration = calibrated(rest, held_out_scores(rest, only=only), source="")
        except ValueError:
            continue
        ratios[here] = calibration.log10_lr(learned(rest, only=only)(windows.values[here]))
    return cllr(ratios[judged & windows.altered], ratios[judged & ~windows.altered])


def described(windows: Windows) -> list[str]:
    """What groups of features reach on people that were not learned from, a line each, and the weights of all of them."""
    judged = np.isin(windows.people, windows.judged)
    lines = [
        f"a small classifier, held out by person ({len(windows.judged)} people with genuine film): AUC, Cllr in bits"
    ]
    for name, only in GROUPS.items():
        scores = held_out_scores(windows, only=only)
        rows = judged & np.isfinite(scores)
        area = area_under_curve(det_curve(scores[rows & windows.altered], scores[rows & ~windows.altered]))
        lines.append(f"  {name:44} {area:.3f}  {held_out_cllr(windows, only=only):.3f}")
    weights = zip(windows.names, learned(windows).weights, strict=True)
    told = ", ".join(f"{name} {weight:+.2f}" for name, weight in weights)
    return [*lines, f"  weights, of standard deviations of genuine windows: {told}"]


def _standard(values: Numbers, centre: Numbers, spread: Numbers) -> Numbers:
    """(n, names) distances from the middle of genuine windows; 0 for what was not seen."""
    away: Numbers = np.clip(np.nan_to_num((values - centre) / spread, nan=0.0), -FARTHEST, FARTHEST)
    return away
