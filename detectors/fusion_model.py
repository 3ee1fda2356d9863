"""Several detectors' numbers → one likelihood ratio with its interval: fitted on items whose truth is known, kept as JSON.

Each measure is turned into a log likelihood ratio of its own (logistic regression, ``watchlist.calibration``), then a logistic
regression of these says what each is worth beside the others: two that see the same are not counted twice. Weights are never
negative, so no number can turn into its opposite. A measure that is missing says nothing (its log LR is 0). The result is kept
within the bounds that so many independent groups can bear (ELUB). The interval is what the same fit gives when whole groups are
drawn anew.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from detectors.validation import Conditions, Validated, weight_left
from evidence.tables import from_json, to_json
from watchlist.calibration import bounds, logistic
from watchlist.error_rates import cllr, cllr_min

Numbers = NDArray[np.float64]
Truth = NDArray[np.bool_]

LEAST_ITEMS = 8
"""Of either kind: a measure that spoke of fewer is left out, as is one that does not speak for alteration where it should."""

RIDGE = 0.05
"""Pulls weights towards nothing where few items say otherwise."""

REPLICAS = 100
INTERVAL = (0.025, 0.975)
LN10 = math.log(10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One measure: its own natural log LR is ``intercept + slope · number``, kept within ``low..high``; ``weight`` in the sum."""

    measure: str
    slope: float
    intercept: float
    low: float
    high: float
    weight: float

    def log_lr(self, numbers: Numbers) -> Numbers:
        """(n,) numbers, NaN where there is none → (n,) natural log LR, 0 there."""
        own = np.clip(self.intercept + self.slope * numbers, self.low, self.high)
        return np.where(np.isnan(numbers), 0.0, own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """One fit: the sum of the weighted parts and a constant."""

    parts: tuple[Part, ...]
    constant: float

    def log10_lr(self, numbers: Mapping[str, Numbers]) -> Numbers:
        """Measure → (n,) numbers; (n,) log10 LR without bounds. A measure that is not among them says nothing."""
        said = [part.weight * part.log_lr(numbers[part.measure]) for part in self.parts if part.measure in numbers]
        total: Numbers = self.constant + np.sum(said, axis=0)
        return np.asarray(total / LN10, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fusion:
    """A fit with what it was fitted on and what it is worth: ``cllr`` and ``cllr_min`` (bits) are of items whose group was left
    out of the fit. ``log10_low..log10_high`` bound every ratio; ``replicas`` are fits on groups drawn anew."""

    source: str
    fit: Fit
    replicas: tuple[Fit, ...]
    log10_low: float
    log10_high: float
    items: int
    altered: int
    groups: int
    cllr: float
    cllr_min: float
    validated: Validated
    conditions: Conditions

    @property
    def weight(self) -> float:
        """See ``weight_left``."""
        return weight_left(self.cllr)

    def ratio(self, measured: Mapping[str, float]) -> tuple[float, float, float] | None:
        """The likelihood ratio with its interval for one creative's numbers; None if no part of the fusion was measured."""
        numbers = {part.measure: np.array([measured.get(part.measure, np.nan)]) for part in self.fit.parts}
        if all(np.isnan(number[0]) for number in numbers.values()):
            return None
        fits = (self.fit, *self.replicas)
        logs = np.clip([one.log10_lr(numbers)[0] for one in fits], self.log10_low, self.log10_high)
        low, high = np.quantile(logs[1:], INTERVAL) if len(logs) > 1 else (self.log10_low, self.log10_high)
        return float(10 ** logs[0]), float(10 ** min(low, logs[0])), float(10 ** max(high, logs[0]))


def fit(numbers: Mapping[str, Numbers], truth: Truth, groups: NDArray[np.int64]) -> Fit:
    """Fit to (n,) numbers per measure (NaN: not measured), (n,) truth (True: altered) and (n,) numbers of independent groups.

    Raises ``ValueError`` if no measure spoke of ``LEAST_ITEMS`` of either kind, or none speaks for alteration.
    """
    parts = [part for name in sorted(numbers) if (part := _part(name, numbers[name], truth, groups)) is not None]
    if not parts:
        raise ValueError(
            f"no measure spoke of {LEAST_ITEMS} altered and {LEAST_ITEMS} genuine items and told them apart: bring more items"
        )
    own = np.stack([part.log_lr(numbers[part.measure]) for part in parts], axis=1)
    weights = np.where(truth, 0.5 / truth.sum(), 0.5 / (~truth).sum())
    signs = np.where(truth, 1.0, -1.0)

    def loss(at: Numbers) -> tuple[float, Numbers]:
        margin = signs * (own @ at[:-1] + at[-1])
        slope = -weights * signs * expit(-margin)
        value = float(weights @ np.logaddexp(0, -margin) + RIDGE / 2 * at[:-1] @ at[:-1])
        return value, np.append(own.T @ slope + RIDGE * at[:-1], slope.sum())

    start = np.append(np.full(len(parts), 1 / len(parts)), 0.0)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, 2.0)] * len(parts) + [(-5.0, 5.0)])
    return Fit(
        parts=tuple(
            Part(
                measure=part.measure,
                slope=part.slope,
                intercept=part.intercept,
                low=part.low,
                high=part.high,
                weight=float(weight),
            )
            for part, weight in zip(parts, found.x[:-1], strict=True)
        ),
        constant=float(found.x[-1]),
    )


def fuse(
    numbers: Mapping[str, Numbers],
    truth: Truth,
    groups: Sequence[str],
    *,
    source: str,
    validated: Validated,
    conditions: Conditions,
    rng: np.random.Generator,
    replicas: int = REPLICAS,
) -> Fusion:
    """The fusion for use: fitted on all items, judged on items whose group was left out. Raises ``ValueError`` as ``fit``."""
    number = _numbered(groups)
    fitted = fit(numbers, truth, number)
    left_out = held_out(numbers, truth, groups)
    counts = independent(truth, number)
    low, high = bounds(left_out[truth], left_out[~truth], counts=counts)
    held = np.clip(left_out, low, high)
    return Fusion(
        source=source,
        fit=fitted,
        replicas=tuple(_replicas(numbers, truth, number, rng=rng, count=replicas)),
        log10_low=low,
        log10_high=high,
        items=len(truth),
        altered=int(truth.sum()),
        groups=int(number.max()) + 1,
        cllr=cllr(held[truth], held[~truth]),
        cllr_min=cllr_min(held[truth], held[~truth]),
        validated=validated,
        conditions=conditions,
    )


def held_out(numbers: Mapping[str, Numbers], truth: Truth, groups: Sequence[str]) -> Numbers:
    """(n,) log10 LR without bounds, each by a fit that saw nothing of the item's group. Raises ``ValueError`` as ``fit``."""
    number = _numbered(groups)
    result = np.zeros(len(truth))
    for group in range(int(number.max()) + 1):
        inside = number == group
        others = {name: values[~inside] for name, values in numbers.items()}
        trained = fit(others, truth[~inside], number[~inside])
        result[inside] = trained.log10_lr({part.measure: numbers[part.measure][inside] for part in trained.parts})
    return result


def independent(truth: Truth, groups: NDArray[np.int64]) -> tuple[int, int]:
    """How many groups hold altered items, and how many genuine ones."""
    return len(np.unique(groups[truth])), len(np.unique(groups[~truth]))


def packed(fusion: Fusion) -> bytes:
    """As the JSON file that ``unpacked`` reads."""
    return (json.dumps(to_json(fusion), ensure_ascii=False, indent=1) + "\n").encode()


def unpacked(data: bytes) -> tuple[Fusion, str]:
    """The fusion in a file, and the file's SHA-256. Raises ``ValueError`` for anything that ``packed`` did not make."""
    fusion = from_json(Fusion, json.loads(data))
    numbers = [fusion.log10_low, fusion.log10_high, fusion.cllr]
    numbers += [
        value
        for one in (fusion.fit, *fusion.replicas)
        for part in one.parts
        for value in (part.slope, part.intercept, part.low, part.high, part.weight)
    ]
    if not all(map(math.isfinite, numbers)) or not fusion.log10_low <= 0 <= fusion.log10_high:
        raise ValueError("the fusion is damaged (a number is missing or out of order): make it again")
    return fusion, hashlib.sha256(data).hexdigest()


def _part(name: str, numbers: Numbers, truth: Truth, groups: NDArray[np.int64]) -> Part | None:
    """The measure by itself; None where it spoke too seldom or against what it should."""
    spoke = ~np.isnan(numbers)
    altered, genuine = numbers[spoke & truth], numbers[spoke & ~truth]
    if min(len(altered), len(genuine)) < LEAST_ITEMS or np.ptp(numbers[spoke]) == 0:
        return None
    counts = independent(truth[spoke], groups[spoke])
    slope, intercept = logistic(altered, genuine, counts=counts)
    if not slope > 0:
        return None
    low, high = bounds((intercept + slope * altered) / LN10, (intercept + slope * genuine) / LN10, counts=counts)
    if low == high:
        return None
    return Part(
        measure=name, slope=slope, intercept=intercept, low=float(low * LN10), high=float(high * LN10), weight=1.0
    )


def _numbered(groups: Sequence[str]) -> NDArray[np.int64]:
    _, number = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    return number.astype(np.int64)


def _replicas(
    numbers: Mapping[str, Numbers], truth: Truth, groups: NDArray[np.int64], *, rng: np.random.Generator, count: int
) -> list[Fit]:
    """Fits on groups drawn with replacement; draws in which nothing can be fitted are left out."""
    members = [np.flatnonzero(groups == group) for group in range(int(groups.max()) + 1)]
    fits = []
    for _ in range(count):
        drawn = rng.integers(len(members), size=len(members))
        rows = np.concatenate([members[group] for group in drawn])
        if not 0 < truth[rows].sum() < len(rows):
            continue
        # A group drawn twice is still one group: it makes nothing more certain
        try:
            fits.append(fit({name: values[rows] for name, values in numbers.items()}, truth[rows], groups[rows]))
        except ValueError:
            continue
    return fits
