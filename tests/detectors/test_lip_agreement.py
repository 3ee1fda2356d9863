"""A mouth agrees with its own speech, wherever that lies within the search, and with another's no better than by chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detectors.lip_agreement import lip_agreement
from detectors.mouth_motion import MouthMotion, mouth_motion
from tests.detectors.moving_faces import flow_of, speaker, speech


@pytest.fixture(scope="module")
def mouth() -> MouthMotion:
    made = mouth_motion(flow_of(speaker()))
    assert made is not None
    return made


@pytest.mark.parametrize("delay_s", [-0.3, 0.0, 0.2])
def test_its_own_speech_at_a_delay(mouth: MouthMotion, delay_s: float) -> None:
    sound = np.roll(speech()[0], round(delay_s * 16_000))
    found = lip_agreement(mouth, sound)
    assert found is not None
    assert found.delay_s == pytest.approx(delay_s, abs=0.05)
    assert found.correlation > 0.6
    assert found.deviations > 3.5
    assert found.chance < 0.02
    assert found.elsewhere < found.correlation
    assert [one.correlation > 0.4 for one in found.stretches] == [True] * 3
    assert found.delay_wanders_s < 0.1
    assert all(part.best >= part.correlation for part in found.stretches)
    assert (found.phones.vowels or 0) > 0
    assert found.closure_db is not None
    assert found.closure_db > 0


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_the_speech_of_others(mouth: MouthMotion, seed: int) -> None:
    found = lip_agreement(mouth, speech(seed=seed)[0])
    assert found is not None
    assert found.deviations < 3.0
    assert found.chance > 0.05


def test_in_the_middle_of_a_longer_sound(mouth: MouthMotion) -> None:
    sound = np.concatenate([speech(5.0, seed=7)[0], speech()[0], speech(5.0, seed=8)[0]])
    found = lip_agreement(replace(mouth, start_s=5.0), sound)
    assert found is not None
    assert abs(found.delay_s) < 0.05
    assert found.shifts > 350
    assert found.stretches[0].start_s == pytest.approx(5.0)


def test_nothing_to_compare_is_none(mouth: MouthMotion) -> None:
    assert lip_agreement(mouth, np.zeros(96_000, np.float32)) is None
    assert lip_agreement(mouth, np.zeros(0, np.float32)) is None
    still = np.zeros_like(mouth.movement)
    assert lip_agreement(replace(mouth, movement=still, opening=still), speech()[0]) is None
    short = replace(mouth, movement=mouth.movement[:40])
    assert lip_agreement(short, speech()[0][: 40 * 533]) is None
