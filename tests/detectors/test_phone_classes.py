"""A mouth that opens in vowels and closes otherwise shows it class by class; a class that is not heard says nothing."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.phone_classes import Numbers, phone_agreement
from detectors.speech_energy import SpeechEnergy

COUNT = 120
TURN = np.arange(COUNT) // 10 % 3
"""A third of a second each: a vowel, a murmur, a hiss, and again."""


def heard() -> SpeechEnergy:
    rng = np.random.default_rng(1)

    def loud(*turns: int) -> Numbers:
        level: Numbers = np.where(np.isin(TURN, turns), -20.0, -60.0) + rng.normal(0, 0.5, COUNT)
        return level

    return SpeechEnergy(start_s=0.0, low=loud(0, 1), vowels=loud(0), hissing=loud(2))


@pytest.mark.parametrize("first", [0, 7])
def test_each_class_has_its_own_opening(first: int) -> None:
    movement = np.roll(np.choose(TURN, [2.0, -1.0, -0.5]), -first)
    found = phone_agreement(movement, heard(), first=first)
    assert found.vowels is not None
    assert found.murmurs is not None
    assert found.hissing is not None
    assert found.vowels > 1 > 0 > found.hissing > found.murmurs


def test_what_is_not_heard_or_does_not_move_breaks_nothing() -> None:
    still = phone_agreement(np.zeros(COUNT), heard(), first=0)
    assert still.vowels == still.hissing == 0
    short = phone_agreement(np.zeros(12), heard(), first=0)
    assert short.murmurs is None
