"""Re-encoding: animations and sound become videos too, and damaged ones as far as they go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embeddings.derivatives import proxy_video
from embeddings.media import decode
from embeddings.records import MediaKind

Film = Callable[..., Path]


def test_an_animation_becomes_a_video(tmp_path: Path) -> None:
    pictures = [Image.new("RGB", (64, 48), (20 * n, 9, 9)) for n in range(10)]
    path = tmp_path / "moving.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=200)
    out = tmp_path / "proxy.mp4"
    proxy_video(path, out, blur=[])
    copy = decode(out).creative
    assert (copy.kind, copy.video_codec, copy.has_sound) == (MediaKind.VIDEO, "h264", False)
    assert copy.duration_s == pytest.approx(2.0, abs=0.3)


def test_sound_alone_becomes_sound_in_mp4(film: Film, tmp_path: Path) -> None:
    tone = 0.2 * np.sin(np.arange(32000) * 0.1).astype(np.float32)
    out = tmp_path / "proxy.mp4"
    proxy_video(film("tone.wav", [], sound=tone), out, blur=[])
    copy = decode(out)
    assert (copy.creative.kind, copy.creative.audio_codec) == (MediaKind.AUDIO, "aac")
    assert copy.sound is not None
    assert float(np.abs(copy.sound[3200:]).max()) == pytest.approx(0.2, abs=0.05)  # the encoder needs a run-up


def test_a_damaged_video_gives_what_can_be_read(film: Film, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    noise = [rng.integers(0, 255, (96, 128, 3), dtype=np.uint8) for _ in range(40)]
    path = film("broken.mp4", noise, options={"movflags": "+faststart"})
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    out = tmp_path / "proxy.mp4"
    proxy_video(path, out, blur=[])
    assert 0.5 < (decode(out).creative.duration_s or 0.0) < 3.5
