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
    """``claims`` of ``method`` whose measurement is the number; ``rising`` where more of it speaks for alteration, and where
    ``apart`` its distance from 0 does. A measure with ``present`` has the number 1 where one of these claims is made and 0 where
    another of ``claims`` is. ``weighed``: whether it joins what detectors weigh together; what does not is judged by itself.

    ``words`` finish the sentence "What speaks for alteration is …".
    """

    name: str
    method: str
    claims: frozenset[str]
    rising: bool
    words: str
    apart: bool = False
    present: frozenset[str] = frozenset()
    weighed: bool = True

    def number(self, found: Finding) -> float | None:
        """What the finding measures, turned so that more of it speaks for alteration; None where it has no number."""
        if self.present:
            value = 1.0 if found.claim in self.present else 0.0
        elif found.measurement is None:
            return None
        else:
            value = abs(found.measurement) if self.apart else found.measurement
        return value if self.rising else -value


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
    Measure(
        name="blink.rate",
        method="blink",
        claims=frozenset({"blinks_counted"}),
        rising=False,
        words="how seldom the eyes blink",
        weighed=False,
    ),
    Measure(
        name="micro_motion.landmarks",
        method="micro_motion",
        claims=frozenset({"trembling_measured"}),
        rising=True,
        words="how much the landmarks of the face tremble",
        weighed=False,
    ),
    *(
        Measure(
            name=f"prosody.{what}",
            method="prosody",
            claims=frozenset({f"{what}_beside_genuine"}),
            rising=True,
            words=words,
            apart=True,
            weighed=False,
        )
        for what, words in (
            ("pitch", "how far the voice lies above or below genuine speech"),
            ("pauses", "how much more or less is paused than in genuine speech"),
            ("pace", "how much faster or slower it is spoken than genuine speech"),
        )
    ),
    Measure(
        name="container.earlier_encoding",
        method="container",
        claims=frozenset({"encoded_twice", "no_earlier_rhythm"}),
        rising=True,
        words="that the rhythm of an earlier encoding shows",
        present=frozenset({"encoded_twice"}),
        weighed=False,
    ),
    Measure(
        name="container.cut",
        method="container",
        claims=frozenset({"edit_list_cut", "edit_list_plain"}),
        rising=True,
        words="that its edit lists cut something away",
        present=frozenset({"edit_list_cut"}),
        weighed=False,
    ),
    Measure(
        name="container.programs",
        method="container",
        claims=frozenset({"remuxed", "one_maker"}),
        rising=True,
        words="that it passed through more than one program",
        present=frozenset({"remuxed"}),
        weighed=False,
    ),
    Measure(
        name="container.times",
        method="container",
        claims=frozenset({"times_odd", "times_vary", "times_even"}),
        rising=False,
        words="how uneven the times of its pictures are",
        weighed=False,
    ),
    Measure(
        name="container.key_frames",
        method="container",
        claims=frozenset({"key_frames_regular", "key_frames_irregular"}),
        rising=False,
        words="how irregular its key frames are",
        weighed=False,
    ),
)
"""Those that are not weighed are observations that nobody has validated: their errors are counted, and that is all. How a film is
packed moreover follows those who collected it: a fit would learn who brought which files, and call that skill. Its quantisers are
no measure, since neither fine nor coarse ones speak for alteration."""


def measured(findings: Iterable[Finding]) -> dict[str, float]:
    """Name of the measure → the number that speaks most for alteration, turned so that more of it always does.

    Findings without a number, and numbers that no measure reads, are left out.
    """
    numbers: dict[str, float] = {}
    for found in findings:
        measure = measure_of(found)
        value = None if measure is None else measure.number(found)
        if measure is None or value is None:
            continue
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


def is_weighed(name: str) -> bool:
    """Whether a measure, by its name, joins what detectors weigh together."""
    return all(measure.weighed for measure in MEASURES if measure.name == name)


def _by_method() -> Mapping[str, tuple[Measure, ...]]:
    methods = {measure.method for measure in MEASURES}
    return {method: tuple(measure for measure in MEASURES if measure.method == method) for method in methods}


_BY_METHOD = _by_method()
