"""Known hashes that are near a few asked ones: the same pairs as by comparing all."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import embeddings.hash_join
from embeddings.hash_index import MAX_DISTANCE, dealt
from embeddings.hash_join import Asked

RNG = np.random.default_rng(7)
Hashes = NDArray[np.uint8]


def versions(hashes: Hashes, *, bits: list[int]) -> Hashes:
    """The same with so many bits changed."""
    unpacked = np.unpackbits(hashes, axis=1)
    for row, count in enumerate(bits):
        unpacked[row, RNG.permutation(256)[:count]] ^= 1
    return np.packbits(unpacked, axis=1)


@pytest.fixture(scope="module")
def known() -> Hashes:
    return RNG.integers(0, 256, (3000, 32), dtype=np.uint8)


@pytest.fixture(scope="module")
def asked(known: Hashes) -> Hashes:
    near = versions(known[:80], bits=[number // 2 for number in range(80)])
    return np.concatenate([near, known[5:6], known[5:6], RNG.integers(0, 256, (50, 32), dtype=np.uint8)])


def compared(known: Hashes, asked: Hashes) -> set[tuple[int, int]]:
    apart = np.bitwise_count(known[:, None] ^ asked[None]).sum(axis=2)
    return {(int(a), int(b)) for a, b in np.argwhere(apart <= MAX_DISTANCE)}


@pytest.mark.parametrize("few", [0, embeddings.hash_join.FEW_PAIRS])
@pytest.mark.parametrize("together", [(16_384, 65_536), (7, 100)])
def test_all_pairs_are_found_once(
    known: Hashes, asked: Hashes, few: int, together: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.hash_join.FEW_PAIRS", few)
    monkeypatch.setattr("embeddings.hash_join.MOST_ASKED", together[0])
    monkeypatch.setattr("embeddings.hash_join.AT_ONCE", together[1])
    monkeypatch.setattr("embeddings.hash_join.ROOM", 3)
    question = Asked(asked)
    for part in (known, known[:10], known[:0], known[::-1]):
        rows, numbers = question.near(dealt(np.ascontiguousarray(part)))
        pairs = list(zip(rows.tolist(), numbers.tolist(), strict=True))
        assert len(set(pairs)) == len(pairs)
        assert set(pairs) == compared(part, asked)


def test_nothing_asked_nothing_found(known: Hashes) -> None:
    rows, numbers = Asked(known[:0]).near(dealt(known))
    assert (len(rows), len(numbers)) == (0, 0)


def test_what_are_no_hashes_is_refused(known: Hashes) -> None:
    with pytest.raises(ValueError, match="are none"):
        Asked(known[:, :16])
