"""From scores to likelihood ratios: a logistic regression per model pack and modality, bounded by what it was fitted on.

Mated and non-mated scores weigh the same in the fit, so its log-odds minus the prior log-odds (then 0) are the log LR.
The targets are Platt's (1999), (n + 1) / (n + 2) and 1 / (n + 2), so that scores which separate perfectly have a finite
answer. The LR is bounded by ELUB (Vergeer and others, Science & Justice 56, 2016): no ratio is given that one more
misleading comparison would make worse than useless. Pairs that share people are not independent: n counts at most one
mated comparison per person and one non-mated comparison per two people.

The scores must be made as the gallery makes them: one per track and person, pooled over the person's references.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from watchlist.error_rates import checked_scores, cllr, cllr_min
from watchlist.records import Modality

Numbers = NDArray[np.float64]

FPIR = 0.01
"""Per video and modality, unless stated otherwise: one video in a hundred shows a match with somebody who is not there."""

TAIL_LEAST, TAIL_MOST = 30, 1000
"""How many of the highest non-mated scores describe the tail: a twentieth of them, within these bounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a score of one pack and modality weighs, and what that was learned from.

    ``log LR = intercept + slope · score`` (natural), then kept within the ``log10_lr`` bounds. ``cllr`` and ``cllr_min``
    (bits) are of the comparisons it was fitted on, hence optimistic. ``tail`` holds the highest non-mated scores, falling.
    ``look_alikes`` are (person id, highest score of a declared look-alike); the look-alike's pictures are not kept.
    """

    modality: Modality
    pack: str
    source: str
    people: int
    mated: int
    non_mated: int
    references_per_score: int
    slope: float
    intercept: float
    log10_lr_low: float
    log10_lr_high: float
    cllr: float
    cllr_min: float
    tail: tuple[float, ...]
    fpir: float
    look_alikes: tuple[tuple[str, float], ...] = ()

    def likelihood_ratio(self, score: float) -> float:
        """How many times more such a score is to be expected of the person than of somebody else."""
        return float(10 ** self.log10_lr(np.array([score]))[0])

    def log10_lr(self, scores: Numbers) -> Numbers:
        """(n,) scores → (n,) bounded log10 likelihood ratios."""
        free = (self.intercept + self.slope * scores) / math.log(10)
        bounded: Numbers = np.clip(free, self.log10_lr_low, self.log10_lr_high)
        return bounded


def fit(
    mated: ArrayLike,
    non_mated: ArrayLike,
    *,
    modality: Modality,
    pack: str,
    people: int,
    source: str,
    fpir: float = FPIR,
    references_per_score: int = 1,
) -> Calibration:
    """Calibrate ``pack`` (its label) on comparisons of ``people`` different people, described by ``source``.

    ``references_per_score`` is over how many references of a person each score was pooled. Raises ``ValueError`` if a
    class is missing, a score is not finite, fewer than two people were compared, or mated scores are not the higher ones.
    """
    genuine, impostor = checked_scores(mated, non_mated)
    checked_fpir(fpir)
    if people < 2 or references_per_score < 1:
        raise ValueError(f"{people} people cannot be told apart: calibrate with several samples each of several people")
    counts = min(len(genuine), people), min(len(impostor), people * (people - 1) // 2)
    slope, intercept = logistic(genuine, impostor, counts=counts)
    if not slope > 0:
        raise ValueError(
            f"the mated {modality.value} scores are not higher than the non-mated ones: check who is in which folder"
        )
    to_log10 = 1 / math.log(10)
    ratios = ((intercept + slope * genuine) * to_log10, (intercept + slope * impostor) * to_log10)
    low, high = bounds(*ratios, counts=counts)
    return Calibration(
        modality=modality,
        pack=pack,
        source=source,
        people=people,
        mated=len(genuine),
        non_mated=len(impostor),
        references_per_score=references_per_score,
        slope=slope,
        intercept=intercept,
        log10_lr_low=low,
        log10_lr_high=high,
        cllr=cllr(*(np.clip(part, low, high) for part in ratios)),
        cllr_min=cllr_min(genuine, impostor),
        tail=tuple(float(score) for score in np.sort(impostor)[::-1][: tail_size(len(impostor)) + 1]),
        fpir=fpir,
    )


def to_row(calibration: Calibration) -> dict[str, Any]:
    """As JSON has it."""
    return {**asdict(calibration), "modality": calibration.modality.value}


def from_row(row: Mapping[str, Any]) -> Calibration:
    """What ``to_row`` gave; ``ValueError`` for anything else."""
    try:
        values = {field.name: row[field.name] for field in fields(Calibration)}
        values |= {
            "modality": Modality(row["modality"]),
            "tail": tuple(float(score) for score in row["tail"]),
            "look_alikes": tuple((str(person_id), float(score)) for person_id, score in row["look_alikes"]),
        }
        calibration = Calibration(**values)
        numbers = [getattr(calibration, name) for name in ("slope", "intercept", "log10_lr_low", "log10_lr_high")]
        usable = all(map(math.isfinite, [*numbers, *calibration.tail])) and numbers[0] > 0 and calibration.tail
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"the calibration is damaged ({error}): run `qalqan watchlist calibrate` again") from error
    if not usable:
        raise ValueError("the calibration is damaged (a number is missing): run `qalqan watchlist calibrate` again")
    return calibration


def tail_size(non_mated: int) -> int:
    """How many of so many non-mated scores count as their tail."""
    return min(non_mated, max(TAIL_LEAST, min(non_mated // 20, TAIL_MOST)))


def with_look_alike(calibration: Calibration, person_id: str, score: float) -> Calibration:
    """With a declared look-alike of ``person_id``, who scores ``score`` against that person's references at best."""
    checked_scores([score], [score])
    known = dict(calibration.look_alikes)
    known[person_id] = max(score, known.get(person_id, score))
    return replace(calibration, look_alikes=tuple(sorted(known.items())))


def without_others(calibration: Calibration, persons: Collection[str]) -> Calibration:
    """Without the look-alikes of people who are not among ``persons``."""
    return replace(calibration, look_alikes=tuple(pair for pair in calibration.look_alikes if pair[0] in persons))


def checked_fpir(fpir: float) -> float:
    """Raises ``ValueError`` unless between 0 and 1."""
    if not 0 < fpir < 1:
        raise ValueError(f"the false positive identification rate {fpir:g} is not between 0 and 1: state one like 0.01")
    return fpir


def bounds(mated: Numbers, non_mated: Numbers, *, counts: tuple[int, int]) -> tuple[float, float]:
    """The lowest and highest log10 LR that these log10 LRs can bear (ELUB); ``counts`` are the independent comparisons
    of each kind. At most log10(counts + 1) either way; (0, 0) where nothing can be said."""
    high = _upper_bound(mated, non_mated, independent=counts[1])
    low = -_upper_bound(-non_mated, -mated, independent=counts[0])
    return low, high


def _upper_bound(right: Numbers, misleading: Numbers, *, independent: int) -> float:
    """The highest t, reached from 0 without a gap, such that a ratio of at least t occurs 10^t times as often where it is
    right as where it misleads, with one misleading comparison added."""
    values = np.unique(np.concatenate([right, misleading]))
    steps = np.concatenate([values[values > 0], [np.inf]])
    # Between one step and the next the shares do not change
    share = 1 - np.searchsorted(np.sort(right), steps, side="left") / len(right)
    false = 1 - np.searchsorted(np.sort(misleading), steps, side="left") / len(misleading)
    with np.errstate(divide="ignore"):
        bearable = np.log10(share * (independent + 1) / (false * independent + 1))
    gap = int(np.argmax(bearable < steps))  # there is one: nothing reaches infinity
    before = float(steps[gap - 1]) if gap else 0.0
    return max(before, float(bearable[gap]))


def logistic(genuine: Numbers, impostor: Numbers, *, counts: tuple[int, int]) -> tuple[float, float]:
    """Slope and intercept by Newton's method with step halving; the loss is convex."""
    middle = (genuine.mean() + impostor.mean()) / 2
    spread = float(np.sqrt((((genuine - middle) ** 2).mean() + ((impostor - middle) ** 2).mean()) / 2))
    if spread == 0:
        raise ValueError("all scores are equal, so they say nothing: compare other samples")
    scores = (np.concatenate([genuine, impostor]) - middle) / spread
    targets = np.repeat([(counts[0] + 1) / (counts[0] + 2), 1 / (counts[1] + 2)], [len(genuine), len(impostor)])
    weights = np.repeat([0.5 / len(genuine), 0.5 / len(impostor)], [len(genuine), len(impostor)])
    design = np.stack([scores, np.ones_like(scores)], axis=1)

    def loss(at: Numbers) -> float:
        logits = design @ at
        return float(weights @ (np.logaddexp(0, logits) - targets * logits))

    place = np.zeros(2)
    for _ in range(100):
        chance = expit(design @ place)
        gradient = design.T @ (weights * (chance - targets))
        curvature = (design * (weights * chance * (1 - chance))[:, None]).T @ design
        step = np.linalg.solve(curvature + 1e-12 * np.eye(2), gradient)
        length = 1.0
        while loss(place - length * step) > loss(place) and length > 1e-6:
            length /= 2
        place = place - length * step
        if np.abs(gradient).max() < 1e-10:
            break
    return float(place[0] / spread), float(place[1] - place[0] * middle / spread)
