"""Which pictures of a followed face are turned into vectors: the best ones, and enough others to vouch for the whole track.

A track is followed by looks alone, and two people can look alike to a correlation. So every sighting must resemble one that has
a vector: then somebody who took another's place is noticed there, however briefly and however badly he was seen.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.sightings import Sighting, alike

BEST_FRAMES = 3
"""So many pictures of a track are turned into vectors at most for their own sake."""

SAME_PICTURE = 0.9
"""A picture this much like one that was chosen already tells nothing new and is not chosen."""

WORTH = 0.7
"""Nor is one of less than this share of the quality of the best."""

VOUCHED = 0.8
"""A sighting that correlates so well with a picture that has a vector shows whom that picture shows."""

MOST_WITNESSES = 6
"""A face that needs more than so many further pictures is not followed through the rest: that is a track of its own."""


def best_first(sightings: Sequence[Sighting]) -> list[Sighting]:
    """By quality; the earlier of two equally good ones first."""
    return sorted(sightings, key=lambda sighting: -sighting.quality.score)


def best_pictures(sightings: Sequence[Sighting]) -> tuple[Sighting, ...]:
    """The best picture of a track, then those least like the ones chosen among those worth it: they tell most that is new."""
    ordered = best_first(sightings)
    chosen = ordered[:1]
    left = worth_it(ordered)[1:]
    while left and len(chosen) < BEST_FRAMES:
        likeness, place = min((max(alike(one, other) for other in chosen), n) for n, one in enumerate(left))
        if likeness >= SAME_PICTURE:
            break
        chosen.append(left.pop(place))
    return tuple(chosen)


def worth_it(sightings: Sequence[Sighting]) -> list[Sighting]:
    """Those not much worse than the best of them, in their order."""
    least = WORTH * max(sighting.quality.score for sighting in sightings)
    return [sighting for sighting in sightings if sighting.quality.score >= least]


def witnesses(
    sightings: Sequence[Sighting], chosen: Sequence[Sighting]
) -> tuple[tuple[Sighting, ...], tuple[Sighting, ...]]:
    """Further pictures to turn into vectors, so that each sighting is vouched for, and the sightings that still are not."""
    looks = np.stack([one.appearance for one in sightings])
    likeness = looks @ looks.T
    vouched = (looks @ np.stack([one.appearance for one in chosen]).T).max(axis=1) >= VOUCHED
    found: list[int] = []
    while not vouched.all() and len(found) < MOST_WITNESSES:
        found.append(_vouching_for_most(likeness, ~vouched))
        vouched |= likeness[found[-1]] >= VOUCHED
        vouched[found[-1]] = True
    return tuple(sightings[n] for n in found), tuple(sightings[n] for n in np.flatnonzero(~vouched).tolist())


def _vouching_for_most(likeness: NDArray[np.float32], open_: NDArray[np.bool_]) -> int:
    """Which of the ``open_`` sightings resembles most of them; the earliest of several."""
    places = np.flatnonzero(open_)
    counts = (likeness[np.ix_(places, places)] >= VOUCHED).sum(axis=1)
    return int(places[counts.argmax()])
