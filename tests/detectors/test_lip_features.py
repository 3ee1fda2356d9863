"""The features come in the order of their names, and what was not heard is not a number."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.lip_agreement import LipAgreement, Stretch
from detectors.lip_features import NAMES, lip_features
from detectors.lip_kinematics import LipKinematics
from detectors.phone_classes import PhoneAgreement


def test_the_order_and_what_is_missing() -> None:
    parts = [(0.6, 0.1), (0.3, 0.3)]
    agreement = LipAgreement(
        correlation=0.5,
        delay_s=-0.1,
        deviations=4.0,
        chance=0.01,
        elsewhere=0.2,
        shifts=100,
        closure_db=None,
        phones=PhoneAgreement(vowels=0.7, murmurs=None, hissing=-0.5),
        stretches=tuple(
            Stretch(start_s=0.0, end_s=2.0, correlation=value, delay_s=delay, best=value) for value, delay in parts
        ),
    )
    kinematics = LipKinematics(speed=1.0, jerk=np.e, fast_share=0.1, width_share=0.5)
    found = dict(zip(NAMES, lip_features(agreement, kinematics).tolist(), strict=True))
    assert (found["deviations"], found["weakest_part"], found["delay"]) == (4.0, 0.3, 0.1)
    assert found["delay_wanders"] == pytest.approx(0.3)
    assert np.isnan([found["closure"], found["open_in_murmurs"]]).all()
    assert (found["open_in_vowels"], found["open_in_hissing"]) == (0.7, -0.5)
    assert found["jerk"] == pytest.approx(1.0)
