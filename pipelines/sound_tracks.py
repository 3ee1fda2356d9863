"""Sound tracks as they are compared between films: the same recording in any codec, wherever in the film it begins.

What is compared is Chromaprint's fingerprint, which says nothing of whose voice is heard: two recordings of one speaker are as
different as any two. Of its items one in ``ONE_IN``, chosen by its bits, is a mark; two tracks are the same recording where
``FEWEST`` marks or more are equal at one shift, over ``LEAST_S`` seconds at least.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.sound_prints import ITEM_S

ONE_IN = 4
MOST_MARKS = 128
"""About the first minute."""
FEWEST = 8
LEAST_S = 15.0
_MOST_ALIKE = 3
"""An item that a track has more often is silence, or a tone that is held."""
_HUBS = 2
"""Of the tracks that have one mark, so many are compared with the others."""
_MARK = np.dtype([("value", "<u4"), ("place", "<u2")])


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundTrack:
    """``digest`` is equal for equal fingerprints; ``sketch`` holds the marks, the first ``MOST_MARKS`` of them."""

    digest: str
    sketch: bytes


def track_of(chroma: NDArray[np.uint32]) -> SoundTrack | None:
    """The track of a fingerprint (n,), one item every ``ITEM_S``; None where it is too short or too monotonous to be compared."""
    values, first, often = np.unique(chroma[: np.iinfo(np.uint16).max], return_index=True, return_counts=True)
    chosen = (often <= _MOST_ALIKE) & (_mixed(values) % np.uint64(ONE_IN) == 0)
    order = np.argsort(first[chosen])[:MOST_MARKS]
    marks = np.zeros(len(order), dtype=_MARK)
    marks["value"], marks["place"] = values[chosen][order], first[chosen][order]
    if len(marks) < FEWEST or (int(marks["place"][-1]) - int(marks["place"][0])) * ITEM_S < LEAST_S:
        return None
    sketch = marks.tobytes()
    return SoundTrack(digest=hashlib.sha256(sketch).hexdigest()[:32], sketch=sketch)


def same_recordings(sketches: Sequence[bytes]) -> list[tuple[int, int]]:
    """(hub, member) for tracks that hold the same recording, as stars: not every pair, but enough to join all.

    The work is bounded by the marks, however many tracks share one. In an order that follows from the tracks, the same tracks
    give the same pairs.
    """
    marks = np.frombuffer(b"".join(sketches), dtype=_MARK)
    track = np.repeat(np.arange(len(sketches)), [len(sketch) // _MARK.itemsize for sketch in sketches])
    order = np.lexsort((track, marks["value"]))
    value, place, track = marks["value"][order].astype(np.int64), marks["place"][order].astype(np.int64), track[order]
    starts = np.flatnonzero(np.diff(value, prepend=-1))
    here = np.arange(len(value))
    first = starts[np.searchsorted(starts, here, side="right") - 1] if len(value) else here
    found = set[tuple[int, int]]()
    for step in range(_HUBS):
        there = here[first + step < here]
        hubs = (first + step)[first + step < here]
        pair, shift = track[hubs] * len(sketches) + track[there], place[there] - place[hubs]
        # Encoders move the sound by less than an item: two neighbouring shifts are one
        for phase in (0, 1):
            found.update(_aligned(pair, (shift + phase) // 2, place[hubs], tracks=len(sketches)))
    return sorted(found)


def _aligned(
    pair: NDArray[np.int64], shift: NDArray[np.int64], place: NDArray[np.int64], *, tracks: int
) -> list[tuple[int, int]]:
    """The pairs of tracks that have enough marks at one shift, far enough apart."""
    order = np.lexsort((place, shift, pair))
    pair, shift, place = pair[order], shift[order], place[order]
    starts = np.flatnonzero((np.diff(pair, prepend=-1) != 0) | (np.diff(shift, prepend=0) != 0))
    lasts = np.append(starts[1:], len(pair))[: len(starts)] - 1
    long = (place[lasts] - place[starts]) * ITEM_S >= LEAST_S
    same = pair[starts[(lasts - starts + 1 >= FEWEST) & long]]
    return [divmod(one, tracks) for one in np.unique(same).tolist()]


def _mixed(values: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Neighbouring items differ in few bits: which of them are marks must not."""
    return (values.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)
