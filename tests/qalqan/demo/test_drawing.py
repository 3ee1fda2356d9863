"""Marks, captions and what re-uploaders do to pictures."""

from __future__ import annotations

import numpy as np
import pytest

from qalqan.demo.creatives import Variant
from qalqan.demo.drawing import MARK_PX, captioned, lettering, marked, varied
from qalqan.demo.parts import Pixels


@pytest.fixture
def picture() -> Pixels:
    ramp = np.linspace(0, 255, 480).astype(np.uint8)
    return np.dstack([np.tile(ramp, (480, 1)), np.tile(ramp[:, None], (1, 480)), np.full((480, 480), 90, np.uint8)])


def test_the_mark_lies_along_the_lower_edge_and_nowhere_else(picture: Pixels) -> None:
    done = marked(picture)
    assert np.array_equal(done[:-MARK_PX], picture[:-MARK_PX])
    yellow = (done[-MARK_PX:] == (255, 214, 10)).all(axis=2).sum()
    assert yellow > 200, "the mark must be readable"


def test_a_caption_leaves_the_upper_part_alone(picture: Pixels) -> None:
    done = captioned(picture, "AYDA 5000 AZN — ZƏMANƏTLİ QAZANC")
    changed = np.nonzero((done != picture).any(axis=(1, 2)))[0]
    assert changed.min() >= 400


def test_long_lines_shrink_until_they_fit() -> None:
    strip = lettering("Ə" * 40, width=300, height=40, ink=(255, 255, 255), paper=(0, 0, 0))
    assert strip.shape == (40, 300, 3)
    assert strip[:, :2].max() == 0


@pytest.mark.parametrize("variant", list(Variant))
def test_every_variant_has_even_sides_and_all_but_one_differ(picture: Pixels, variant: Variant) -> None:
    done = varied(picture, variant, frame=5)
    assert done.shape[0] % 2 == done.shape[1] % 2 == 0
    same = done.shape == picture.shape and np.array_equal(done, picture)
    assert same == (variant is Variant.PLAIN)


def test_mirroring_swaps_left_and_right(picture: Pixels) -> None:
    assert np.array_equal(varied(picture, Variant.MIRRORED, frame=0)[:, ::-1], picture)


def test_the_ticker_runs(picture: Pixels) -> None:
    one, other = (varied(picture, Variant.TICKER, frame=number) for number in (0, 30))
    assert not np.array_equal(one, other)
