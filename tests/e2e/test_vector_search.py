"""The search that proves privacy can itself fail: it finds what was planted, in every form."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.e2e.vector_search import files_with_traces

VECTOR = np.random.default_rng(1).normal(size=128).astype(np.float32) / np.float32(11)


def plant_raw(path: Path) -> None:
    path.write_bytes(b"odd" + VECTOR.tobytes() + b"end")


def plant_double(path: Path) -> None:
    path.write_bytes(VECTOR.astype(np.float64).tobytes())


def plant_json(path: Path) -> None:
    path.write_text(json.dumps({"seen": [round(float(x), 5) for x in VECTOR]}))


def plant_parquet(path: Path) -> None:
    pq.write_table(pa.table({"x": [[1.0]], "v": [VECTOR.tolist()]}), path, compression="zstd")


def plant_text_in_parquet(path: Path) -> None:
    said = {"said": [f"the vector was {VECTOR.tolist()}"], "bytes": [VECTOR.tobytes()]}
    pq.write_table(pa.table({"findings": [[said]]}), path, compression="zstd")


def plant_log(path: Path) -> None:
    path.write_text(f"crash: {VECTOR!r}")


@pytest.mark.parametrize(
    "plant", [plant_raw, plant_double, plant_json, plant_parquet, plant_text_in_parquet, plant_log]
)
def test_a_planted_vector_is_found(tmp_path: Path, plant: object) -> None:
    assert callable(plant)
    plant(tmp_path / "trace.bin")
    (tmp_path / "noise.bin").write_bytes(np.random.default_rng(2).bytes(200_000))
    assert files_with_traces(tmp_path, [VECTOR]) == [tmp_path / "trace.bin"]


def test_another_vector_and_noise_are_not(tmp_path: Path) -> None:
    other = np.random.default_rng(3).normal(size=128).astype(np.float32) / np.float32(11)
    (tmp_path / "other.bin").write_bytes(other.tobytes())
    (tmp_path / "noise.bin").write_bytes(np.random.default_rng(4).bytes(500_000))
    assert files_with_traces(tmp_path, [VECTOR]) == []
