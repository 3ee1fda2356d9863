"""What happens to speech on its way into an ad: codecs, telephones, music. The same for real and generated speech."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, resample_poly, sosfilt

from embeddings.samples import SAMPLE_RATE_HZ

Sound = NDArray[np.float32]
Channel = Callable[[Sound, np.random.Generator], Sound]

CODED_HZ = 48_000


def coded(sound: Sound, codec: str, kbps: int) -> Sound:
    """Through an encoder and back, (n,) 16 kHz in and out, the encoder's delay left in."""
    box, rate_hz = {"libmp3lame": "mp3", "aac": "adts", "libopus": "ogg"}[codec], CODED_HZ
    given = np.clip(resample_poly(sound, rate_hz // SAMPLE_RATE_HZ, 1), -1, 1).astype(np.float32)
    file = io.BytesIO()
    with av.open(file, "w", format=box) as out:
        options = {"aac_coder": "fast"} if codec == "aac" else {}
        stream = out.add_stream(codec, rate=rate_hz, layout="mono", options=options)
        stream.bit_rate = kbps * 1000
        resampler = av.AudioResampler(
            format=stream.codec_context.format or "fltp", layout="mono", rate=rate_hz, frame_size=0
        )
        for start in range(0, len(given), 4096):
            frame = av.AudioFrame.from_ndarray(given[None, start : start + 4096], format="flt", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate_hz, start, Fraction(1, rate_hz)
            for ready in resampler.resample(frame):
                out.mux(stream.encode(ready))
        out.mux(stream.encode(None))
    file.seek(0)
    back = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    pieces: list[Sound] = []
    with av.open(file) as coded_file:
        for frame in coded_file.decode(audio=0):
            pieces += [ready.to_ndarray()[0] for ready in back.resample(frame)]
        pieces += [ready.to_ndarray()[0] for ready in back.resample(None)]
    return np.concatenate(pieces).astype(np.float32)


def telephone(sound: Sound, rng: np.random.Generator) -> Sound:
    """300–3400 Hz at 8 kHz, eight bits of µ-law."""
    band = sosfilt(butter(6, (300, 3400), "bandpass", fs=SAMPLE_RATE_HZ, output="sos"), sound)
    low = resample_poly(band, 1, 2)
    low = low / max(float(np.abs(low).max()), 1e-9)
    law = np.sign(low) * np.log1p(255 * np.abs(low)) / np.log(256)
    law = np.round(law * 127) / 127
    back = np.sign(law) * np.expm1(np.abs(law) * np.log(256)) / 255
    heard: Sound = resample_poly(back, 2, 1).astype(np.float32)[: len(sound)]
    return heard


def with_music(sound: Sound, rng: np.random.Generator, *, snr_db: float = 10.0) -> Sound:
    """Over chords with a beat, made here, so much below the voice."""
    at = np.arange(len(sound)) / SAMPLE_RATE_HZ
    music = np.zeros(len(sound))
    root = float(rng.uniform(80, 160))
    for number, start in enumerate(np.arange(0, at[-1], 0.5)):
        inside = at >= start
        fall = np.exp(-3 * np.maximum(at - start, 0)) * inside
        for note in (1.0, 1.25, 1.5, 2.0, 3.0, 4.0):
            tone = root * (1, 4 / 3, 3 / 2, 1)[number % 4] * note
            for partial in range(1, 5):
                music += fall * np.sin(2 * np.pi * tone * partial * at) / partial**1.3
        music += fall**6 * rng.standard_normal(len(sound)) * 1.5
    gain = np.sqrt(np.mean(sound**2) / max(float(np.mean(music**2)), 1e-12)) * 10 ** (-snr_db / 20)
    mixed: Sound = (sound + gain * music).astype(np.float32)
    return mixed


def with_noise(sound: Sound, rng: np.random.Generator) -> Sound:
    """White noise 20–35 dB below the voice."""
    gain = np.sqrt(np.mean(sound**2)) * 10 ** (-rng.uniform(20, 35) / 20)
    mixed: Sound = (sound + gain * rng.standard_normal(len(sound))).astype(np.float32)
    return mixed


def recoloured(sound: Sound, rng: np.random.Generator) -> Sound:
    """Another microphone: a high-pass, a low-pass and a tilt, drawn by lot, and another level."""
    chain = np.concatenate(
        [
            butter(2, rng.uniform(40, 160), "highpass", fs=SAMPLE_RATE_HZ, output="sos"),
            butter(4, rng.uniform(5500, 7800), "lowpass", fs=SAMPLE_RATE_HZ, output="sos"),
        ]
    )
    tilt = float(rng.uniform(-0.5, 0.5))
    heard = sosfilt(chain, sound)
    heard = heard - tilt * np.concatenate([[0.0], heard[:-1]])
    taken: Sound = (heard / max(float(np.abs(heard).max()), 1e-9) * rng.uniform(0.3, 0.9)).astype(np.float32)
    return taken


def _codec(codec: str, *rates: int) -> Channel:
    return lambda sound, rng: coded(sound, codec, int(rng.choice(rates)))


CHANNELS: Mapping[str, Channel] = {
    "as it is": lambda sound, rng: sound,
    "mp3 48": _codec("libmp3lame", 48),
    "mp3 64-128": _codec("libmp3lame", 64, 96, 128),
    "aac 48-64": _codec("aac", 48, 64),
    "aac 96-128": _codec("aac", 96, 128),
    "opus 48-96": _codec("libopus", 48, 64, 96),
    "music 10 dB, aac 96": lambda sound, rng: coded(with_music(sound, rng), "aac", 96),
    "noise, mp3 96": lambda sound, rng: coded(with_noise(sound, rng), "libmp3lame", 96),
    "telephone 8 kHz": telephone,
}
"""By name; each takes and gives (n,) 16 kHz."""


def sent(sound: Sound, channel: str, rng: np.random.Generator) -> Sound:
    """Through another microphone and, one time in three, a first MP3 (published speech has often been one), then ``channel``."""
    heard = recoloured(sound, rng)
    if rng.random() < 1 / 3:
        heard = coded(heard, "libmp3lame", 128)
    return CHANNELS[channel](heard, rng)
