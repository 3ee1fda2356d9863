"""Five views of a window of speech, each reduced to a row of numbers that a small network takes.

Short-time Fourier power through Mel filters, through Gammatone filters and through linear ones (LFCC), a constant-Q transform,
and the envelopes of Morlet wavelets. What is kept is how each band moves, not how loud it is on average: the average is mostly
the microphone's and the codec's.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from embeddings.librosa_alone import cqt, fft_frequencies, hz_to_mel, mel_to_hz
from embeddings.samples import SAMPLE_RATE_HZ

Numbers = NDArray[np.float64]
Sound = NDArray[np.float32]

WINDOW_S = 3.0
WINDOW = round(WINDOW_S * SAMPLE_RATE_HZ)

FFT, HOP = 512, 160
BANDS = 40
LOWEST_HZ, HIGHEST_HZ = 60.0, 7600.0
COEFFICIENTS = 20
LOWEST_NOTE_HZ, NOTES = 65.4, 81
"""C2 and up, twelve to the octave; the highest stays below half the sampling rate."""

WAVELETS, QUALITY = 32, 5.0
"""``QUALITY`` is centre over width: short enough in time that single pulses of the voice are seen."""

FLOOR_DB, ACTIVE_DB = 80.0, 40.0
"""Below the loudest: what counts as nothing, and from where on a moment counts as spoken."""


def mel_view(sound: Sound) -> Numbers:
    """(n,) of the Mel spectrogram."""
    return _pooled(_decibels(_mel_filters() @ _power(sound)))


def gammatone_view(sound: Sound) -> Numbers:
    """(n,) of the Gammatone spectrogram."""
    return _pooled(_decibels(_gammatone_filters() @ _power(sound)))


def lfcc_view(sound: Sound) -> Numbers:
    """(n,) of the linear-frequency cepstrum and its changes."""
    bands = _decibels(_linear_filters() @ _power(sound))
    spoken = bands[:, _active(bands)]
    cepstrum = dct(spoken, type=2, norm="ortho", axis=0)[:COEFFICIENTS]
    first = np.diff(cepstrum, axis=1)
    second = np.diff(first, axis=1)
    rows = [part.std(axis=1) for part in (cepstrum, first, second)]
    rows += [_skew(cepstrum), _excess(cepstrum), _excess(first), _persistence(cepstrum), _persistence(first)]
    return np.concatenate(rows)


def constant_q_view(sound: Sound) -> Numbers:
    """(n,) of the constant-Q spectrogram."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of filters longer than what is left at the lowest octave
        notes = cqt(sound, sr=SAMPLE_RATE_HZ, hop_length=256, fmin=LOWEST_NOTE_HZ, n_bins=NOTES)
    return _pooled(_decibels(np.abs(notes).astype(np.float64) ** 2), into=27)


def wavelet_view(sound: Sound) -> Numbers:
    """(n,) of the envelopes of Morlet wavelets: how peaked they are, how much of them beats with the voice, and how far
    neighbours rise and fall together. Pulses of a throat line up over the bands; phases that were made up do not."""
    envelopes = _envelopes(sound)
    level = _decibels(envelopes**2)
    spoken = _active(level)
    heard = envelopes[:, spoken]
    unit = heard / np.maximum(heard.mean(axis=1, keepdims=True), 1e-12)
    together = _neighbours(unit)
    rate_hz = SAMPLE_RATE_HZ / _ENVELOPE_STEP
    beat = np.abs(np.fft.rfft(envelopes - envelopes.mean(axis=1, keepdims=True), axis=1)) ** 2
    at_hz = np.fft.rfftfreq(envelopes.shape[1], 1 / rate_hz)
    whole = np.maximum(beat.sum(axis=1), 1e-12)
    shares = [
        np.log10(beat[:, (at_hz >= low) & (at_hz < high)].sum(axis=1) / whole + 1e-6)
        for low, high in ((2.0, 8.0), (8.0, 30.0), (30.0, 70.0), (70.0, 350.0), (350.0, 1000.0))
    ]
    rows = [unit.std(axis=1), _skew(unit), np.log1p(np.maximum(_excess(unit) + 2, 0)), together, *shares]
    return np.concatenate(rows)


FRONT_ENDS: Mapping[str, Callable[[Sound], Numbers]] = {
    "mel": mel_view,
    "gammatone": gammatone_view,
    "lfcc": lfcc_view,
    "constant_q": constant_q_view,
    "wavelet": wavelet_view,
}


def views(sound: Sound) -> dict[str, NDArray[np.float32]]:
    """Each front end's row for ``WINDOW`` samples at 16 kHz that are not silent; always finite, never beyond ±1e6."""
    level = float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))
    even = (sound / max(level, 1e-9) * 0.05).astype(np.float32)
    return {
        name: np.nan_to_num(np.clip(view(even), -1e6, 1e6), nan=0.0).astype(np.float32)
        for name, view in FRONT_ENDS.items()
    }


def _power(sound: Sound) -> Numbers:
    """(bins, frames)."""
    pieces = np.lib.stride_tricks.sliding_window_view(sound, FFT)[::HOP] * np.hanning(FFT)
    power: Numbers = (np.abs(np.fft.rfft(pieces, axis=1)) ** 2).T
    return power


def _decibels(power: Numbers) -> Numbers:
    """Relative to the loudest, not below ``-FLOOR_DB``."""
    loudest = max(float(power.max(initial=0.0)), 1e-20)
    decibels: Numbers = 10 * np.log10(np.maximum(power / loudest, 10 ** (-FLOOR_DB / 10)))
    return decibels


def _active(level: Numbers) -> NDArray[np.bool_]:
    """The moments at which anybody speaks: loud enough next to the loudest; never fewer than four."""
    loudness = 10 * np.log10(np.maximum((10 ** (level / 10)).sum(axis=0), 1e-12))
    spoken = loudness > loudness.max() - ACTIVE_DB
    if spoken.sum() < 4:
        spoken = loudness >= np.sort(loudness)[-min(4, len(loudness))]
    return np.asarray(spoken)


def _pooled(level: Numbers, *, into: int = 20) -> Numbers:
    """Statistics over the spoken moments, band by band, neighbouring bands averaged into ``into`` groups."""
    spoken = level[:, _active(level)]
    change = np.diff(spoken, axis=1)
    turn = np.diff(change, axis=1)
    mean = spoken.mean(axis=1)
    ripple = np.zeros_like(mean)
    ripple[1:-1] = mean[1:-1] - (mean[:-2] + mean[2:]) / 2
    rows = [
        spoken.std(axis=1),
        np.abs(change).mean(axis=1),
        np.abs(turn).mean(axis=1),
        np.abs(ripple),
        mean - np.percentile(spoken, 5, axis=1),
        np.percentile(spoken, 95, axis=1) - mean,
        _skew(spoken),
        _persistence(spoken),
        _neighbours(change),
        np.abs(np.diff(spoken, axis=0, append=spoken[-1:])).mean(axis=1),
    ]
    return np.concatenate([_grouped(row, into) for row in rows])


def _grouped(row: Numbers, into: int) -> Numbers:
    edges = np.linspace(0, len(row), into + 1).round().astype(int)
    return np.array([row[start:end].mean() for start, end in pairwise(edges)])


def _skew(rows: Numbers) -> Numbers:
    away = rows - rows.mean(axis=1, keepdims=True)
    square = away * away
    skew: Numbers = (square * away).mean(axis=1) / np.maximum(square.mean(axis=1), 1e-9) ** 1.5
    return skew


def _excess(rows: Numbers) -> Numbers:
    away = rows - rows.mean(axis=1, keepdims=True)
    square = away * away
    excess: Numbers = (square * square).mean(axis=1) / np.maximum(square.mean(axis=1), 1e-9) ** 2 - 3
    return excess


def _persistence(rows: Numbers) -> Numbers:
    """Correlation of each row with itself one step later."""
    away = rows - rows.mean(axis=1, keepdims=True)
    same: Numbers = (away[:, 1:] * away[:, :-1]).mean(axis=1) / np.maximum((away**2).mean(axis=1), 1e-9)
    return same


def _neighbours(rows: Numbers) -> Numbers:
    """Correlation of each row with the next one; 0 for the last."""
    away = rows - rows.mean(axis=1, keepdims=True)
    spread = np.maximum(np.sqrt((away**2).mean(axis=1)), 1e-9)
    same: Numbers = np.append((away[1:] * away[:-1]).mean(axis=1) / (spread[1:] * spread[:-1]), 0.0)
    return same


@functools.cache
def _mel_filters() -> Numbers:
    edges = mel_to_hz(np.linspace(hz_to_mel(LOWEST_HZ), hz_to_mel(HIGHEST_HZ), BANDS + 2))
    return _triangles(np.asarray(edges))


@functools.cache
def _linear_filters() -> Numbers:
    return _triangles(np.linspace(LOWEST_HZ, HIGHEST_HZ, 70 + 2))


def _triangles(edges_hz: Numbers) -> Numbers:
    at_hz = fft_frequencies(sr=SAMPLE_RATE_HZ, n_fft=FFT)
    low, middle, high = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    # A filter narrower than a bin still gets its nearest one
    wide = np.maximum(middle - low, SAMPLE_RATE_HZ / FFT), np.maximum(high - middle, SAMPLE_RATE_HZ / FFT)
    up, down = 1 - (middle - at_hz) / wide[0], 1 - (at_hz - middle) / wide[1]
    filters: Numbers = np.maximum(np.minimum(np.minimum(up, down), 1), 0)
    return filters


@functools.cache
def _gammatone_filters() -> Numbers:
    """Power responses of fourth-order Gammatone filters, evenly spaced on the ERB-rate scale (Glasberg and Moore 1990)."""
    at_hz = fft_frequencies(sr=SAMPLE_RATE_HZ, n_fft=FFT)
    low, high = (21.4 * np.log10(1 + 0.00437 * edge) for edge in (LOWEST_HZ, HIGHEST_HZ))
    centres = (10 ** (np.linspace(low, high, BANDS) / 21.4) - 1) / 0.00437
    width = 1.019 * 24.7 * (1 + 0.00437 * centres)
    filters: Numbers = (1 + ((at_hz[None, :] - centres[:, None]) / width[:, None]) ** 2) ** -4
    return filters


_ENVELOPE_STEP = 8


@functools.cache
def _wavelets() -> tuple[NDArray[np.int64], Numbers]:
    """(first bin of each wavelet in the spectrum of a window, (wavelets, bins) Gaussian)."""
    centres = np.geomspace(100.0, 7000.0, WAVELETS)
    bins = WINDOW // _ENVELOPE_STEP
    step_hz = SAMPLE_RATE_HZ / WINDOW
    first = np.clip((centres / step_hz).astype(np.int64) - bins // 2, 0, WINDOW // 2 + 1 - bins)
    at_hz = (first[:, None] + np.arange(bins)[None, :]) * step_hz
    shape: Numbers = np.exp(-0.5 * ((at_hz - centres[:, None]) / (centres[:, None] / QUALITY / 2)) ** 2)
    return first, shape


def _envelopes(sound: Sound) -> Numbers:
    """(wavelets, WINDOW / 8): moduli of the analytic signals in each band, at 2 kHz."""
    first, shape = _wavelets()
    spectrum = np.fft.rfft(sound)
    cuts = spectrum[first[:, None] + np.arange(shape.shape[1])[None, :]] * shape
    envelopes: Numbers = np.abs(np.fft.ifft(cuts, axis=1))
    return envelopes
