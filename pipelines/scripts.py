"""The text of an ad as it is compared with others: equal once spelling and numbers are set aside, or nearly equal.

Nearly equal means: at least ``NEAR`` of all runs of three words that either text has are in both (Jaccard), as estimated by
MinHash from ``WIDTH`` values. The estimate's standard error at ``NEAR`` is √(0.8 · 0.2 / 64) = 0.05.
"""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.normalise import fold

LONGEST_SCRIPT = 20_000
"""Characters of a text that are compared."""
FEWEST_WORDS = 8
"""A shorter text, "Register now and earn", is nobody's own."""
NEAR = 0.8
WIDTH = 64
_BANDS, _ROWS = 16, 4
"""Texts are compared where one of 16 groups of four values is equal: of pairs at ``NEAR``, 1 - (1 - 0.8⁴)¹⁶ = 99.98 % are."""
_MOST_HUBS = 8
"""Texts of one group are compared with so many of it at most."""
_BLOCK = 65_536

_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")
_NO_PLACES = re.compile(r"https?://\S{1,2000}")

Sketches = NDArray[np.uint16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """``digest`` is equal for equal texts, ``beginning`` the first words as people may read them, ``sketch`` the MinHash
    (``WIDTH`` little-endian 16-bit numbers)."""

    digest: str
    beginning: str
    sketch: bytes


def script_of(*texts: str | None) -> Script | None:
    """What an ad says, its numbers and addresses set aside; None where that is too little to be anybody's own."""
    written = "\n".join(text[:LONGEST_SCRIPT] for text in texts if text)[:LONGEST_SCRIPT]
    folded = _NO_PLACES.sub(" ", fold(written).text)
    return script_of_words([_DIGITS.sub("0", word) for word in _WORD.findall(folded)])


def script_of_words(words: list[str]) -> Script | None:
    """As ``script_of``, of words whose spelling is settled."""
    if len(words) < FEWEST_WORDS:
        return None
    return Script(
        digest=hashlib.sha256(" ".join(words).encode()).hexdigest()[:32],
        beginning=" ".join(words)[:80],
        sketch=_sketch(words),
    )


def near_pairs(sketches: Sketches) -> NDArray[np.int64]:
    """(m, 2): hub and member, in order, for texts that are nearly equal, as stars: not every pair, but enough to join all.

    ``sketches`` is (n, WIDTH), in an order that follows from the texts: the same texts then give the same pairs. At most
    ``_BANDS`` × ``_MOST_HUBS`` comparisons are made for each text, however many are alike.
    """
    found = [np.zeros(0, dtype=np.int64)]
    for band in range(_BANDS):
        keys = np.ascontiguousarray(sketches[:, band * _ROWS : (band + 1) * _ROWS]).view(np.uint64).ravel()
        order = np.argsort(keys, kind="stable")
        for _ in range(_MOST_HUBS):
            order = _crowded(keys, order)
            if not len(order):
                break
            starts = _starts(keys[order])
            hubs = order[starts][np.cumsum(starts) - 1]
            near = _alike(sketches, hubs, order) & ~starts
            found.append(hubs[near] * len(sketches) + order[near])
            # What is near its hub is joined; the rest of the group looks for another
            order = order[~near & ~starts]
    pairs = np.unique(np.concatenate(found))
    return np.stack([pairs // max(1, len(sketches)), pairs % max(1, len(sketches))], axis=1)


def _alike(sketches: Sketches, hubs: NDArray[np.intp], members: NDArray[np.intp]) -> NDArray[np.bool_]:
    """For each pair whether enough values are equal; in blocks, so that a million texts need little memory."""
    equal = np.zeros(len(hubs), dtype=np.int64)
    for start in range(0, len(hubs), _BLOCK):
        block = slice(start, start + _BLOCK)
        equal[block] = np.count_nonzero(sketches[hubs[block]] == sketches[members[block]], axis=1)
    return equal >= NEAR * WIDTH


def _crowded(keys: NDArray[np.uint64], order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of ``order`` whose key another one has too; equal keys lie together in ``order``."""
    starts = _starts(keys[order])
    alone: NDArray[np.bool_] = starts & np.append(starts[1:], True)[: len(starts)]
    crowded: NDArray[np.intp] = order[~alone]
    return crowded


def _starts(ordered: NDArray[np.uint64]) -> NDArray[np.bool_]:
    return np.insert(ordered[1:] != ordered[:-1], 0, True) if len(ordered) else np.zeros(0, dtype=np.bool_)


def _sketch(words: list[str]) -> bytes:
    shingles = {" ".join(words[start : start + 3]) for start in range(len(words) - 2)}
    hashes = b"".join(hashlib.blake2b(shingle.encode(), digest_size=8).digest() for shingle in shingles)
    values = np.frombuffer(hashes, dtype="<u8")
    multipliers, addends = _permutations()
    # Of the least of each permutation the low bits are kept: the high ones are near zero in every long text
    least = np.full(WIDTH, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(values), 1024):
        part = values[start : start + 1024, None] * multipliers + addends
        least = np.minimum(least, part.min(axis=0))
    return (least & np.uint64(0xFFFF)).astype("<u2").tobytes()


@functools.cache
def _permutations() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The same for ever: sketches of earlier runs are compared with those of this one."""
    numbers = [
        int.from_bytes(hashlib.blake2b(f"script {number}".encode(), digest_size=8).digest())
        for number in range(2 * WIDTH)
    ]
    return np.array(numbers[:WIDTH], dtype=np.uint64) | np.uint64(1), np.array(numbers[WIDTH:], dtype=np.uint64)
