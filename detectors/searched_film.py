"""Which film of a person is searched closely: all of it while there is little, otherwise the places that its marks point to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from detectors.film_alignment import CHUNK_S, Alignment, FaceSeries, locate
from detectors.footage_bank import FootageBank, MarkedFilm
from detectors.shift_search import STEPS_PER_S
from watchlist.film_marks import make_marks, marked_frames
from watchlist.footage import GenuineFootage, marks_of

WHOLE_S = 180.0
"""Up to so much film of a person all of it is searched frame by frame; what it needs for that stays in memory."""

MARGIN_S = 3.0
"""Film taken on both sides of a place: marks are half a second apart, and a speed may lie between two of those tried."""

BANKS_REMEMBERED = 8


def locate_in(suspect: FaceSeries, films: Sequence[GenuineFootage]) -> tuple[Alignment, ...]:
    """``locate``, but in a large collection only where the marks say that the suspect may come from."""
    if sum(len(film.times_s) for film in films) <= WHOLE_S * STEPS_PER_S or not len(suspect.faces):
        return locate(suspect, films)
    return locate(suspect, places(suspect, films), whole={film.sha256: film for film in films})


def places(suspect: FaceSeries, films: Sequence[GenuineFootage]) -> list[GenuineFootage]:
    """The stretches of the films in which the suspect is to be sought closely, as film."""
    seen = marked_frames(suspect.times_s)
    found = _bank(tuple(films)).search(make_marks(suspect.faces[seen]), suspect.times_s[seen])
    return [_excerpt(films[place.film], place.start_s - MARGIN_S, place.end_s + MARGIN_S) for place in found]


@lru_cache(maxsize=BANKS_REMEMBERED)
def _bank(films: tuple[GenuineFootage, ...]) -> FootageBank:
    return FootageBank(
        [MarkedFilm(times_s=film.times_s[marked_frames(film.times_s)], marks=marks_of(film)) for film in films]
    )


def _excerpt(film: GenuineFootage, start_s: float, end_s: float) -> GenuineFootage:
    """Whole chunks, because those are remembered."""
    start_s, end_s = CHUNK_S * np.floor(start_s / CHUNK_S), CHUNK_S * np.ceil(end_s / CHUNK_S)
    low, high = np.searchsorted(film.times_s, [start_s, end_s])
    return replace(film, times_s=film.times_s[low:high], faces=film.faces[low:high], marks=None)
