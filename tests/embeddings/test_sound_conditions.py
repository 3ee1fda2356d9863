"""What is done to sound really happens: the rates of the codecs, the band of the telephone, 10 dB under the voice."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings import sound_conditions as conditions
from embeddings.samples import SAMPLE_RATE_HZ

Sound = NDArray[np.float32]


@pytest.fixture(scope="module")
def voice() -> Sound:
    """Two seconds of harmonics at 120 Hz, a second of silence."""
    at = np.arange(2 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    tones = np.sum([np.sin(2 * np.pi * 120 * n * at) / n for n in range(1, 60)], axis=0)
    return np.concatenate([0.1 * tones, np.zeros(SAMPLE_RATE_HZ)]).astype(np.float32)


def share_within(sound: Sound, low_hz: float, high_hz: float) -> float:
    power = np.abs(np.fft.rfft(sound)) ** 2
    heights = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE_HZ)
    return float(power[(heights >= low_hz) & (heights <= high_hz)].sum() / power.sum())


@pytest.mark.parametrize(
    ("container", "codec", "rate_hz", "stereo", "bits", "name"),
    [("mp3", "libmp3lame", 44_100, True, 48_000, "mp3float"), ("mp4", "aac", 44_100, False, 32_000, "aac")],
)
def test_the_codecs_are_real_and_have_the_stated_rate(
    voice: Sound, container: str, codec: str, rate_hz: int, stereo: bool, bits: int, name: str
) -> None:
    data = conditions.encoded(voice, container=container, codec=codec, rate_hz=rate_hz, stereo=stereo, bits=bits)
    with av.open(io.BytesIO(data)) as file:
        [stream] = file.streams.audio
        assert stream.codec_context.name == name
        assert stream.rate == rate_hz
        assert stream.channels == 1 + stereo
    if container == "mp3":
        assert len(data) * 8 / 3 == pytest.approx(bits, rel=0.1)


@pytest.mark.parametrize("condition", [conditions.as_mp3, conditions.as_aac])
def test_what_was_encoded_still_sounds_like_itself(voice: Sound, condition: object) -> None:
    heard = condition(voice, np.random.default_rng(1))  # type: ignore[operator]
    assert heard.shape == voice.shape
    assert not np.array_equal(heard, voice)
    lags = np.fft.irfft(np.fft.rfft(heard) * np.conj(np.fft.rfft(voice)))
    assert lags.max() / np.sqrt(np.sum(heard**2) * np.sum(voice**2)) > 0.9


def test_the_telephone_passes_its_band_only(voice: Sound) -> None:
    assert share_within(voice, 300, 3400) < 0.6
    assert share_within(conditions.by_telephone(voice, np.random.default_rng(1)), 280, 3420) > 0.99


@pytest.mark.parametrize("condition", [conditions.over_music, conditions.over_noise])
def test_what_lies_under_the_voice_is_ten_decibels_below_it(voice: Sound, condition: object) -> None:
    under = condition(voice, np.random.default_rng(1)) - voice  # type: ignore[operator]
    spoken = voice[: 2 * SAMPLE_RATE_HZ]
    decibels = 10 * np.log10(np.mean(spoken**2) / np.mean(under**2))
    assert decibels == pytest.approx(10.0, abs=0.2)


def test_music_has_a_beat_and_depends_on_the_seed() -> None:
    music, again, other = (conditions.music(10 * SAMPLE_RATE_HZ, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(music, again)
    assert not np.array_equal(music, other)
    beat = round(conditions.BEAT_S * SAMPLE_RATE_HZ)
    power = np.square(music[: len(music) // beat * beat]).reshape(-1, beat)
    start, end = power[:, : beat // 8].mean(), power[:, -beat // 8 :].mean()
    assert start > 2 * end


def test_silence_stays_as_it_is_and_loud_sound_does_not_clip() -> None:
    silence = np.zeros(SAMPLE_RATE_HZ, dtype=np.float32)
    assert not conditions.over_noise(silence, np.random.default_rng(1)).any()
    loud = np.sign(np.sin(np.arange(SAMPLE_RATE_HZ) / 20)).astype(np.float32)
    mixed = conditions.over_music(loud, np.random.default_rng(1))
    assert float(np.abs(mixed).max()) == pytest.approx(1.0, abs=1e-6)


def test_sound_is_cut_or_continued_in_silence() -> None:
    sound = np.array([0.5, -2.0, 0.25], dtype=np.float32)
    assert conditions.fitted(sound, 2).tolist() == [0.5, -1.0]
    assert conditions.fitted(sound, 4).tolist() == [0.5, -1.0, 0.25, 0.0]
