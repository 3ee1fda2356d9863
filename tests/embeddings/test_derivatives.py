"""Working copies: bystanders cannot be found in them, the matched can, and nothing of the original's metadata is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from embeddings.derivatives import as_pixels, blur_windows, proxy_video, thumbnail
from embeddings.errors import UnreadableMedia
from embeddings.faces import region_of, see_faces
from embeddings.media import decode
from embeddings.records import Region
from embeddings.samples import Frame, LoadedPack, SeenAt
from embeddings.sandbox import Budget
from tests.factories import make_face_track

Picture = NDArray[np.uint8]
Film = Callable[..., Path]


@pytest.fixture(scope="module")
def couple(astronaut: Picture, hopper: Picture) -> Picture:
    """Two people side by side, 360×720."""
    left, right = astronaut[:300, 80:380], hopper[20:420, 60:460]
    return np.concatenate(
        [cv2.resize(face, (360, 360), interpolation=cv2.INTER_AREA) for face in (left, right)], axis=1
    )


def test_a_blurred_bystander_is_not_found_in_the_thumbnail_and_the_matched_is(
    pack: LoadedPack, couple: Picture
) -> None:
    frame = Frame(at_s=0.0, pixels=couple, scale=1.0)
    first, second = sorted(pack.faces.detect(couple), key=lambda face: face.box[0])
    keep, hide = region_of(first.box, couple), region_of(second.box, couple)
    jpeg = thumbnail(frame, keep=[keep], blur=[hide])
    pixels = as_pixels(jpeg)
    assert max(pixels.shape) <= 480
    (left,) = pack.faces.detect(pixels)
    assert left.box[2] < pixels.shape[1] / 2
    # Even where the face is known to be, its vector no longer says whose it is
    enlarged = cv2.resize(pixels, (couple.shape[1], couple.shape[0]))
    blurred = pack.faces.chip(enlarged, pack.faces.locate(enlarged, second.box))
    ghost, own = pack.faces.embed([blurred, pack.faces.chip(couple, second)])
    assert 1 - np.linalg.norm(ghost - own) < pack.manifest.face_threshold
    assert pack.faces.detect(as_pixels(thumbnail(frame, keep=[], blur=[keep, hide]))) == []


def test_a_thumbnail_carries_no_metadata(couple: Picture) -> None:
    jpeg = thumbnail(Frame(at_s=0.0, pixels=couple, scale=1.0), keep=[], blur=[])
    assert b"Exif" not in jpeg


def test_a_proxy_hides_the_unmatched_face_for_as_long_as_it_moves(
    pack: LoadedPack, film: Film, couple: Picture, tmp_path: Path
) -> None:
    pictures = [np.roll(couple, 4 * n, axis=1) for n in range(20)]
    original = film("couple.mp4", pictures, sound=0.1 * np.ones(32000, dtype=np.float32))
    media = decode(original)
    seen = see_faces(media, pack)
    assert len(seen.samples) == 2
    hidden = max(seen.samples, key=lambda sample: sample.track.region.left)
    out = tmp_path / "copies" / "proxy.mp4"
    assert proxy_video(original, out, blur=[hidden.track], paths=seen.paths).problems == ()
    copy = decode(out)
    left = see_faces(copy, pack).samples
    assert {sample.track.region.left < 0.5 for sample in left} == {True}
    assert (copy.creative.video_codec, copy.creative.audio_codec) == ("h264", "aac")
    assert copy.creative.duration_s == pytest.approx(2.0, abs=0.2)
    assert [path.name for path in out.parent.iterdir()] == ["proxy.mp4"]


def test_a_track_without_its_path_is_blurred_where_it_was_best(
    pack: LoadedPack, film: Film, couple: Picture, tmp_path: Path
) -> None:
    original = film("still.mp4", [couple] * 10)
    tracks = [sample.track for sample in see_faces(decode(original), pack).samples]
    out = tmp_path / "proxy.mp4"
    proxy_video(original, out, blur=tracks)
    assert see_faces(decode(out), pack).samples == ()


def test_a_proxy_is_small_upright_playable_early_and_without_metadata(film: Film, tmp_path: Path) -> None:
    pictures = [np.full((720, 1280, 3), n * 9, dtype=np.uint8) for n in range(12)]
    out = tmp_path / "proxy.mp4"
    proxy_video(film("large.mp4", pictures), out, blur=[])
    data = out.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(out)) as copy:
        assert (copy.streams.video[0].width, copy.streams.video[0].height) == (854, 480)
        assert "encoder" not in copy.metadata


def test_pictures_of_wanted_moments_are_taken_on_the_way(film: Film, tmp_path: Path) -> None:
    pictures = [np.full((180, 320, 3), n * 8, dtype=np.uint8) for n in range(30)]
    out = tmp_path / "proxy.mp4"
    frames = proxy_video(film("long.mp4", pictures), out, blur=[], moments_s=(0.0, 2.04, 1.0, 7.0)).frames
    assert [frame.at_s for frame in frames] == pytest.approx([0.0, 1.0, 2.04, 2.9], abs=0.11)
    assert all(frame.pixels.shape == (180, 320, 3) for frame in frames)
    for frame in frames:
        assert int(frame.pixels[90, 160, 0]) == pytest.approx(80 * frame.at_s, abs=4)


def test_windows_join_sightings_unless_the_face_was_away() -> None:
    def at(at_s: float, left: float) -> SeenAt:
        return SeenAt(at_s=at_s, region=Region(left=left, top=0.1, width=0.1, height=0.1))

    windows = blur_windows(make_face_track(), [at(0.0, 0.1), at(0.5, 0.3), at(9.0, 0.3)])
    joined = [window for window in windows if (window.start_s, window.end_s) == (0.0, 0.5)]
    assert joined[0].region.width == pytest.approx(0.3)
    assert not any(window.start_s <= 5.0 <= window.end_s for window in windows)


def test_what_has_no_proxy_says_so_and_leaves_nothing(film: Film, tmp_path: Path) -> None:
    out = tmp_path / "proxy.mp4"
    still, text = tmp_path / "a.png", tmp_path / "a.txt"
    Image.new("RGB", (50, 50)).save(still)
    text.write_text("not a video at all")
    with pytest.raises(ValueError, match="still picture"):
        proxy_video(still, out, blur=[])
    with pytest.raises(UnreadableMedia, match="it is text"):
        proxy_video(text, out, blur=[])
    short = Budget(wall_s=0.001, cpu_s=5, memory_bytes=3 << 30, file_bytes=1 << 20, answer_bytes=1 << 20)
    with pytest.raises(UnreadableMedia, match="re-encoded"):
        proxy_video(film("a.mp4", [np.zeros((64, 64, 3), dtype=np.uint8)] * 5), out, blur=[], budget=short)
    assert not out.exists()
    assert not list(tmp_path.glob(".*part*"))
