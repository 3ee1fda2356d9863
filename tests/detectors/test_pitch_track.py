"""The course is the one that librosa finds, whatever the sound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from librosa import pyin

from detectors.pitch_track import BINS_PER_SEMITONE, FRAME, HIGHEST_HZ, HOP, LOWEST_HZ, THRESHOLDS, Sound, pitch_track
from embeddings.samples import SAMPLE_RATE_HZ
from tests.portrait_film import babble

RNG = np.random.default_rng(6)
TIMES = np.arange(SAMPLE_RATE_HZ, dtype=np.float64) / SAMPLE_RATE_HZ


def tone(first_hz: float, then_hz: float) -> Sound:
    sound: Sound = np.sin(2 * np.pi * np.where(TIMES < 0.5, first_hz, then_hz) * TIMES).astype(np.float32)
    return sound


def click() -> Sound:
    sound = np.zeros(SAMPLE_RATE_HZ, dtype=np.float32)
    sound[7000] = 1.0
    return sound


def noise() -> Sound:
    return np.asarray(RNG.standard_normal(SAMPLE_RATE_HZ) / 9, dtype=np.float32)


SOUNDS: dict[str, Callable[[], Sound]] = {
    "babble": lambda: babble(2.0),
    "noise": noise,
    "a tone that leaps": lambda: tone(90, 400),
    "below and above what is looked for": lambda: tone(40, 900),
    "a click in silence": click,
    "one frame": lambda: babble(1.0)[:FRAME],
}


@pytest.mark.parametrize("name", SOUNDS)
def test_the_course_is_that_of_the_library(name: str) -> None:
    sound = SOUNDS[name]()
    hertz, voiced = pitch_track(sound)
    theirs, theirs_voiced, _ = pyin(
        sound,
        fmin=LOWEST_HZ,
        fmax=HIGHEST_HZ,
        sr=SAMPLE_RATE_HZ,
        frame_length=FRAME,
        hop_length=HOP,
        resolution=1 / BINS_PER_SEMITONE,
        n_thresholds=THRESHOLDS,
    )
    assert np.array_equal(voiced, theirs_voiced)
    assert np.array_equal(hertz[voiced], theirs[theirs_voiced])


def test_less_than_a_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="no pitch"):
        pitch_track(np.ones(FRAME - 1, dtype=np.float32))
