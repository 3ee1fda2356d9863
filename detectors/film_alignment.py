"""Which stretch of genuine film a suspect clip was taken from, and how alike the two are there.

A mouth that looks and moves as in the film, at one time and no other, settles that the two are the same. Otherwise the upper face
says *when*, because a lip-synced copy leaves it alone, and the mouth is compared at that time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.face_agreement import BLOCK, MOUTH, UPPER, Faces, Part, Real, agreement, registered, unit_rows
from watchlist.footage import GenuineFootage

Steps = NDArray[np.int64]

STEPS_PER_S = 10
"""Suspect and footage are compared on a grid of tenths of a second, the rate of the enrolled descriptors."""

MIN_PAIRS = 15
"""Pairs of frames below which a coincidence cannot be told from a match: 1.5 s."""

MOVEMENT_STEPS = 10
"""The mean over this many steps to both sides is taken away before searching: what is left is what moves, and a face that is
merely the same face says nothing about time."""

PEAK_WIDTH_STEPS = 5
"""A face changes little within this many steps; shifts nearer than that belong to one peak."""

MIN_SCORE = 2.8
SHARP_PEAK = 0.4
"""What a shift must reach to be believed. In the trial on real film (the test marked ``fixtures``) true shifts, also of clips
cut, cropped or mirrored, reach both; other people and other moments of the same shot miss at least one."""

STRETCH_FLOOR = 0.85
"""Agreement of the upper face, before registration, above which a pair belongs to the aligned stretch."""

ALIGNED_UPPER = 0.97
"""Agreement of the registered upper face without which no shift is believed: another moment of the same shot stays below."""

SAME_GAP = 0.025
"""Gap between upper face and mouth of honest copies in the trial, also re-encoded, cropped, mirrored and half a step off."""

NOTHING_MOVES = 1e-4
"""Mean energy of movement (of rows of length 1) below which a face is frozen."""

SAME_MOVEMENT = 0.78
"""Correlation of the mouths' movements that honest copies exceed in the trial, and the lip-synced clip does not reach."""

MAX_PAIRS = 100
"""Pairs that are registered and compared: more changes no median and costs time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceSeries:
    """Aligned grey faces (n, 96, 96) of one person at ``times_s`` (n,), in time order."""

    times_s: NDArray[np.float64]
    faces: Faces

    @property
    def steps(self) -> Steps:
        """The times as whole steps of the common grid."""
        return np.rint(self.times_s * STEPS_PER_S).astype(np.int64)

    def mirrored(self) -> FaceSeries:
        """The same, left and right exchanged."""
        return FaceSeries(times_s=self.times_s, faces=np.ascontiguousarray(self.faces[:, :, ::-1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Footage time = suspect time + ``steps`` / STEPS_PER_S. ``correlation`` is that of the movements over ``pairs`` pairs of
    frames, ``score`` is it times the root of the pairs, and ``peak`` in [0, 1] the share by which the score exceeds that of every
    shift that is not next to it."""

    steps: int
    correlation: float
    pairs: int
    score: float
    peak: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How alike suspect and footage are at the aligned time: medians over ``pairs`` pairs of frames. ``gap`` is the median of
    upper minus mouth, pair by pair: one number for the whole stretch, blind to a change that lasts less than half of it.
    ``mouth_movement`` in [-1, 1] is the correlation of how the two mouths move; near 0 for a frozen mouth."""

    start_s: float
    end_s: float
    reference_start_s: float
    pairs: int
    upper: float
    mouth: float
    gap: float
    mouth_movement: float

    @property
    def same_mouth(self) -> bool:
        """The mouth looks the same and moves the same."""
        return self.gap <= SAME_GAP and self.mouth_movement >= SAME_MOVEMENT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alignment:
    """A stretch of the suspect found in a film."""

    film: GenuineFootage
    mirrored: bool
    shift: Shift
    agreement: Agreement


def locate(suspect: FaceSeries, films: Sequence[GenuineFootage]) -> Alignment | None:
    """The best alignment of the suspect with any of the films, as it is or mirrored; None if none is believable."""
    for part in (MOUTH, UPPER):
        found = [
            aligned
            for film in films
            for mirrored in (False, True)
            if (aligned := _align(suspect, film, part=part, mirrored=mirrored)) is not None
        ]
        if found:
            return max(found, key=lambda aligned: aligned.shift.score)
    return None


def _align(suspect: FaceSeries, film: GenuineFootage, *, part: Part, mirrored: bool) -> Alignment | None:
    ours = suspect.mirrored() if mirrored else suspect
    theirs = FaceSeries(times_s=film.times_s, faces=film.faces)
    if min(len(ours.faces), len(theirs.faces)) < MIN_PAIRS:
        return None
    shift = best_shift(
        movements(unit_rows(ours.faces, part, shrink=2)),
        movements(unit_rows(theirs.faces, part, shrink=2)),
        suspect_steps=ours.steps,
        footage_steps=theirs.steps,
    )
    if shift is None or shift.score < MIN_SCORE or shift.peak < SHARP_PEAK:
        return None
    found = compare(ours, theirs, shift_steps=shift.steps)
    if found is None or found.upper < ALIGNED_UPPER:
        return None
    if part is MOUTH and not found.same_mouth:
        return None
    return Alignment(film=film, mirrored=mirrored, shift=shift, agreement=found)


def movements(rows: Real) -> Real:
    """Rows (n, d) in time order less their running mean."""
    count = len(rows)
    sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
    first = np.maximum(np.arange(count) - MOVEMENT_STEPS, 0)
    last = np.minimum(np.arange(count) + MOVEMENT_STEPS + 1, count)
    moved: Real = (rows - (sums[last] - sums[first]) / (last - first)[:, None]).astype(np.float32)
    return moved


def best_shift(suspect: Real, footage: Real, *, suspect_steps: Steps, footage_steps: Steps) -> Shift | None:
    """The shift at which the movements ``suspect`` (n, d) and ``footage`` (m, d) correlate best, of all that pair MIN_PAIRS
    frames; None if none does, or nothing moves. All pairs of frames are scored, in blocks of the footage."""
    lowest = int(footage_steps.min() - suspect_steps.max())
    size = int(footage_steps.max() - suspect_steps.min()) - lowest + 1
    product, ours, theirs, pairs = (np.zeros(size) for _ in range(4))
    energy = (suspect**2).sum(axis=1)
    for start in range(0, len(footage), BLOCK):
        block = footage[start : start + BLOCK]
        shift = (footage_steps[None, start : start + BLOCK] - suspect_steps[:, None] - lowest).ravel()
        product += np.bincount(shift, weights=(suspect @ block.T).ravel(), minlength=size)
        ours += np.bincount(shift, weights=np.repeat(energy, len(block)), minlength=size)
        theirs += np.bincount(shift, weights=np.tile((block**2).sum(axis=1), len(suspect)), minlength=size)
        pairs += np.bincount(shift, minlength=size)
    scale = np.sqrt(ours * theirs)
    usable = (pairs >= MIN_PAIRS) & (scale > NOTHING_MOVES * pairs)
    correlation = np.where(usable, product / np.where(usable, scale, 1.0), 0.0)
    score = correlation * np.sqrt(pairs)
    best = int(score.argmax())
    if score[best] <= 0:
        return None
    away = score[np.abs(np.arange(size) - best) > PEAK_WIDTH_STEPS]
    return Shift(
        steps=best + lowest,
        correlation=float(correlation[best]),
        pairs=int(pairs[best]),
        score=float(score[best]),
        peak=float(1 - away.max(initial=0) / score[best]),
    )


def compare(suspect: FaceSeries, footage: FaceSeries, *, shift_steps: int) -> Agreement | None:
    """Upper face and mouth at the aligned times, each pair registered; None if fewer than MIN_PAIRS frames correspond."""
    where = {step: at for at, step in enumerate(footage.steps.tolist())}
    pairs = [(at, where[s + shift_steps]) for at, s in enumerate(suspect.steps.tolist()) if s + shift_steps in where]
    if len(pairs) < MIN_PAIRS:
        return None
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    stretch = aligned_stretch(agreement(suspect.faces[left], footage.faces[right], UPPER))
    left, right = left[stretch], right[stretch]
    if len(left) < MIN_PAIRS:
        return None
    chosen = np.unique(np.linspace(0, len(left) - 1, min(MAX_PAIRS, len(left))).astype(int))
    laid = [(registered(suspect.faces[left[k]], footage.faces[right[k]]), footage.faces[right[k]]) for k in chosen]
    kept = [(ours, theirs) for ours, theirs in laid if ours is not None]
    if len(kept) < MIN_PAIRS:
        return None
    ours, theirs = np.stack([pair[0] for pair in kept]), np.stack([pair[1] for pair in kept])
    upper, mouth = agreement(ours, theirs, UPPER), agreement(ours, theirs, MOUTH)
    return Agreement(
        start_s=float(suspect.times_s[left[0]]),
        end_s=float(suspect.times_s[left[-1]]),
        reference_start_s=float(footage.times_s[right[0]]),
        pairs=len(kept),
        upper=float(np.median(upper)),
        mouth=float(np.median(mouth)),
        gap=float(np.median(upper - mouth)),
        mouth_movement=_moving_together(ours, theirs),
    )


def _moving_together(ours: Faces, theirs: Faces) -> float:
    a, b = movements(unit_rows(ours, MOUTH)), movements(unit_rows(theirs, MOUTH))
    scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum() / scale) if scale > 0 else 0.0


def aligned_stretch(scores: NDArray[np.float64]) -> slice:
    """The longest run of pairs (in time order) whose agreement, smoothed over half a second, stays above STRETCH_FLOOR."""
    width = min(STEPS_PER_S // 2, len(scores))
    smooth = np.convolve(np.pad(scores, width // 2, mode="edge"), np.ones(width) / width, mode="valid")[: len(scores)]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], smooth >= STRETCH_FLOOR, [False]]).astype(np.int8)))
    if not len(edges):
        return slice(0, 0)
    first, last = max(edges.reshape(-1, 2).tolist(), key=lambda run: run[1] - run[0])
    return slice(int(first), int(last))
