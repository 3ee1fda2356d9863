"""Fingerprints of sound: Chromaprint's bits (https://acoustid.org/chromaprint) and a coarse spectrum over time.

The bits find the same recording in any codec; the spectrum, which follows loudness and formants, notices another voice that
speaks at the same pitch, and short stretches that were exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

from embeddings.samples import SAMPLE_RATE_HZ

T = TypeVar("T", bound=np.generic)

BANDS = 16
HOP_S = 0.064
WINDOW_S = 0.256
LOWEST_HZ, HIGHEST_HZ = 120.0, 3800.0
"""What 32 kb/s still carries."""

AT_ONCE = 256
"""So many rows of the spectrum are worked out together: of a long sound all together would take hundreds of megabytes."""

PADDING_S = 2.0
"""Silence put around the sound, so that Chromaprint, which looks at 2 s at a time, describes its first and last moments too."""

SILENT = 10 ** (-50 / 20)
"""A sound that never rises above this amplitude is none: some encoders add an empty track."""

QUIETEST_DB = 40.0
"""What lies so far below the loudest moment is treated as silence."""

ITEM_S = 4096 / 3 / 11025
"""Chromaprint's step between items."""

WORST_ITEMS = 8
WORST_HOPS = 8
MAX_SHIFT_S = 0.4
"""Encoders add some milliseconds of silence; more than this is another cut."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SoundPrint:
    """``chroma`` (n,) uint32, one item every ``ITEM_S``; ``bands`` (m, 16) uint8, half decibels above -100 dB, one row every
    ``HOP_S``. Both are empty when ``silent``."""

    chroma: NDArray[np.uint32]
    bands: NDArray[np.uint8]
    length_s: float
    silent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundAgreement:
    """How two sounds differ after the best shift: share of Chromaprint bits and decibels of the coarse spectrum, over the
    whole length and in the worst second or half second. ``shift_s`` is how much later the second one is."""

    bit_error: float
    worst_bit_error: float
    difference_db: float
    worst_difference_db: float
    shift_s: float


def sound_print(sound: NDArray[np.float32]) -> SoundPrint | None:
    """The print of mono 16 kHz sound; None when the Chromaprint library is not installed."""
    library = _chromaprint()
    length_s = len(sound) / SAMPLE_RATE_HZ
    if not len(sound) or float(np.abs(sound).max()) < SILENT:
        return SoundPrint(
            chroma=np.zeros(0, np.uint32), bands=np.zeros((0, BANDS), np.uint8), length_s=length_s, silent=True
        )
    if library is None:
        return None
    return SoundPrint(chroma=_chroma(library, sound), bands=_bands(sound), length_s=length_s, silent=False)


@cache
def _chromaprint() -> Any:
    """The library's binding, or None where the system does not have ``libchromaprint``."""
    try:
        import chromaprint
    except ImportError:
        return None
    return chromaprint


def _chroma(library: Any, sound: NDArray[np.float32]) -> NDArray[np.uint32]:
    quiet = np.zeros(int(PADDING_S * SAMPLE_RATE_HZ), dtype=np.float32)
    padded = np.concatenate([quiet, sound / np.abs(sound).max(), quiet])
    printer = library.Fingerprinter()
    printer.start(SAMPLE_RATE_HZ, 1)
    printer.feed((padded * 32000).astype("<i2").tobytes())
    items, _ = library.decode_fingerprint(printer.finish())
    return np.array(items, dtype=np.uint32)


def _bands(sound: NDArray[np.float32]) -> NDArray[np.uint8]:
    hop, window = int(HOP_S * SAMPLE_RATE_HZ), int(WINDOW_S * SAMPLE_RATE_HZ)
    rows = -(-len(sound) // hop)
    padded = np.zeros((rows - 1) * hop + window, dtype=np.float32)
    padded[window // 2 - hop // 2 :][: len(sound)] = sound[: len(padded) - window // 2 + hop // 2]
    pieces = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    hann = np.hanning(window).astype(np.float32)
    edges = np.searchsorted(np.fft.rfftfreq(window, 1 / SAMPLE_RATE_HZ), np.geomspace(LOWEST_HZ, HIGHEST_HZ, BANDS + 1))
    levels = np.empty((rows, BANDS), dtype=np.uint8)
    for first in range(0, rows, AT_ONCE):
        power = np.abs(rfft(pieces[first : first + AT_ONCE] * hann, axis=1)) ** 2
        summed = np.add.reduceat(power, edges, axis=1)[:, :BANDS] / (window * window / 16)
        half_db = 2 * (10 * np.log10(summed + 1e-10) + 100)
        levels[first : first + AT_ONCE] = np.clip(np.rint(half_db), 0, 255)
    return levels


def compare_sounds(ours: SoundPrint, theirs: SoundPrint) -> SoundAgreement | None:
    """How they differ at the best shift within ``MAX_SHIFT_S``; None if one of them is too short to say."""
    bits = _compare_bits(ours.chroma, theirs.chroma)
    levels = _compare_levels(ours.bands, theirs.bands)
    if bits is None or levels is None:
        return None
    return SoundAgreement(
        bit_error=bits[0],
        worst_bit_error=bits[1],
        difference_db=levels[0],
        worst_difference_db=levels[1],
        shift_s=levels[2],
    )


def _compare_bits(ours: NDArray[np.uint32], theirs: NDArray[np.uint32]) -> tuple[float, float] | None:
    best: tuple[float, float] | None = None
    for shift in _shifts(ITEM_S):
        mine, other = _overlap(ours, theirs, shift)
        if len(mine) < WORST_ITEMS:
            continue
        wrong = np.bitwise_count(mine ^ other) / 32
        if best is None or wrong.mean() < best[0]:
            best = float(wrong.mean()), _worst(wrong, WORST_ITEMS)
    return best


def _compare_levels(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> tuple[float, float, float] | None:
    best: tuple[float, float, float] | None = None
    whole = theirs / 2.0
    between = (whole[:-1] + whole[1:]) / 2  # half a step later
    for later, levels in ((0.0, whole), (0.5, between)):
        for shift in _shifts(HOP_S):
            mine, other = _overlap(ours / 2.0, levels, shift)
            if len(mine) < 4:
                continue
            apart = _apart(mine, other)
            if best is None or apart.mean() < best[0]:
                best = float(apart.mean()), _worst(apart, min(WORST_HOPS, len(apart))), (shift + later) * HOP_S
    return best


def _apart(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean difference of the bands at each moment, in dB, whatever the volume; silence equals silence."""
    loud = ours > ours.max() - QUIETEST_DB
    theirs = theirs + float(np.median((ours - theirs)[loud]))
    floor = max(ours.max(), theirs.max()) - QUIETEST_DB
    gap: NDArray[np.float64] = np.abs(np.maximum(ours, floor) - np.maximum(theirs, floor)).mean(axis=1)
    return gap


def _shifts(step_s: float) -> range:
    most = round(MAX_SHIFT_S / step_s)
    return range(-most, most + 1)


def _overlap(ours: NDArray[T], theirs: NDArray[T], shift: int) -> tuple[NDArray[T], NDArray[T]]:
    ours, theirs = ours[max(0, -shift) :], theirs[max(0, shift) :]
    both = min(len(ours), len(theirs))
    return ours[:both], theirs[:both]


def _worst(values: NDArray[np.float64], length: int) -> float:
    return float(np.convolve(values, np.full(length, 1 / length), mode="valid").max())
