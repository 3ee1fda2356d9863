"""Likelihood ratios in words, by the scale of the ENFSI Guideline for Evaluative Reporting in Forensic Science (2015).

The words stand beside the number and never replace it. A ratio below 1 has the strength of its reciprocal for the other
proposition.
"""

from __future__ import annotations

import math

NOT_CALIBRATED = "not calibrated"

SCALE = (
    (2.0, "no support for either side"),
    (10.0, "weak support"),
    (100.0, "moderate support"),
    (1_000.0, "moderately strong support"),
    (10_000.0, "strong support"),
    (1_000_000.0, "very strong support"),
    (math.inf, "extremely strong support"),
)
"""Words for ratios below each bound and at least the bound before it. The guideline's first row is exactly 1; what lies
between 1 and 2 is put there too."""

SPEAKS_FROM = SCALE[0][0]
"""A likelihood ratio nearer to 1 than this, or than its reciprocal, supports neither side."""


def strength(ratio: float) -> str:
    """How much a ratio weighs, whichever side it is on. Raises ``ValueError`` for NaN and negative ratios."""
    if not ratio >= 0:
        raise ValueError(f"{ratio} is no likelihood ratio: it must be 0 or more")
    weight = math.inf if ratio == 0 else max(ratio, 1 / ratio)
    return next((words for bound, words in SCALE if weight < bound), SCALE[-1][1])


def match_weight(ratio: float | None) -> str:
    """For a match: ``likelihood ratio 240, moderately strong support for this person``, or that there is none."""
    if ratio is None:
        return NOT_CALIBRATED
    words = strength(ratio)
    if words == SCALE[0][1]:
        return f"likelihood ratio {ratio:.3g}, {words}"
    return f"likelihood ratio {ratio:.3g}, {words} for {'this person' if ratio > 1 else 'somebody else'}"
