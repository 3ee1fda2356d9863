"""Texts as numbers: equal for equal texts, in their order."""

from __future__ import annotations

import pyarrow as pa

from pipelines.numbering import numbered


def test_numbers_follow_the_order_of_the_values_in_any_chunks() -> None:
    for chunks in ([["b", "a", "ə", "b"]], [["b"], [], ["a", "ə"], ["b"]]):
        values, codes = numbered(pa.chunked_array(chunks, type=pa.string()))
        assert values.to_pylist() == ["a", "b", "ə"]
        assert codes.tolist() == [1, 0, 2, 1]


def test_nothing_has_no_numbers() -> None:
    nothing: list[list[list[str]]] = [[], [[]]]
    for chunks in nothing:
        values, codes = numbered(pa.chunked_array(chunks, type=pa.string()))
        assert (len(values), codes.tolist()) == (0, [])
