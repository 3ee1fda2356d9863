from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detectors.sound_alignment import compare_sound, hear
from embeddings.packs import load_pack
from embeddings.samples import SAMPLE_RATE_HZ
from tests.film_variants import read_sound
from tests.media import say
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


@pytest.mark.parametrize("speed", [0.9, 1.1])
def test_a_changed_pace_is_allowed_for(speed: float) -> None:
    film = babble(4.0)
    quick = np.interp(np.arange(0, len(film) - 1, speed), np.arange(len(film)), film).astype(np.float32)
    found = compare_sound(quick, film, speed=speed)
    assert found is not None
    assert found.correlation > 0.9
    plain = compare_sound(quick, film)
    assert plain is not None
    assert plain.correlation < 0.5


def test_what_is_not_the_same_sound_is_asked_for_speech_and_speaker(tmp_path: Path) -> None:
    pack = load_pack("open")
    own = read_sound(say(tmp_path / "own.wav"))
    other = read_sound(say(tmp_path / "other.wav", voice="en+m3"))[: 6 * SAMPLE_RATE_HZ]
    first, later = own[: 6 * SAMPLE_RATE_HZ], own[6 * SAMPLE_RATE_HZ : 12 * SAMPLE_RATE_HZ]
    same = hear(first, first, speed=1.0, pack=pack, enough=0.6)
    assert same is not None
    assert (same.voice, same.together, same.suspect_speech_s) == (None, None, None)
    words, strange = (hear(sound, first, speed=1.0, pack=pack, enough=0.6) for sound in (later, other))
    assert words is not None
    assert strange is not None
    assert words.voice is not None
    assert strange.voice is not None
    assert strange.voice < (strange.voice_threshold or 0.0)
    assert words.voice > strange.voice
    assert min(words.suspect_speech_s or 0, words.film_speech_s or 0) > 3
    assert hear(first[:100], first, speed=1.0, pack=pack, enough=0.6) is None
