"""The index finds exactly what comparing all finds, whatever its layout, and says so when it is given nonsense."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.hash_index import MANIFEST, MAX_DISTANCE, TAIL, PdqIndex, dealt, from_hex

Hashes = NDArray[np.uint8]
Pairs = set[tuple[int, int, int]]


def made(count: int, *, seed: int = 1) -> Hashes:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def near(hashes: Hashes, *, bits: int, seed: int = 2) -> Hashes:
    """Exactly ``bits`` bits of each are other ones."""
    rng = np.random.default_rng(seed)
    unpacked = np.unpackbits(hashes, axis=1)
    for row in unpacked:
        row[rng.choice(256, bits, replace=False)] ^= 1
    return np.packbits(unpacked, axis=1)


def all_pairs(asked: Hashes, known: Hashes, keys: NDArray[np.int64], *, most: int = MAX_DISTANCE) -> Pairs:
    apart = np.bitwise_count(asked.view(np.uint64)[:, None] ^ known.view(np.uint64)[None]).sum(axis=2)
    return {(int(i), int(keys[j]), int(apart[i, j])) for i, j in zip(*np.nonzero(apart <= most), strict=True)}


def found(index: PdqIndex, asked: Hashes, *, most: int = MAX_DISTANCE, threads: int = 1) -> Pairs:
    pairs = index.search(asked, max_distance=most, threads=threads)
    triples = [
        (int(i), int(key), int(distance))
        for i, key, distance in zip(pairs.question, pairs.key, pairs.distance, strict=True)
    ]
    assert len(set(triples)) == len(triples), "nothing twice"
    assert triples == sorted(triples, key=lambda one: (one[0], one[2], one[1])), "in order"
    return set(triples)


@pytest.fixture(scope="module")
def known() -> Hashes:
    """A tail's worth and more, a tenth of it versions of a few pictures."""
    alone = made(TAIL + 2000)
    grouped = near(np.repeat(made(10, seed=3), 120, axis=0), bits=10, seed=4)
    return np.concatenate([alone, grouped])


@pytest.fixture(scope="module")
def asked(known: Hashes) -> Hashes:
    versions = [near(known[start::900], bits=bits, seed=bits) for start, bits in enumerate((0, 1, 16, 30, 31, 32))]
    return np.concatenate([*versions, near(known[-40:], bits=8), made(50, seed=9)])


@pytest.mark.parametrize("latest", [0, 40, 1200], ids=["tables", "tables and a tail", "more in the tail"])
def test_it_finds_what_comparing_all_finds(known: Hashes, asked: Hashes, latest: int, tmp_path: Path) -> None:
    keys = np.arange(len(known))
    index = PdqIndex()
    index.add(known[: len(known) - latest], keys[: len(known) - latest])
    index.add(known[len(known) - latest :], keys[len(known) - latest :])
    wanted = all_pairs(asked, known, keys)
    assert len(wanted) > 1000
    assert found(index, asked) == wanted
    assert found(index, asked, threads=3) == wanted
    assert found(index, asked, most=12) == {pair for pair in wanted if pair[2] <= 12}
    index.remove(keys[::2])
    assert len(index) == len(keys) // 2
    assert found(index, asked) == {pair for pair in wanted if pair[1] % 2}
    index.save(tmp_path)
    again = PdqIndex.load(tmp_path)
    assert len(again) == len(index)
    assert found(again, asked) == found(index, asked)


def test_every_distance_up_to_the_limit_is_found(known: Hashes) -> None:
    index = PdqIndex()
    index.add(known, np.arange(len(known)))
    for bits in range(MAX_DISTANCE + 1):
        rows = np.arange(bits, TAIL, 500)
        pairs = found(index, near(known[rows], bits=bits, seed=bits + 50))
        assert {(place, int(row), bits) for place, row in enumerate(rows)} <= pairs


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_hashes(count: int, tmp_path: Path) -> None:
    known = made(count)
    index = PdqIndex()
    index.add(known, np.arange(count) + 5)
    assert len(index) == count
    assert found(index, known) == {(row, row + 5, 0) for row in range(count)}
    assert found(index, made(0)) == set()
    assert found(index, near(made(3, seed=8), bits=3)) == set()
    index.save(tmp_path)
    assert found(PdqIndex.load(tmp_path), known) == found(index, known)


def test_a_key_may_have_many_hashes_and_a_hash_many_keys() -> None:
    index = PdqIndex()
    index.add(made(3), [7, 7, 7])
    index.add(made(1), [8])
    assert found(index, made(3)) == {(0, 7, 0), (0, 8, 0), (1, 7, 0), (2, 7, 0)}
    assert index.remove([7, 99]) == 3
    assert found(index, made(3)) == {(0, 8, 0)}
    assert index.remove([7]) == 0


def test_a_hash_known_many_thousand_times_is_found_as_often() -> None:
    """More candidates than are compared at once."""
    index = PdqIndex()
    index.add(np.repeat(made(1), TAIL + 5000, axis=0), np.arange(TAIL + 5000))
    assert found(index, near(made(1), bits=20)) == {(0, key, 20) for key in range(TAIL + 5000)}


def test_an_added_hash_is_found_at_once_beside_a_large_index(known: Hashes) -> None:
    index = PdqIndex()
    index.add(known, np.arange(len(known)))
    fresh = made(1, seed=77)
    index.add(fresh, [-5])
    assert found(index, near(fresh, bits=25)) == {(0, -5, 25)}


def test_parts_are_merged_as_they_grow() -> None:
    index = PdqIndex()
    known = made(3 * TAIL + 30)
    for start in range(0, len(known), TAIL // 2 + 7):
        part = known[start : start + TAIL // 2 + 7]
        index.add(part, np.arange(start, start + len(part)))
    assert len(index) == len(known)
    rows = np.arange(0, len(known), 997)
    assert found(index, known[rows]) == {(place, int(row), 0) for place, row in enumerate(rows)}
    assert index.memory_bytes < 40_000_000


@pytest.mark.parametrize(
    ("hashes", "reason"),
    [
        (np.zeros((2, 31), np.uint8), "shape"),
        (np.zeros((2, 32), np.uint16), "uint16"),
        (np.zeros(32, np.uint8), "shape"),
        (np.zeros((2, 32), np.float64), "float64"),
    ],
)
def test_what_is_no_hash_is_refused(hashes: Hashes, reason: str) -> None:
    index = PdqIndex()
    with pytest.raises(ValueError, match=reason):
        index.add(hashes, [1, 2])
    with pytest.raises(ValueError, match=reason):
        index.search(hashes)
    assert len(index) == 0


def test_keys_must_be_integers_and_as_many_as_hashes() -> None:
    with pytest.raises(ValueError, match="one key for each"):
        PdqIndex().add(made(2), [1])
    with pytest.raises(ValueError, match="integers"):
        PdqIndex().add(made(2), np.array([0.5, 1.0]))


@pytest.mark.parametrize("distance", [-1, MAX_DISTANCE + 1])
def test_a_distance_that_cannot_be_searched(distance: int) -> None:
    with pytest.raises(ValueError, match=str(MAX_DISTANCE)):
        PdqIndex().search(made(1), max_distance=distance)


def test_hashes_in_hex() -> None:
    hashes = made(2)
    assert np.array_equal(from_hex([row.tobytes().hex() for row in hashes]), hashes)
    assert from_hex([]).shape == (0, 32)
    for wrong in ("ab", "g" * 64, "", "0" * 63, " " + "0" * 63):
        with pytest.raises(ValueError, match="64 hexadecimal digits"):
            from_hex(["0" * 64, wrong])


def test_nothing_is_loaded_from_nowhere(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no index"):
        PdqIndex.load(tmp_path)


@pytest.mark.parametrize("damage", ["manifest", "version", "missing", "cut", "other"])
def test_a_damaged_index_is_refused(tmp_path: Path, damage: str) -> None:
    index = PdqIndex()
    index.add(made(5), np.arange(5))
    index.save(tmp_path)
    words = next(tmp_path.glob("*.words.npy"))
    if damage == "manifest":
        (tmp_path / MANIFEST).write_text("{")
    elif damage == "version":
        (tmp_path / MANIFEST).write_text(json.dumps({"format": 99}))
    elif damage == "missing":
        words.unlink()
    elif damage == "cut":
        words.write_bytes(words.read_bytes()[:-40])
    else:
        np.save(words, np.zeros((3, 4), np.uint64))
    with pytest.raises(ValueError, match=r"damaged|version"):
        PdqIndex.load(tmp_path)


def test_saving_again_replaces_and_a_half_saved_one_changes_nothing(tmp_path: Path) -> None:
    index = PdqIndex()
    index.add(made(5), np.arange(5))
    index.save(tmp_path)
    (tmp_path / "000002-0.words.npy").write_bytes(b"what a killed process left")
    assert len(PdqIndex.load(tmp_path)) == 5
    index.add(made(2, seed=5), [8, 9])
    index.save(tmp_path)
    assert len(PdqIndex.load(tmp_path)) == 7
    assert {path.name[:6] for path in tmp_path.glob("*.npy")} == {"000002"}


def test_tables_that_are_too_short_are_refused(tmp_path: Path) -> None:
    """The compiled loops would read behind their end."""
    index = PdqIndex()
    index.add(made(TAIL + 1), np.arange(TAIL + 1))
    index.save(tmp_path)
    rows = next(tmp_path.glob("*.rows.npy"))
    np.save(rows, np.load(rows)[:-1])
    with pytest.raises(ValueError, match="lengths differ"):
        PdqIndex.load(tmp_path)


def test_a_chunk_has_one_wave_of_each_row_and_column() -> None:
    """Set one wave of a picture's 256 after the other, and see in which 16 bits of the index it is found."""
    single = np.packbits(np.eye(256, dtype=np.uint8), axis=1)
    chunk, place = np.nonzero(dealt(single).view(np.uint16).reshape(256, 16))
    assert chunk.tolist() == list(range(256)), "each wave is in one chunk"
    waves = [np.flatnonzero(place == one) for one in range(16)]
    assert all(set(of // 16) == set(of % 16) == set(range(16)) for of in waves)


def test_no_hash_is_lost_between_the_chunks() -> None:
    """Two bits of each chunk but one are other ones, and one bit of that: 31 bits away, and found by this one chunk alone."""
    known = made(TAIL + 1, seed=6)
    index = PdqIndex()
    index.add(known, np.arange(len(known)))
    words = dealt(known[:16])
    apart = dealt(np.packbits(np.eye(256, dtype=np.uint8), axis=1)).view(np.uint16)
    where = [np.flatnonzero(apart[:, chunk]) for chunk in range(16)]
    asked = np.unpackbits(known[:16], axis=1)
    for spared in range(16):
        for chunk in range(16):
            asked[spared, where[chunk][: 1 if chunk == spared else 2]] ^= 1
    packed = np.packbits(asked, axis=1)
    differ = np.bitwise_count(dealt(packed).view(np.uint16) ^ words.view(np.uint16))
    assert np.array_equal(differ, 2 - np.eye(16))
    assert found(index, packed) == {(row, row, 31) for row in range(16)}
