"""Lines are found where they stand, and none where there are none."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from embeddings.text_boxes import MOST_BOXES, TextBox, TextFinder, biggest, in_lines, open_finder
from tests.written_pictures import CAPTIONS, written


@pytest.fixture(scope="module")
def finder() -> TextFinder:
    return open_finder()


def box(left: int, top: int, right: int, bottom: int) -> TextBox:
    return TextBox(left=left, top=top, right=right, bottom=bottom, sure=0.9)


def test_each_line_of_a_caption_is_found_in_order(finder: TextFinder) -> None:
    found = finder.find(written(CAPTIONS["kk"], on="astronaut"))
    caption = [one for one in found if one.top > 200]
    assert len(caption) == 3
    assert all(one.right - one.left > 150 and 20 < one.height < 60 for one in caption)
    assert [one.top for one in caption] == sorted(one.top for one in caption)


def test_a_picture_without_words_has_no_line(finder: TextFinder) -> None:
    slope = np.linspace(40, 220, 480).astype(np.uint8)
    assert finder.find(np.dstack([np.tile(slope, (320, 1))] * 3)) == []


@pytest.mark.parametrize("shape", [(1, 1, 3), (4, 900, 3), (90, 360, 3), (360, 90, 3)])
def test_odd_shapes_are_looked_at(finder: TextFinder, shape: tuple[int, int, int]) -> None:
    assert finder.find(np.full(shape, 127, np.uint8)) == []


def test_noise_gives_no_flood_of_lines(finder: TextFinder) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (360, 640, 3), dtype=np.uint8)
    assert len(finder.find(noise)) <= MOST_BOXES


def test_words_side_by_side_are_one_line() -> None:
    found = in_lines([box(200, 12, 300, 42), box(10, 10, 180, 40), box(10, 60, 100, 90), box(500, 10, 600, 40)])
    assert [(one.left, one.right) for one in found] == [(10, 300), (500, 600), (10, 100)]


def test_the_biggest_stay_in_their_order() -> None:
    boxes = [box(0, 0, 90, 10), box(0, 20, 90, 60), box(0, 70, 90, 100)]
    assert biggest(boxes, 2) == boxes[1:]


def test_it_is_never_pickled(finder: TextFinder) -> None:
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(finder)
