from __future__ import annotations

from dataclasses import replace

import pytest

from detectors.lip_agreement import LipAgreement, Stretch
from detectors.lip_kinematics import LipKinematics
from detectors.lip_words import agreement_words
from detectors.phone_classes import PhoneAgreement

MOVES = LipKinematics(speed=0.05, jerk=100.0, fast_share=0.25, width_share=0.5)
FOUND = LipAgreement(
    correlation=0.62,
    delay_s=0.2,
    deviations=4.1,
    chance=0.01,
    elsewhere=0.3,
    shifts=120,
    closure_db=-3.0,
    phones=PhoneAgreement(vowels=0.4, murmurs=-0.7, hissing=None),
    stretches=(Stretch(start_s=1.0, end_s=3.0, correlation=0.5, delay_s=-0.04, best=0.55),),
)


def test_every_number_is_said_with_what_it_counts() -> None:
    assert agreement_words(FOUND, MOVES) == (
        "Mouth and speech agree at 0.62 (1 is as one), with the sound 0.20 s after the mouth (re-encoding often shifts a sound "
        "track); with the sound shifted to other moments at most 0.30, and 1.0% of 120 shifts do as well (4.1 standard "
        "deviations). By parts: 1.0-3.0 s 0.50 (best 0.55 with the sound 0.04 s before). Where the lips close, vowels are 3 dB "
        "louder. The mouth is open by +0.4 in vowels, -0.7 in murmurs (standard deviations from its middle; vowels open it, the "
        "others do not). The lips move 5.0% of the face's width a second, 25% of it faster than four times a second."
    )


@pytest.mark.parametrize(
    ("delay_s", "chance", "said"),
    [
        (0.0, 0.01, "(1 is as one), without a delay;"),
        (-0.08, 0.01, "with the sound 0.08 s before the mouth;"),
        (0.2, 0.5, "which may be by chance, at the best delay;"),
    ],
)
def test_a_delay_is_told_where_it_is_worth_telling(delay_s: float, chance: float, said: str) -> None:
    assert said in agreement_words(replace(FOUND, delay_s=delay_s, chance=chance), MOVES)


def test_nothing_is_said_of_sounds_and_closures_that_were_not_there() -> None:
    silent = replace(FOUND, closure_db=None, phones=PhoneAgreement(vowels=None, murmurs=None, hissing=None))
    told = agreement_words(silent, MOVES)
    assert "dB" not in told
    assert "The mouth is open" not in told
