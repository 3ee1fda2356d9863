"""What detectors of alteration measure of a creative, as numbers: what fusion adds up and what evaluations count errors of.

A number is read off a finding; whether more of it speaks for alteration or against is stated here, not guessed. A detector that
could not tell has no number, which is not the same as a low one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from detectors.records import Axis, Finding

LOG_ODDS = "log-odds of "
"""A detector whose numbers have such a unit is a measure by itself: more of it speaks for what its unit names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """``claims`` of ``method`` whose measurement is the number; ``rising`` where more of it speaks for alteration.

    ``words`` finish the sentence "What speaks for alteration is …".
    """

    name: str
    method: str
    claims: frozenset[str]
    rising: bool
    words: str


MEASURES = (
    Measure(
        name="genuine_source.mouth",
        method="genuine_source",
        claims=frozenset({"same_as_genuine", "mouth_regenerated", "mouth_unclear"}),
        rising=True,
        words="how much less the mouth agrees with genuine film than the upper face does",
    ),
    Measure(
        name="genuine_source.sound",
        method="genuine_source",
        claims=frozenset({"sound_as_genuine", "voice_replaced", "sound_unclear"}),
        rising=False,
        words="how little the sound agrees with that of genuine film",
    ),
    Measure(
        name="identity_agreement.voice",
        method="identity_agreement",
        claims=frozenset({"voice_is_not_theirs", "face_and_voice_agree"}),
        rising=False,
        words="how little the voice resembles that of the person shown",
    ),
    Measure(
        name="lip_sync.speech",
        method="lip_sync",
        claims=frozenset({"lips_follow_speech", "lips_do_not_follow_speech", "lips_undecided"}),
        rising=False,
        words="how little the mouth moves with the speech that is heard",
    ),
)


def measured(findings: Iterable[Finding]) -> dict[str, float]:
    """Name of the measure → the number that speaks most for alteration, turned so that more of it always does.

    Findings without a number, and numbers that no measure reads, are left out.
    """
    numbers: dict[str, float] = {}
    for found in findings:
        measure = measure_of(found)
        if measure is None or found.measurement is None:
            continue
        value = found.measurement if measure.rising else -found.measurement
        numbers[measure.name] = max(value, numbers.get(measure.name, value))
    return numbers


def measure_of(found: Finding) -> Measure | None:
    """The measure that reads this finding; None if there is none."""
    for measure in _BY_METHOD.get(found.method, ()):
        if found.claim in measure.claims:
            return measure
    if found.axis is Axis.ALTERATION and found.unit is not None and found.unit.startswith(LOG_ODDS):
        return Measure(
            name=f"{found.method}.{found.modality}",
            method=found.method,
            claims=frozenset({found.claim}),
            rising=True,
            words=f"the answer of {found.method} about the {found.modality}",
        )
    return None


def words_of(name: str) -> str:
    """A measure in words, by its name."""
    known = {measure.name: measure.words for measure in MEASURES}
    method, _, modality = name.rpartition(".")
    return known.get(name, f"the answer of {method} about the {modality}")


def _by_method() -> Mapping[str, tuple[Measure, ...]]:
    methods = {measure.method for measure in MEASURES}
    return {method: tuple(measure for measure in MEASURES if measure.method == method) for method in methods}


_BY_METHOD = _by_method()
