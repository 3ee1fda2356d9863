"""Tables are named by their quality, and an earlier JPEG shines through a finer one, and through no other."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.data import camera

from detectors.jpeg_traces import FARTHEST, LOOKED_AT, counted, quality_of, rhythms, scaled


@pytest.mark.parametrize("quality", [1, 30, 50, 75, 92, 99])
def test_libjpegs_own_tables_are_known(quality: int) -> None:
    found = quality_of(scaled(quality).ravel().tolist())
    assert (found.value, found.exact) == (quality, True)


def test_a_table_of_somebody_else_is_near_one() -> None:
    table = scaled(80).ravel()
    table[5] += 3
    found = quality_of(table.tolist())
    assert not found.exact
    assert abs(found.value - 80) <= 2


def test_values_are_counted_where_the_blocks_lie() -> None:
    wave = 128 + 40 * np.cos(np.pi * (2 * (np.arange(64) % 8) + 1) / 16)
    luma = np.repeat(np.rint(wave).astype(np.uint8)[None], 32, axis=0)
    counts = counted(luma, [16] * 64)
    assert counts.shape == (len(LOOKED_AT), 2 * FARTHEST + 1)
    assert counts[0].argmax() == FARTHEST + 14
    assert counts[1].argmax() == FARTHEST


def test_gaps_have_a_rhythm_and_a_smooth_course_has_none() -> None:
    values = np.rint(np.random.default_rng(1).laplace(0, 8, 20_000)).astype(int)
    doubled = np.rint(np.rint(values / 3) * 3).astype(int)
    counts = np.stack(
        [np.bincount(one[np.abs(one) <= FARTHEST] + FARTHEST, minlength=2 * FARTHEST + 1) for one in (values, doubled)]
    )
    smooth, rhythmic = rhythms(counts)
    assert smooth is not None
    assert rhythmic is not None
    assert smooth.score < 5 < 20 < rhythmic.score
    assert rhythms(np.zeros((1, 2 * FARTHEST + 1), dtype=np.int64)) == [None]


def test_plain_and_tiny_pictures_are_counted_without_complaint() -> None:
    for picture in (np.zeros((4, 4), np.uint8), np.full((16, 16), 200, np.uint8), camera()[:9, :200]):
        assert counted(picture, [1] * 64).shape == (len(LOOKED_AT), 2 * FARTHEST + 1)
