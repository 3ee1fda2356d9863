"""The file of a working copy: blurred in brightness and colour on every frame, and no more frames than are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.derivatives import proxy_video
from embeddings.proxy_file import MAX_FRAMES_PER_S
from embeddings.records import FaceTrack, Region
from tests.factories import make_face_track


def shown(path: Path) -> list[tuple[float, NDArray[np.uint8]]]:
    with av.open(str(path)) as film:
        return [(frame.time, frame.to_ndarray(format="rgb24")) for frame in film.decode(video=0)]


def stripes(count: int) -> Sequence[NDArray[np.uint8]]:
    """Red and blue columns, four pixels wide, that move."""
    columns = (np.arange(160) // 8) % 2
    picture = np.zeros((96, 160, 3), dtype=np.uint8)
    picture[:, columns == 0], picture[:, columns == 1] = (200, 30, 30), (30, 30, 200)
    return [np.roll(picture, n, axis=1) for n in range(count)]


def write(path: Path, **options: str) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"preset": "veryfast", **options})
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for picture in stripes(50):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    return path


def bystander(end_s: float) -> FaceTrack:
    return make_face_track(start_s=0.0, end_s=end_s, region=Region(left=0.0, top=0.2, width=0.3, height=0.5))


@pytest.mark.parametrize("options", [{"bf": "0"}, {"bf": "3"}, {"bf": "3", "b-pyramid": "none"}])
def test_nobody_is_seen_for_a_single_frame(tmp_path: Path, options: dict[str, str]) -> None:
    out = tmp_path / "proxy.mp4"
    proxy_video(write(tmp_path / "stripes.mp4", **options), out, blur=[bystander(2.0)])
    frames = shown(out)
    assert 10 * 2 * 0.9 <= len(frames) <= MAX_FRAMES_PER_S * 2 + 2
    for _, pixels in frames:
        left, right = pixels[40:50, :48].astype(int), pixels[40:50, 100:].astype(int)
        for channel in (0, 2):
            assert np.ptp(left[:, :, channel]) < 60 < 100 < np.ptp(right[:, :, channel])


def test_blurring_ends_with_the_face(tmp_path: Path) -> None:
    out = tmp_path / "proxy.mp4"
    proxy_video(write(tmp_path / "stripes.mp4"), out, blur=[bystander(0.5)])
    sharp = {at_s: np.ptp(pixels[45, 5:40, 0].astype(int)) > 100 for at_s, pixels in shown(out)}
    assert not any(is_sharp for at_s, is_sharp in sharp.items() if at_s <= 0.5)
    assert all(is_sharp for at_s, is_sharp in sharp.items() if at_s > 1.3)
