"""The items that mislead a detector most, and the reasons for which detectors could not tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.judging import Judged
from pipelines.ranked_rates import Numbers, Truth

MISLEADING = 0.5
"""An item is on the wrong side of so large a share of the other kind before it is shown."""

MOST_OF_A_MEASURE = 4
MOST_REASONS = 40

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outranked:
    """An item on the wrong side of a measure: ``share`` of the other kind, in [0.5, 1], measures more if it was altered, and less
    if it is genuine."""

    judged: Judged
    number: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorstOf:
    """The worst errors of one measure, the most misleading first. Nothing has to be fitted for that."""

    measure: str
    words: str
    errors: tuple[Outranked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a detector could not tell: how many items, and one of its sentences; those that differ in their numbers only count as
    one reason."""

    detector: str
    items: int
    example: str


def worst_of(
    judged: Sequence[Judged], numbers: Mapping[str, Numbers], truth: Truth, words: Mapping[str, str]
) -> tuple[WorstOf, ...]:
    """By measure, in the order of the names; a measure without errors is left out."""
    found = []
    for name in sorted(numbers):
        values = numbers[name]
        spoke = ~np.isnan(values)
        altered, genuine = values[spoke & truth], values[spoke & ~truth]
        if not len(altered) or not len(genuine):
            continue
        errors = [
            Outranked(
                judged=one, number=float(value), share=float(np.mean(genuine > value if was else altered < value))
            )
            for one, value, was, said in zip(judged, values, truth, spoke, strict=True)
            if said
        ]
        shown = sorted((one for one in errors if one.share >= MISLEADING), key=lambda one: -one.share)
        if shown:
            found.append(WorstOf(measure=name, words=words[name], errors=tuple(shown[:MOST_OF_A_MEASURE])))
    return tuple(found)


def reasons(judged: Sequence[Judged]) -> tuple[Reason, ...]:
    """By detector, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for one in judged:
        for detector, sentence in one.said.items():
            key = detector, _NUMBER.sub("…", sentence)
            counts[key] += 1
            examples.setdefault(key, sentence)
    ordered = sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    return tuple(Reason(detector=key[0], items=count, example=examples[key]) for key, count in ordered[:MOST_REASONS])
