"""Windows of films, and what of their own film is strange to them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import lru_cache

import numpy as np

from detectors.film_alignment import FaceSeries
from detectors.shift_search import MIN_PAIRS
from watchlist.footage import GenuineFootage

NEAR_S = 2.0
"""The same film, farther than this from a window, is strange to it."""

SPARSE = 3
"""Every so many-th strange window is as long and as sparse as what is looked at first: two faces a second."""

GRID_S = 2.5
"""Where the film around windows is cut, outwards rounded to this: few different pieces have to be prepared."""


def window(film: GenuineFootage, number: int, share: int, rng: np.random.Generator) -> FaceSeries:
    """The ``number``-th of so many windows of a film, from its beginning to its end, dense and short or sparse and long."""
    sparse = number % SPARSE == SPARSE - 1
    length_s = float(rng.uniform(7.0, 10.0) if sparse else rng.uniform(2.4, 6.0))
    first_s, last_s = float(film.times_s[0]), max(float(film.times_s[0]), float(film.times_s[-1]) - length_s)
    start_s = first_s + (last_s - first_s) * number / max(1, share - 1)
    inside = np.flatnonzero((film.times_s >= start_s) & (film.times_s <= start_s + length_s))[:: 5 if sparse else 1]
    noise = rng.normal(0, 2, film.faces[inside].shape)
    faces = np.clip(film.faces[inside] + noise, 0, 255).astype(np.uint8)
    return FaceSeries(times_s=film.times_s[inside], faces=faces)


def around(film: GenuineFootage, start_s: float, end_s: float) -> list[GenuineFootage]:
    """The film before and after a stretch and what is near it."""
    low, high = np.floor((start_s - NEAR_S) / GRID_S), np.ceil((end_s + NEAR_S) / GRID_S)
    return [side for side in (_side(film, -1, int(low)), _side(film, 1, int(high))) if side is not None]


@lru_cache(maxsize=64)
def _side(film: GenuineFootage, way: int, edge: int) -> GenuineFootage | None:
    """The film before (-1) or after (1) an edge of the grid; None where little is left. It has a name of its own."""
    kept = film.times_s < edge * GRID_S if way < 0 else film.times_s > edge * GRID_S
    if kept.sum() < MIN_PAIRS:
        return None
    name = hashlib.sha256(f"{film.sha256} {way} {edge}".encode()).hexdigest()
    return replace(film, sha256=name, times_s=film.times_s[kept], faces=film.faces[kept], marks=None)
