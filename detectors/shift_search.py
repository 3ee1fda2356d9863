"""At which shift in time, and at which speed, what moves in a suspect's face moves in genuine film.

The suspect's frames may be as sparse as two a second. Film lies on a grid of tenths of a second, so that all shifts of one speed
are slices of one product; what is found is then placed more finely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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

SPEEDS = tuple(round(0.88 + 0.04 * step, 2) for step in range(7))
"""Seconds of film in a second of the suspect: slowed and sped by a little more than a tenth."""

SHIFT_STEP_S = 0.02
SPEED_STEP = 0.005
PEAK_WIDTH_S = 0.5
"""A face changes little within this time: shifts nearer than that belong to one peak, frames nearer than that are not independent
of each other."""

NOTHING_MOVES = 1e-4
"""Mean energy of movement (of rows of length 1) below which a face is frozen."""

WINDOWS_S = (8.0, 4.0, 2.4)
"""Besides all of the suspect, stretches of it of these lengths are sought on their own: it may be cut anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Footage time = ``speed`` × suspect time + ``seconds``, for the suspect's frames of ``window``. ``correlation`` is that of
    the movements over ``pairs`` pairs of frames, ``score`` is it times the root of how many of those are independent, ``lead``
    how far that lies above every shift that is not next to it, and ``peak`` in [0, 1] the share of the score that this is."""

    window: slice
    speed: float
    seconds: float
    correlation: float
    pairs: int
    score: float
    lead: float

    @property
    def peak(self) -> float:
        return self.lead / self.score

    def film_s(self, suspect_s: Times) -> Times:
        """Where in the film these moments of the suspect are."""
        return self.speed * suspect_s + self.seconds


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Plane:
    """Of one speed, for n suspect frames and j shifts (``seconds``): product and footage's energy of each pair, and whether there
    is one."""

    speed: float
    seconds: Times
    product: Real
    energy: Real
    there: Real


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scores:
    """The same for k windows: (k, j) each."""

    speed: float
    seconds: Times
    score: Real
    correlation: Real
    pairs: Real


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


def windows(times_s: Times) -> list[slice]:
    """All frames, and overlapping stretches of them of WINDOWS_S that hold MIN_PAIRS frames."""
    count = len(times_s)
    spacing_s = float(np.median(np.diff(times_s)))
    found = [slice(0, count)]
    for length_s in WINDOWS_S:
        length = round(length_s / spacing_s)
        if MIN_PAIRS <= length < count:
            starts = {*range(0, count - length, max(1, length // 3)), count - length}
            found += [slice(start, start + length) for start in sorted(starts)]
    return found


def best_shifts(
    suspect: Real,
    footage: Real,
    *,
    suspect_s: Times,
    footage_s: Times,
    within: Sequence[slice],
    speeds: Sequence[float] = SPEEDS,
) -> list[Shift]:
    """For each window of the suspect the shift and speed at which its movements (n, d) and those of the footage (m, d) correlate
    best, of all that pair MIN_PAIRS frames; windows for which none does, or in which nothing moves, are left out."""
    own = (suspect**2).sum(axis=1)
    inside = np.zeros((len(within), len(suspect)), dtype=np.float32)
    for number, window in enumerate(within):
        inside[number, window] = 1
    moments = min(1.0, float(np.median(np.diff(suspect_s))) / PEAK_WIDTH_S)
    grid_s, energy, grid = _on_grid(footage, footage_s)
    products = suspect @ grid.T
    scores = [
        _scores(_plane(products, suspect_s, grid_s, energy, speed), inside, own, moments=moments) for speed in speeds
    ]
    centres = [float(suspect_s[window].mean()) for window in within]
    found = (_best(scores, number, window, centres[number]) for number, window in enumerate(within))
    return [shift for shift in found if shift is not None]


def placed(shift: Shift, suspect: Real, footage: Real, *, suspect_s: Times, footage_s: Times) -> Shift:
    """The same shift, placed to SHIFT_STEP_S and SPEED_STEP; of speeds that do about equally well, the film's own."""
    ours, times_s = suspect[shift.window], suspect_s[shift.window]
    centre_s = float(times_s.mean())
    falls_s = shift.speed * centre_s + shift.seconds
    best = (0.0, shift.speed, shift.seconds)
    near = {round(shift.speed + SPEED_STEP * step, 4) for step in range(-4, 5)}
    for speed in sorted(near):
        for step in range(-5, 6):
            seconds = falls_s + step * SHIFT_STEP_S - speed * centre_s
            there, at, share = mixing(footage_s, speed * times_s + seconds)
            if there.sum() < MIN_PAIRS:
                continue
            theirs = mixed_rows(footage, at, share)
            scale = float(np.sqrt((ours[there] ** 2).sum() * (theirs**2).sum()))
            agreed = float((ours[there] * theirs).sum()) / scale if scale > 0 else 0.0
            best = max(best, (agreed + (0.01 if speed == 1.0 else 0.0), speed, seconds))
    return replace(shift, speed=best[1], seconds=best[2])


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


def mixed_rows(rows: Real, at: Steps, share: Times) -> Real:
    """The rows between frame ``at`` and the next."""
    part = share.astype(np.float32)[:, None]
    mixed: Real = (1 - part) * rows[at] + part * rows[at + 1]
    return mixed


def aligned_stretch(good: NDArray[np.bool_], window: slice, *, bridge: int) -> slice:
    """The run of good frames (n,) that shares most with the window; interruptions of up to ``bridge`` frames do not end it."""
    at = np.flatnonzero(good)
    if not len(at):
        return slice(0, 0)
    runs = np.split(at, np.flatnonzero(np.diff(at) > bridge + 1) + 1)
    inside = [int(((run >= window.start) & (run < window.stop)).sum()) for run in runs]
    run = runs[int(np.argmax(inside))]
    return slice(int(run[0]), int(run[-1]) + 1)


def _on_grid(footage: Real, footage_s: Times) -> tuple[Times, NDArray[np.float32], Real]:
    """Times (g,) a tenth of a second apart, the energy of each row and its product with the next (g, 2), and the rows (g, d);
    zero where the film has none."""
    grid_s = np.arange(np.floor(footage_s[0] * STEPS_PER_S), np.ceil(footage_s[-1] * STEPS_PER_S) + 2) / STEPS_PER_S
    there, at, share = mixing(footage_s, grid_s)
    grid = np.zeros((len(grid_s), footage.shape[1]), dtype=np.float32)
    grid[there] = mixed_rows(footage, at, share)
    following = np.append((grid[:-1] * grid[1:]).sum(axis=1), 0)
    return grid_s, np.stack([(grid**2).sum(axis=1), following], axis=1).astype(np.float32), grid


def _plane(products: Real, suspect_s: Times, grid_s: Times, energy: NDArray[np.float32], speed: float) -> _Plane:
    """Every pair of a suspect's frame and a shift, the film's movement mixed from the two neighbours on its grid."""
    place = speed * suspect_s * STEPS_PER_S
    step = np.floor(place).astype(int)
    rest = (place - step).astype(np.float32)
    first, last, length = -int(step.max()) - 1, len(grid_s) - int(step.min()), len(grid_s)
    shape = (len(suspect_s), last - first)
    product, loud, there = (np.zeros(shape, dtype=np.float32) for _ in range(3))
    shown = energy[:, 0] > 0
    for row, (start, share) in enumerate(zip((step + first).tolist(), rest, strict=True)):
        low, high = max(0, -start), min(shape[1], length - 1 - start)
        if high <= low:
            continue
        here, after, to = slice(start + low, start + high), slice(start + low + 1, start + high + 1), slice(low, high)
        both = shown[here] & shown[after]
        product[row, to] = both * ((1 - share) * products[row, here] + share * products[row, after])
        squares = (1 - share) ** 2 * energy[here, 0] + share**2 * energy[after, 0]
        loud[row, to] = both * (squares + 2 * share * (1 - share) * energy[here, 1])
        there[row, to] = both
    seconds = np.arange(first, last) / STEPS_PER_S + grid_s[0]
    return _Plane(speed=speed, seconds=seconds, product=product, energy=loud, there=there)


def _scores(plane: _Plane, inside: Real, own: Real, *, moments: float) -> _Scores:
    pairs = inside @ plane.there
    scale = np.sqrt((inside @ plane.energy) * (inside @ (plane.there * own[:, None])))
    usable = (pairs >= MIN_PAIRS) & (scale > NOTHING_MOVES * pairs)
    correlation = np.where(usable, (inside @ plane.product) / np.where(usable, scale, 1.0), 0.0)
    score = (correlation * np.sqrt(pairs * moments)).astype(np.float32)
    return _Scores(speed=plane.speed, seconds=plane.seconds, score=score, correlation=correlation, pairs=pairs)


def _best(scores: Sequence[_Scores], number: int, window: slice, centre_s: float) -> Shift | None:
    """Of one window; what counts as next to the best shift is told by where in the film the middle of the window falls."""
    best = max(scores, key=lambda one: float(one.score[number].max()))
    at = int(best.score[number].argmax())
    score = float(best.score[number, at])
    if score <= 0:
        return None
    falls_s = best.speed * centre_s + best.seconds[at]
    away = 0.0
    for one in scores:
        apart = np.abs(one.speed * centre_s + one.seconds - falls_s) > PEAK_WIDTH_S + SHIFT_STEP_S / 2
        away = max(away, float(one.score[number][apart].max(initial=0.0)))
    return Shift(
        window=window,
        speed=best.speed,
        seconds=float(best.seconds[at]),
        correlation=float(best.correlation[number, at]),
        pairs=int(best.pairs[number, at]),
        score=score,
        lead=score - away,
    )
