"""What the small classifier of ``lip_sync`` is given: how mouth and sound agree, how the delay wanders, how the lips move, and
which shape they have in each class of speech sounds."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from detectors.lip_agreement import LipAgreement
from detectors.lip_kinematics import LipKinematics

NAMES = (
    "deviations",
    "weakest_part",
    "delay",
    "delay_wanders",
    "closure",
    "open_in_vowels",
    "open_in_murmurs",
    "open_in_hissing",
    "speed",
    "jerk",
    "fast_share",
    "width_share",
)
"""In the order of ``lip_features``."""

POINT_NAMES = (*NAMES, "roundness")
"""The same where the lips are marked."""


def lip_features(agreement: LipAgreement, kinematics: LipKinematics) -> NDArray[np.float64]:
    """(len(NAMES),), or (len(POINT_NAMES),) of marked lips; NaN for what was not heard."""
    phones = agreement.phones
    seen = [
        agreement.deviations,
        min(part.correlation for part in agreement.stretches),
        abs(agreement.delay_s),
        agreement.delay_wanders_s,
        *(
            math.nan if one is None else one
            for one in (agreement.closure_db, phones.vowels, phones.murmurs, phones.hissing)
        ),
    ]
    return np.concatenate([np.array(seen, dtype=np.float64), kinematics.features()])
