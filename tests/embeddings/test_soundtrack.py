"""The sound: mono 16 kHz, its level kept, cut where allowed and said so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from embeddings.media import Limits, decode

Film = Callable[..., Path]


def test_a_tone_keeps_its_pitch_and_level(film: Film) -> None:
    tone = (0.5 * np.sin(2 * np.pi * 440 * np.arange(32000) / 16000)).astype(np.float32)
    sound = decode(film("tone.wav", [], sound=tone)).sound
    assert sound is not None
    assert sound.dtype == np.float32
    assert float(np.abs(sound).max()) == pytest.approx(0.5, abs=0.02)
    peak = np.argmax(np.abs(np.fft.rfft(sound))) * 16000 / len(sound)
    assert peak == pytest.approx(440, abs=2)


def test_stereo_at_another_rate_becomes_mono_at_16_khz(tmp_path: Path) -> None:
    path = tmp_path / "stereo.flac"
    tone = (8000 * np.sin(2 * np.pi * 300 * np.arange(44100) / 44100)).astype(np.int16)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("flac", rate=44100, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.repeat(tone, 2)[None], format="s16", layout="stereo")
        frame.sample_rate = 44100
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    sound = decode(path).sound
    assert sound is not None
    assert len(sound) == pytest.approx(16000, abs=200)


def test_long_sound_is_cut_and_that_is_said(film: Film) -> None:
    media = decode(film("long.wav", [], sound=np.full(48000, 0.1, dtype=np.float32)), limits=Limits(max_sound_s=2.0))
    assert media.sound is not None
    assert len(media.sound) == 32000
    assert media.creative.problems == ("only the first 2 s of the sound were listened to",)


def test_no_sound_is_looked_for_when_none_is_wanted(film: Film) -> None:
    pictures = [np.zeros((64, 64, 3), dtype=np.uint8)] * 5
    path = film("film.mp4", pictures, sound=np.zeros(16000, dtype=np.float32))
    media = decode(path, limits=Limits(max_sound_s=0.0))
    assert media.sound is None
    assert media.creative.audio_codec == "aac"
