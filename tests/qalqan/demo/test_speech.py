"""espeak-ng speaks the demo's languages, and a mouth follows it."""

from __future__ import annotations

import numpy as np
import pytest

from qalqan.demo.speech import LANGUAGES, Sound, openness, silence, speak, tune


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_spoken(language: str) -> None:
    sound = speak("SOCAR 250", language=language, voice="f2")
    assert sound.rate_hz == 22_050
    assert sound.duration_s > 0.5
    assert np.abs(sound.samples).max() > 0.05


def test_the_same_words_give_the_same_samples_and_another_voice_others() -> None:
    one, again, other = (speak("salam", language="az", voice=voice) for voice in ("f2", "f2", "klatt2"))
    assert np.array_equal(one.samples, again.samples)
    assert not np.array_equal(one.samples[:4000], other.samples[:4000])


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(ValueError, match="no-such-language"):
        speak("a", language="no-such-language", voice="f2")


def test_the_mouth_is_shut_in_silence_and_open_in_sound() -> None:
    samples = np.zeros(16_000, np.float32)
    samples[8_000:] = np.sin(np.arange(8_000) * 0.2).astype(np.float32)
    mouth = openness(Sound(samples=samples, rate_hz=16_000), frames_per_s=25, count=25)
    assert mouth.shape == (25,)
    assert mouth[:11].max() == 0
    assert mouth[14:].min() > 0.8
    assert mouth.max() <= 1


def test_silence_keeps_the_mouth_shut_and_the_end_of_a_sound_too() -> None:
    assert openness(silence(seconds=1), frames_per_s=25, count=30).max() == 0


def test_between_cuts_by_seconds() -> None:
    sound = tune(seconds=2)
    assert sound.between(0.5, 1.5).duration_s == pytest.approx(1.0)
    assert sound.between(1.5, None).duration_s == pytest.approx(0.5)
