"""At which shift in time what moves in a suspect's face moves in genuine film, frame by frame or two frames a second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.face_agreement import Real

Steps = NDArray[np.int64]
Times = NDArray[np.float64]

STEPS_PER_S = 10
"""Footage is enrolled at this rate; means over time are taken on a grid of such steps."""

MIN_PAIRS = 12
"""Pairs of frames below which a coincidence cannot be told from a match: 1.2 s when they are dense."""

MAX_GAP_S = 0.25
"""Between two frames of the film that are nearer to each other than this, the face is mixed from both; elsewhere it is absent."""

MOVEMENT_STEPS = 10
MOVEMENT_FRAMES = 2
"""The mean over so many steps, and at least so many frames, to both sides is taken away before searching: what is left is what
moves, and a face that is merely the same face says nothing about time."""

SHIFT_STEP_S = 0.02
PEAK_WIDTH_S = 0.5
"""A face changes little within this time: shifts nearer than that belong to one peak, frames nearer than that are not independent
of each other."""

NOTHING_MOVES = 1e-4
"""Mean energy of movement (of rows of length 1) below which a face is frozen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Footage time = suspect time + ``seconds``. ``correlation`` is that of the movements over ``pairs`` pairs of frames,
    ``score`` is it times the root of how many of those are independent, and ``peak`` in [0, 1] the share by which the score
    exceeds that of every shift that is not next to it."""

    seconds: float
    correlation: float
    pairs: int
    score: float
    peak: float


def movements(rows: Real, times_s: Times, *, spacing: int) -> Real:
    """Rows (n, d) less their running mean over what lies whole multiples of ``spacing`` steps away, so that dense film and a
    sparse suspect lose the same."""
    reach = max(MOVEMENT_FRAMES, MOVEMENT_STEPS // spacing)
    steps: Steps = np.rint(times_s * STEPS_PER_S).astype(np.int64)
    at = steps - steps.min()
    sums = np.zeros((int(at.max()) + 1 + 2 * reach * spacing, rows.shape[1]), dtype=np.float32)
    seen = np.zeros(len(sums), dtype=np.float32)
    for away in range(2 * reach + 1):
        sums[at + away * spacing] += rows
        seen[at + away * spacing] += 1
    here = at + reach * spacing
    moved: Real = rows - sums[here] / seen[here, None]
    return moved


def best_shift(suspect: Real, footage: Real, *, suspect_s: Times, footage_s: Times) -> Shift | None:
    """The shift at which the movements ``suspect`` (n, d) and ``footage`` (m, d) correlate best, of all that pair MIN_PAIRS
    frames; None if none does, or nothing moves. Between two frames of the film its movement is mixed from both."""
    first, last = (footage_s[0] - suspect_s[-1]) / SHIFT_STEP_S, (footage_s[-1] - suspect_s[0]) / SHIFT_STEP_S
    shifts = np.arange(round(first), round(last) + 1) * SHIFT_STEP_S
    products, own = suspect @ footage.T, (suspect**2).sum(axis=1)
    energy, shared = (footage**2).sum(axis=1), (footage[:-1] * footage[1:]).sum(axis=1)
    product, ours, theirs, pairs = (np.zeros(len(shifts)) for _ in range(4))
    for row, at_s in enumerate(suspect_s):
        there, at, share = mixing(footage_s, at_s + shifts)
        rest = 1 - share
        product[there] += rest * products[row, at] + share * products[row, at + 1]
        theirs[there] += rest**2 * energy[at] + share**2 * energy[at + 1] + 2 * rest * share * shared[at]
        ours[there] += own[row]
        pairs[there] += 1
    scale = np.sqrt(ours * theirs)
    usable = (pairs >= MIN_PAIRS) & (scale > NOTHING_MOVES * pairs)
    correlation = np.where(usable, product / np.where(usable, scale, 1.0), 0.0)
    moments = min(1.0, float(np.median(np.diff(suspect_s))) / PEAK_WIDTH_S)
    score = correlation * np.sqrt(pairs * moments)
    best = int(score.argmax())
    if score[best] <= 0:
        return None
    away = score[np.abs(shifts - shifts[best]) > PEAK_WIDTH_S + SHIFT_STEP_S / 2]
    return Shift(
        seconds=float(shifts[best]),
        correlation=float(correlation[best]),
        pairs=int(pairs[best]),
        score=float(score[best]),
        peak=float(1 - away.max(initial=0) / score[best]),
    )


def mixing(film_s: Times, wanted_s: Times) -> tuple[NDArray[np.bool_], Steps, Times]:
    """Which of the wanted times (n,) the film has, and for those the frame at or before each, and the share of the next one."""
    at = np.clip(np.searchsorted(film_s, wanted_s + SHIFT_STEP_S, side="right") - 1, 0, len(film_s) - 2)
    length = film_s[at + 1] - film_s[at]
    into = wanted_s - film_s[at]
    near = 1.0 / STEPS_PER_S / 2
    there = (
        (into >= -near) & (into <= length + near) & ((length <= MAX_GAP_S) | (into <= near) | (into >= length - near))
    )
    share = np.where(length <= MAX_GAP_S, into / length, into > length / 2)
    return there, at[there], np.clip(share[there], 0.0, 1.0)
