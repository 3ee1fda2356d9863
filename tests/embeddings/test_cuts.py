"""Cuts, in pictures whose every change is known."""

from __future__ import annotations

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.cuts import COLUMNS, ROWS, Cuts, small_frame, small_of


def _scene(seed: int) -> NDArray[np.uint8]:
    """A picture of large grey patches, 96×128."""
    patches = np.random.default_rng(seed).integers(0, 255, (6, 8), dtype=np.uint8)
    return np.kron(patches, np.ones((16, 16), dtype=np.uint8))


def _starts(pictures: list[NDArray[np.uint8]]) -> list[int]:
    cuts = Cuts()
    return [number for number, picture in enumerate(pictures) if cuts.starts(small_of(picture))]


def test_a_new_scene_starts_a_shot_and_the_first_does_not() -> None:
    assert _starts([_scene(1)] * 5 + [_scene(2)] * 5 + [_scene(1)] * 2) == [5, 10]


def test_a_slideshow_of_single_pictures_is_all_cuts() -> None:
    assert _starts([_scene(n) for n in range(6)]) == [1, 2, 3, 4, 5]


def test_moving_fading_and_noise_are_no_cuts() -> None:
    assert _starts([np.roll(_scene(1), 2 * n, axis=1) for n in range(20)]) == []
    assert _starts([(_scene(1) * (n / 20)).astype(np.uint8) for n in range(20)]) == []
    rng = np.random.default_rng(3)
    assert _starts([rng.integers(0, 255, (96, 128), dtype=np.uint8) for _ in range(20)]) == []


def test_what_flickers_strongly_all_the_time_is_not_cut_all_the_time() -> None:
    flicker = [np.full((96, 128), 60 + 30 * (n % 2), dtype=np.uint8) for n in range(30)]
    assert _starts([*flicker, _scene(5)]) == [1, 2, 30]


def test_the_tiny_picture_is_the_mean_of_its_parts() -> None:
    picture = np.zeros((90, 160), dtype=np.uint8)
    picture[:, 80:] = 200
    small = small_of(picture)
    assert small.shape == (ROWS, COLUMNS)
    assert small[:, : COLUMNS // 2].max() == 0
    assert small[:, COLUMNS // 2 :].min() == 200


@pytest.mark.parametrize("layout", ["yuv420p", "nv12", "gray", "rgb24", "yuv420p10le", "pal8"])
def test_frames_of_every_layout_give_the_same_tiny_picture(layout: str) -> None:
    grey = _scene(4)
    colour = np.repeat(grey[:, :, None], 3, axis=2)
    frame = av.VideoFrame.from_ndarray(colour, format="rgb24")
    if layout == "pal8":
        palette = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 4, axis=1)
        palette[:, 0] = 255
        frame = av.VideoFrame.from_ndarray((grey, palette), format="pal8")
    elif layout != "rgb24":
        frame = frame.reformat(format=layout)
    # Video squeezes brightness into 16..235; that moves a grey of 0 or 255 by up to 20
    assert np.abs(small_frame(frame) - small_of(grey)).max() <= 21


def test_a_frame_smaller_than_the_points_is_no_trouble() -> None:
    assert small_of(np.full((1, 2), 9, dtype=np.uint8)).tolist() == [[9.0] * COLUMNS] * ROWS
