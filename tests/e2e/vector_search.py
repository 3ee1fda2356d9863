"""Looks for embedding vectors in files of any kind: raw numbers at any alignment, numbers written as text, Parquet columns.

Used to prove that nothing of an unmatched face or voice was kept. It looks for runs of consecutive components within a tolerance,
so a vector that was re-normalised to another precision or computed again with other rounding is still found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

RUN = 4
"""So many consecutive components must be found to speak of a trace."""

TOLERANCE = 2e-4
_NUMBER = re.compile(rb"-?\d+\.\d+(?:[eE][-+]?\d+)?")


def files_with_traces(root: Path, vectors: Sequence[NDArray[np.float32]], *, skip: Sequence[Path] = ()) -> list[Path]:
    """Every file below ``root`` that holds a run of components of one of the vectors; folders in ``skip`` are left out."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink())
    looked_at = (path for path in files if not any(folder in path.parents for folder in skip))
    runs = np.array([run for vector in vectors for run in _runs(vector)]).reshape(-1, RUN)
    return [path for path in looked_at if any(_holds(numbers, runs) for numbers in _numbers(path))]


def _runs(vector: NDArray[np.float32]) -> list[NDArray[np.float64]]:
    """Three runs of the vector: its beginning, its middle, its end; runs of zeros say nothing and are passed over."""
    flat = vector.astype(np.float64).ravel()
    wanted = (0, len(flat) // 2, len(flat) - RUN)
    telling = [i for i in range(len(flat) - RUN + 1) if np.abs(flat[i : i + RUN]).min() >= 10 * TOLERANCE]
    chosen = {min(telling, key=lambda i, start=start: abs(i - start)) for start in wanted} if telling else set()  # type: ignore[misc]
    return [flat[i : i + RUN] for i in sorted(chosen)]


def _numbers(path: Path) -> Iterator[NDArray[np.float64]]:
    data = path.read_bytes()
    if data[:4] != b"PAR1":
        yield from _numbers_in(data)
        return
    for column in pq.read_table(path).columns:
        for values in _leaves(column.combine_chunks()):
            if pa.types.is_floating(values.type):
                yield values.fill_null(0).to_numpy(zero_copy_only=False).astype(np.float64)
            elif not pa.types.is_temporal(values.type):
                written = values.drop_null().to_pylist()
                yield from _numbers_in(b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in written))


def _numbers_in(data: bytes) -> Iterator[NDArray[np.float64]]:
    """The bytes read as numbers of every size at every offset, and the numbers that are written in them as text."""
    for kind in (np.float32, np.float64, np.float16):
        size = np.dtype(kind).itemsize
        for offset in range(size):
            usable = (len(data) - offset) // size * size
            if usable > 0:
                with np.errstate(invalid="ignore", over="ignore"):
                    yield np.frombuffer(data, dtype=kind, count=usable // size, offset=offset).astype(np.float64)
    written = _NUMBER.findall(data)
    if len(written) >= RUN:
        yield np.array([float(number) for number in written])


def _leaves(values: pa.Array) -> Iterator[pa.Array]:
    """The plain columns inside a column, lists and structs opened."""
    if not pa.types.is_nested(values.type):
        yield values
        return
    for part in values.flatten() if pa.types.is_struct(values.type) else [values.flatten()]:
        yield from _leaves(part)


def _holds(numbers: NDArray[np.float64], runs: NDArray[np.float64]) -> bool:
    """Whether one of the runs (n, RUN) occurs in the numbers. Few places begin like any of them, and only those are compared."""
    if len(numbers) < RUN or not len(runs):
        return False
    places = np.flatnonzero(_near_any(numbers[: len(numbers) - RUN + 1], runs[:, 0]))
    for step in range(1, RUN):
        places = places[_near_any(numbers[places + step], runs[:, step])]
    found = numbers[places[:, None] + np.arange(RUN)]
    return any(bool(np.any(np.all(np.abs(found - run) < TOLERANCE, axis=1))) for run in runs) if len(found) else False


def _near_any(numbers: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which numbers are within the tolerance of one that is wanted; never one that is not a number."""
    ordered = np.sort(wanted)
    with np.errstate(invalid="ignore", over="ignore"):
        at = np.searchsorted(ordered, numbers - TOLERANCE, side="right")
        return np.append(ordered, np.inf)[at] < numbers + TOLERANCE
