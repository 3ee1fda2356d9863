"""The compiled loops of ``PdqIndex``. Importing this costs a second or so (numba); only large indexes need it.

Multi-index hashing: a hash of 256 bits is dealt out to 16 chunks of 16 bits. Two hashes that differ in at most 31 bits differ in
at most one bit of at least one chunk, since 16 chunks with two bits each would make 32. So each chunk has a table from its value
to the hashes that have it, and a search looks at 17 values of each chunk, its own and those with one bit flipped.

Few large buckets are read faster than many small ones, as long as reading them needs no further access: beside each hash its
table has the half of the hash that the chunk is *not* part of. Two independent halves differ in 64 of 128 bits with a standard
deviation of 5.7, so the half alone refuses all but the related ones, eight hashes per instruction where the processor can.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

Words = NDArray[np.uint64]

CHUNKS, WIDTH = 16, 16
FURTHEST = 2 * CHUNKS - 1
"""The largest distance at which one chunk must differ in at most one bit."""

STARTS = (1 << WIDTH) + 2
"""Length of the first level of each table; the last place is scratch."""

TOGETHER = 16
"""So many queries look into the table of one chunk at the same time."""

PROBES = TOGETHER * (1 + WIDTH)

AHEAD = 6
"""So many buckets are asked for before they are needed."""

WAITING = 4096
"""So many candidates are collected before they are compared as a whole."""

BLOCK = 64
"""So many hashes without tables are looked at together."""


@intrinsic  # type: ignore[untyped-decorator]
def _ones(typing_context: Any, value: Any) -> Any:  # noqa: ARG001 (numba calls it with these)
    """The number of set bits of a uint64: the processor's own instruction."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


@intrinsic  # type: ignore[untyped-decorator]
def _soon(typing_context: Any, array: Any, place: Any) -> Any:  # noqa: ARG001
    """Ask the memory for ``array[place]`` of a flat array, without waiting for it. Any place will do, it is only advice."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        address = builder.bitcast(builder.gep(data, [arguments[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [address.type, number, number, number])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [address, number(0), number(3), number(1)])  # to read, to keep, data
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


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
def _value(words: Words, chunk: int) -> Any:
    """The bits of one chunk as a number."""
    return np.int64((words[chunk >> 2] >> np.uint64(WIDTH * (chunk & 3))) & np.uint64((1 << WIDTH) - 1))


@_compiled
def fill_table(words: Words, chunk: int, starts: NDArray[np.uint32], halves: Words, rows: NDArray[np.uint32]) -> None:
    """Fill the table of one chunk: the rows that have value ``v`` are ``rows[starts[v]:starts[v + 1]]``, in order, and what is
    left of their hashes are the same places of ``halves``.

    ``words`` (n, 4); ``starts`` (``STARTS``,) must be zeros; ``halves`` (n, 2); ``rows`` (n,).
    """
    half = 2 if chunk < CHUNKS // 2 else 0
    for row in range(len(words)):
        starts[_value(words[row], chunk) + 2] += np.uint32(1)
    for value in range(2, len(starts)):
        starts[value] += starts[value - 1]
    for row in range(len(words)):
        value = _value(words[row], chunk) + 1
        place = starts[value]
        starts[value] += np.uint32(1)
        halves[place, 0], halves[place, 1] = words[row, half], words[row, half + 1]
        rows[place] = row


def by_value(queries: Words) -> NDArray[np.int64]:
    """For each chunk, which query has the smallest value, the next … (16, m) of (m, 4)."""
    values = np.stack([queries[:, chunk // 4] >> np.uint64(WIDTH * (chunk % 4)) for chunk in range(CHUNKS)])
    return np.argsort(values.astype(np.uint16), axis=1, kind="stable")


@_compiled
def search_tables(
    queries: Words,
    order: NDArray[np.int64],
    words: Words,
    alive: NDArray[np.bool_],
    starts: NDArray[np.uint32],
    halves: Words,
    rows: NDArray[np.uint32],
    most: int,
    found: NDArray[np.int64],
) -> int:
    """Write (query, row, distance) of every live row at distance ≤ ``most`` into ``found``, as far as it is long; returns how
    many there are. ``most`` is ``FURTHEST`` or less.

    ``queries`` (m, 4); ``order`` (16, m): for each chunk, the queries by its value, so that those which look at the same part of
    a table do so one after the other; ``words`` (n, 4); ``alive`` (n,). The tables of all chunks one after the other, flat:
    ``starts`` (16 · ``STARTS``,), ``halves`` (16 · n · 2,), ``rows`` (16 · n,).
    """
    flat, known, limit = words.reshape(-1), len(words), np.uint64(most)
    begins, ends = np.empty(PROBES + AHEAD, dtype=np.int64), np.empty(PROBES, dtype=np.int64)
    askers, candidates = np.empty(PROBES, dtype=np.int64), np.empty((WAITING, 2), dtype=np.int64)
    count = 0
    for chunk in range(CHUNKS):
        half = 2 if chunk < CHUNKS // 2 else 0
        for start in range(0, len(queries), TOGETHER):
            these = order[chunk, start : start + TOGETHER]
            buckets = _buckets(queries, these, chunk, starts, known, askers, begins, ends)
            # What lies behind the last bucket is asked for too, and never read
            begins[buckets : buckets + AHEAD] = 0
            for ahead in range(AHEAD):
                _soon(halves, 2 * begins[ahead])
            waiting = 0
            for number in range(buckets):
                _soon(halves, 2 * begins[number + AHEAD])
                _soon(halves, 2 * begins[number + AHEAD] + 8)
                begin, end, query = begins[number], ends[number], askers[number]
                first, second = queries[query, half], queries[query, half + 1]
                if not _near(halves, begin, end, first, second, limit):
                    continue
                for place in range(begin, end):
                    if _ones(first ^ halves[2 * place]) + _ones(second ^ halves[2 * place + 1]) <= limit:
                        _soon(rows, place)
                        candidates[waiting, 0], candidates[waiting, 1] = query, place
                        waiting += 1
                        if waiting == WAITING:
                            count = _compare(queries, chunk, candidates, rows, words, flat, alive, limit, found, count)
                            waiting = 0
            count = _compare(queries, chunk, candidates[:waiting], rows, words, flat, alive, limit, found, count)
    return count


@_compiled
def _buckets(
    queries: Words,
    these: NDArray[np.int64],
    chunk: int,
    starts: NDArray[np.uint32],
    known: int,
    askers: NDArray[np.int64],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> int:
    """Which of these queries look at which buckets, from where to where among the tables of all chunks; returns how many buckets
    are not empty."""
    base, count = chunk * STARTS, 0
    for query in these:
        value = _value(queries[query], chunk)
        _soon(starts, base + value)
        for bit in range(WIDTH):
            _soon(starts, base + (value ^ (1 << bit)))
    for query in these:
        value = _value(queries[query], chunk)
        for bit in range(WIDTH + 1):
            at = base + (value ^ ((1 << bit) & ((1 << WIDTH) - 1)))  # the last bit is none: the value itself
            begin, end = np.int64(starts[at]), np.int64(starts[at + 1])
            if begin < end:
                askers[count], begins[count], ends[count] = query, begin + chunk * known, end + chunk * known
                count += 1
    return count


@_compiled
def _near(halves: Words, begin: int, end: int, first: int, second: int, limit: int) -> Any:
    """How many of these halves are near. Without a branch, and counted without signs, so that it becomes vector instructions."""
    count = np.uint64(0)
    for place in range(np.uint64(begin), np.uint64(end)):
        at = np.uint64(2) * place
        apart = _ones(first ^ halves[at]) + _ones(second ^ halves[at + np.uint64(1)])
        count += np.uint64(apart <= limit)
    return count


@_compiled
def _compare(
    queries: Words,
    chunk: int,
    candidates: NDArray[np.int64],
    rows: NDArray[np.uint32],
    words: Words,
    flat: Words,
    alive: NDArray[np.bool_],
    limit: int,
    found: NDArray[np.int64],
    count: int,
) -> int:
    """Compare queries with the hashes at places of the table as a whole. A row is reported by the first chunk that finds it."""
    for number in range(len(candidates)):
        row = np.int64(rows[candidates[number, 1]])
        _soon(flat, 4 * row)
        _soon(alive, row)
    for number in range(len(candidates)):
        query = candidates[number, 0]
        asked, row = queries[query], rows[candidates[number, 1]]
        distance = _distance(asked, words[row])
        if distance > limit or not alive[row]:
            continue
        before = False
        for earlier in range(chunk):
            if _ones(np.uint64(_value(asked, earlier) ^ _value(words[row], earlier))) <= np.uint64(1):
                before = True
                break
        if before:
            continue
        if count < len(found):
            found[count, 0], found[count, 1], found[count, 2] = query, row, distance
        count += 1
    return count


@_compiled
def search_rows(queries: Words, words: Words, most: int, found: NDArray[np.int64]) -> int:
    """The same without tables: compare with all ``words`` (n, 4)."""
    limit, count = np.uint64(most), 0
    for query in range(len(queries)):
        asked = queries[query]
        for start in range(0, len(words), BLOCK):
            block = words[start : start + BLOCK]
            near = np.uint64(0)
            for row in range(np.uint64(len(block))):
                near += np.uint64(_distance(asked, block[row]) <= limit)
            if near == 0:
                continue
            for row in range(len(block)):
                distance = _distance(asked, block[row])
                if distance <= limit:
                    if count < len(found):
                        found[count, 0], found[count, 1], found[count, 2] = query, start + row, distance
                    count += 1
    return count


def tables_around(words: Words) -> tuple[NDArray[np.uint32], Words, NDArray[np.uint32]]:
    """Tables for ``join_tables``: for each chunk, each of the hashes, (m, 4), stands under its value and all that differ from
    it in one bit. ``starts`` (16, ``STARTS``), ``halves`` (16, 17 · m, 2), ``rows`` (16, 17 · m)."""
    starts = np.zeros((CHUNKS, STARTS), dtype=np.uint32)
    halves = np.empty((CHUNKS, (1 + WIDTH) * len(words), 2), dtype=np.uint64)
    rows = np.empty((CHUNKS, (1 + WIDTH) * len(words)), dtype=np.uint32)
    for chunk in range(CHUNKS):
        _fill_around(words, chunk, starts[chunk], halves[chunk], rows[chunk])
    return starts, halves, rows


@_compiled
def _fill_around(words: Words, chunk: int, starts: NDArray[np.uint32], halves: Words, rows: NDArray[np.uint32]) -> None:
    """As ``fill_table``, with each hash in 17 places."""
    half = 2 if chunk < CHUNKS // 2 else 0
    last = (1 << WIDTH) - 1
    for row in range(len(words)):
        value = _value(words[row], chunk)
        for bit in range(WIDTH + 1):
            starts[(value ^ ((1 << bit) & last)) + 2] += np.uint32(1)
    for value in range(2, len(starts)):
        starts[value] += starts[value - 1]
    for row in range(len(words)):
        value = _value(words[row], chunk)
        for bit in range(WIDTH + 1):
            at = (value ^ ((1 << bit) & last)) + 1
            place = starts[at]
            starts[at] += np.uint32(1)
            halves[place, 0], halves[place, 1] = words[row, half], words[row, half + 1]
            rows[place] = row


@_compiled
def join_tables(
    known: Words,
    words: Words,
    starts: NDArray[np.uint32],
    halves: Words,
    rows: NDArray[np.uint32],
    most: int,
    found: NDArray[np.int64],
) -> int:
    """Write (row of ``known``, row of ``words``) of each pair at distance ≤ ``most`` into ``found``, as far as it is long;
    returns how many there are. ``most`` is ``FURTHEST`` or less; the tables are ``tables_around(words)``."""
    limit, count = np.uint64(most), 0
    for chunk in range(CHUNKS):
        half = 2 if chunk < CHUNKS // 2 else 0
        begins, others, theirs = starts[chunk], halves[chunk].reshape(-1), rows[chunk]
        for number in range(len(known)):
            value = _value(known[number], chunk)
            first, second = known[number, half], known[number, half + 1]
            for place in range(np.uint64(begins[value]), np.uint64(begins[value + 1])):
                at = np.uint64(2) * place
                if _ones(first ^ others[at]) + _ones(second ^ others[at + np.uint64(1)]) > limit:
                    continue
                row = theirs[place]
                if _distance(known[number], words[row]) > limit:
                    continue
                before = False
                for earlier in range(chunk):
                    if _ones(np.uint64(_value(known[number], earlier) ^ _value(words[row], earlier))) <= np.uint64(1):
                        before = True
                        break
                if before:
                    continue
                if count < len(found):
                    found[count, 0], found[count, 1] = number, row
                count += 1
    return count
