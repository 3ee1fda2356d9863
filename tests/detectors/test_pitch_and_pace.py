from __future__ import annotations

import numpy as np
import pytest

from detectors.pitch_and_pace import Manner, Sound, manner_of
from embeddings.samples import SAMPLE_RATE_HZ


def syllables(*, pitch_hz: float, per_s: float, seconds: float, pause_every: int | None = None) -> Sound:
    """Pulses at a pitch that sways by two semitones, in bursts; every so many bursts, half a second of silence."""
    made = []
    for number in range(round(seconds * per_s)):
        count = round(SAMPLE_RATE_HZ / per_s)
        at = np.arange(count) / SAMPLE_RATE_HZ
        pitch = pitch_hz * 2 ** (np.sin(number) / 12)
        voice = sum(np.sin(2 * np.pi * pitch * partial * at) / partial for partial in range(1, 16))
        made.append(0.2 * voice * np.sin(np.pi * np.arange(count) / count) ** 2)
        if pause_every and number % pause_every == pause_every - 1:
            made.append(np.zeros(SAMPLE_RATE_HZ // 2))
    return np.concatenate(made).astype(np.float32)


def measured(sound: Sound) -> Manner:
    found = manner_of(sound)
    assert found is not None
    return found


def test_pitch_range_and_pace_are_those_of_the_sound() -> None:
    found = measured(syllables(pitch_hz=140, per_s=4, seconds=6))
    assert found.pitch_hz == pytest.approx(140, rel=0.03)
    assert found.range_semitones == pytest.approx(2, abs=0.7)
    assert found.syllables_per_s == pytest.approx(4, rel=0.15)
    assert found.pause_share < 0.05


def test_pauses_are_measured_and_do_not_slow_the_pace() -> None:
    found = measured(syllables(pitch_hz=200, per_s=5, seconds=6, pause_every=5))
    assert found.pause_s == pytest.approx(0.5, abs=0.15)
    assert found.pause_share == pytest.approx(0.33, abs=0.08)
    assert found.syllables_per_s == pytest.approx(5, rel=0.2)


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0),
        np.zeros(5 * SAMPLE_RATE_HZ),
        np.zeros(10),
        np.random.default_rng(1).normal(0, 0.1, 5 * SAMPLE_RATE_HZ),
    ],
)
def test_without_a_voice_there_is_no_manner(sound: Sound) -> None:
    assert manner_of(sound.astype(np.float32)) is None
