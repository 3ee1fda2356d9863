"""Speed, jerk and spectrum of a mouth follow what is known of its movement."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.lip_kinematics import lip_kinematics
from detectors.mouth_motion import MouthMotion

AT = np.arange(180) / 30


def mouth(hertz: float) -> MouthMotion:
    opening = 0.01 * np.sin(2 * np.pi * hertz * AT)
    return MouthMotion(start_s=0.0, opening=opening, width=opening / 2, movement=opening)


def test_of_a_sine() -> None:
    slow, fast = lip_kinematics(mouth(2.0)), lip_kinematics(mouth(6.0))
    assert slow.speed == pytest.approx(0.01 * 2 * np.pi * 2 / np.sqrt(2), rel=0.1)
    assert slow.jerk == pytest.approx((2 * np.pi * 2) ** 2, rel=0.2)
    assert slow.fast_share < 0.05
    assert fast.fast_share > 0.95
    assert slow.width_share == pytest.approx(0.5)


def test_a_still_mouth_has_finite_features() -> None:
    still = MouthMotion(start_s=0.0, opening=0 * AT, width=0 * AT, movement=0 * AT)
    assert np.isfinite(lip_kinematics(still).features()).all()
