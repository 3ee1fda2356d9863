"""``PdqIndex``: which of up to some ten million PDQ hashes are near a given one. Exact: what is near enough is found."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
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

WIDE_FROM = 300_000
"""From this many hashes on, 11 chunks of 23 or 24 bits are cheaper than 16 chunks of 16: more values to look up, fewer rows."""

FORMAT = 1
MANIFEST = "index.json"

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
    """Hashes with their tables. ``starts`` holds the tables of all chunks one after the other, from ``first_start`` on."""

    words: Words
    keys: NDArray[np.int64]
    alive: NDArray[np.bool_]
    starts: NDArray[np.uint32]
    rows: NDArray[np.uint32]
    chunks: int


class PdqIndex:
    """Hashes under integer keys; one key may have many hashes (the frames of a film). Not for several threads at once.

    Tables of ``wide_from`` hashes or more have 11 chunks: half a gigabyte, however few hashes there are.
    """

    def __init__(self, *, wide_from: int = WIDE_FROM) -> None:
        self._wide_from = wide_from
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
            arrays += [one.words, one.keys, one.alive, one.starts, one.rows]
        return sum(array.nbytes for array in arrays)

    def add(self, hashes: Hashes, keys: NDArray[np.int64] | Sequence[int]) -> None:
        """Make hashes, (n, 32) uint8, known under their keys; they are found from now on.

        Raises ``ValueError`` for anything that is not n hashes and n integer keys.
        """
        words, numbers = _words(hashes), _keys(keys)
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
        words = _words(hashes)
        found = [_search_all(words, self._tail_words, self._tail_keys, max_distance)]
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
            for part in ("words", "keys", "alive", "starts", "rows"):
                _write_array(directory / f"{name}.{part}.npy", getattr(one, part))
        _write_array(directory / f"{names[-1]}.words.npy", self._tail_words)
        _write_array(directory / f"{names[-1]}.keys.npy", self._tail_keys)
        facts = {
            "format": FORMAT,
            "generation": generation,
            "tail": names[-1],
            "segments": [
                {"name": name, "chunks": one.chunks} for name, one in zip(names, self._segments, strict=False)
            ],
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
            for one in facts["segments"]:
                segment = _read_segment(directory, one["name"], int(one["chunks"]))
                sound = sound and len(segment.words) == len(segment.keys) == len(segment.alive)
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
            youngest = self._segments.pop()
            words.append(youngest.words[youngest.alive])
            keys.append(youngest.keys[youngest.alive])
            size += len(keys[-1])
        self._segments.append(
            _segment(np.concatenate(words), np.concatenate(keys), 11 if size >= self._wide_from else 16)
        )
        self._tail_words, self._tail_keys = self._tail_words[:0], self._tail_keys[:0]


def from_hex(values: Sequence[str]) -> Hashes:
    """PDQ hashes written as 64 hexadecimal digits → (n, 32) uint8. Raises ``ValueError`` naming the first that is none."""
    for value in values:
        if len(value) != 2 * HASH_BYTES or not set(value) <= set("0123456789abcdefABCDEF"):
            raise ValueError(f"{value[:80]!r} is no PDQ hash: 64 hexadecimal digits are")
    return np.frombuffer(bytes.fromhex("".join(values)), dtype=np.uint8).reshape(-1, HASH_BYTES)


def _words(hashes: Hashes) -> Words:
    """(n, 32) uint8 as (n, 4) uint64."""
    if hashes.dtype != np.uint8 or hashes.ndim != 2 or hashes.shape[1] != HASH_BYTES:
        raise ValueError(f"hashes of shape {hashes.shape} and type {hashes.dtype} are none: give (n, 32) of uint8")
    return np.ascontiguousarray(hashes).view(np.uint64)


def _keys(keys: NDArray[np.int64] | Sequence[int]) -> NDArray[np.int64]:
    numbers = np.asarray(keys)
    if numbers.ndim != 1 or (len(numbers) and numbers.dtype.kind not in "iu"):
        raise ValueError(f"keys of shape {numbers.shape} and type {numbers.dtype} are none: give n integers")
    return numbers.astype(np.int64)


def _radii(chunks: int) -> list[int]:
    """How near each chunk must be looked up so that no distance up to ``MAX_DISTANCE`` is missed; the widest chunks least."""
    radius, spare = divmod(MAX_DISTANCE + 1, chunks)
    return [radius - 1 + (chunk >= chunks - spare) for chunk in range(chunks)]


def _masks(chunks: int) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
    """The bits to flip, nearest first, of all chunks one after the other, and where each chunk's begin and end."""
    masks: list[int] = []
    begins, ends = [], []
    for width, radius in zip(_widths(chunks), _radii(chunks), strict=True):
        begins.append(len(masks))
        for flips in range(radius + 1):
            masks += [sum(1 << bit for bit in bits) for bits in combinations(range(width), flips)]
        ends.append(len(masks))
    return np.array(masks, dtype=np.uint32), np.array(begins), np.array(ends)


def _widths(chunks: int) -> list[int]:
    return [len(range(chunk, 8 * HASH_BYTES, chunks)) for chunk in range(chunks)]


def _first_starts(chunks: int) -> NDArray[np.int64]:
    """Where the table of each chunk begins; the last one is the length of all."""
    return np.concatenate([[0], np.cumsum([(1 << width) + 2 for width in _widths(chunks)])]).astype(np.int64)


def _segment(words: Words, keys: NDArray[np.int64], chunks: int) -> _Segment:
    from embeddings.hash_search import fill_table

    first = _first_starts(chunks)
    starts = np.zeros(int(first[-1]), dtype=np.uint32)
    rows = np.empty((chunks, len(words)), dtype=np.uint32)
    for chunk in range(chunks):
        fill_table(words, chunk, chunks, starts[first[chunk] : first[chunk + 1]], rows[chunk])
    alive = np.ones(len(words), dtype=np.bool_)
    return _Segment(words=words, keys=keys, alive=alive, starts=starts, rows=rows, chunks=chunks)


Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def _search_segment(queries: Words, segment: _Segment, most: int, threads: int) -> Columns:
    parts = np.array_split(np.arange(len(queries)), max(1, min(threads, len(queries))))
    with ThreadPoolExecutor(len(parts)) as pool:
        found = list(pool.map(lambda part: _search_part(queries[part], segment, most), parts))
    for part, pairs in zip(parts, found, strict=True):
        pairs[:, 0] += part[0] if len(part) else 0
    pairs = np.concatenate(found)
    return pairs[:, 0], segment.keys[pairs[:, 1]], pairs[:, 2]


def _search_part(queries: Words, segment: _Segment, most: int) -> NDArray[np.int64]:
    from embeddings.hash_search import search_tables

    masks, begins, ends = _masks(segment.chunks)
    room = 4 * len(queries) + 64
    while True:
        found = np.empty((room, 3), dtype=np.int64)
        count = search_tables(
            queries, segment.words, segment.alive, segment.starts, _first_starts(segment.chunks), segment.rows,
            masks, begins, ends, most, found,
        )  # fmt: skip
        if count <= room:
            return found[:count]
        room = int(count)


def _search_all(queries: Words, words: Words, keys: NDArray[np.int64], most: int) -> Columns:
    """Compare everything with everything, some questions at a time."""
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


def _read_segment(directory: Path, name: str, chunks: int) -> _Segment:
    starts = int(_first_starts(chunks)[-1])
    return _Segment(
        words=_read_array(directory / f"{name}.words.npy", np.uint64, (-1, 4)),
        keys=_read_array(directory / f"{name}.keys.npy", np.int64, (-1,)),
        alive=_read_array(directory / f"{name}.alive.npy", np.bool_, (-1,)),
        starts=_read_array(directory / f"{name}.starts.npy", np.uint32, (starts,)),
        rows=_read_array(directory / f"{name}.rows.npy", np.uint32, (chunks, -1)),
        chunks=chunks,
    )
