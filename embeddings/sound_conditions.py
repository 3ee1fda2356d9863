"""What platforms and their users do to sound: lossy codecs, the telephone, music and noise under the voice."""

from __future__ import annotations

import io
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from embeddings.samples import SAMPLE_RATE_HZ

Sound = NDArray[np.float32]

PLATFORM_RATE_HZ = 44_100
BELOW_VOICE_DB = 10.0
FRAME_S = 0.02
SILENCE_BELOW_PEAK_DB = 30.0
TELEPHONE_RATE_HZ = 8_000
TELEPHONE_BAND_HZ = (300.0, 3400.0)

BEAT_S = 0.6
BEATS_PER_CHORD = 4
CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14), (2, 5, 9))
"""Semitones above the key note: I, vi, IV, V, ii."""


def as_mp3(sound: Sound, _: np.random.Generator) -> Sound:
    """Through stereo MP3 at 44.1 kHz and 48 kb/s."""
    data = encoded(sound, container="mp3", codec="libmp3lame", rate_hz=PLATFORM_RATE_HZ, stereo=True, bits=48_000)
    return fitted(decoded(data), len(sound))


def as_aac(sound: Sound, _: np.random.Generator) -> Sound:
    """Through mono AAC at 44.1 kHz and 32 kb/s."""
    data = encoded(sound, container="mp4", codec="aac", rate_hz=PLATFORM_RATE_HZ, stereo=False, bits=32_000)
    return fitted(decoded(data), len(sound))


def by_telephone(sound: Sound, _: np.random.Generator) -> Sound:
    """Only 300 to 3400 Hz, then G.711 at 8 kHz."""
    spectrum = np.fft.rfft(sound)
    heights = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE_HZ)
    low, high = TELEPHONE_BAND_HZ
    spectrum[(heights < low) | (heights > high)] = 0
    narrow = np.fft.irfft(spectrum, len(sound)).astype(np.float32)
    data = encoded(narrow, container="wav", codec="pcm_mulaw", rate_hz=TELEPHONE_RATE_HZ, stereo=False, bits=None)
    return fitted(decoded(data), len(sound))


def over_music(sound: Sound, rng: np.random.Generator) -> Sound:
    """Over ``music``, 10 dB below the voice."""
    return mixed(sound, music(len(sound), rng))


def over_noise(sound: Sound, rng: np.random.Generator) -> Sound:
    """Over pink noise, 10 dB below the voice."""
    spectrum = np.fft.rfft(rng.standard_normal(len(sound)))
    spectrum /= np.sqrt(np.maximum(1.0, np.arange(len(spectrum))))
    return mixed(sound, np.fft.irfft(spectrum, len(sound)))


def mixed(sound: Sound, under: NDArray[np.float64]) -> Sound:
    """The sound over something 10 dB quieter than its voiced parts, made quieter as a whole where it would clip."""
    level = float(np.sqrt(np.mean(np.square(under)))) if len(under) else 0.0
    if level == 0.0:
        return sound
    both = sound + under * (voice_level(sound) * 10 ** (-BELOW_VOICE_DB / 20) / level)
    return (both / max(1.0, float(np.abs(both).max()))).astype(np.float32)


def voice_level(sound: Sound) -> float:
    """Root mean square of the parts that are not silent: within 30 dB of the loudest 20 ms."""
    step = round(FRAME_S * SAMPLE_RATE_HZ)
    whole = len(sound) // step * step
    if whole == 0:
        return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) if len(sound) else 0.0
    power = np.mean(np.square(sound[:whole].reshape(-1, step), dtype=np.float64), axis=1)
    loud = power[power >= power.max() * 10 ** (-SILENCE_BELOW_PEAK_DB / 10)]
    return float(np.sqrt(loud.mean()))


def music(samples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """(samples,) of chords, a bass and drums at 100 beats a minute; chords and key are drawn from ``rng``."""
    beat = round(BEAT_S * SAMPLE_RATE_HZ)
    beats = -(-samples // beat)
    key_hz = 220.0 * 2 ** (rng.integers(0, 12) / 12)
    out = np.zeros(beats * beat)
    chord = CHORDS[0]
    for number in range(beats):
        if number % BEATS_PER_CHORD == 0:
            chord = CHORDS[int(rng.integers(0, len(CHORDS)))]
        part = out[number * beat : (number + 1) * beat]
        for semitones in chord:
            part += 0.25 * _tone(key_hz * 2 ** (semitones / 12), beat, overtones=6, decay_s=0.8)
        part += 0.5 * _tone(key_hz / 4 * 2 ** (chord[0] / 12), beat, overtones=3, decay_s=0.4)
        part += _kick(beat) if number % 2 == 0 else 0.4 * _burst(beat, rng, decay_s=0.08)
        half = beat // 2
        part[half:] += 0.2 * _burst(beat - half, rng, decay_s=0.02)
    return out[:samples]


def encoded(sound: Sound, *, container: str, codec: str, rate_hz: int, stereo: bool, bits: int | None) -> bytes:
    """The sound as a file of that codec."""
    target = io.BytesIO()
    with av.open(target, "w", format=container) as out:
        stream: Any = out.add_stream(codec, rate=rate_hz, layout="stereo" if stereo else "mono")
        if bits is not None:
            stream.bit_rate = bits
        context = stream.codec_context
        context.open()
        resampler = av.AudioResampler(
            format=context.format.name, layout=context.layout.name, rate=rate_hz, frame_size=context.frame_size or None
        )
        whole = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[None, :]), format="fltp", layout="mono")
        whole.sample_rate, whole.pts = SAMPLE_RATE_HZ, 0
        for piece in [*resampler.resample(whole), *resampler.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return target.getvalue()


def decoded(data: bytes) -> Sound:
    """The sound of a file that we have encoded ourselves, mono 16 kHz."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    with av.open(io.BytesIO(data)) as container:
        frames = list(container.decode(audio=0))
    for frame in frames:
        frame.pts = None
    pieces = [piece for frame in [*frames, None] for piece in resampler.resample(frame)]
    return np.concatenate([piece.to_ndarray().reshape(-1) for piece in pieces]).astype(np.float32)


def fitted(sound: Sound, samples: int) -> Sound:
    """Cut or continued in silence to that length, within [-1, 1]."""
    cut = np.clip(sound[:samples], -1.0, 1.0)
    return np.pad(cut, (0, samples - len(cut))).astype(np.float32)


def _tone(height_hz: float, samples: int, *, overtones: int, decay_s: float) -> NDArray[np.float64]:
    at = np.arange(samples) / SAMPLE_RATE_HZ
    heights = [height_hz * number for number in range(1, overtones + 1) if height_hz * number < SAMPLE_RATE_HZ / 2]
    waves = sum(np.sin(2 * np.pi * height * at) / number for number, height in enumerate(heights, start=1))
    return np.asarray(waves * np.exp(-at / decay_s) * np.minimum(1.0, at / 0.01))


def _kick(samples: int) -> NDArray[np.float64]:
    at = np.arange(samples) / SAMPLE_RATE_HZ
    return np.asarray(np.sin(2 * np.pi * (50 * at + 2 * (1 - np.exp(-at / 0.03)))) * np.exp(-at / 0.1))


def _burst(samples: int, rng: np.random.Generator, *, decay_s: float) -> NDArray[np.float64]:
    return rng.standard_normal(samples) * np.exp(-np.arange(samples) / SAMPLE_RATE_HZ / decay_s)
