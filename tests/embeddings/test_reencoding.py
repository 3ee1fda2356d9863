"""Re-encoding: animations and sound become videos too, and damaged ones as far as they go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embeddings.derivatives import proxy_video
from embeddings.media import decode
from embeddings.records import MediaKind, Region
from tests.factories import make_face_track

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


def test_a_turned_animation_is_written_as_it_is_analysed_and_blurred_there(tmp_path: Path) -> None:
    """Boxes come from the upright pictures."""
    turned = Image.Exif()
    turned[0x0112] = 6
    rng = np.random.default_rng(3)
    pictures = [Image.fromarray(rng.integers(0, 255, (96, 192, 3), dtype=np.uint8)) for _ in range(4)]
    path, out = tmp_path / "turned.webp", tmp_path / "proxy.mp4"
    pictures[0].save(
        path, save_all=True, append_images=pictures[1:], duration=500, lossless=True, exif=turned.tobytes()
    )
    top = make_face_track(track=0, start_s=0.0, end_s=2.0, region=Region(left=0.0, top=0.0, width=1.0, height=0.3))
    proxy_video(path, out, blur=[top])
    analysed, copy = decode(path).frames[0].pixels, decode(out).frames[0].pixels
    assert analysed.shape == copy.shape == (192, 96, 3)
    assert copy[:50].std() < 20 < copy[-60:].std()


@pytest.mark.parametrize("name", ["damaged.gif", "damaged.png"])
def test_a_damaged_animation_becomes_a_video_as_far_as_it_goes(tmp_path: Path, name: str) -> None:
    rng = np.random.default_rng(4)
    pictures = [Image.fromarray(rng.integers(0, 255, (96, 128, 3), dtype=np.uint8)) for _ in range(8)]
    path, out = tmp_path / name, tmp_path / "proxy.mp4"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=200)
    data = bytearray(path.read_bytes())
    middle = len(data) * 5 // 8
    data[middle : middle + 400] = bytes(400)
    path.write_bytes(data)
    analysed = decode(path).creative
    assert analysed.kind is MediaKind.VIDEO
    proxy_video(path, out, blur=[])
    assert 0.2 < (decode(out).creative.duration_s or 0.0) <= 1.7


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
