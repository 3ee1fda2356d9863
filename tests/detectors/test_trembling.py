"""Trembling, its speed and its coherence follow what was put in."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.face_flow import window
from detectors.trembling import RIGID, jitter, trembling
from tests.detectors.marked_points import carried, marked_points
from tests.detectors.moving_faces import close_up, face, flow_of

COUNT = 40


def shaken(shifts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The whole picture shifted sideways."""
    return np.stack([np.roll(face(), int(by), axis=1) for by in shifts])


def test_landmarks_that_tremble() -> None:
    steady = close_up(shaken(np.zeros(COUNT, dtype=np.int64)))
    assert trembling(flow_of(steady)).landmarks < 1e-9
    noise = np.random.default_rng(1).normal(0, 1.0, steady.landmarks.shape)
    shaking = close_up(steady.faces, landmarks=steady.landmarks + noise)
    # Of two independent coordinates of one pixel each, four fifths are left beside the mean over five frames
    assert trembling(flow_of(shaking)).landmarks == pytest.approx(np.sqrt(2 * 0.8) / 160, rel=0.1)


def test_rigid_points_tremble_against_each_other_and_not_with_the_head() -> None:
    still = marked_points(COUNT)
    assert jitter(still) < 1e-9
    assert jitter(carried(still)) < 1e-9
    shaking = carried(still)
    shaking.points[:, RIGID] += np.random.default_rng(1).normal(0, 0.002, (COUNT, len(RIGID), 2))
    # Of ten points in two directions the head's own movement takes four of twenty degrees of freedom along
    assert jitter(shaking) == pytest.approx(0.002 * np.sqrt(2 * 0.8 * 16 / 20), rel=0.1)
    talking = marked_points(COUNT, lips=np.random.default_rng(1).uniform(0, 0.1, COUNT))
    assert jitter(talking) < 1e-9


def test_fast_and_slow_movement() -> None:
    at = np.arange(COUNT) / 30
    slow = trembling(flow_of(close_up(shaken(np.rint(12 * np.sin(2 * np.pi * 1.0 * at)).astype(np.int64)))))
    fast = trembling(flow_of(close_up(shaken(np.rint(4 * np.sin(2 * np.pi * 8.0 * at)).astype(np.int64)))))
    assert slow.fast_share < 0.35
    assert fast.fast_share > 0.8


def test_a_face_that_moves_with_its_head_and_one_that_does_not() -> None:
    shifts = np.random.default_rng(2).integers(-3, 4, COUNT)
    whole = shaken(shifts)
    together = trembling(flow_of(close_up(whole))).coherence
    alone = np.repeat(face()[None], COUNT, axis=0)
    alone[:, 80:260, 85:235] = whole[:, 80:260, 85:235]
    apart = trembling(flow_of(close_up(alone))).coherence
    assert together is not None
    assert apart is not None
    assert together > 0.9
    assert apart < together - 0.3


def test_where_nothing_moves_there_is_no_coherence() -> None:
    assert trembling(flow_of(close_up(np.repeat(face()[None], COUNT, axis=0)))).coherence is None
    assert window("nose")[0].stop > window("nose")[0].start
