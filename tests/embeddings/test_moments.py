"""Pictures of wanted moments: taken on the way, also beyond the end of the copy, upright and small."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.derivatives import PROXY_BUDGET
from embeddings.sandbox import Message, converse

Film = Callable[..., Path]


def frames_at(path: Path, out: Path, *moments_s: float, max_s: float = 180.0, side_px: int = 640) -> list[Message]:
    request: dict[str, object] = {
        "demuxer": "mov",
        "picture": None,
        "height_px": 480,
        "max_s": max_s,
        "max_pixels": 1_000_000,
        "moments_s": list(moments_s),
        "max_side_px": side_px,
        "blur": [],
    }
    budget = replace(PROXY_BUDGET, wall_s=60.0, answer_bytes=16 << 20)
    with path.open("rb") as source, out.open("w+b") as copy:
        files = {"file": source.fileno(), "out": copy.fileno()}
        said = list(converse("embeddings.transcoder", request, budget, files=files))
    return [message for message in said if message.kind == "frame"]


@pytest.fixture
def ramp(film: Film) -> Path:
    """Five seconds that grow brighter by 40 levels a second."""
    return film("ramp.mp4", [np.full((90, 160, 3), 4 * n, dtype=np.uint8) for n in range(50)])


def test_what_lies_beyond_the_copy_is_sought(ramp: Path, tmp_path: Path) -> None:
    found = frames_at(ramp, tmp_path / "out.mp4", 1.0, 3.0, 4.0, max_s=2.0)
    assert [message.facts["at_s"] for message in found] == pytest.approx([1.0, 3.0, 4.0], abs=0.11)
    brightness = [np.frombuffer(message.body, dtype=np.uint8).mean() for message in found]
    assert brightness == pytest.approx([40, 120, 160], abs=6)


def test_beyond_the_end_the_last_frame_is_sent_once(ramp: Path, tmp_path: Path) -> None:
    found = frames_at(ramp, tmp_path / "out.mp4", 70.0, 80.0)
    assert [message.facts["at_s"] for message in found] == pytest.approx([4.9], abs=0.11)


def test_moments_near_each_other_share_a_picture_that_is_no_larger_than_asked(ramp: Path, tmp_path: Path) -> None:
    (found,) = frames_at(ramp, tmp_path / "out.mp4", 1.0, 1.001, side_px=80)
    assert (found.facts["width"], found.facts["height"], found.facts["scale"]) == (80, 45, 0.5)
    assert len(found.body) == 80 * 45 * 3
