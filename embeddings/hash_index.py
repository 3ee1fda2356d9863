"""``PdqIndex``: which of up to some ten million PDQ hashes are near a given one. Exact: what is near enough is found."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HASH_BYTES = 32
MAX_DISTANCE = 31
"""The largest distance that the tables answer (and PDQ's own recommendation for "the same picture")."""

TAIL = 8192
"""So many of the latest hashes are compared one by one; beyond, they get tables of their own."""

MERGE_FACTOR = 4
"""Tables are merged with their elders until each is at least so many times smaller than the one before."""

SIDE = 16
"""A PDQ hash says of 16 × 16 waves whether each is stronger than their median. Waves of one row are not
independent, nor those of one column: so a chunk of the tables has one wave of each row and column, and uses its values evenly."""

DEAL_AT_ONCE = 65_536

ROOM = 64
"""So many pairs are expected for a question on average; if there are more, all questions are asked once again."""

FORMAT = 2
MANIFEST = "index.json"
PARTS = ("words", "keys", "alive", "starts", "halves", "rows")

Hashes = NDArray[np.uint8]
Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Pairs that are near: row ``i`` of the question, ``key`` of the known hash, distance in bits; three arrays of one length,
    ordered by question, distance, key."""

    question: NDArray[np.int64]
    key: NDArray[np.int64]
    distance: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.question)


@dataclass(slots=True, kw_only=True, eq=False)
class _Segment:
    """Hashes with their tables, those of all chunks one after the other, as ``hash_search`` wants them."""

    words: Words
    keys: NDArray[np.int64]
    alive: NDArray[np.bool_]
    starts: NDArray[np.uint32]
    halves: Words
    rows: NDArray[np.uint32]


class PdqIndex:
    """Hashes under integer keys; one key may have many hashes (the frames of a film). Not for several threads at once.

    A hash takes 361 bytes once it is in tables, and each set of tables 4 MB of its own.
    """

    def __init__(self) -> None:
        self._segments: list[_Segment] = []
        self._tail_words: Words = np.empty((0, 4), dtype=np.uint64)
        self._tail_keys: NDArray[np.int64] = np.empty(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._tail_keys) + sum(int(segment.alive.sum()) for segment in self._segments)

    @property
    def memory_bytes(self) -> int:
        """What the arrays take."""
        arrays: list[NDArray[Any]] = [self._tail_words, self._tail_keys]
        for one in self._segments:
            arrays += [one.words, one.keys, one.alive, one.starts, one.halves, one.rows]
        return sum(array.nbytes for array in arrays)

    def add(self, hashes: Hashes, keys: NDArray[np.int64] | Sequence[int]) -> None:
        """Make hashes, (n, 32) uint8, known under their keys; they are found from now on.

        Raises ``ValueError`` for anything that is not n hashes and n integer keys.
        """
        words, numbers = dealt(hashes), _keys(keys)
        if len(words) != len(numbers):
            raise ValueError(f"{len(words)} hashes with {len(numbers)} keys: give one key for each hash")
        self._tail_words = np.concatenate([self._tail_words, words])
        self._tail_keys = np.concatenate([self._tail_keys, numbers])
        if len(self._tail_keys) > TAIL:
            self._fold()

    def remove(self, keys: NDArray[np.int64] | Sequence[int]) -> int:
        """Forget all hashes of these keys; returns how many there were. Unknown keys are no error."""
        unwanted = _keys(keys)
        stays = ~np.isin(self._tail_keys, unwanted)
        removed = int((~stays).sum())
        self._tail_words, self._tail_keys = self._tail_words[stays], self._tail_keys[stays]
        for segment in self._segments:
            gone = np.isin(segment.keys, unwanted) & segment.alive
            removed += int(gone.sum())
            segment.alive = segment.alive & ~gone
        return removed

    def search(self, hashes: Hashes, *, max_distance: int = MAX_DISTANCE, threads: int = 1) -> Near:
        """All known hashes that differ from one of ``hashes``, (n, 32) uint8, in at most ``max_distance`` (≤ 31) bits.

        Raises ``ValueError`` for what are no hashes and for a distance outside 0..31.
        """
        if not 0 <= max_distance <= MAX_DISTANCE:
            raise ValueError(
                f"a distance of {max_distance} cannot be searched for: choose one from 0 to {MAX_DISTANCE}"
            )
        words = dealt(hashes)
        if self._segments:
            found = [_search_tail(words, self._tail_words, self._tail_keys, max_distance, threads)]
        else:
            found = [_search_few(words, self._tail_words, self._tail_keys, max_distance)]
        for segment in self._segments:
            found.append(_search_segment(words, segment, max_distance, threads))
        question, key, distance = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.lexsort((key, distance, question))
        return Near(question=question[order], key=key[order], distance=distance[order])

    def save(self, directory: Path) -> None:
        """Write plain NumPy files and, last, a manifest that names them; what was saved there before stays valid until then.

        Raises ``OSError``.
        """
        directory.mkdir(parents=True, exist_ok=True)
        old = _manifest(directory) if (directory / MANIFEST).exists() else None
        generation = 1 if old is None else int(old["generation"]) + 1
        names = [f"{generation:06d}-{number}" for number in range(len(self._segments) + 1)]
        for name, one in zip(names, self._segments, strict=False):
            for part in PARTS:
                _write_array(directory / f"{name}.{part}.npy", getattr(one, part))
        _write_array(directory / f"{names[-1]}.words.npy", self._tail_words)
        _write_array(directory / f"{names[-1]}.keys.npy", self._tail_keys)
        facts = {
            "format": FORMAT,
            "generation": generation,
            "tail": names[-1],
            "segments": names[:-1],
        }
        partial = directory / f".{MANIFEST}.part"
        partial.write_text(json.dumps(facts))
        partial.replace(directory / MANIFEST)
        for path in directory.glob("[0-9]*.npy"):
            if not path.name.startswith(f"{generation:06d}-"):
                path.unlink()

    @classmethod
    def load(cls, directory: Path) -> PdqIndex:
        """What was saved there, mapped into memory as it is used.

        Raises ``FileNotFoundError`` if there is none, ``ValueError`` if it is damaged or of another version.
        """
        facts = _manifest(directory)
        index = cls()
        try:
            tail = facts["tail"]
            index._tail_words = _read_array(directory / f"{tail}.words.npy", np.uint64, (-1, 4))
            index._tail_keys = _read_array(directory / f"{tail}.keys.npy", np.int64, (-1,))
            sound = len(index._tail_words) == len(index._tail_keys)
            for name in facts["segments"]:
                segment = _read_segment(directory, name)
                sound = sound and _fits(segment)
                index._segments.append(segment)
        except (KeyError, TypeError, FileNotFoundError) as error:
            raise ValueError(f"the index in {directory} is damaged ({error}): delete it, it is made again") from error
        if not sound:
            raise ValueError(f"the index in {directory} is damaged (lengths differ): delete it, it is made again")
        return index

    def _fold(self) -> None:
        """Give the tail tables of its own, together with every younger segment that is not much larger."""
        words, keys = [self._tail_words], [self._tail_keys]
        size = len(self._tail_keys)
        while self._segments and len(self._segments[-1].keys) < MERGE_FACTOR * size:
            elder = self._segments.pop()
            words.append(elder.words[elder.alive])
            keys.append(elder.keys[elder.alive])
            size += len(keys[-1])
            del elder  # its tables need not stay while the new ones are made
        self._tail_words, self._tail_keys = self._tail_words[:0], self._tail_keys[:0]
        self._segments.append(_segment(np.concatenate(words), np.concatenate(keys)))


def from_hex(values: Sequence[str]) -> Hashes:
    """PDQ hashes written as 64 hexadecimal digits → (n, 32) uint8. Raises ``ValueError`` naming the first that is none."""
    for value in values:
        if len(value) != 2 * HASH_BYTES or not set(value) <= set("0123456789abcdefABCDEF"):
            raise ValueError(f"{value[:80]!r} is no PDQ hash: 64 hexadecimal digits are")
    return np.frombuffer(bytes.fromhex("".join(values)), dtype=np.uint8).reshape(-1, HASH_BYTES)


def dealt(hashes: Hashes) -> Words:
    """PDQ hashes, (n, 32) uint8, as the compiled loops want them: (n, 4) uint64, with the bits in the order of the chunks, four
    chunks of 16 bits in each word. Raises ``ValueError`` for anything else."""
    if hashes.dtype != np.uint8 or hashes.ndim != 2 or hashes.shape[1] != HASH_BYTES:
        raise ValueError(f"hashes of shape {hashes.shape} and type {hashes.dtype} are none: give (n, 32) of uint8")
    dealt = np.empty((len(hashes), HASH_BYTES), dtype=np.uint8)
    row, chunk = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    order = (SIDE * row + (chunk - row) % SIDE).reshape(-1)
    for start in range(0, len(hashes), DEAL_AT_ONCE):
        bits = np.unpackbits(hashes[start : start + DEAL_AT_ONCE], axis=1)
        dealt[start : start + DEAL_AT_ONCE] = np.packbits(bits.take(order, axis=1), axis=1)
    return dealt.view(np.uint64)


def _keys(keys: NDArray[np.int64] | Sequence[int]) -> NDArray[np.int64]:
    numbers = np.asarray(keys)
    if numbers.ndim != 1 or (len(numbers) and numbers.dtype.kind not in "iu"):
        raise ValueError(f"keys of shape {numbers.shape} and type {numbers.dtype} are none: give n integers")
    return numbers.astype(np.int64)


def _segment(words: Words, keys: NDArray[np.int64]) -> _Segment:
    from embeddings.hash_search import CHUNKS, STARTS, fill_table

    starts = np.zeros((CHUNKS, STARTS), dtype=np.uint32)
    halves = np.empty((CHUNKS, len(words), 2), dtype=np.uint64)
    rows = np.empty((CHUNKS, len(words)), dtype=np.uint32)
    for chunk in range(CHUNKS):
        fill_table(words, chunk, starts[chunk], halves[chunk], rows[chunk])
    alive = np.ones(len(words), dtype=np.bool_)
    return _Segment(
        words=words, keys=keys, alive=alive, starts=starts.ravel(), halves=halves.ravel(), rows=rows.ravel()
    )


Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def _search_segment(queries: Words, segment: _Segment, most: int, threads: int) -> Columns:
    from embeddings.hash_search import by_value, search_tables

    def search(part: Words, found: NDArray[np.int64]) -> int:
        tables = (segment.starts, segment.halves, segment.rows)
        return int(search_tables(part, by_value(part), segment.words, segment.alive, *tables, most, found))

    return _in_threads(search, queries, segment.keys, threads)


def _search_tail(queries: Words, words: Words, keys: NDArray[np.int64], most: int, threads: int) -> Columns:
    from embeddings.hash_search import search_rows

    return _in_threads(lambda part, found: int(search_rows(part, words, most, found)), queries, keys, threads)


def _in_threads(
    search: Callable[[Words, NDArray[np.int64]], int], queries: Words, keys: NDArray[np.int64], threads: int
) -> Columns:
    """``search`` writes (query, row, distance) as far as there is room and says how many there are."""

    def pairs(part: NDArray[np.int64]) -> NDArray[np.int64]:
        room = ROOM * len(part)
        while True:
            found = np.empty((room, 3), dtype=np.int64)
            count = search(queries[part], found)
            if count <= room:
                found[:count, 0] = part[found[:count, 0]]
                return found[:count]
            room = count

    parts = np.array_split(np.arange(len(queries)), max(1, min(threads, len(queries))))
    with ThreadPoolExecutor(len(parts)) as pool:
        together = np.concatenate(list(pool.map(pairs, parts)))
    return together[:, 0], keys[together[:, 1]], together[:, 2]


def _search_few(queries: Words, words: Words, keys: NDArray[np.int64], most: int) -> Columns:
    """Compare everything with everything, some questions at a time, without the compiled loops: they cost a second to load."""
    questions, known, distances = [], [], []
    step = max(1, 1_000_000 // max(1, len(words)))
    for start in range(0, len(queries), step):
        apart = np.bitwise_count(queries[start : start + step, None] ^ words[None]).sum(axis=2, dtype=np.int64)
        question, row = np.nonzero(apart <= most)
        questions.append(question + start)
        known.append(keys[row])
        distances.append(apart[question, row])
    if not questions:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty, empty
    return np.concatenate(questions), np.concatenate(known), np.concatenate(distances)


def _manifest(directory: Path) -> dict[str, Any]:
    path = directory / MANIFEST
    if not path.exists():
        raise FileNotFoundError(f"there is no index of hashes in {directory}")
    try:
        facts = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"the index in {directory} is damaged ({MANIFEST}): delete it, it is made again") from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise ValueError(f"the index in {directory} is of another version: delete it, it is made again")
    return facts


def _write_array(path: Path, array: NDArray[np.generic]) -> None:
    partial = path.with_name(f".{path.name}.part")
    with partial.open("wb") as stream:
        np.save(stream, array, allow_pickle=False)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)


def _read_array(path: Path, kind: type[np.generic], shape: tuple[int, ...]) -> NDArray[Any]:
    # "c": pages are shared until somebody writes to them, and the compiled loops take them as they take any array
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="c", allow_pickle=False)
    except ValueError:
        array = _read_unmapped(path)  # an empty array cannot be mapped
    fits = array.ndim == len(shape) and all(want in (-1, got) for want, got in zip(shape, array.shape, strict=True))
    if array.dtype != kind or not fits:
        raise ValueError(f"the file {path} of an index is damaged: delete the index, it is made again")
    return array


def _read_unmapped(path: Path) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(path, allow_pickle=False)
    except ValueError as error:
        raise ValueError(
            f"the file {path} of an index is damaged ({error}): delete the index, it is made again"
        ) from error
    return array


def _read_segment(directory: Path, name: str) -> _Segment:
    return _Segment(
        words=_read_array(directory / f"{name}.words.npy", np.uint64, (-1, 4)),
        keys=_read_array(directory / f"{name}.keys.npy", np.int64, (-1,)),
        alive=_read_array(directory / f"{name}.alive.npy", np.bool_, (-1,)),
        starts=_read_array(directory / f"{name}.starts.npy", np.uint32, (-1,)),
        halves=_read_array(directory / f"{name}.halves.npy", np.uint64, (-1,)),
        rows=_read_array(directory / f"{name}.rows.npy", np.uint32, (-1,)),
    )


def _fits(segment: _Segment) -> bool:
    """Whether all arrays are as long as they must be: the compiled loops do not look."""
    from embeddings.hash_search import CHUNKS, STARTS

    count = len(segment.words)
    return (
        len(segment.keys) == len(segment.alive) == count
        and len(segment.starts) == CHUNKS * STARTS
        and len(segment.halves) == 2 * len(segment.rows) == 2 * CHUNKS * count
    )
