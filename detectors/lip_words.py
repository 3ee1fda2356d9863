"""How a mouth goes with the speech that is heard, in words and numbers for an analyst."""

from __future__ import annotations

from detectors.lip_agreement import LipAgreement
from detectors.lip_kinematics import LipKinematics

NOTABLE_DELAY_S = 0.15
BY_CHANCE = 0.05
"""Share of shifts that do as well from which a delay is not worth telling."""


def agreement_words(found: LipAgreement, moves: LipKinematics) -> str:
    """What was measured, for an analyst."""
    parts = ", ".join(
        f"{one.start_s:.1f}-{one.end_s:.1f} s {one.correlation:.2f} (best {one.best:.2f} with the sound {_lag(one.delay_s)})"
        for one in found.stretches
    )
    closed = ""
    if found.closure_db is not None:
        side = "quieter" if found.closure_db >= 0 else "louder"
        closed = f" Where the lips close, vowels are {abs(found.closure_db):.0f} dB {side}."
    return (
        f"Mouth and speech agree at {found.correlation:.2f} "
        f"(1 is as one), {_delay(found)}; with the sound shifted to other moments at most {found.elsewhere:.2f}, and "
        f"{found.chance:.1%} of {found.shifts} shifts do as well ({found.deviations:.1f} standard deviations). By parts: {parts}."
        f"{closed}{_shapes(found)} The lips move {moves.speed:.1%} of the face's width a second, {moves.fast_share:.0%} of it "
        f"faster than four "
        f"times a second."
    )


def _lag(delay_s: float) -> str:
    """A part's own delay."""
    return f"{abs(delay_s):.2f} s {'after' if delay_s > 0 else 'before'}" if abs(delay_s) > 1e-6 else "as it is"


def _shapes(found: LipAgreement) -> str:
    """How far the mouth is open in each class of sounds that was heard."""
    named = {"vowels": found.phones.vowels, "murmurs": found.phones.murmurs, "hissing": found.phones.hissing}
    told = ", ".join(f"{value:+.1f} in {name}" for name, value in named.items() if value is not None)
    return (
        f" The mouth is open by {told} (standard deviations from its middle; vowels open it, the others do not)."
        if told
        else ""
    )


def _delay(found: LipAgreement) -> str:
    if found.chance > BY_CHANCE:
        return "which may be by chance, at the best delay"
    if abs(found.delay_s) < 1e-6:
        return "without a delay"
    side = "after" if found.delay_s > 0 else "before"
    notable = " (re-encoding often shifts a sound track)" if abs(found.delay_s) >= NOTABLE_DELAY_S else ""
    return f"with the sound {abs(found.delay_s):.2f} s {side} the mouth{notable}"
