"""The compiled loops by themselves: tables hold every row once, and a hit is written as long as there is room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embeddings.hash_index import MAX_DISTANCE
from embeddings.hash_search import BLOCK, CHUNKS, FURTHEST, STARTS, by_value, fill_table, search_rows, search_tables

Words = NDArray[np.uint64]
Tables = tuple[NDArray[np.uint32], Words, NDArray[np.uint32]]


def random_words(count: int, *, seed: int) -> Words:
    return np.random.default_rng(seed).integers(0, 2**64, (count, 4), dtype=np.uint64)


def tables(words: Words) -> Tables:
    starts = np.zeros((CHUNKS, STARTS), dtype=np.uint32)
    halves = np.empty((CHUNKS, len(words), 2), dtype=np.uint64)
    rows = np.empty((CHUNKS, len(words)), dtype=np.uint32)
    for chunk in range(CHUNKS):
        fill_table(words, chunk, starts[chunk], halves[chunk], rows[chunk])
    return starts, halves, rows


def test_a_table_leads_from_each_value_to_its_rows() -> None:
    words = random_words(40, seed=1)
    words[7] = words[31]
    starts, halves, rows = tables(words)
    for chunk in (0, 5, 7, 8, 15):
        assert sorted(rows[chunk].tolist()) == list(range(40))
        other_half = words[:, 2:] if chunk < 8 else words[:, :2]
        assert np.array_equal(halves[chunk], other_half[rows[chunk]])
        for row in range(40):
            value = int(words[row, chunk // 4]) >> (16 * (chunk % 4)) & 0xFFFF
            same = rows[chunk, starts[chunk, value] : starts[chunk, value + 1]].tolist()
            assert row in same
            assert row not in (7, 31) or {7, 31} <= set(same)


def test_queries_come_in_the_order_of_each_chunk() -> None:
    words = random_words(50, seed=4)
    order = by_value(words)
    assert order.shape == (CHUNKS, 50)
    for chunk in range(CHUNKS):
        values = words[order[chunk], chunk // 4] >> np.uint64(16 * (chunk % 4)) & np.uint64(0xFFFF)
        assert (np.diff(values.astype(np.int64)) >= 0).all()


def test_what_does_not_fit_is_counted() -> None:
    words = np.repeat(random_words(1, seed=2), 10, axis=0)
    starts, halves, rows = (part.ravel() for part in tables(words))
    found = np.full((4, 3), -1, dtype=np.int64)
    alive = np.ones(10, dtype=np.bool_)
    alive[3] = False
    assert search_tables(words[:1], by_value(words[:1]), words, alive, starts, halves, rows, FURTHEST, found) == 9
    assert found[:, 1].tolist() == [0, 1, 2, 4]
    assert found[:, 2].tolist() == [0] * 4


def test_without_tables_the_same_is_found_in_every_block() -> None:
    words = random_words(2 * BLOCK + 3, seed=3)
    wanted = [0, BLOCK - 1, BLOCK, 2 * BLOCK + 2]
    words[wanted] = words[0] ^ np.uint64(0b111)
    words[1] = words[0] ^ np.uint64(2**8 - 1)  # 32 bits away
    found = np.full((3, 3), -1, dtype=np.int64)
    assert search_rows(words[:1], words, FURTHEST, found) == 4
    assert found.tolist() == [[0, row, 0] for row in wanted[:3]]


def test_the_index_asks_for_no_more_than_the_chunks_can_answer() -> None:
    """One chunk of 16 must differ in one bit at most: so 31 bits are the limit."""
    assert MAX_DISTANCE <= FURTHEST == 31
