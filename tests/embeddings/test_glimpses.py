"""What only one of two films shows between its moments is found, and where a shot ends by a frame earlier is no difference."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.glimpses import most_unlike
from embeddings.registration import Placement

Glimpses = NDArray[np.uint8]
TIMES = np.arange(30, dtype=np.float32) * np.float32(0.39)


@pytest.fixture
def shots() -> Glimpses:
    """Three shots of ten glimpses each."""
    coarse = np.random.default_rng(4).integers(30, 220, (3, 4, 4), dtype=np.uint8)
    return np.repeat(np.kron(coarse, np.ones((4, 4), dtype=np.uint8)), 10, axis=0)


def unlike(ours: Glimpses, theirs: Glimpses, *, theirs_s: NDArray[np.float32] = TIMES) -> float:
    return most_unlike(ours, TIMES, theirs, theirs_s, Placement())


def test_noise_and_the_brightness_of_the_whole_are_no_difference(shots: Glimpses) -> None:
    noise = np.random.default_rng(5).integers(-3, 4, shots.shape)
    assert unlike(shots, (shots + 9 + noise).astype(np.uint8)) < 5


def test_a_shot_may_end_one_glimpse_earlier(shots: Glimpses) -> None:
    earlier = shots.copy()
    earlier[9] = shots[10]
    assert unlike(shots, earlier) < 0.1


def test_a_picture_that_only_one_of_them_shows_is_found_in_either(shots: Glimpses) -> None:
    other = shots.copy()
    other[14] = other[14].T
    assert unlike(shots, other) > 12
    assert unlike(other, shots) > 12
    assert unlike(shots[14:15].repeat(30, axis=0), other) > 12


def test_what_is_held_is_found_by_its_time(shots: Glimpses) -> None:
    kept = [0, 1, 2, 3, 4, 8, 9, *range(10, 30)]
    assert unlike(shots, shots[kept], theirs_s=TIMES[kept]) < 0.1
