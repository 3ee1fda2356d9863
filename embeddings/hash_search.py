"""The compiled loops of ``PdqIndex``. Importing this costs a second or so (numba); only large indexes need it.

Multi-index hashing: a hash of 256 bits is dealt out to ``m`` chunks, bit ``i`` to chunk ``i mod m``. If two hashes differ in at
most 31 bits, then in at least one chunk ``j`` they differ in at most ``radius[j]`` bits, provided that the sum of
``radius[j] + 1`` is more than 31. So each chunk has a table from its value to the rows that have it, and a search looks at all
values near enough to its own (``masks``), and then compares what it finds as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

Words = NDArray[np.uint64]
BITS = 256


@intrinsic  # type: ignore[untyped-decorator]
def _ones(typing_context: Any, value: Any) -> Any:  # noqa: ARG001 (numba calls it with these)
    """The number of set bits of a uint64: the processor's own instruction."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


def _compiled(function: Callable[..., Any]) -> Any:
    """Compiled, and remembered on disk where numba finds a place to write."""
    try:
        return njit(nogil=True, cache=True)(function)
    except RuntimeError:
        return njit(nogil=True)(function)


@_compiled
def _distance(first: Words, second: Words) -> Any:
    return (
        _ones(first[0] ^ second[0])
        + _ones(first[1] ^ second[1])
        + _ones(first[2] ^ second[2])
        + _ones(first[3] ^ second[3])
    )


@_compiled
def _value(words: Words, chunk: int, chunks: int) -> int:
    """The bits of one chunk as a number."""
    value = 0
    for bit in range(chunk, BITS, chunks):
        value |= int((words[bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1)) << ((bit - chunk) // chunks)
    return value


@_compiled
def fill_table(words: Words, chunk: int, chunks: int, starts: NDArray[np.uint32], rows: NDArray[np.uint32]) -> None:
    """Fill the table of one chunk: the rows that have value ``v`` are ``rows[starts[v]:starts[v + 1]]``, in order.

    ``starts`` (2^width + 2,) must be zeros, ``rows`` (n,); the last place of ``starts`` is scratch.
    """
    for row in range(len(words)):
        starts[_value(words[row], chunk, chunks) + 2] += 1
    for value in range(2, len(starts)):
        starts[value] += starts[value - 1]
    for row in range(len(words)):
        value = _value(words[row], chunk, chunks) + 1
        rows[starts[value]] = row
        starts[value] += 1


@_compiled
def search_tables(
    queries: Words,
    words: Words,
    alive: NDArray[np.bool_],
    starts: NDArray[np.uint32],
    first_start: NDArray[np.int64],
    rows: NDArray[np.uint32],
    masks: NDArray[np.uint32],
    first_mask: NDArray[np.int64],
    last_mask: NDArray[np.int64],
    most: int,
    found: NDArray[np.int64],
) -> int:
    """Write (query, row, distance) of every live row at distance ≤ ``most`` into ``found``, as far as it is long; returns how
    many there are. A row is reported once: by the first chunk that finds it."""
    chunks = len(first_mask)
    count, room = 0, len(found)
    candidates = np.empty(4096, dtype=np.uint32)
    values = np.empty(chunks, dtype=np.int64)
    for query in range(len(queries)):
        asked = queries[query]
        for chunk in range(chunks):
            values[chunk] = _value(asked, chunk, chunks)
        for chunk in range(chunks):
            base, waiting = first_start[chunk], 0
            for number in range(first_mask[chunk], last_mask[chunk]):
                value = base + (values[chunk] ^ np.int64(masks[number]))
                begin, end = np.int64(starts[value]), np.int64(starts[value + 1])
                while begin < end:
                    # Collected first, compared afterwards: the processor then waits for many memory accesses at once
                    candidates[waiting] = rows[chunk, begin]
                    waiting += 1
                    begin += 1
                    if waiting == len(candidates):
                        count = _compare(
                            asked,
                            query,
                            chunk,
                            candidates,
                            waiting,
                            words,
                            alive,
                            masks,
                            first_mask,
                            last_mask,
                            most,
                            found,
                            room,
                            count,
                        )
                        waiting = 0
            count = _compare(
                asked,
                query,
                chunk,
                candidates,
                waiting,
                words,
                alive,
                masks,
                first_mask,
                last_mask,
                most,
                found,
                room,
                count,
            )
    return count


@_compiled
def _compare(
    asked: Words,
    query: int,
    chunk: int,
    candidates: NDArray[np.uint32],
    waiting: int,
    words: Words,
    alive: NDArray[np.bool_],
    masks: NDArray[np.uint32],
    first_mask: NDArray[np.int64],
    last_mask: NDArray[np.int64],
    most: int,
    found: NDArray[np.int64],
    room: int,
    count: int,
) -> int:
    chunks = len(first_mask)
    for place in range(waiting):
        row = candidates[place]
        distance = _distance(asked, words[row])
        if distance > most or not alive[row]:
            continue
        before = False
        for earlier in range(chunk):
            gap = _value(asked, earlier, chunks) ^ _value(words[row], earlier, chunks)
            # The last mask of a chunk has as many bits as its radius
            if _ones(np.uint64(gap)) <= _ones(np.uint64(masks[last_mask[earlier] - 1])):
                before = True
                break
        if before:
            continue
        if count < room:
            found[count, 0], found[count, 1], found[count, 2] = query, row, distance
        count += 1
    return count
