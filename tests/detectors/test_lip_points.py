"""The gap between marked lips, their width and roundness, and how they join what was measured on the picture."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.lip_kinematics import lip_kinematics
from detectors.lip_points import lip_shape, on_points, with_points
from detectors.mouth_motion import MouthMotion
from tests.detectors.marked_points import MOUTH_WIDTH, carried, marked_points

AT = np.arange(120) / 30
GAP = 0.05 + 0.03 * np.sin(2 * np.pi * 3 * AT)


def mouth(movement: np.ndarray) -> MouthMotion:
    return MouthMotion(start_s=0.0, opening=movement / 50, width=movement / 90, movement=movement)


def test_gap_width_and_roundness_of_a_mouth_on_a_head_that_turns() -> None:
    shape = lip_shape(marked_points(120, lips=GAP))
    assert shape.gap == pytest.approx(GAP)
    assert shape.width == pytest.approx(np.full(120, MOUTH_WIDTH))
    moved = lip_shape(carried(marked_points(120, lips=GAP)))
    assert moved.roundness == pytest.approx(GAP / MOUTH_WIDTH)


def test_points_are_a_fourth_curve_and_give_opening_width_and_roundness() -> None:
    shape = lip_shape(marked_points(120, lips=GAP))
    still, middle = mouth(np.zeros(120)), slice(20, 100)
    opening, alone = on_points(still, shape)
    assert opening[middle] == pytest.approx((GAP - 0.05)[middle], abs=0.004)
    assert alone.std() == pytest.approx(1.0)
    both = with_points(mouth(2 * alone), shape)
    assert both.movement == pytest.approx((3 * 2 * alone + alone) / 4)
    assert both.opening == pytest.approx(opening)
    assert both.amplitude == pytest.approx(0.03 / np.sqrt(2), rel=0.1)
    assert both.width == pytest.approx(np.zeros(120), abs=1e-9)
    moves = lip_kinematics(both)
    assert moves.roundness == pytest.approx(0.03 / np.sqrt(2) / MOUTH_WIDTH, rel=0.1)
    assert len(moves.features()) == len(lip_kinematics(mouth(alone)).features()) + 1


def test_lips_that_never_move_add_nothing() -> None:
    shape = lip_shape(marked_points(120, lips=np.full(120, 0.02)))
    moving = mouth(np.sin(2 * np.pi * 3 * AT))
    assert with_points(moving, shape).movement == pytest.approx(0.75 * moving.movement)
