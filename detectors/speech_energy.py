"""How loud each class of speech sounds is over time: what the mouth should be seen to do.

Open mouths are loud between about 300 and 2,300 Hz; closed lips (m, b, p) leave that band almost silent; hissing sounds
(s, sh, f) are loud above 3,500 Hz with the teeth nearly closed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.mouth_motion import GRID_PER_S
from embeddings.librosa_alone import melspectrogram
from embeddings.samples import SAMPLE_RATE_HZ

Numbers = NDArray[np.float64]

HOP, FFT = SAMPLE_RATE_HZ // 100, 512
BANDS = 40
HIGHEST_HZ = 7600.0
LOW, VOWELS, HISSING = slice(1, 6), slice(6, 24), slice(30, 40)
"""Mel bands of the voice's lowest sounds (80 to 350 Hz), of open vowels (to about 2,300 Hz) and of hissing sounds."""

DYNAMIC_RANGE_DB = 60.0
SMOOTHED_OVER = np.hanning(7)[1:-1] / np.hanning(7).sum()
"""Fifty milliseconds: about a frame of film."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpeechEnergy:
    """(m,) levels in dB at GRID_PER_S from ``start_s``."""

    start_s: float
    low: Numbers
    vowels: Numbers
    hissing: Numbers

    def lengthened(self, count: int) -> SpeechEnergy:
        """With at least so many values: the last one goes on."""
        missing = max(0, count - len(self.vowels))
        low, vowels, hissing = (
            np.pad(curve, (0, missing), mode="edge") for curve in (self.low, self.vowels, self.hissing)
        )
        return SpeechEnergy(start_s=self.start_s, low=low, vowels=vowels, hissing=hissing)


def speech_energy(sound: NDArray[np.float32], *, start_s: float, end_s: float) -> SpeechEnergy:
    """Of 16 kHz sound (n,) that begins at 0 s; before it and after it there is silence."""
    first = max(0, int(start_s * SAMPLE_RATE_HZ))
    piece = sound[first : max(first, int(end_s * SAMPLE_RATE_HZ))]
    if len(piece) < FFT:
        piece = np.pad(piece, (0, FFT - len(piece)))
    mel = melspectrogram(
        y=np.asarray(piece, dtype=np.float32),
        sr=SAMPLE_RATE_HZ,
        n_fft=FFT,
        hop_length=HOP,
        n_mels=BANDS,
        fmax=HIGHEST_HZ,
    )
    decibels = 10 * np.log10(mel + 1e-7)
    decibels = np.maximum(decibels, decibels.max() - DYNAMIC_RANGE_DB)
    quiet = float(decibels.min())
    at_s = first / SAMPLE_RATE_HZ + np.arange(decibels.shape[1]) / 100
    grid_s = np.arange(start_s, end_s + 1e-6, 1 / GRID_PER_S)

    def level(bands: slice) -> Numbers:
        smooth = np.convolve(np.pad(decibels[bands].mean(axis=0), 2, mode="edge"), SMOOTHED_OVER, mode="valid")
        curve: Numbers = np.interp(grid_s, at_s, smooth, left=quiet, right=quiet)
        return curve

    return SpeechEnergy(start_s=start_s, low=level(LOW), vowels=level(VOWELS), hissing=level(HISSING))
