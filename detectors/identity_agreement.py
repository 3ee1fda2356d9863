"""Whether the face and the voice are those of one person: a protected face that speaks with a stranger's voice was given it, and
so, perhaps, was a stranger's face that is shown while a protected voice is heard.

Scores and threshold are the model pack's. How often the combination errs has not been measured, so it has no weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from detectors.faces_with_voice import ShownInstead, shown_instead
from detectors.finding import Method, finding, screen_command
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from detectors.validation import Declaration, NotValidated
from embeddings.samples import VoiceSample
from watchlist.records import Match, Modality
from watchlist.verbal import match_weight

MIN_OVERLAP_S = 1.0
"""Seconds that speech and face must share before they are held against each other."""

NOT_THEIRS = ("The voice was put to the face of somebody else.", "The voice belongs to the face.")
AGREE = ("Face and voice are those of the named person.", "Face and voice are those of two people.")
INNOCENT_VOICE = (
    "Dubbing, simultaneous translation or a voice-over.",
    "A news reader or interviewer who speaks while the person is shown.",
    "A cold, a telephone line or loud music that changes the person's own voice.",
)
GIVEN_AWAY = (
    "The person's voice, or a copy of it, was put to the face of somebody else.",
    "The voice is not that face's.",
)
INNOCENT_FACE = (
    "A voice-over, or a recording that is played over other pictures.",
    "An interviewer, an audience or a listener who is shown while the person speaks.",
    "Dubbing, or a translator who is shown or heard.",
    "Somebody with a similar voice.",
)
NOT_VALIDATED = "Not validated: how often face and voice are wrongly held to disagree was not measured."
LIPS_NOT_SEEN = "Whether that face's lips move was not looked at: only those of protected people are."


class IdentityAgreement:
    """Holds the voices heard against the faces recognised, person by person, and the faces shown against recognised voices."""

    name = "identity_agreement"
    version = "2"
    declared = (
        Declaration(
            of="face and voice held together",
            on=NotValidated(why="how often they are wrongly held to disagree was not measured"),
            command="qalqan evaluate detectors DIR",
        ),
    )

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """Per protected person recognised: agreement, contradiction, a voice without its face, or why it cannot be told."""
        persons = sorted({match.person_id for match in subject.matches})
        if not persons:
            yield self._cannot_tell(subject, None, "Nobody was recognised, so there is no identity to agree with.")
        for person_id in persons:
            faces = [m for m in subject.matches if m.person_id == person_id and m.modality is Modality.FACE]
            if not faces:
                yield self._without_face(subject, person_id)
                continue
            yield from self._with_face(subject, person_id, faces)
            if len(faces) < sum(match.person_id == person_id for match in subject.matches):
                shown = shown_instead(subject, person_id)
                if isinstance(shown, ShownInstead):
                    yield self._instead(subject, person_id, shown)

    def _with_face(self, subject: CreativeSubject, person_id: str, faces: Sequence[Match]) -> Iterator[Finding]:
        name = subject.gallery.person(person_id).names[0]
        least_s = subject.pack.manifest.voice_min_speech_s
        heard = [sample for sample in subject.voices if _overlap_s(sample, faces) >= MIN_OVERLAP_S]
        long_enough = [sample for sample in heard if sample.segment.speech_s >= least_s]
        if not long_enough:
            why = f"only less than {least_s:g} s of speech at a time" if heard else "no speech"
            yield self._cannot_tell(
                subject, person_id, f"{name} is shown, but there is {why} to compare with their voice."
            )
            return
        scored = [(sample, subject.gallery.voice_score(sample, person_id)) for sample in long_enough]
        known = [(sample, score) for sample, score in scored if score is not None]
        if not known:
            yield self._cannot_tell(
                subject, person_id, f"{name} is shown and somebody speaks, but no voice of theirs is enrolled."
            )
            return
        threshold = subject.pack.manifest.voice_threshold
        theirs = [(sample, score) for sample, score in known if score >= threshold]
        strange = [(sample, score) for sample, score in known if score < threshold]
        if strange:
            yield self._strange(subject, person_id, strange)
        if theirs:
            yield self._agree(subject, person_id, theirs)

    def _strange(self, subject: CreativeSubject, person_id: str, heard: Sequence[tuple[VoiceSample, float]]) -> Finding:
        name = subject.gallery.person(person_id).names[0]
        return self._heard(
            subject,
            person_id,
            heard,
            axis=Axis.ALTERATION,
            bearing=Bearing.SUPPORTS,
            claim="voice_is_not_theirs",
            observation=f"The face is {name}'s, the voice heard with it is not: {_scores(subject, heard)}.",
            propositions=NOT_THEIRS,
            innocent_explanations=INNOCENT_VOICE,
        )

    def _agree(self, subject: CreativeSubject, person_id: str, heard: Sequence[tuple[VoiceSample, float]]) -> Finding:
        name = subject.gallery.person(person_id).names[0]
        return self._heard(
            subject,
            person_id,
            heard,
            axis=Axis.LIKENESS,
            bearing=Bearing.SUPPORTS,
            claim="face_and_voice_agree",
            observation=f"Face and voice are both {name}'s: {_scores(subject, heard)}. A cloned voice agrees as well.",
            propositions=AGREE,
            innocent_explanations=("The person really said it.", "A relative or imitator with a similar voice."),
        )

    def _without_face(self, subject: CreativeSubject, person_id: str) -> Finding:
        name = subject.gallery.person(person_id).names[0]
        shown = shown_instead(subject, person_id)
        if isinstance(shown, ShownInstead):
            return self._instead(subject, person_id, shown)
        matches = [m for m in subject.matches if m.person_id == person_id]
        return self._made(
            subject,
            person_id,
            axis=Axis.LIKENESS,
            bearing=Bearing.INCONCLUSIVE,
            claim="voice_without_face",
            observation=f"A voice like {name}'s is heard, but {name}'s face is not seen, so the two cannot be held together. "
            f"Whether it was put to another face cannot be told because {shown}.",
            start_s=min(match.start_s for match in matches),
            end_s=max(match.end_s for match in matches),
            measurement=max(match.score for match in matches),
            unit=_unit(subject),
            propositions=AGREE,
            innocent_explanations=("A recording played over other pictures, as news reports do.",),
        )

    def _instead(self, subject: CreativeSubject, person_id: str, shown: ShownInstead) -> Finding:
        """A face that is not the person's, with their voice; it decides nothing where they themselves are shown, too."""
        name = subject.gallery.person(person_id).names[0]
        manifest = subject.pack.manifest
        crowd = f" {shown.others} further face(s) are shown as long." if shown.others else ""
        own = f" {name} is shown at other times: a cutaway would look the same." if shown.elsewhere else ""
        return self._made(
            subject,
            person_id,
            axis=Axis.ALTERATION,
            bearing=Bearing.INCONCLUSIVE if shown.elsewhere or shown.others else Bearing.SUPPORTS,
            claim="face_is_not_theirs",
            observation=f"A voice like {name}'s is heard for {shown.shared_s:.1f} s while another face ({shown.size_px} px high) "
            f"is shown and {name}'s is not: it scores {shown.score:.2f} against {name}'s enrolled face (threshold "
            f"{manifest.face_threshold:.2f}). Whose face it is was not asked.{crowd}{own}",
            start_s=shown.start_s,
            end_s=shown.end_s,
            measurement=shown.score,
            unit=f"face score of {manifest.label} ({manifest.face_metric}, threshold {manifest.face_threshold:g})",
            propositions=GIVEN_AWAY,
            quality_limits=(NOT_VALIDATED, LIPS_NOT_SEEN),
            innocent_explanations=INNOCENT_FACE,
        )

    def _heard(
        self, subject: CreativeSubject, person_id: str, heard: Sequence[tuple[VoiceSample, float]], **facts: Any
    ) -> Finding:
        """What is said of a voice that is heard with the person's face."""
        return self._made(
            subject,
            person_id,
            start_s=min(sample.segment.start_s for sample, _ in heard),
            end_s=max(sample.segment.end_s for sample, _ in heard),
            measurement=_mean(heard),
            unit=_unit(subject),
            quality_limits=(NOT_VALIDATED,),
            **facts,
        )

    def _cannot_tell(self, subject: CreativeSubject, person_id: str | None, why: str) -> Finding:
        return self._made(
            subject,
            person_id,
            axis=Axis.LIKENESS,
            bearing=Bearing.INCONCLUSIVE,
            claim="agreement_not_told",
            observation=why,
            propositions=AGREE,
        )

    def _made(self, subject: CreativeSubject, person_id: str | None, **facts: Any) -> Finding:
        return finding(
            method=Method(name=self.name, version=self.version),
            modality="voice",
            creative_sha256=subject.media.creative.sha256,
            person_id=person_id,
            reproduce=screen_command(subject.media.creative.sha256),
            **facts,
        )


def _overlap_s(sample: VoiceSample, faces: Sequence[Match]) -> float:
    segment = sample.segment
    return sum(max(0.0, min(segment.end_s, face.end_s) - max(segment.start_s, face.start_s)) for face in faces)


def _mean(heard: Sequence[tuple[VoiceSample, float]]) -> float:
    """Mean score, each stretch weighed by the speech in it."""
    spoken_s = sum(sample.segment.speech_s for sample, _ in heard)
    return sum(score * sample.segment.speech_s for sample, score in heard) / spoken_s


def _scores(subject: CreativeSubject, heard: Sequence[tuple[VoiceSample, float]]) -> str:
    threshold = subject.pack.manifest.voice_threshold
    weight = match_weight(subject.gallery.likelihood_ratio(_mean(heard), modality=Modality.VOICE))
    return (
        f"{len(heard)} stretch(es) of speech score {_mean(heard):.2f} on average against the enrolled voice "
        f"(threshold {threshold:.2f}; {weight})"
    )


def _unit(subject: CreativeSubject) -> str:
    manifest = subject.pack.manifest
    return f"voice score of {manifest.label} ({manifest.voice_metric}, threshold {manifest.voice_threshold:g})"
