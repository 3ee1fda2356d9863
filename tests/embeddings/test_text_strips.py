"""Strips are of one height, dark on light, and keep the letters of captions over pictures."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.text_boxes import TextBox
from embeddings.text_strips import LETTERS_PX, LONGEST_PX, MARGIN_PX, strips
from tests.written_pictures import Style, written


def box_of(width: int, height: int) -> TextBox:
    return TextBox(left=0, top=0, right=width, bottom=height, sure=1.0)


def test_light_letters_come_out_dark() -> None:
    picture = written(["Qazanın"], width=320, height=60, px=30)
    plain = strips(picture[:50], box_of(320, 50))[0]
    assert plain.shape[0] == LETTERS_PX + 2 * MARGIN_PX
    assert np.median(plain) > 128


def test_the_colour_of_letters_is_taken_out_of_a_picture() -> None:
    picture = written(["SOCAR platforması"], style=Style.OUTLINE, on="astronaut")
    part = picture[306:354, 150:490]
    _, letters = strips(part, box_of(part.shape[1], part.shape[0]))
    assert set(np.unique(letters)) == {0, 255}
    assert 0.05 < float((letters == 0).mean()) < 0.4


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 600), (300, 2), (3, 9000)])
def test_odd_boxes_give_bounded_strips_of_one_size(height: int, width: int) -> None:
    made = strips(np.zeros((height, width, 3), np.uint8), box_of(width, height))
    assert 1 <= len(made) <= 2
    assert len({strip.shape for strip in made}) == 1
    assert made[0].shape[1] <= LONGEST_PX + 2 * MARGIN_PX


def test_the_same_picture_gives_the_same_strips() -> None:
    picture = written(["Gündə 500 AZN"], style=Style.YELLOW)
    first, second = (strips(picture, box_of(640, 360)) for _ in range(2))
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
