"""Speech for the demo, by the espeak-ng program: a "voice" is one of its variants, the same in every language."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LANGUAGES = ("az", "ru", "kk", "en")
WAV_HEADER_BYTES = 44


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sound:
    """Mono sound: ``samples`` (n,) float32 in [-1, 1] at ``rate_hz``."""

    samples: NDArray[np.float32]
    rate_hz: int

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz

    def between(self, start_s: float, end_s: float | None) -> Sound:
        """The part from ``start_s`` to ``end_s`` (None: to the end)."""
        end = None if end_s is None else int(end_s * self.rate_hz)
        return Sound(samples=self.samples[int(start_s * self.rate_hz) : end], rate_hz=self.rate_hz)


def speak(text: str, *, language: str, voice: str, words_per_minute: int = 150) -> Sound:
    """``text`` spoken by an espeak-ng variant such as ``f2``. Raises ``FileNotFoundError`` without the program,
    ``ValueError`` for a language that is not of ``LANGUAGES``."""
    if language not in LANGUAGES:
        raise ValueError(f"The demo does not speak {language!r}: use one of {', '.join(LANGUAGES)}.")
    command = ["espeak-ng", "-v", f"{language}+{voice}", "-s", str(words_per_minute), "--stdout", "--stdin"]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=60)
    except FileNotFoundError:
        raise FileNotFoundError(
            "The demo needs the program espeak-ng: install it (apt-get install espeak-ng)."
        ) from None
    if not done.stdout.startswith(b"RIFF"):
        said = done.stderr.decode("utf-8", "replace").strip()
        raise ValueError(
            f"espeak-ng cannot speak {language!r} with the voice {voice!r} ({said}): check the languages it has."
        )
    header, data = done.stdout[:WAV_HEADER_BYTES], done.stdout[WAV_HEADER_BYTES:]
    rate_hz = int.from_bytes(header[24:28], "little")
    samples = np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / np.float32(32768)
    return Sound(samples=samples, rate_hz=rate_hz)


def openness(sound: Sound, *, frames_per_s: int, count: int) -> NDArray[np.float32]:
    """How far open the mouth is at each of ``count`` frames, (count,) in [0, 1]: the smoothed loudness of the speech."""
    step = sound.rate_hz / frames_per_s
    edges = (np.arange(count + 1) * step).astype(int)
    power = np.concatenate([[0.0], np.cumsum(np.square(sound.samples, dtype=np.float64))])
    edges = np.minimum(edges, len(sound.samples))
    loudness = np.sqrt((power[edges[1:]] - power[edges[:-1]]) / step)
    smooth = np.convolve(np.pad(loudness, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    loud = float(np.percentile(smooth, 92)) or 1.0
    return np.clip(smooth / loud, 0, 1).astype(np.float32) ** np.float32(0.8)


def tune(*, seconds: float, rate_hz: int = 22_050) -> Sound:
    """A quiet four-note tune, for adverts in which nobody speaks."""
    notes = np.asarray([262.0, 330.0, 392.0, 523.0])
    at_s = np.arange(int(seconds * rate_hz)) / rate_hz
    hz = notes[(at_s * 2).astype(int) % len(notes)]
    fade = np.minimum(1, np.minimum(at_s % 0.5, 0.5 - at_s % 0.5) * 20)
    return Sound(samples=(0.15 * np.sin(2 * np.pi * hz * at_s) * fade).astype(np.float32), rate_hz=rate_hz)


def silence(*, seconds: float, rate_hz: int = 22_050) -> Sound:
    """Nothing to hear."""
    return Sound(samples=np.zeros(int(seconds * rate_hz), np.float32), rate_hz=rate_hz)
