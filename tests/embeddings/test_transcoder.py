"""The transcoding child: its messages, and that long media are cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.derivatives import PROXY_BUDGET
from embeddings.media import decode
from embeddings.sandbox import converse

Film = Callable[..., Path]


def test_the_copy_ends_at_the_cap_and_says_so(film: Film, tmp_path: Path) -> None:
    path = film("long.mp4", [np.full((64, 64, 3), n, dtype=np.uint8) for n in range(50)])
    out = tmp_path / "cut.mp4"
    request: dict[str, object] = {
        "demuxer": "mov",
        "picture": None,
        "height_px": 480,
        "max_s": 2.0,
        "max_pixels": 1_000_000,
        "blur": [],
        "moments_s": [],
        "max_side_px": 640,
    }
    with path.open("rb") as source, out.open("w+b") as copy:
        files = {"file": source.fileno(), "out": copy.fileno()}
        said = list(converse("embeddings.transcoder", request, replace(PROXY_BUDGET, wall_s=60.0), files=files))
    assert said[0].kind == "sandbox"
    assert said[0].facts["level"] == decode(path).creative.sandbox
    assert any("first 2 s" in str(message.facts.get("text")) for message in said)
    assert decode(out).creative.duration_s == pytest.approx(2.0, abs=0.3)
