from __future__ import annotations

import numpy as np
import pytest

from detectors.sound_alignment import compare_sound
from embeddings.samples import SAMPLE_RATE_HZ
from tests.portrait_film import babble


def test_the_same_sound_survives_noise_and_a_small_delay() -> None:
    speech = babble(4.0)
    noise = np.random.default_rng(1).normal(0, speech.std() / 3, len(speech)).astype(np.float32)
    late = np.concatenate([np.zeros(SAMPLE_RATE_HZ // 10, dtype=np.float32), speech])
    found = compare_sound(late[: len(speech)] + noise, speech)
    assert found is not None
    assert found.correlation > 0.6
    assert found.shift_s == pytest.approx(-0.1, abs=0.02)


def test_other_sound_does_not_agree() -> None:
    found = compare_sound(babble(4.0, seed=8), babble(4.0))
    assert found is not None
    assert found.correlation < 0.4


def test_silence_and_snippets_are_not_compared() -> None:
    speech = babble(2.0)
    assert compare_sound(np.zeros(len(speech), dtype=np.float32), speech) is None
    assert compare_sound(speech[: SAMPLE_RATE_HZ // 2], speech) is None
    assert compare_sound(np.zeros(0, dtype=np.float32), speech) is None
