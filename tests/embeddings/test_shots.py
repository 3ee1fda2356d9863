"""Pictures compared by their cells: cuts, what is new, what only moved or was compressed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.samples import Frame
from embeddings.shots import has_news, is_cut, is_still, view

Picture = NDArray[np.uint8]


def _frame(pixels: Picture) -> Frame:
    return Frame(at_s=0.0, pixels=pixels, scale=1.0)


def _with(scene: Picture, face: Picture, *, left: int, top: int, side: int) -> Picture:
    changed = scene.copy()
    changed[top : top + side, left : left + side] = cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA)
    return changed


@pytest.fixture(scope="module")
def street(astronaut: Picture) -> Picture:
    """A picture without a face: what lies right of the astronaut's head, enlarged."""
    return np.asarray(cv2.resize(astronaut[100:400, 300:512], (640, 360), interpolation=cv2.INTER_CUBIC), np.uint8)


def test_another_scene_is_a_cut_and_a_moved_one_is_not(street: Picture, astronaut: Picture) -> None:
    other = cv2.resize(astronaut[:300, 80:380], (640, 360))
    assert is_cut(_frame(street), _frame(other))
    assert not is_cut(_frame(street), _frame(np.roll(street, 5, axis=1)))
    assert is_cut(_frame(street), _frame(street[:180]))
    dark, light = (np.full((20, 20, 3), level, dtype=np.uint8) for level in (20, 220))
    assert is_cut(_frame(dark), _frame(light))
    assert not is_cut(_frame(dark), _frame(dark))


@pytest.mark.parametrize("side", [60, 110])
@pytest.mark.parametrize("brightness", [1.0, 0.3])
def test_a_face_that_comes_in_is_news_wherever_it_is(
    street: Picture, astronaut: Picture, side: int, brightness: float
) -> None:
    face = astronaut[60:210, 140:290]
    before = (street * brightness).astype(np.uint8)
    for left in (0, 250, 640 - side):
        for top in (0, 360 - side):
            after = _with(before, (face * brightness).astype(np.uint8), left=left, top=top, side=side)
            assert has_news(view(_frame(before)), view(_frame(after)), known=[])


def test_what_moves_a_little_or_is_compressed_is_no_news(street: Picture) -> None:
    before = view(_frame(street))
    encoded = cv2.imencode(".jpg", np.roll(street, 3, axis=0), [cv2.IMWRITE_JPEG_QUALITY, 40])[1]
    again = view(_frame(np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)))
    assert not has_news(before, again, known=[])
    assert not is_still(before, again)
    assert is_still(before, view(_frame(street)))


def test_a_known_face_may_change_but_not_hide_another(street: Picture, astronaut: Picture) -> None:
    face = astronaut[60:210, 140:290]
    before = view(_frame(street))
    there = view(_frame(_with(street, face, left=200, top=100, side=100)))
    assert not has_news(before, there, known=[(200, 100, 300, 200)])
    beside = _with(street, face, left=200, top=100, side=100)
    both = view(_frame(_with(beside, face, left=340, top=100, side=100)))
    assert has_news(before, both, known=[(200, 100, 300, 200)])
    assert has_news(before, there, known=[(-50, -80, 20, -20)])


def test_a_picture_smaller_than_a_cell_is_compared_too() -> None:
    tiny = view(_frame(np.zeros((3, 5, 3), dtype=np.uint8)))
    assert tiny.cells.shape == (1, 1, 3)
    assert has_news(tiny, view(_frame(np.full((3, 5, 3), 200, dtype=np.uint8))), known=[])
