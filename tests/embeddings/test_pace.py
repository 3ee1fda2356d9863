"""Which pictures are taken, by time and by what they show."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.cuts import COLUMNS, ROWS, Small
from embeddings.pace import Pace


def _small(level: int) -> Small:
    return np.full((ROWS, COLUMNS), level, dtype=np.float32)


def _taken(pace: Pace, levels: list[int], *, rate: float = 10.0) -> list[float]:
    """The times of the pictures left in the end, of a sequence of plain greys."""
    times: list[float] = []
    for number, level in enumerate(levels):
        if pace.wants(number / rate, lambda level=level: _small(level)):  # type: ignore[misc]
            times.append(number / rate)
            if (keep := pace.excess()) is not None:
                times = [times[at] for at in keep]
    assert pace.taken == len(times)
    return times


def test_two_a_second_and_the_first_of_each_shot() -> None:
    levels = [10] * 13 + [120] * 14 + [10] * 3
    pace = Pace(start_s=0.0, step_s=0.5, most=50, shots=True)
    assert _taken(pace, levels) == pytest.approx([0.0, 0.5, 1.0, 1.3, 1.6, 2.1, 2.6, 2.7])


def test_shots_are_left_out_where_they_are_not_asked_for() -> None:
    pace = Pace(start_s=0.0, step_s=0.5, most=50, shots=False)
    assert _taken(pace, [10] * 13 + [120] * 17) == pytest.approx([0.0, 0.5, 1.0, 1.5, 2.0, 2.5])


def test_more_than_usual_are_taken_only_where_they_would_lie_too_far_apart() -> None:
    request = {"start_s": 0.0, "max_frames": 40, "usual_frames": 10, "furthest_apart_s": 1.5}
    for seconds, count, step_s in ((5, 10, 0.5), (9, 10, 1.0), (30, 30, 1.0), (60, 30, 2.0)):
        pace = Pace.asked(request, step_s=0.5, shots=False)
        assert len(_taken(pace, [10] * 10 * seconds)) == pytest.approx(count, abs=1)
        assert pace.step_s == step_s


def test_nothing_before_the_start_is_taken() -> None:
    pace = Pace(start_s=2.0, step_s=0.5, most=50, shots=True)
    assert _taken(pace, [10] * 13 + [120] * 17) == pytest.approx([2.0, 2.5])


def test_too_many_are_thinned_out_evenly_and_the_starts_of_shots_stay() -> None:
    levels = [10] * 333 + [120] * 333 + [10] * 334
    pace = Pace(start_s=0.0, step_s=0.5, most=16, shots=True)
    times = _taken(pace, levels)
    assert 8 <= len(times) <= 16
    assert {33.3, 66.6} <= set(times)
    assert max(np.diff(times)) <= 2 * pace.step_s
    assert times[-1] > 85


def test_a_film_of_nothing_but_cuts_keeps_within_its_number() -> None:
    pace = Pace(start_s=0.0, step_s=0.5, most=10, shots=True)
    times = _taken(pace, [10 + 100 * (n // 3 % 2) for n in range(600)])
    assert 4 <= len(times) <= 10
    assert times == sorted(times)
    assert times[-1] > 40


def test_one_picture_alone_can_be_all_that_is_wanted() -> None:
    assert _taken(Pace(start_s=0.0, step_s=0.5, most=1, shots=True), [10, 120] * 20) == [0.0]


def test_a_flash_is_one_shot_not_two() -> None:
    levels = [10] * 40 + [200] * 2 + [10] * 40
    pace = Pace(start_s=0.0, step_s=1.0, most=50, shots=True)
    extra = [at for at in _taken(pace, levels, rate=25.0) if 1.5 < at < 1.9]
    assert extra == pytest.approx([1.6])


def test_a_clock_that_runs_backwards_is_not_followed() -> None:
    pace = Pace(start_s=0.0, step_s=0.5, most=10, shots=True)
    clock = ((0.0, 10), (3.0, 10), (1.0, 200), (3.0, 10), (2.0, 200), (3.6, 200))
    assert [at for at, level in clock if pace.wants(at, lambda: _small(level))] == [0.0, 3.0, 3.6]  # noqa: B023


def test_the_starts_of_shots_outlive_the_thinning() -> None:
    pace = Pace(start_s=0.0, step_s=0.5, most=40, shots=True)
    times = _taken(pace, [10 + 100 * (n // 113 % 2) for n in range(1000)])
    assert {11.3, 22.6, 33.9, 45.2, 56.5, 67.8, 79.1, 90.4} <= set(times)
