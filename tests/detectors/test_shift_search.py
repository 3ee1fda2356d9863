from __future__ import annotations

import numpy as np
import pytest

from detectors.shift_search import best_shifts, mixing, movements, placed, windows


def test_gaps_in_the_film_keep_their_place_in_time() -> None:
    rows = np.random.default_rng(1).standard_normal((60, 50)).astype(np.float32)
    kept = np.delete(np.arange(60), slice(20, 25))
    moved = movements(rows, np.arange(60) / 10, spacing=1)
    [found] = best_shifts(
        moved[10:50], moved[kept], suspect_s=np.arange(40) / 10, footage_s=kept / 10, within=[slice(0, 40)]
    )
    assert found.seconds == pytest.approx(1.0)
    assert found.speed == 1.0
    assert found.pairs == 34  # a tenth of a second at the edge of the gap lies on no whole step of the grid
    assert found.lead > 0.8 * found.score


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
    assert best_shifts(still, moving, suspect_s=times_s, footage_s=times_s, within=[slice(0, 40)]) == []
    few = best_shifts(moving[:5], moving, suspect_s=times_s[:5], footage_s=times_s, within=[slice(0, 5)])
    assert few == []


@pytest.mark.parametrize("speed", [0.9, 1.0, 1.05, 1.1])
def test_slowed_and_sped_movement_is_found_at_its_speed_and_place(speed: float) -> None:
    rng = np.random.default_rng(2)
    rough = rng.standard_normal((300, 40))
    smooth = np.stack([np.convolve(column, np.hanning(6), mode="same") for column in rough.T], axis=1)
    film = movements(smooth.astype(np.float32), np.arange(300) / 10, spacing=1)
    times_s = np.arange(80) / 10
    at = (times_s * speed + 7.3) * 10
    shown = np.stack([np.interp(at, np.arange(300), column) for column in film.T], axis=1).astype(np.float32)
    film_s = np.arange(300) / 10
    [found] = best_shifts(shown, film, suspect_s=times_s, footage_s=film_s, within=[slice(0, 80)])
    fine = placed(found, shown, film, suspect_s=times_s, footage_s=film_s)
    assert fine.speed == pytest.approx(speed, abs=0.006)
    assert fine.film_s(np.array([4.0]))[0] == pytest.approx(4.0 * speed + 7.3, abs=0.03)


def test_windows_are_the_whole_and_shorter_overlapping_stretches() -> None:
    found = windows(np.arange(60) / 10)
    assert found[0] == slice(0, 60)
    assert {one.stop - one.start for one in found} == {60, 40, 24}
    assert {(one.start, one.stop) for one in found} >= {(0, 40), (20, 60), (0, 24), (36, 60)}
    assert windows(np.arange(20) / 2) == [slice(0, 20), slice(0, 16), slice(4, 20)]
