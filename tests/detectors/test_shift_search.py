from __future__ import annotations

import numpy as np
import pytest

from detectors.shift_search import best_shift, mixing, movements


def test_gaps_in_the_film_keep_their_place_in_time() -> None:
    rows = np.random.default_rng(1).standard_normal((60, 50)).astype(np.float32)
    kept = np.delete(np.arange(60), slice(20, 25))
    moved = movements(rows, np.arange(60) / 10, spacing=1)
    found = best_shift(moved[10:50], moved[kept], suspect_s=np.arange(40) / 10, footage_s=kept / 10)
    assert found is not None
    assert found.seconds == pytest.approx(1.0)
    assert found.pairs == 35


def test_between_two_frames_of_the_film_the_face_is_mixed_and_in_a_gap_there_is_none() -> None:
    film_s = np.array([0.0, 0.1, 0.2, 1.0, 1.1])
    there, at, share = mixing(film_s, np.array([-0.2, -0.04, 0.05, 0.2, 0.5, 0.97, 1.075, 1.3]))
    assert there.tolist() == [False, True, True, True, False, True, True, False]
    assert (at + share).round(3).tolist() == [0.0, 0.5, 2.0, 3.0, 3.75]


def test_sparse_and_dense_rows_lose_the_same_movement() -> None:
    rows = np.random.default_rng(1).standard_normal((80, 5)).astype(np.float32)
    dense = movements(rows, np.arange(80) / 10, spacing=5)
    assert np.allclose(dense[10:70:5], movements(rows[::5], np.arange(0, 80, 5) / 10, spacing=5)[2:14], atol=1e-5)


def test_where_nothing_moves_or_too_little_is_shared_there_is_no_shift() -> None:
    times_s = np.arange(40) / 10
    still = np.zeros((40, 5), dtype=np.float32)
    moving = np.random.default_rng(1).standard_normal((40, 5)).astype(np.float32)
    assert best_shift(still, moving, suspect_s=times_s, footage_s=times_s) is None
    assert best_shift(moving[:5], moving, suspect_s=times_s[:5], footage_s=times_s) is None
