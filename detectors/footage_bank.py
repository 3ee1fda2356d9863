"""Where in many hours of genuine film a suspect may come from: a handful of places for the close search.

Marks (``watchlist.film_marks``) are searched in two steps. First the means over four seconds of the suspect against those of all
film: a shot differs from others by pose, light and camera, and neighbours in time look alike. Each likeness votes for a film and
an offset. Then, where most votes fall, mark against mark over offsets and speeds. Nothing is trained; new film is simply added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.face_agreement import Real
from watchlist.film_marks import MARKS_PER_S, NUMBERS, Marks, mirrored_marks

Times = NDArray[np.float64]

BLOCK_S = 4.0
BLOCK_MARKS = round(BLOCK_S * MARKS_PER_S)
QUERIES = 16
"""Means of the suspect that are sought, however long it is."""

ALIKE = 48
"""Blocks of film that each of them votes for."""

TRIED_PLACES = 24
PLACES = 4
SPEEDS = (0.9, 0.95, 1.0, 1.05, 1.1)
ROWS = 65_536
"""Blocks compared at a time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarkedFilm:
    """Marks (n, 64) of one film at ``times_s`` (n,), in time order."""

    times_s: Times
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A stretch of a film (by its number in the bank) that the suspect may show: film time = ``speed`` × suspect time +
    ``seconds``, good to half a second; ``score`` in [-1, 1] says how alike they are."""

    film: int
    mirrored: bool
    speed: float
    seconds: float
    start_s: float
    end_s: float
    score: float


class FootageBank:
    """Films whose marks can be searched together; the marks stay where they are, only their means are copied."""

    def __init__(self, films: Sequence[MarkedFilm]) -> None:
        self._films = list(films)
        counts = [-(-len(film.marks) // BLOCK_MARKS) for film in films]
        self._film = np.repeat(np.arange(len(films)), counts)
        self._blocks = np.empty((sum(counts), NUMBERS), dtype=np.float32)
        self._start_s = np.empty(sum(counts), dtype=np.float64)
        total, first = np.zeros(NUMBERS), 0
        for film, count in zip(films, counts, strict=True):
            if not count:
                continue
            starts = np.arange(0, len(film.marks), BLOCK_MARKS)
            sums = np.add.reduceat(film.marks, starts, axis=0, dtype=np.float32)
            sizes = np.diff(np.append(starts, len(film.marks)))
            self._blocks[first : first + count] = sums / sizes[:, None]
            self._start_s[first : first + count] = film.times_s[starts]
            total += sums.sum(axis=0)
            first += count
        self._mean = (total / max(1, sum(len(film.marks) for film in films))).astype(np.float32)
        self._blocks -= self._mean
        self._blocks /= np.maximum(np.linalg.norm(self._blocks, axis=1, keepdims=True), 1e-6)

    def search(self, marks: Marks, times_s: Times, *, most: int = PLACES) -> list[Place]:
        """The best places for a suspect's marks (q, 64) at ``times_s`` (q,), as it is or mirrored, the most alike first."""
        if not len(self._blocks) or not len(marks):
            return []
        found = [
            place
            for mirrored, turned in ((False, marks), (True, mirrored_marks(marks)))
            for place in self._places(turned, times_s, mirrored=mirrored)
        ]
        chosen: list[Place] = []
        for place in sorted(found, key=lambda place: -place.score):
            if all(place.film != other.film or _apart(place, other) for other in chosen):
                chosen.append(place)
        return chosen[:most]

    def _places(self, marks: Marks, times_s: Times, *, mirrored: bool) -> list[Place]:
        rows = _unit(marks.astype(np.float32) - self._mean)
        queries, at_s = _means(rows, times_s)
        block, likeness = self._most_alike(queries)
        votes: dict[tuple[int, int], float] = {}
        for row, start_s in enumerate(at_s):
            for one, alike in zip(block[row], likeness[row], strict=True):
                film, offset = int(self._film[one]), round((self._start_s[one] - start_s) / BLOCK_S)
                votes[film, offset] = votes.get((film, offset), 0.0) + max(0.0, float(alike))
        spread = {
            (film, offset): sum(votes.get((film, offset + step), 0.0) for step in (-1, 0, 1)) for film, offset in votes
        }
        best = sorted(spread, key=lambda key: -spread[key])[:TRIED_PLACES]
        places = [self._place(rows, times_s, film, offset * BLOCK_S, mirrored=mirrored) for film, offset in best]
        return [place for place in places if place is not None]

    def _most_alike(self, queries: Real) -> tuple[NDArray[np.int64], Real]:
        """Of each query the ALIKE blocks most like it, (q, k), and how alike they are."""
        blocks, scores = np.zeros((len(queries), 0), dtype=np.int64), np.zeros((len(queries), 0), dtype=np.float32)
        for start in range(0, len(self._blocks), ROWS):
            likeness = queries @ self._blocks[start : start + ROWS].T
            keep = min(ALIKE, likeness.shape[1])
            top = np.argpartition(-likeness, keep - 1, axis=1)[:, :keep]
            blocks = np.concatenate([blocks, top + start], axis=1)
            scores = np.concatenate([scores, np.take_along_axis(likeness, top, axis=1)], axis=1)
            order = np.argsort(-scores, axis=1)[:, :ALIKE]
            blocks, scores = np.take_along_axis(blocks, order, axis=1), np.take_along_axis(scores, order, axis=1)
        return blocks, scores

    def _place(self, rows: Real, times_s: Times, film: int, offset_s: float, *, mirrored: bool) -> Place | None:
        """About one offset: the best of offsets half a second apart and of SPEEDS, mark against mark."""
        film_s, centre_s = self._films[film].times_s, float(times_s.mean())
        steps_s = np.arange(-2 * BLOCK_MARKS, 2 * BLOCK_MARKS + 1) / MARKS_PER_S
        reach_s = float(steps_s[-1]) + (max(SPEEDS) - 1) * float(times_s[-1] - times_s[0]) + BLOCK_S
        low, high = np.searchsorted(film_s, [times_s[0] + offset_s - reach_s, times_s[-1] + offset_s + reach_s])
        if low == high:
            return None
        near_s = film_s[low:high]
        likeness = rows @ _unit(self._films[film].marks[low:high].astype(np.float32) - self._mean).T
        best = (-1.0, offset_s, 1.0)
        for speed in SPEEDS:
            seconds = offset_s + steps_s + (1 - speed) * centre_s
            wanted_s = speed * times_s + seconds[:, None]
            at = np.clip(np.searchsorted(near_s, wanted_s + 0.5 / MARKS_PER_S) - 1, 0, None)
            there = np.abs(near_s[at] - wanted_s) <= 1 / MARKS_PER_S
            alike = (there * likeness[np.arange(len(rows)), at]).mean(axis=1)
            step = int(alike.argmax())
            best = max(best, (float(alike[step]), float(seconds[step]), speed))
        score, shift_s, speed = best
        return Place(
            film=film,
            mirrored=mirrored,
            speed=speed,
            seconds=shift_s,
            start_s=speed * float(times_s[0]) + shift_s,
            end_s=speed * float(times_s[-1]) + shift_s,
            score=score,
        )


def _means(rows: Real, times_s: Times) -> tuple[Real, Times]:
    """Means over BLOCK_S of the suspect, at most QUERIES, evenly spread, and when each starts."""
    last_s = max(float(times_s[0]), float(times_s[-1]) - BLOCK_S)
    starts_s = np.unique(np.linspace(times_s[0], last_s, QUERIES if last_s > times_s[0] else 1))
    found = [(times_s >= start_s) & (times_s < start_s + BLOCK_S) for start_s in starts_s]
    kept = [
        (start_s, rows[inside].mean(axis=0)) for start_s, inside in zip(starts_s, found, strict=True) if inside.any()
    ]
    return _unit(np.stack([mean for _, mean in kept])), np.array([start_s for start_s, _ in kept])


def _unit(rows: Real) -> Real:
    unit: Real = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return unit


def _apart(one: Place, other: Place) -> bool:
    return min(one.end_s, other.end_s) - max(one.start_s, other.start_s) < 0.5 * (one.end_s - one.start_s)
