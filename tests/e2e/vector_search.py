"""Looks for an embedding vector in files of any kind: raw numbers at any alignment, numbers written as text, Parquet columns.

Used to prove that nothing of an unmatched face or voice was kept. It looks for runs of consecutive components within a tolerance,
so a vector that was re-normalised to another precision or computed again with other rounding is still found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
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
    runs = [run for vector in vectors for run in _runs(vector)]
    return [path for path in looked_at if any(_holds(numbers, run) for numbers in _numbers(path) for run in runs)]


def _runs(vector: NDArray[np.float32]) -> list[NDArray[np.float64]]:
    """Three runs of the vector: its beginning, its middle, its end; runs of zeros say nothing and are passed over."""
    flat = vector.astype(np.float64).ravel()
    wanted = (0, len(flat) // 2, len(flat) - RUN)
    telling = [i for i in range(len(flat) - RUN + 1) if np.abs(flat[i : i + RUN]).min() >= 10 * TOLERANCE]
    chosen = {min(telling, key=lambda i, start=start: abs(i - start)) for start in wanted} if telling else set()  # type: ignore[misc]
    return [flat[i : i + RUN] for i in sorted(chosen)]


def _numbers(path: Path) -> Iterator[NDArray[np.float64]]:
    data = path.read_bytes()
    if data[:4] == b"PAR1":
        yield from _parquet_numbers(path)
        return
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


def _parquet_numbers(path: Path) -> Iterator[NDArray[np.float64]]:
    """Every column of numbers, lists flattened; text and binary columns as bytes of their own."""
    for column in pq.read_table(path).flatten().columns:
        values = column.combine_chunks()
        while hasattr(values, "flatten") and str(values.type).startswith(
            ("list", "large_list", "fixed_size_list", "struct")
        ):
            if str(values.type).startswith("struct"):
                for part in values.flatten():
                    if str(part.type) in {"float", "double"}:
                        yield np.asarray(part.fill_null(0).to_numpy(zero_copy_only=False), dtype=np.float64)
                break
            values = values.flatten()
        if str(values.type) in {"float", "double", "halffloat"}:
            yield np.asarray(values.fill_null(0).to_numpy(zero_copy_only=False), dtype=np.float64)


def _holds(numbers: NDArray[np.float64], run: NDArray[np.float64]) -> bool:
    if len(numbers) < RUN:
        return False
    near = np.flatnonzero(np.abs(numbers[: len(numbers) - RUN + 1] - run[0]) < TOLERANCE)
    for step in range(1, RUN):
        near = near[np.abs(numbers[near + step] - run[step]) < TOLERANCE]
        if not len(near):
            return False
    return True
