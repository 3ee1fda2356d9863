"""A mouth that is changed for a while is found with its times; noise, a single bad moment and sparse frames decide nothing."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.mouth_course import NOT_FOLLOWED, MouthCourse


def course(gaps: list[float], *, step_s: float = 0.1, noise: float = 0.004) -> MouthCourse:
    trembling = np.random.default_rng(1).normal(0, noise, len(gaps))
    return MouthCourse(
        times_s=tuple(2.0 + step_s * at for at in range(len(gaps))), gaps=tuple((np.array(gaps) + trembling).tolist())
    )


HONEST = [0.005] * 60


@pytest.mark.parametrize("start", [0, 20, 45])
def test_a_second_and_a_half_of_another_mouth(start: int) -> None:
    gaps = [*HONEST]
    gaps[start : start + 15] = [0.08] * 15
    (found,) = course(gaps).changes()
    assert found.start_s == pytest.approx(2.0 + start / 10, abs=0.5)
    assert found.end_s == pytest.approx(2.0 + start / 10 + 1.4, abs=0.5)
    assert found.gap == pytest.approx(0.08, abs=0.01)


def test_two_changes_are_two() -> None:
    gaps = [*HONEST, *HONEST]
    gaps[10:25] = gaps[80:100] = [0.07] * 15
    assert len(course(gaps).changes()) == 2


def test_what_is_short_small_or_noisy_is_no_change() -> None:
    short = [*HONEST]
    short[20:26] = [0.1] * 6
    small = [*HONEST]
    small[20:40] = [0.03] * 20
    assert course(short).changes() == course(small).changes() == course(HONEST).changes() == ()
    poor = np.abs(np.random.default_rng(2).normal(0, 0.08, 60))
    assert MouthCourse(times_s=tuple(np.arange(60) / 10), gaps=tuple(poor.tolist())).changes() == ()


def test_sparse_frames_see_it_and_do_not_claim_it() -> None:
    gaps = [0.005] * 20
    gaps[8:12] = [0.06] * 4
    sparse = course(gaps, step_s=0.5)
    assert not sparse.dense
    assert len(sparse.changes()) == 1
    assert course(HONEST).dense


def test_the_pair_that_differs_most_is_no_single_bad_one() -> None:
    gaps = [*HONEST]
    gaps[40:43] = [0.06] * 3
    gaps[10] = 0.3
    widest = course(gaps, noise=0.0001).widest()
    assert widest is not None
    assert widest.start_s == pytest.approx(6.1, abs=0.11)
    assert NOT_FOLLOWED.widest() is None


def test_too_little_to_follow() -> None:
    assert NOT_FOLLOWED.changes() == course([0.1] * 4).changes() == course([0.1] * 9).changes() == ()
    assert not NOT_FOLLOWED.dense
