"""Each class of sounds is loud in its own band, at its own time."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.speech_energy import speech_energy
from tests.detectors.recognised import tone


@pytest.mark.parametrize(("hertz", "band"), [(200.0, "low"), (1000.0, "vowels"), (5500.0, "hissing")])
def test_a_tone_is_loudest_in_its_band(hertz: float, band: str) -> None:
    seen = speech_energy(tone(1.0, hz=hertz), start_s=0.0, end_s=1.0)
    levels = {name: float(getattr(seen, name).mean()) for name in ("low", "vowels", "hissing")}
    assert max(levels, key=lambda name: levels[name]) == band


def test_it_is_loud_when_the_sound_is() -> None:
    sound = np.concatenate([np.zeros(8000, np.float32), tone(0.5, hz=1000.0), np.zeros(8000, np.float32)])
    seen = speech_energy(sound, start_s=0.25, end_s=1.5)
    at = 0.25 + np.arange(len(seen.vowels)) / 30
    inside = (at > 0.55) & (at < 0.95)
    assert seen.vowels[inside].min() > seen.vowels[~((at > 0.45) & (at < 1.05))].max() + 5


@pytest.mark.parametrize("sound", [np.zeros(0, np.float32), np.zeros(16_000, np.float32), tone(0.01)])
def test_silence_and_the_end_of_the_sound_are_quiet(sound: NDArray[np.float32]) -> None:
    seen = speech_energy(sound, start_s=0.0, end_s=3.0)
    assert len(seen.vowels) == 91
    assert np.isfinite(seen.vowels).all()
