"""Files say in their metadata that they are synthetic, and are the same every time."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from PIL import Image

from qalqan.demo.encoding import COMMENT, write_picture, write_sound, write_video
from qalqan.demo.parts import Pixels, product
from qalqan.demo.speech import tune


def _frames(count: int) -> list[Pixels]:
    return [np.full((64, 96, 3), 10 * number, np.uint8) for number in range(count)]


def test_a_video_is_h264_and_aac_with_the_comment(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write_video(path, _frames(10), tune(seconds=0.4), frames_per_s=25)
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height, video.frames) == (96, 64, 10)
        assert container.metadata["comment"] == COMMENT
        assert sum(1 for _ in container.decode(video=0)) == 10


def test_without_sound_there_is_no_sound_track(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write_video(path, _frames(3), None, frames_per_s=25)
    with av.open(str(path)) as container:
        assert not container.streams.audio


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "a.mp4", tmp_path / "b.mp4"
    frames = [product("cat")[:200, number : number + 200] for number in range(60)]
    for path in (one, other):
        write_video(path, frames, tune(seconds=2.4), frames_per_s=25)
    assert one.read_bytes() == other.read_bytes()


def test_pictures_and_sounds_carry_the_comment_too(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.jpg", _frames(1)[0])
    with Image.open(tmp_path / "a.jpg") as picture:
        assert picture.info["comment"] == COMMENT.encode()
    write_sound(tmp_path / "a.wav", tune(seconds=1))
    with av.open(str(tmp_path / "a.wav")) as container:
        assert container.metadata["comment"] == COMMENT
        assert container.duration == 1_000_000
