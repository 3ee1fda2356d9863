"""Pictures: upright, scaled, on white; animations in time; damaged ones as far as they go."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embeddings.errors import UnreadableMedia
from embeddings.media import Limits, decode
from embeddings.records import MediaKind


def test_a_photograph_is_scaled_and_its_facts_are_those_of_the_original(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0131] = "PaintShop 9"
    path = tmp_path / "a.jpg"
    Image.new("RGB", (1200, 900), "red").save(path, exif=exif)
    media = decode(path)
    assert (media.creative.kind, media.creative.container) == (MediaKind.IMAGE, "jpeg")
    assert (media.creative.width_px, media.creative.height_px) == (1200, 900)
    assert media.creative.encoder == "PaintShop 9"
    assert media.frames[0].pixels.shape == (480, 640, 3)
    assert media.frames[0].scale == pytest.approx(640 / 1200)
    assert media.sound is None
    assert media.creative.problems == ()


def test_exif_orientation_is_honoured(tmp_path: Path) -> None:
    picture = Image.new("RGB", (200, 100), "black")
    picture.paste("red", (0, 0, 200, 50))  # red on top, as stored
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned a quarter clockwise: red on the right
    path = tmp_path / "turned.jpg"
    picture.save(path, exif=exif, quality=95)
    media = decode(path)
    pixels = media.frames[0].pixels
    assert pixels.shape == (200, 100, 3)
    assert (media.creative.width_px, media.creative.height_px) == (100, 200)
    assert pixels[100, 90, 0] > 200
    assert pixels[100, 10, 0] < 50


def test_transparency_is_shown_on_white(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(path)
    assert decode(path).frames[0].pixels.min() == 255


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_an_animation_is_sampled_in_time(tmp_path: Path, suffix: str) -> None:
    pictures = [Image.new("RGB", (64, 48), (12 * n, 255 - 12 * n, 90)) for n in range(20)]
    path = tmp_path / f"moving.{suffix}"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=200, loop=0)
    media = decode(path)
    assert media.creative.kind is MediaKind.VIDEO
    assert media.creative.duration_s == pytest.approx(4.0, abs=0.3)
    assert len(media.frames) in (7, 8)
    assert media.frames[0].pixels[5, 5, 0] < media.frames[-1].pixels[5, 5, 0]


def test_a_long_animation_is_thinned_out_evenly(tmp_path: Path) -> None:
    pictures = [Image.new("RGB", (16, 16), (n % 256, n // 256 * 40, 9)) for n in range(300)]
    path = tmp_path / "long.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=500)
    media = decode(path, limits=Limits(max_frames=16))
    times = [frame.at_s for frame in media.frames]
    assert 8 <= len(times) <= 16
    assert times[-1] > 100
    assert max(np.diff(times)) < 3 * min(np.diff(times))


def test_a_cut_off_photograph_shows_what_it_can(tmp_path: Path) -> None:
    whole = io.BytesIO()
    rng = np.random.default_rng(5)
    Image.fromarray(rng.integers(0, 255, (300, 300, 3), dtype=np.uint8)).save(whole, "JPEG")
    path = tmp_path / "cut.jpg"
    path.write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])
    media = decode(path)
    assert len(media.frames) == 1
    assert "damaged" in media.creative.problems[0]


def test_a_header_and_nothing_else_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "head.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    with pytest.raises(UnreadableMedia, match=r"damaged PNG picture.*head\.png"):
        decode(path)


def test_a_gif_of_one_picture_is_an_image(tmp_path: Path) -> None:
    path = tmp_path / "one.gif"
    Image.new("RGB", (30, 20), "red").save(path)
    media = decode(path)
    assert (media.creative.kind, len(media.frames), media.creative.duration_s) == (MediaKind.IMAGE, 1, None)


def test_each_new_scene_of_an_animation_is_seen(tmp_path: Path) -> None:
    pictures = [Image.new("L", (64, 48), 250 * (number // 3 % 2)) for number in range(30)]
    path = tmp_path / "blinking.png"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100)
    times = [round(frame.at_s, 1) for frame in decode(path).frames]
    assert set(times) >= {0.3, 0.6, 0.9, 1.2}


def test_an_animation_without_end_is_cut_and_that_is_said(tmp_path: Path) -> None:
    pictures = [Image.new("P", (1, 1), number % 2) for number in range(3010)]
    path = tmp_path / "endless.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=20, optimize=False)
    assert decode(path).creative.problems == ("the animation has more than 3000 pictures; only those were read",)


def test_a_photograph_with_a_second_view_in_it_is_an_image(tmp_path: Path) -> None:
    path = tmp_path / "two.jpg"
    Image.new("RGB", (60, 40), "red").save(path, "MPO", save_all=True, append_images=[Image.new("RGB", (30, 20))])
    creative = decode(path).creative
    assert (creative.kind, creative.frames_sampled, creative.video_codec) == (MediaKind.IMAGE, 1, "jpeg")
