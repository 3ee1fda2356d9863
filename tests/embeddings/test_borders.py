"""Bars are cut off, pictures are not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.borders import WHOLE, content_box, cut

Picture = NDArray[np.uint8]
NOISE = np.random.default_rng(1)


@pytest.fixture(scope="module")
def scene(astronaut: Picture) -> Picture:
    return np.asarray(cv2.resize(astronaut[:360, 60:420], (120, 100)), dtype=np.uint8)


def bordered(scene: Picture, colour: tuple[int, int, int], *, top: int, left: int) -> Picture:
    height, width = scene.shape[:2]
    canvas = np.empty((height + 2 * top, width + 2 * left, 3), dtype=np.int16)
    canvas[:] = colour
    canvas[top : top + height, left : left + width] = scene
    return np.clip(canvas + NOISE.integers(-3, 4, canvas.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (240, 30, 200)])
@pytest.mark.parametrize(("top", "left"), [(40, 0), (0, 50), (20, 20), (4, 4)])
def test_bars_of_any_colour_on_any_side(scene: Picture, colour: tuple[int, int, int], top: int, left: int) -> None:
    picture = bordered(scene, colour, top=top, left=left)
    inside = cut(picture, content_box([picture, picture]))
    assert 0 <= scene.shape[0] - inside.shape[0] <= 6
    assert 0 <= scene.shape[1] - inside.shape[1] <= 6
    middle = inside.shape[0] // 2, inside.shape[1] // 2
    aligned = scene[scene.shape[0] // 2 - middle[0] :, scene.shape[1] // 2 - middle[1] :]
    gap = np.abs(inside.astype(int) - aligned[: inside.shape[0], : inside.shape[1]]).mean()
    assert gap < 4, "it is the scene, in its place"


def test_a_picture_without_bars_is_whole(scene: Picture) -> None:
    assert content_box([scene]) == WHOLE


def test_a_plain_background_is_no_bar() -> None:
    studio = np.full((120, 160, 3), 200, dtype=np.uint8)
    cv2.ellipse(studio, (80, 120), (30, 70), 0, 0, 360, (90, 60, 50), -1)
    assert content_box([studio, studio]) == WHOLE


def test_a_wall_beside_the_picture_is_no_bar(scene: Picture) -> None:
    walled = bordered(scene, (90, 90, 90), top=0, left=40)[:, 30:]
    assert content_box([walled, walled]) == WHOLE
    two_walls = np.concatenate(
        [np.full((100, 30, 3), 20, np.uint8), scene, np.full((100, 30, 3), 90, np.uint8)], axis=1
    )
    assert content_box([two_walls]) == WHOLE


def test_what_is_a_bar_in_one_moment_only_is_none(scene: Picture) -> None:
    caption = scene.copy()
    caption[:30] = 0
    assert content_box([caption, scene]) == WHOLE


def test_fades_say_nothing(scene: Picture) -> None:
    picture = bordered(scene, (0, 0, 0), top=40, left=0)
    assert content_box([np.zeros_like(picture), picture]) == content_box([picture])
    assert content_box([np.zeros_like(picture)]) == WHOLE
    assert content_box([]) == WHOLE


def test_pictures_of_different_sizes_have_no_common_bars(scene: Picture) -> None:
    picture = bordered(scene, (0, 0, 0), top=40, left=0)
    assert content_box([picture, picture[:, :-10]]) == WHOLE
