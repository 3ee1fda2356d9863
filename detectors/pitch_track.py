"""The course of the pitch of a voice, by pYIN (Mauch and Dixon, ICASSP 2014), as ``librosa.pyin`` finds it with these settings.

That looks at one moment after the other and asks SciPy for a distribution each time, and for the likeliest course it weighs
every step from any pitch to any other, though a voice only reaches near ones. Here all moments are looked at together, and only
the steps that can be taken are weighed: the same course in a third of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import librosa
import numpy as np
from librosa.sequence import transition_local, transition_loop
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.stats import beta

from embeddings.samples import SAMPLE_RATE_HZ

Sound = NDArray[np.float32]
Numbers = NDArray[np.float64]

LOWEST_HZ, HIGHEST_HZ = 65.0, 450.0
FRAME, HOP = 1024, 320
BINS_PER_SEMITONE = 5
THRESHOLDS = 30

BETA = (2, 18)
BOLTZMANN = 2.0
NO_TROUGH = 0.01
OCTAVES_PER_S = 35.92
SWITCHING = 0.01
"""The settings of the method's authors, librosa's too."""

SHORTEST = int(np.floor(SAMPLE_RATE_HZ / HIGHEST_HZ))
LONGEST = min(int(np.ceil(SAMPLE_RATE_HZ / LOWEST_HZ)), FRAME - 1)
"""Periods in samples."""

BINS = int(np.floor(12 * BINS_PER_SEMITONE * np.log2(HIGHEST_HZ / LOWEST_HZ))) + 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Steps:
    """``likely`` (2, BINS, 2, width): the logarithm of the probability of a step to each pitch, voiced or not, from the near ones
    of the same kind and of the other; ``unlikely``: of every other step; ``begin``: of each state at first."""

    likely: Numbers
    unlikely: float
    begin: float


def pitch_track(speech: Sound) -> tuple[Numbers, NDArray[np.bool_]]:
    """Hertz of each moment, ``HOP`` samples apart, and whether there is a voice at all; ``ValueError`` for less than a frame."""
    if len(speech) < FRAME:
        raise ValueError(f"{len(speech)} samples have no pitch; give {FRAME} at least")
    padded = np.pad(speech, FRAME // 2)
    differences = _differences(librosa.util.frame(padded, frame_length=FRAME, hop_length=HOP))
    voiced, silent = _observed(differences)
    states = _likeliest(voiced, silent)
    hertz = LOWEST_HZ * 2 ** (np.arange(BINS) / (12 * BINS_PER_SEMITONE))
    return hertz[states % BINS], states < BINS


def _differences(frames: Sound) -> Sound:
    """YIN's cumulative mean normalised difference of each period (rows) at each moment (columns)."""
    correlation = librosa.autocorrelate(frames, max_size=LONGEST + 1, axis=-2)
    found = np.square(frames)
    np.cumsum(found, out=found, axis=-2)
    found[0] = 0
    periods = slice(1, LONGEST + 1)
    found[periods] = 2 * (correlation[0:1] - correlation[periods]) - found[:LONGEST]
    mean = np.cumsum(found[periods], axis=-2) / np.arange(1, LONGEST + 1)[:, None]
    below = mean[SHORTEST - 1 : LONGEST]
    normal: Sound = found[SHORTEST : LONGEST + 1] / (below + librosa.util.tiny(below))
    return normal


def _observed(differences: Sound) -> tuple[Numbers, Numbers]:
    """(BINS, moments): how probable each pitch is; (moments,): that there is none, for each of as many unvoiced states."""
    period, moment, probable = _troughs(differences)
    shifted = SHORTEST + period + _shifts(differences)[period, moment]
    place = 12 * BINS_PER_SEMITONE * np.log2(SAMPLE_RATE_HZ / shifted / LOWEST_HZ)
    place = np.clip(np.round(place), 0, BINS).astype(int)
    observed = np.zeros((2 * BINS, differences.shape[1]))
    observed[place, moment] = probable
    voiced = np.clip(observed[:BINS].sum(axis=0), 0, 1)
    return observed[:BINS], (1 - voiced) / BINS


def _troughs(differences: Sound) -> tuple[NDArray[np.intp], NDArray[np.intp], Sound]:
    """The rows and columns of troughs, row by row, and how probable each of them is the period."""
    low = librosa.util.localmin(differences, axis=0)
    low[0] = differences[0] < differences[1]
    moment, period = np.nonzero(low.T)
    heights = differences[period, moment]
    thresholds = np.linspace(0, 1, THRESHOLDS + 1)
    weights = np.diff(beta.cdf(thresholds, *BETA))
    under = heights[:, None] < thresholds[1:]
    first = np.flatnonzero(np.diff(moment, prepend=-1))
    of = np.repeat(np.arange(len(first)), np.diff(first, append=len(moment)))
    counted = np.cumsum(under, axis=0)
    before = np.where(first[:, None] > 0, counted[np.maximum(first - 1, 0)], 0)
    position = counted - before[of] - 1
    count = np.add.reduceat(under, first, axis=0, dtype=np.int64)[of] if len(first) else counted
    with np.errstate(divide="ignore", invalid="ignore"):
        prior = (1 - np.exp(-BOLTZMANN)) / (1 - np.exp(-BOLTZMANN * count)) * np.exp(-BOLTZMANN * position)
    prior = np.where(under, prior, 0.0)
    probable = prior.dot(weights)
    deepest = np.array(
        [start + int(heights[start:end].argmin()) for start, end in _runs(first, len(moment))], dtype=int
    )
    cumulated = np.concatenate(
        [[0.0], *(np.sum(weights[:number], keepdims=True) for number in range(1, THRESHOLDS + 1))]
    )
    probable[deepest] += NO_TROUGH * cumulated[(~under[deepest]).sum(axis=1)]
    probable = probable.astype(differences.dtype)
    order = np.lexsort((moment, period))
    order = order[probable[order] != 0]
    return period[order], moment[order], probable[order]


def _runs(first: NDArray[np.intp], length: int) -> list[tuple[int, int]]:
    ends = [*first[1:].tolist(), length]
    return list(zip(first.tolist(), ends, strict=False))


def _shifts(differences: Sound) -> Sound:
    """How far the lowest point of a parabola through each difference and its neighbours lies from it, in periods."""
    shifts = np.zeros_like(differences)
    before, here, after = (part.astype(np.float64) for part in (differences[:-2], differences[1:-1], differences[2:]))
    bent = (differences[2:] + differences[:-2]).astype(np.float64) - 2 * here
    slope = (after - before) / 2
    inside = np.abs(slope) < np.abs(bent)
    shifts[1:-1][inside] = -slope[inside] / bent[inside]
    return shifts


@cache
def _steps() -> _Steps:
    semitones = round(OCTAVES_PER_S * 12 * HOP / SAMPLE_RATE_HZ)
    width = semitones * BINS_PER_SEMITONE + 1
    near = transition_local(BINS, width, window="triangle", wrap=False)
    whole = np.kron(transition_loop(2, 1 - SWITCHING), near)
    tiny = librosa.util.tiny(whole)
    logarithms = np.log(whole + tiny)
    reach = width // 2
    likely = np.full((2, BINS, 2, 2 * reach + 1), -np.inf)
    for kind, pitch, other in np.ndindex(2, BINS, 2):
        for column in range(2 * reach + 1):
            start = pitch - reach + column
            if 0 <= start < BINS:
                likely[kind, pitch, other, column] = logarithms[other * BINS + start, kind * BINS + pitch]
    return _Steps(likely=likely, unlikely=float(np.log(tiny)), begin=float(np.log(1 / (2 * BINS) + tiny)))


def _likeliest(voiced: Numbers, silent: Numbers) -> NDArray[np.intp]:
    """The likeliest course (Viterbi): for each moment the number of a pitch, ``BINS`` more where there is no voice."""
    steps = _steps()
    tiny = librosa.util.tiny(voiced)
    seen, unseen = np.log(voiced + tiny).T, np.log(silent + tiny)
    reach = steps.likely.shape[-1] // 2
    flat = steps.likely.reshape(2, BINS, -1)
    padded = np.full((2, BINS + 2 * reach), -np.inf)
    near = sliding_window_view(padded, 2 * reach + 1, axis=1).transpose(1, 0, 2)
    value = np.stack([seen[0], np.full(BINS, unseen[0])]) + steps.begin
    came = np.empty((len(seen), 2, BINS), dtype=np.int64)
    row, each = np.arange(BINS), np.arange(2 * BINS)
    for moment in range(1, len(seen)):
        padded[:, reach : reach + BINS] = value
        reached = (flat + near.reshape(1, BINS, -1)).reshape(2 * BINS, -1)
        best = reached.argmax(axis=1)
        most = reached[each, best].reshape(2, BINS)
        other, column = np.divmod(best.reshape(2, BINS), 2 * reach + 1)
        origin = other * BINS + row - reach + column
        anywhere = int(value.argmax())
        leapt = value.flat[anywhere] + steps.unlikely
        far = leapt > most
        came[moment] = np.where(far, anywhere, origin)
        value = np.where(far, leapt, most)
        value[0] += seen[moment]
        value[1] += unseen[moment]
    states = np.empty(len(seen), dtype=np.int64)
    states[-1] = value.argmax()
    for moment in range(len(seen) - 1, 0, -1):
        states[moment - 1] = came[moment].flat[states[moment]]
    return states
