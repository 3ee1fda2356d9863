"""Whether the mouth of a recognised face makes the speech that is heard: a voice put over a film does not move its lips.

The mouth is measured on the picture, and by points on the lips where the pack marks them, the speech by the loudness of its
vowels. The two are correlated at every delay up to 0.4 s; the same clip with its sound shifted shows what comes about by chance.
Lips that were *generated* to fit the sound agree with it as filmed ones do: so agreement weighs nothing, and the propositions are
about the sound alone. ``python -m tests.train_lip_sync`` measures it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.appearances import NotShown
from detectors.face_flow import FaceFlow, face_flows
from detectors.finding import Method, finding, screen_command
from detectors.genuine_mouths import GenuineStretch, genuine_stretches, thinned_agreement
from detectors.lip_agreement import SEARCH_S, LipAgreement, lip_agreement
from detectors.lip_features import lip_features
from detectors.lip_kinematics import LipKinematics, lip_kinematics
from detectors.lip_model import LipModel, lip_model
from detectors.lip_points import LipShape, lip_shape, shape_words, with_points
from detectors.lip_words import agreement_words
from detectors.marked_face import marked_face
from detectors.mouth_motion import MouthMotion, mouth_motion
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from detectors.validation import Conditions, Declaration, Validated, untold, why_outside
from embeddings.records import MediaKind
from watchlist.records import Match
from watchlist.verbal import SPEAKS_FROM, strength

LEAST_S = 4.0
LEAST_SPEECH_S = 2.0
LEAST_FRAMES_PER_S = 18.0
LEAST_FACE_PX = 80
STILL = 0.003
"""Opening (root mean square, face widths) below which a mouth does not speak; speaking ones reach 0.006 to 0.016."""

MEASURED_S, MEASURED_FRAMES_PER_S, MEASURED_FACE_PX = 5.0, 24.0, 100.0
"""What the calibration was measured on had at least this much; an item with less is outside of it."""

VALIDATED = Validated(
    data_set="clips of few people who speak to the camera, with their own and with other sound (tests.train_lip_sync)",
    codec="H.264",
    bitrate="40 kb/s to 4.2 Mb/s",
    language="English",
    face_size="from 100 px",
)
CONDITIONS = Conditions(
    kinds=(MediaKind.VIDEO,), codecs=("h264",), languages=("en",), min_bitrate_kbps=40, max_bitrate_kbps=4200
)
WHOSE = "this method"

OTHERS_FROM_S = 1.0
PROPOSITIONS = (
    "The speech was put over a mouth that says something else.",
    "Mouth and speech belong together, as filmed or as generated.",
)
INNOCENT = (
    "Dubbing, simultaneous translation or a news reader's voice-over.",
    "Somebody speaks who is not in the picture.",
    f"A sound track that re-encoding or an editing program delayed by more than {SEARCH_S:g} s, or a badly set microphone.",
    "Loud music, or a hand or microphone before the mouth.",
)
SAID = {
    "lips_follow_speech": "the lips follow the speech",
    "lips_do_not_follow_speech": "the lips do not follow the speech",
    "lips_undecided": "whether the lips follow the speech cannot be told",
}
"""What a claim is in words; the numbers come after it."""

GENERATED = (
    "Lips that were generated to fit the sound agree with it as filmed ones do: agreement does not rule them out."
)
TOO_FEW = "It was measured on too few people, all of whom speak English to the camera, so it has no weight."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """What was measured of one appearance."""

    flow: FaceFlow
    mouth: MouthMotion
    speech_s: float
    agreement: LipAgreement
    kinematics: LipKinematics
    others: int
    outside: str | None
    lips: LipShape | str
    """The lips by their points, or why there are none."""

    @property
    def match(self) -> Match:
        return self.flow.close_up.match

    @property
    def like_measured(self) -> bool:
        """Whether this is like what the calibration was measured on, as far as a machine can tell."""
        return (
            self.outside is None
            and self.others == 0
            and self.flow.seconds >= MEASURED_S
            and self.flow.frames_per_s >= MEASURED_FRAMES_PER_S
            and self.flow.close_up.height_px >= MEASURED_FACE_PX
        )


class LipSync:
    """Holds the mouths of recognised faces against the speech that is heard with them."""

    name = "lip_sync"
    version = "4"
    declared = (Declaration(of="mouth and speech", on=VALIDATED, command="python -m tests.train_lip_sync --check"),)

    def __init__(self) -> None:
        self._genuine: dict[tuple[str, ...], tuple[GenuineStretch, ...]] = {}
        """By pack and films of a person."""

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """Per appearance: whether mouth and speech go together, or why that cannot be told."""
        flows = face_flows(subject)
        if not flows:
            yield self._made(
                subject, "lips_not_compared", "Nobody's face was recognised, so no lips were compared with the sound."
            )
        for flow in flows:
            yield self._appearance(subject, flow)

    def _appearance(self, subject: CreativeSubject, flow: FaceFlow | NotShown) -> Finding:
        if isinstance(flow, NotShown):
            return self._cannot_tell(subject, flow.match, flow.why)
        match, sound = flow.close_up.match, subject.media.sound
        speech_s = speech_between(subject, float(flow.times_s[0]), float(flow.times_s[-1]))
        why = _why_not(flow, sound, speech_s=speech_s)
        if why is not None or sound is None:
            return self._cannot_tell(subject, match, why or "there is no sound")
        mouth = mouth_motion(flow)
        if mouth is None or mouth.amplitude < STILL:
            return self._still(subject, flow, speech_s=speech_s)
        marked = marked_face(subject, flow)
        lips = marked if isinstance(marked, str) else lip_shape(marked)
        if isinstance(lips, LipShape):
            mouth = with_points(mouth, lips)
        agreement = lip_agreement(mouth, sound)
        if agreement is None:
            return self._cannot_tell(subject, match, "the sound hardly varies, or is too short to compare")
        seen = _Seen(
            flow=flow,
            mouth=mouth,
            speech_s=speech_s,
            agreement=agreement,
            kinematics=lip_kinematics(mouth),
            others=others_in_view(subject, match, mouth),
            outside=why_outside(subject.media.creative, CONDITIONS, voice=False, whose=WHOSE),
            lips=lips,
        )
        return self._compared(subject, seen, sound)

    def _genuinely(self, subject: CreativeSubject, person_id: str) -> tuple[GenuineStretch, ...]:
        """Measured once per process."""
        films = subject.gallery.footage(person_id)
        key = (subject.pack.manifest.label, *(film.sha256 for film in films))
        if key not in self._genuine:
            self._genuine[key] = genuine_stretches(films)
        return self._genuine[key]

    def _compared(self, subject: CreativeSubject, seen: _Seen, sound: NDArray[np.float32]) -> Finding:
        model = lip_model(points=isinstance(seen.lips, LipShape))
        known = seen.like_measured
        strong = model.calibration.likelihood_ratio(-seen.agreement.deviations) if known else None
        claim, bearing = verdict(strong)
        unknown = untold(subject.media.creative, CONDITIONS, voice=False, whose=WHOSE)
        genuine = self._genuinely(subject, seen.match.person_id)
        return self._made(
            subject,
            claim,
            model=model,
            observation=" ".join(
                [
                    f"{seen.mouth.start_s:.1f} s to {seen.mouth.end_s:.1f} s, {_name(subject, seen.match)}: {SAID[claim]}.",
                    agreement_words(seen.agreement, seen.kinematics),
                    shape_words(seen.lips),
                    *_genuine_words(genuine, seen, sound),
                    _weighed(strong, model),
                    *_classified(seen, model),
                ]
            ),
            bearing=bearing,
            person_id=seen.match.person_id,
            start_s=seen.mouth.start_s,
            end_s=seen.mouth.end_s,
            region=seen.match.region,
            measurement=seen.agreement.deviations,
            unit="standard deviations by which mouth and speech agree better than with the sound shifted",
            # Nobody here can tell which language is spoken: what it weighs in this one is not known
            inside_validation=None if known else False,
            limits=[*_limits(seen, model), *unknown],
            reference_sha256=genuine[0].film_sha256 if genuine else None,
            reference_start_s=genuine[0].start_s if genuine else None,
        )

    def _still(self, subject: CreativeSubject, flow: FaceFlow, *, speech_s: float) -> Finding:
        name = _name(subject, flow.close_up.match)
        return self._made(
            subject,
            "mouth_still",
            f"{flow.times_s[0]:.1f} s to {flow.times_s[-1]:.1f} s, {name}: the mouth hardly moves while somebody speaks for "
            f"{speech_s:.1f} s. Cannot tell whose voice it is: a still picture, or somebody who is not shown speaks.",
            person_id=flow.close_up.match.person_id,
            start_s=float(flow.times_s[0]),
            end_s=float(flow.times_s[-1]),
            region=flow.close_up.match.region,
        )

    def _cannot_tell(self, subject: CreativeSubject, match: Match, why: str) -> Finding:
        name = _name(subject, match)
        return self._made(
            subject,
            "lips_not_compared",
            f"{name}'s lips were not compared with the sound: cannot tell because {why}.",
            person_id=match.person_id,
            start_s=match.start_s,
            end_s=match.end_s,
            region=match.region,
        )

    def _made(
        self,
        subject: CreativeSubject,
        claim: str,
        observation: str,
        *,
        model: LipModel | None = None,
        bearing: Bearing = Bearing.INCONCLUSIVE,
        limits: Sequence[str] = (GENERATED,),
        **facts: Any,
    ) -> Finding:
        made_by = model or lip_model()
        return finding(
            method=Method(
                name=self.name, version=self.version, validated_on=VALIDATED.words, model_sha256=made_by.sha256
            ),
            axis=Axis.ALTERATION,
            bearing=bearing,
            claim=claim,
            observation=observation,
            modality="face",
            creative_sha256=subject.media.creative.sha256,
            propositions=PROPOSITIONS,
            quality_limits=limits,
            innocent_explanations=INNOCENT,
            reproduce=screen_command(subject.media.creative.sha256),
            **facts,
        )


def _name(subject: CreativeSubject, match: Match) -> str:
    return subject.gallery.person(match.person_id).names[0]


def verdict(ratio: float | None) -> tuple[str, Bearing]:
    """Claim and bearing by the likelihood ratio that the calibration gives, None outside of what was measured."""
    if ratio is None or max(ratio, 1 / ratio) < SPEAKS_FROM:
        return "lips_undecided", Bearing.INCONCLUSIVE
    if ratio > 1:
        return "lips_do_not_follow_speech", Bearing.SUPPORTS
    return "lips_follow_speech", Bearing.AGAINST


def speech_between(subject: CreativeSubject, start_s: float, end_s: float) -> float:
    """Seconds of speech in an interval; of voice segments that overlap, the one with fewer pauses counts."""
    steps = np.arange(start_s, end_s, 0.1)
    spoken = np.zeros(len(steps))
    for sample in subject.voices:
        segment = sample.segment
        share = segment.speech_s / max(segment.end_s - segment.start_s, 1e-6)
        inside = (steps >= segment.start_s) & (steps < segment.end_s)
        spoken[inside] = np.maximum(spoken[inside], min(1.0, share))
    return float(spoken.sum() * 0.1)


def others_in_view(subject: CreativeSubject, match: Match, mouth: MouthMotion) -> int:
    """How many other faces are seen for a second or more meanwhile: any of them may be the one who speaks."""
    tracks = [sample.track for sample in subject.faces if sample.track.track != match.track]
    shared = [min(one.end_s, mouth.end_s) - max(one.start_s, mouth.start_s) for one in tracks]
    return sum(seconds >= OTHERS_FROM_S for seconds in shared)


def _why_not(flow: FaceFlow, sound: NDArray[np.float32] | None, *, speech_s: float) -> str | None:
    """The end of "cannot tell because"."""
    if sound is None or not len(sound):
        return "there is no sound"
    if flow.seconds < LEAST_S:
        return f"the face is seen for only {flow.seconds:.1f} s without a break ({LEAST_S:g} s are needed)"
    if flow.frames_per_s < LEAST_FRAMES_PER_S:
        return f"the face is seen on only {flow.frames_per_s:.0f} frames a second, too few to see syllables"
    if flow.close_up.height_px < LEAST_FACE_PX:
        return f"the face is only {flow.close_up.height_px:.0f} px high ({LEAST_FACE_PX} px are needed)"
    if flow.turned:
        return "the head is turned away"
    if speech_s == 0:
        return "nobody is heard to speak while the face is seen (there is silence, music or noise)"
    if speech_s < LEAST_SPEECH_S:
        return f"only {speech_s:.1f} s of speech are heard while the face is seen ({LEAST_SPEECH_S:g} s are needed)"
    return None


def _classified(seen: _Seen, model: LipModel) -> Iterator[str]:
    """What the small classifier says, which decides nothing."""
    if model.classifier is None or not seen.like_measured:
        return
    ratio = model.classifier.likelihood_ratio(lip_features(seen.agreement, seen.kinematics))
    yield (
        f"A small classifier of agreement, delay, phone classes and lip kinematics gives {ratio:.2g} to 1 for lips that do not "
        f"make this sound; it was measured on {model.people} people that it had not learned from (Cllr "
        f"{model.classifier.calibration.cllr:.2f} bits, the correlation alone {model.calibration.cllr:.2f}) and weighs nothing."
    )


def _genuine_words(genuine: Sequence[GenuineStretch], seen: _Seen, sound: NDArray[np.float32]) -> Iterator[str]:
    if not genuine:
        return
    thinned = thinned_agreement(seen.flow, sound)
    if thinned is None:
        return
    usual = [one.agreement.correlation for one in genuine]
    yield (
        f"In {len(usual)} stretch(es) of genuine film of this person, measured in the same way at ten frames a second, mouth and "
        f"voice agree at {min(usual):.2f} to {max(usual):.2f}; here at {thinned.correlation:.2f}."
    )


def _weighed(ratio: float | None, model: LipModel) -> str:
    if ratio is None:
        return "What that weighs is not known for a face like this one."
    words = strength(ratio)
    what = "" if words == strength(1.0) else f" for “{PROPOSITIONS[0] if ratio > 1 else PROPOSITIONS[1]}”"
    return f"In what it was calibrated on, {model.calibration.source}, this gives {words}{what or '.'}"


def _limits(seen: _Seen, model: LipModel) -> list[str]:
    limits = [GENERATED]
    if model.weight == 0:
        limits.append(TOO_FEW)
    if seen.others:
        limits.append(f"{seen.others} other face(s) are in view, any of whom may speak.")
    if seen.outside is not None:
        limits.append(f"Outside of what was measured: {seen.outside}.")
    elif not seen.like_measured:
        limits.append(
            f"Outside of what was measured: {MEASURED_S:g} s and more of a single frontal face of {MEASURED_FACE_PX:g} px and "
            f"more, at {MEASURED_FRAMES_PER_S:g} frames a second and more."
        )
    return limits
