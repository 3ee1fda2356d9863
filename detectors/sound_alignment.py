"""Whether a stretch of a suspect's sound is the sound that genuine film has at the aligned time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from librosa import power_to_db
from librosa.feature import melspectrogram
from numpy.typing import NDArray

from embeddings.samples import SAMPLE_RATE_HZ

Sound = NDArray[np.float32]

HOP = SAMPLE_RATE_HZ // 100
BANDS = 40
DYNAMIC_RANGE_DB = 50.0
"""Quieter than this below the loudest moment counts as silence, so that coding noise is not compared."""

SEARCH_STEPS = 30
"""Hundredths of a second searched on both sides: picture alignment is good to a tenth, and encoders delay sound a little."""

MIN_OVERLAP_S = 1.0
SILENT_PEAK = 1e-3
"""Amplitude below which a stretch holds nothing to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundAgreement:
    """``correlation`` of the log-mel spectrograms, in [-1, 1], at the best shift within the search; ``shift_s`` is that shift."""

    correlation: float
    shift_s: float
    seconds: float


def compare_sound(suspect: Sound, genuine: Sound) -> SoundAgreement | None:
    """Two stretches (n,), (m,) of 16 kHz sound that should start together; None when one is silent or too short.

    Each band's mean is taken away first: a codec, a loudspeaker or an equaliser colours the whole, and says nothing.
    """
    shortest = int(MIN_OVERLAP_S * SAMPLE_RATE_HZ) + 2 * SEARCH_STEPS * HOP
    if min(len(suspect), len(genuine)) < shortest or min(np.abs(suspect).max(), np.abs(genuine).max()) < SILENT_PEAK:
        return None
    ours, theirs = _spectrogram(suspect), _spectrogram(genuine)
    length = min(ours.shape[1], theirs.shape[1])
    scores = {
        shift: _at(ours[:, :length], theirs[:, :length], shift) for shift in range(-SEARCH_STEPS, SEARCH_STEPS + 1)
    }
    best = max(scores, key=lambda shift: scores[shift])
    return SoundAgreement(correlation=scores[best], shift_s=best / 100, seconds=length / 100)


def _spectrogram(sound: Sound) -> NDArray[np.float64]:
    mel = melspectrogram(y=sound, sr=SAMPLE_RATE_HZ, n_fft=512, hop_length=HOP, n_mels=BANDS, fmax=7000)
    decibels: NDArray[np.float64] = power_to_db(mel, ref=np.max, top_db=DYNAMIC_RANGE_DB).astype(np.float64)
    return decibels


def _at(ours: NDArray[np.float64], theirs: NDArray[np.float64], shift: int) -> float:
    """Correlation when ``theirs`` is read ``shift`` steps later than ``ours``."""
    n = ours.shape[1] - abs(shift)
    a = ours[:, max(0, -shift) : max(0, -shift) + n]
    b = theirs[:, max(0, shift) : max(0, shift) + n]
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum() / scale) if scale > 0 else 0.0
