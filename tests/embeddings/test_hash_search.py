"""The compiled loops by themselves: tables hold every row once, and a hit is written as long as there is room."""

from __future__ import annotations

import numpy as np

from embeddings.hash_search import fill_table, search_tables

CHUNKS, WIDTH = 16, 16


def value(words: np.ndarray[tuple[int], np.dtype[np.uint64]], chunk: int) -> int:
    """Bit i of the hash is bit i // 16 of chunk i mod 16."""
    bits = [int(words[bit // 64]) >> (bit % 64) & 1 for bit in range(chunk, 256, CHUNKS)]
    return sum(bit << place for place, bit in enumerate(bits))


def tables(
    words: np.ndarray[tuple[int, int], np.dtype[np.uint64]],
) -> tuple[np.ndarray[tuple[int], np.dtype[np.uint32]], np.ndarray[tuple[int, int], np.dtype[np.uint32]]]:
    size = (1 << WIDTH) + 2
    starts = np.zeros(CHUNKS * size, dtype=np.uint32)
    rows = np.empty((CHUNKS, len(words)), dtype=np.uint32)
    for chunk in range(CHUNKS):
        fill_table(words, chunk, CHUNKS, starts[chunk * size : (chunk + 1) * size], rows[chunk])
    return starts, rows


def test_a_table_leads_from_each_value_to_its_rows() -> None:
    words = np.random.default_rng(1).integers(0, 2**63, (40, 4), dtype=np.uint64)
    words[7] = words[31]
    starts, rows = tables(words)
    for chunk in (0, 5, 15):
        assert sorted(rows[chunk].tolist()) == list(range(40))
        base = chunk * ((1 << WIDTH) + 2)
        for row in range(40):
            at = base + value(words[row], chunk)
            assert row in rows[chunk, starts[at] : starts[at + 1]]
        at = base + value(words[7], chunk)
        assert {7, 31} <= set(rows[chunk, starts[at] : starts[at + 1]].tolist())


def test_what_does_not_fit_is_counted() -> None:
    words = np.repeat(np.random.default_rng(2).integers(0, 2**63, (1, 4), dtype=np.uint64), 10, axis=0)
    starts, rows = tables(words)
    found = np.full((4, 3), -1, dtype=np.int64)
    alive = np.ones(10, dtype=np.bool_)
    alive[3] = False
    masks = np.tile(np.array([0, *(1 << np.arange(WIDTH))], dtype=np.uint32), CHUNKS)
    begins = np.arange(CHUNKS, dtype=np.int64) * (WIDTH + 1)
    first = np.arange(CHUNKS + 1, dtype=np.int64) * ((1 << WIDTH) + 2)
    count = search_tables(words[:1], words, alive, starts, first, rows, masks, begins, begins + WIDTH + 1, 31, found)
    assert count == 9
    assert found[:, 1].tolist() == [0, 1, 2, 4]
    assert found[:, 2].tolist() == [0] * 4
