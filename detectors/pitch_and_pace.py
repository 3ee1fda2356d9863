"""How somebody speaks: the height and the range of the pitch, the pauses, the pace. Numbers of (n,) 16 kHz mono speech."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, find_peaks, sosfiltfilt

from embeddings.librosa_alone import pyin
from embeddings.samples import SAMPLE_RATE_HZ

Sound = NDArray[np.float32]

LOWEST_HZ, HIGHEST_HZ = 65.0, 450.0
FRAME, HOP = 1024, 320

STEP = 160
"""Samples between values of the loudness: a hundredth of a second."""
QUIET_DB = 28.0
"""A moment so far below the loud ones is none in which anybody speaks."""
SHORTEST_PAUSE_S = 0.15
LEAST_VOICED_S = 1.0

NUCLEI_HZ = (300.0, 3000.0)
"""Where vowels are loud."""
LEAST_RISE_DB = 3.0
SHORTEST_SYLLABLE_S = 0.09


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """Over ``speech_s`` of speech, pauses included. ``range_semitones`` lies between the 5th and the 95th percentile of the
    pitch; ``pitch_hz`` is its median. ``pause_share`` is of the time. ``syllables_per_s`` counts rises of the loudness between
    the pauses."""

    speech_s: float
    pitch_hz: float
    range_semitones: float
    pause_share: float
    pause_s: float
    syllables_per_s: float


def manner_of(speech: Sound) -> Manner | None:
    """None where there is no pitch to speak of: whispering, noise, music without a voice, silence."""
    if len(speech) < FRAME or not np.any(speech):
        return None
    pitch_hz, voiced, _ = pyin(
        speech,
        fmin=LOWEST_HZ,
        fmax=HIGHEST_HZ,
        sr=SAMPLE_RATE_HZ,
        frame_length=FRAME,
        hop_length=HOP,
        resolution=0.2,
        n_thresholds=30,
    )
    heard = pitch_hz[voiced & np.isfinite(pitch_hz)]
    if len(heard) * HOP < LEAST_VOICED_S * SAMPLE_RATE_HZ:
        return None
    low, middle, high = np.percentile(heard, (5, 50, 95))
    loudness = _loudness_db(speech)
    spoken, pauses = _pauses(loudness)
    spoken_s = float(spoken.sum()) * STEP / SAMPLE_RATE_HZ
    return Manner(
        speech_s=len(speech) / SAMPLE_RATE_HZ,
        pitch_hz=float(middle),
        range_semitones=float(12 * np.log2(high / low)),
        pause_share=float(sum(pauses) / max(len(loudness), 1)),
        pause_s=float(np.mean(pauses)) * STEP / SAMPLE_RATE_HZ if pauses else 0.0,
        syllables_per_s=_syllables(speech) / max(spoken_s, 0.1),
    )


def _loudness_db(speech: Sound) -> NDArray[np.float64]:
    whole = speech[: len(speech) // STEP * STEP].reshape(-1, STEP).astype(np.float64)
    smooth = np.convolve((whole**2).mean(axis=1), np.hanning(7) / np.hanning(7).sum(), mode="same")
    loudness: NDArray[np.float64] = 10 * np.log10(np.maximum(smooth, 1e-12))
    return loudness


def _pauses(loudness: NDArray[np.float64]) -> tuple[NDArray[np.bool_], list[int]]:
    """(whether each moment is spoken, the lengths of the pauses in steps); what is shorter than a pause counts as spoken."""
    spoken = loudness > np.percentile(loudness, 95) - QUIET_DB
    edges = np.flatnonzero(np.diff(np.concatenate([[True], spoken, [True]]).astype(np.int8)))
    pauses = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if (end - start) * STEP >= SHORTEST_PAUSE_S * SAMPLE_RATE_HZ:
            pauses.append(int(end - start))
        else:
            spoken[start:end] = True
    return np.asarray(spoken), pauses


def _syllables(speech: Sound) -> int:
    """Peaks of the loudness of the vowels (after de Jong and Wempe, Behavior Research Methods 41, 2009)."""
    vowels = sosfiltfilt(butter(3, NUCLEI_HZ, "bandpass", fs=SAMPLE_RATE_HZ, output="sos"), speech)
    loudness = _loudness_db(vowels.astype(np.float32))
    peaks, _ = find_peaks(
        loudness,
        height=np.percentile(loudness, 95) - QUIET_DB,
        prominence=LEAST_RISE_DB,
        distance=max(1, round(SHORTEST_SYLLABLE_S * SAMPLE_RATE_HZ / STEP)),
    )
    return len(peaks)
