"""The guideline's ranges, both sides of 1 alike, and what is no ratio."""

from __future__ import annotations

import math

import pytest

from watchlist.verbal import match_weight, strength


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1, "no support for either side"),
        (1.99, "no support for either side"),
        (2, "weak support"),
        (9.99, "weak support"),
        (10, "moderate support"),
        (100, "moderately strong support"),
        (1_000, "strong support"),
        (9_999, "strong support"),
        (10_000, "very strong support"),
        (999_999, "very strong support"),
        (1_000_000, "extremely strong support"),
        (math.inf, "extremely strong support"),
    ],
)
def test_the_scale_and_its_mirror_image(ratio: float, words: str) -> None:
    assert strength(ratio) == words
    if ratio not in (10, 1_000):  # 1 / (1 / 10) is exact, others may fall a bit short of their bound
        assert strength(math.nextafter(1 / ratio, 0) if ratio < math.inf else 0.0) == words


def test_a_match_in_words() -> None:
    assert match_weight(None) == "not calibrated"
    assert match_weight(240.4) == "likelihood ratio 240, moderately strong support for this person"
    assert match_weight(0.05) == "likelihood ratio 0.05, moderate support for somebody else"
    assert match_weight(0.8) == "likelihood ratio 0.8, no support for either side"


@pytest.mark.parametrize("ratio", [math.nan, -1.0])
def test_what_is_no_ratio_is_refused(ratio: float) -> None:
    with pytest.raises(ValueError, match="is no likelihood ratio: it must be 0 or more"):
        strength(ratio)
