"""Where in genuine film a scene is, told by the whole picture: for a face that is too small, too short or turned away.

It finds the source for a person to look at. It says nothing about the face: at another moment of the same shot, or before the
same wall on another day, the whole picture may look the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.footage_bank import FootageBank, MarkedFilm, Place
from embeddings.samples import Frame
from watchlist.film_marks import MARKS_PER_S, Marks, make_scene_marks, mirrored_marks
from watchlist.footage import GenuineFootage, Scenes

ALIKE = 0.95
"""Correlation of the marks of whole pictures from which they count as one scene: re-encoded, resized and bordered copies exceed
it."""

MIN_FRAMES = 4
"""Sampled pictures in a row that must be alike: about two seconds."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SceneMatch:
    """A stretch of the suspect that looks like a stretch of a film; ``alike`` is the median correlation of ``frames`` marks."""

    film: GenuineFootage
    mirrored: bool
    start_s: float
    end_s: float
    reference_start_s: float
    reference_end_s: float
    frames: int
    alike: float


def locate_scene(frames: Sequence[Frame], films: Sequence[GenuineFootage]) -> SceneMatch | None:
    """The longest stretch of the suspect's sampled frames that looks like one of the films (all of one person)."""
    marked = [(film, film.scenes) for film in films if film.scenes is not None and len(film.scenes.marks)]
    if len(frames) < MIN_FRAMES or not marked:
        return None
    marks, times_s = make_scene_marks([frame.pixels for frame in frames]), np.array([frame.at_s for frame in frames])
    bank = FootageBank([MarkedFilm(times_s=scenes.times_s, marks=scenes.marks) for _, scenes in marked])
    found = [
        match
        for place in bank.search(marks, times_s)
        if (match := _match(*marked[place.film], place, marks=marks, times_s=times_s)) is not None
    ]
    return max(found, key=lambda match: (match.frames, match.alike), default=None)


def _match(
    film: GenuineFootage, scenes: Scenes, place: Place, *, marks: Marks, times_s: NDArray[np.float64]
) -> SceneMatch | None:
    shown_s = place.speed * times_s + place.seconds
    at = np.abs(scenes.times_s[:, None] - shown_s).argmin(axis=0)
    ours = mirrored_marks(marks) if place.mirrored else marks
    alike = _correlation(ours.astype(np.float64), scenes.marks[at].astype(np.float64))
    same = (alike >= ALIKE) & (np.abs(scenes.times_s[at] - shown_s) <= 1 / MARKS_PER_S)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8))).reshape(-1, 2)
    if not len(edges):
        return None
    first, last = edges[int(np.diff(edges, axis=1).argmax())].tolist()
    if last - first < MIN_FRAMES:
        return None
    return SceneMatch(
        film=film,
        mirrored=place.mirrored,
        start_s=float(times_s[first]),
        end_s=float(times_s[last - 1]),
        reference_start_s=max(0.0, float(shown_s[first])),
        reference_end_s=max(0.0, float(shown_s[last - 1])),
        frames=last - first,
        alike=float(np.median(alike[first:last])),
    )


def _correlation(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    found: NDArray[np.float64] = (ours * theirs).sum(axis=1) / np.maximum(scale, 1e-9)
    return found
