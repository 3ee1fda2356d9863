"""The decoding child: its messages, in the order in which the parent relies on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from embeddings.samples import GLIMPSE_PX
from embeddings.sandbox import Budget, Message, converse

BUDGET = Budget(wall_s=30.0, cpu_s=20, memory_bytes=3 << 30, file_bytes=1 << 16, answer_bytes=1 << 26)


def _talk(path: Path, budget: Budget = BUDGET, **changes: object) -> list[Message]:
    request = {
        "container": "mp4",
        "demuxer": "mov",
        "picture": None,
        "frames_per_s": 2.0,
        "max_frames": 8,
        "usual_frames": None,
        "furthest_apart_s": None,
        "glimpses_per_s": 0.0,
        "max_glimpses": 0,
        "glimpse_px": GLIMPSE_PX,
        "max_side_px": 320,
        "max_pixels": 1_000_000,
        "max_duration_s": 60.0,
        "max_sound_s": 10.0,
        "start_s": 0.0,
        "end_s": 60.0,
        "shots": False,
        **changes,
    }
    with path.open("rb") as stream:
        return list(converse("embeddings.decoder", request, budget, files={"file": stream.fileno()}))


def test_the_level_comes_first_then_facts_frames_and_sound(film: Callable[..., Path]) -> None:
    pictures = [np.full((120, 160, 3), 10 * number, dtype=np.uint8) for number in range(20)]
    path = film("short.mp4", pictures, sound=np.zeros(32000, dtype=np.float32))
    kinds = [message.kind for message in _talk(path)]
    assert kinds == ["sandbox", "facts", "frame", "frame", "frame", "frame", "sound"]


def test_the_demuxer_asked_for_is_the_only_one_used(film: Callable[..., Path]) -> None:
    path = film("short.mp4", [np.zeros((64, 64, 3), dtype=np.uint8)] * 3)
    said = _talk(path, demuxer="flac", container="flac")
    assert not {"frame", "sound"} & {message.kind for message in said}


def test_a_picture_larger_than_allowed_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Image.fromarray(np.zeros((2000, 2000), dtype=np.uint8)).save(path)
    said = _talk(path, picture="PNG", demuxer=None)
    assert said[-1].kind == "refused"
    assert "2000×2000" in said[-1].facts["text"]


def test_too_little_memory_is_a_problem_and_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    pixels: NDArray[np.uint8] = np.zeros((6000, 6000, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    tight = Budget(wall_s=30.0, cpu_s=20, memory_bytes=300 << 20, file_bytes=1 << 16, answer_bytes=1 << 26)
    said = _talk(path, tight, picture="PNG", demuxer=None, max_pixels=64_000_000)
    assert any("memory" in str(message.facts.get("text")) for message in said)
