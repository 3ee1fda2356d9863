"""The limits that follow from the numbers are said with these numbers."""

from __future__ import annotations

from tests.watchlist.evaluations import crowd_evaluation
from watchlist.evaluation_limits import ALWAYS, NO_LOOK_ALIKES, limits


def test_few_people_and_rates_that_cannot_be_measured_are_said_first() -> None:
    said = limits(crowd_evaluation().modalities)
    assert said[0].startswith("Faces: these are 6 people.")
    assert said[1].startswith("Faces: with 135 non-mated comparisons an FMR of 0.1 % or less cannot be measured.")
    assert said[2:] == (NO_LOOK_ALIKES, *ALWAYS)
    assert all(sentence.endswith(".") for sentence in said)
