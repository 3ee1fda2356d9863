"""Whether a mouth has the shape that each class of speech sounds asks for: open in vowels, closed in murmurs (m, b, p), nearly
closed in hissing sounds (s, sh, f).

Nobody transcribes anything: which class prevails is read off the energy of three bands, and holds for any language.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.mouth_motion import GRID_PER_S
from detectors.speech_energy import SpeechEnergy

Numbers = NDArray[np.float64]

LEAST_CLASS_S = 0.2
"""Seconds of a class without which nothing is said of it."""

LOUD, QUIET, HISSES = 0.7, 0.4, 0.8
"""Shares of the time below which a class's level must lie to be quiet, and above which to be loud."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneAgreement:
    """How far the mouth is open, in standard deviations of its movement from its middle, while each class is heard; None where
    that class is heard too little."""

    vowels: float | None
    murmurs: float | None
    hissing: float | None


def phone_agreement(movement: Numbers, heard: SpeechEnergy, *, first: int) -> PhoneAgreement:
    """Of a mouth's movement (k,) with the levels from place ``first`` on (the sound is read round in a circle)."""
    low, vowels, hissing = (
        np.roll(curve, -first)[: len(movement)] for curve in (heard.low, heard.vowels, heard.hissing)
    )
    opened = (movement - movement.mean()) / max(float(movement.std()), 1e-9)
    quiet = vowels <= np.quantile(vowels, QUIET)
    hisses = quiet & (hissing >= np.quantile(hissing, HISSES))
    murmurs = quiet & ~hisses & (low >= np.median(low))
    return PhoneAgreement(
        vowels=_opened(opened, vowels >= np.quantile(vowels, LOUD)),
        murmurs=_opened(opened, murmurs),
        hissing=_opened(opened, hisses),
    )


def _opened(opened: Numbers, when: NDArray[np.bool_]) -> float | None:
    return float(opened[when].mean()) if when.sum() >= LEAST_CLASS_S * GRID_PER_S else None
