"""Blinks are counted in plain words and never weigh anything; where they cannot be seen, it says why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detectors.blink import Blinks
from detectors.close_up import CloseUp
from detectors.records import Bearing
from tests.detectors.moving_faces import blinking, close_up, face, shown

SHUT = [30, 31, 32, 60, 61, 62, 100, 101, 102]


def still(count: int) -> CloseUp:
    return close_up(np.repeat(face()[None], count, axis=0))


def test_an_observation_without_weight() -> None:
    (found,) = Blinks().examine(shown(close_up(blinking(150, SHUT))))
    assert found.claim == "blinks_counted"
    assert found.bearing is Bearing.INCONCLUSIVE
    assert found.weight == 0
    assert found.likelihood_ratio is None
    assert "blinks seen: 3 in 5.0 s" in found.observation
    assert "at 1.0 s, 2.0 s, 3.3 s, each 0.10 s to 0.10 s long" in found.observation
    assert "apart on average" in found.observation
    assert found.measurement == pytest.approx(36, rel=0.02)


def test_no_blink_is_a_number_and_not_a_verdict() -> None:
    (found,) = Blinks().examine(shown(still(90)))
    assert "blinks seen: 0 in 3.0 s" in found.observation
    assert found.bearing is Bearing.INCONCLUSIVE


@pytest.mark.parametrize(
    ("close", "why"),
    [
        (still(3), "only 0.1 s"),
        (replace(still(90), times_s=np.arange(90) / 5), "only 5 frames a second"),
        (replace(still(90), heights_px=np.full(90, 40.0)), "only 40 px high"),
        (still(1), "single frames"),
    ],
)
def test_what_cannot_be_seen_says_why(close: CloseUp, why: str) -> None:
    (found,) = Blinks().examine(shown(close))
    assert found.claim == "blinks_not_counted"
    assert "cannot tell because" in found.observation
    assert why in found.observation


def test_nobody_recognised() -> None:
    (found,) = Blinks().examine(shown())
    assert found.claim == "blinks_not_counted"
