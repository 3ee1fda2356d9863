"""Video and sound files: the facts of the container, rotation, and reasons why one cannot be opened."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from av.error import FFmpegError
from numpy.typing import NDArray

from embeddings.errors import UnreadableMedia
from embeddings.media import decode
from embeddings.moving import open_container
from embeddings.open_file import OpenFile
from embeddings.records import MediaKind

Film = Callable[..., Path]
QUARTER_CLOCKWISE = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)


@pytest.fixture
def pictures() -> list[NDArray[np.uint8]]:
    rng = np.random.default_rng(7)
    noise = rng.integers(0, 255, (96, 128, 3), dtype=np.uint8)
    return [np.roll(noise, 3 * number, axis=1) for number in range(30)]


def test_the_facts_are_those_of_the_container(film: Film, pictures: list[NDArray[np.uint8]]) -> None:
    creative = decode(film("a.mp4", pictures, sound=np.zeros(48000, dtype=np.float32))).creative
    assert (creative.kind, creative.container, creative.video_codec) == (MediaKind.VIDEO, "mp4", "h264")
    assert (creative.audio_codec, creative.has_sound) == ("aac", True)
    assert (creative.width_px, creative.height_px) == (128, 96)
    assert creative.frame_rate == pytest.approx(10.0)
    assert creative.duration_s == pytest.approx(3.0, abs=0.2)
    assert str(creative.encoder).startswith("Lavf")
    assert creative.problems == ()


def test_a_video_without_sound_says_so_and_is_no_problem(film: Film, pictures: list[NDArray[np.uint8]]) -> None:
    media = decode(film("quiet.mp4", pictures))
    assert (media.creative.has_sound, media.sound, media.creative.problems) == (False, None, ())


@pytest.mark.parametrize(("name", "codec"), [("a.webm", "libvpx"), ("a.mkv", "libx264"), ("a.avi", "mpeg4")])
def test_other_containers_are_read_too(film: Film, pictures: list[NDArray[np.uint8]], name: str, codec: str) -> None:
    assert len(decode(film(name, pictures, codec=codec)).frames) in (5, 6, 7)


def test_rotation_metadata_is_honoured(film: Film) -> None:
    picture = np.zeros((96, 160, 3), dtype=np.uint8)
    picture[:48] = (255, 0, 0)  # red on top, as stored; shown a quarter clockwise: red on the right
    path = film("turned.mp4", [picture] * 10)
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 4 + 20 + 8 + 8
    data[matrix : matrix + 36] = QUARTER_CLOCKWISE
    path.write_bytes(data)
    media = decode(path)
    pixels = media.frames[0].pixels
    assert pixels.shape == (160, 96, 3)
    assert (media.creative.width_px, media.creative.height_px) == (96, 160)
    assert pixels[80, 85, 0] > 200
    assert pixels[80, 10, 0] < 60


def test_a_video_without_its_index_says_that_it_is_cut_off(film: Film, pictures: list[NDArray[np.uint8]]) -> None:
    path = film("whole.mp4", pictures)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"moov") - 100])
    with pytest.raises(UnreadableMedia, match="moov"):
        decode(path)


def test_sound_alone_is_read_as_sound(film: Film) -> None:
    tone = 0.2 * np.sin(np.arange(32000) * 0.1).astype(np.float32)
    media = decode(film("tone.wav", [], sound=tone))
    assert (media.creative.kind, media.creative.width_px, media.frames) == (MediaKind.AUDIO, None, ())
    assert media.sound is not None
    assert len(media.sound) == pytest.approx(32000, abs=1100)


def test_nothing_that_a_file_names_is_opened_not_even_outside_the_sandbox(
    film: Film, pictures: list[NDArray[np.uint8]]
) -> None:
    segment = film("segment.ts", pictures)
    playlist = segment.with_name("list.m3u8")
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:3,\n{segment}\n#EXT-X-ENDLIST\n")
    with av.open(str(playlist), format="hls") as careless:
        assert careless.streams.video
    with playlist.open("rb") as stream, pytest.raises((FFmpegError, OSError)):
        open_container(OpenFile(stream.fileno()), "hls,mpegts")
