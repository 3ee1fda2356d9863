"""Sound tracks as they are compared between films: the same recording in any codec, wherever in the film it begins.

What is compared is Chromaprint's fingerprint, which says nothing of whose voice is heard: two recordings of one speaker are as
different as any two. Of its items one in ``ONE_IN``, chosen by its bits, is a mark; two tracks are the same recording where
``FEWEST`` marks or more are equal at one shift, over ``LEAST_S`` seconds at least.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
_BLOCK = 1_000_000
"""So many equal marks, about, are looked at together."""
_LARGEST_SHIFT = 1 << 16
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


def same_recordings(sketches: Sequence[bytes]) -> NDArray[np.int64]:
    """(m, 2): hub and member, in order, for tracks that hold the same recording, as stars: not every pair, but all are joined.

    The work is bounded by the marks, however many tracks share one. In an order that follows from the tracks, the same tracks
    give the same pairs.
    """
    marks = np.frombuffer(b"".join(sketches), dtype=_MARK)
    number = np.arange(len(marks), dtype=np.uint64)
    ordered = np.sort((marks["value"].astype(np.uint64) << np.uint64(32)) | number)
    value, at = ordered >> np.uint64(32), (ordered & np.uint64(0xFFFFFFFF)).astype(np.int64)
    starts = np.insert(value[1:] != value[:-1], 0, True)[: len(value)]
    # A mark that one track has alone says nothing, and most are alone
    several = ~(starts & np.append(starts[1:], True)[: len(starts)])
    at, starts = at[several], np.flatnonzero(starts[several])
    first = np.repeat(starts, np.diff(starts, append=len(at)))
    track = np.repeat(np.arange(len(sketches)), [len(sketch) // _MARK.itemsize for sketch in sketches])[at]
    place, here = marks["place"][at].astype(np.int64), np.arange(len(at))
    found = [np.zeros(0, dtype=np.int64)]
    for step in range(_HUBS):
        there = here[first + step < here]
        hubs = (first + step)[there]
        found.append(_aligned(track[hubs] * len(sketches) + track[there], place[there] - place[hubs], place[hubs]))
    pairs = np.unique(np.concatenate(found))
    return np.stack([pairs // max(1, len(sketches)), pairs % max(1, len(sketches))], axis=1)


def _aligned(pair: NDArray[np.int64], shift: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pairs of tracks that have enough marks at one shift, far enough apart; in blocks, to need less memory."""
    order = np.argsort(pair)
    pair, starts = pair[order], _changes(pair[order])
    # Only pairs with enough marks at any shift are looked at
    enough = np.diff(starts, append=len(pair)) >= FEWEST
    starts, lengths = starts[enough], np.diff(starts, append=len(pair))[enough]
    found = [np.zeros(0, dtype=np.int64)]
    ends = np.cumsum(lengths)
    cuts = np.searchsorted(ends, np.arange(0, int(lengths.sum()), _BLOCK), side="left").tolist()
    for first, last in pairwise([*dict.fromkeys(cuts), len(starts)]):
        number = np.repeat(np.arange(first, last), lengths[first:last])
        inside = np.arange(len(number)) - np.repeat(
            ends[first:last] - lengths[first:last] - (ends[first] - lengths[first]), lengths[first:last]
        )
        rows = order[starts[number] + inside]
        # Encoders move the sound by less than an item: two neighbouring shifts are one
        for phase in (0, 1):
            moved = (shift[rows] + phase) // 2 + _LARGEST_SHIFT
            keys = np.sort((number - first) << 34 | moved << 16 | place[rows])
            runs = _changes(keys >> 16)
            lasts = np.append(runs[1:], len(keys)) - 1
            long = ((keys[lasts] & 0xFFFF) - (keys[runs] & 0xFFFF)) * ITEM_S >= LEAST_S
            same = (keys[runs] >> 34)[(lasts - runs + 1 >= FEWEST) & long]
            found.append(pair[starts[first + np.unique(same)]])
    return np.concatenate(found)


def _changes(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where another number begins."""
    return np.flatnonzero(np.diff(ordered, prepend=-1))


def _mixed(values: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Neighbouring items differ in few bits: which of them are marks must not."""
    return (values.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)
