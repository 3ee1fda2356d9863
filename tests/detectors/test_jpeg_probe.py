"""The child answers tables and counts of a JPEG, and a reason for everything else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

from detectors.jpeg_traces import FARTHEST, LOOKED_AT
from detectors.still_packing import BUDGET
from embeddings.sandbox import Message, converse


def answered(path: Path) -> dict[str, Message]:
    with path.open("rb") as stream:
        return {one.kind: one for one in converse("detectors.jpeg_probe", {}, BUDGET, files={"file": stream.fileno()})}


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_jpegs_tables_and_counts(tmp_path: Path, mode: str) -> None:
    Image.fromarray(astronaut()).convert(mode).save(tmp_path / "a.jpg", quality=80, progressive=True)
    said = answered(tmp_path / "a.jpg")
    assert said["tables"].facts["progressive"]
    assert len(said["tables"].facts["tables"]) == (2 if mode == "RGB" else 1)
    counts = np.frombuffer(said["counts"].body, dtype=np.int64).reshape(len(LOOKED_AT), 2 * FARTHEST + 1)
    assert counts.sum(axis=1).min() > 3500
    assert "problem" not in said


def test_what_cannot_be_looked_at_says_why(tmp_path: Path) -> None:
    whole = tmp_path / "whole.jpg"
    Image.fromarray(astronaut()).convert("CMYK").save(whole)
    assert "four colour channels" in answered(whole)["problem"].facts["text"]
    Image.fromarray(astronaut()).save(whole)
    data = whole.read_bytes()
    cases = {"cut": data[: len(data) // 3], "head": data[:100], "none": b"", "other": b"\x89PNG\r\n\x1a\n" + bytes(100)}
    for name, piece in cases.items():
        (tmp_path / name).write_bytes(piece)
        said = answered(tmp_path / name)
        assert said["problem"].facts["text"], name
        assert "counts" not in said
