"""Compares a suspect with genuine footage of the person it shows: what was changed, where, against which film.

Tried on one lip-synced clip and honest copies of its source (the test marked ``fixtures``); not validated, so no weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detectors.film_alignment import Agreement, Alignment, locate
from detectors.finding import Method, finding, screen_command
from detectors.records import Axis, Bearing, Finding
from detectors.shift_search import MIN_PAIRS, STEPS_PER_S
from detectors.sound_alignment import Sound, SoundAgreement, compare_sound
from detectors.subject import CreativeSubject
from detectors.suspect_faces import close_faces, sampled_faces
from embeddings.errors import UnreadableMedia
from embeddings.records import MediaKind
from embeddings.samples import SAMPLE_RATE_HZ
from watchlist.footage import GenuineFootage
from watchlist.records import Match, Modality

MAX_SEARCHED_S = 60.0
"""Seconds of one person in one suspect that are looked at closely, when the frames sampled of the whole do not do."""

REGENERATED_GAP = 0.045
"""Gap between upper face and mouth from which the mouth is called regenerated: well above what honest copies show (SAME_GAP),
well below the lip-synced copy of the trial."""

OTHER_GAP = 0.015
OTHER_MOVEMENT = 0.5
"""A smaller gap is enough when the mouth moves quite otherwise: honest copies that are half a step off reach this gap, but their
mouths move together; a mouth that is still in both moves at random, but shows no gap."""

SAME_SOUND = 0.6
REPLACED_SOUND = 0.4
"""Correlation of log-mel spectrograms: the same sound stays above the first under noise and music as loud as itself; unrelated
speech stays below the second. Between the two nothing is claimed."""

SMALL_FACE_PX = 100
TRIED = "Tried on one lip-synced clip and honest copies of its source; not validated."
PICTURE = ("The mouth was generated after the film was shot.", "The mouth is as it was filmed.")
SOUND = ("The sound was put in place of the film's own.", "The sound is the film's own.")
INNOCENT_PICTURE = (
    "A licensed dub or translation that also adapts the lips.",
    "A beauty or face filter applied by whoever uploaded it.",
    "A logo, caption or microphone that covers the mouth in one of the two.",
)
INNOCENT_SOUND = (
    "Dubbing or simultaneous translation.",
    "A news reader's voice-over.",
    "Music laid over the film.",
)


class GenuineSource:
    """Aligns faces recognised in a creative with enrolled genuine footage of the same person."""

    name = "genuine_source"
    version = "2"

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """Per person: what the picture is, then what the sound is, at the aligned time; or why that cannot be told."""
        matches = [match for match in subject.matches if match.modality is Modality.FACE]
        if not matches:
            yield self._silent(
                subject, None, "Nobody's face was recognised, so there is no genuine footage to compare with."
            )
        for person_id in sorted({match.person_id for match in matches}):
            yield from self._person(subject, person_id, [match for match in matches if match.person_id == person_id])

    def _person(self, subject: CreativeSubject, person_id: str, matches: Sequence[Match]) -> Iterator[Finding]:
        name = subject.gallery.person(person_id).names[0]
        films = subject.gallery.footage(person_id)
        if not films:
            yield self._silent(subject, person_id, f"No genuine footage of {name} is enrolled to compare with.")
            return
        if subject.media.creative.kind is not MediaKind.VIDEO:
            yield self._silent(
                subject, person_id, f"This is not a film, so it has no time to align with film of {name}."
            )
            return
        searched_s, aligned = 0.0, False
        for match in sorted(matches, key=lambda match: (match.start_s - match.end_s, match.start_s)):
            end_s = min(match.end_s, match.start_s + MAX_SEARCHED_S - searched_s)
            if (end_s - match.start_s) * STEPS_PER_S < MIN_PAIRS:
                break
            searched_s += end_s - match.start_s
            try:
                alignment = locate(sampled_faces(subject, match), films)
                if alignment is None or _picture_verdict(alignment.agreement)[1] is Bearing.INCONCLUSIVE:
                    alignment = locate(close_faces(subject, match, end_s=end_s), films) or alignment
            except UnreadableMedia as unreadable:
                yield self._silent(
                    subject, person_id, f"The film could not be read again for comparison: {unreadable}."
                )
                return
            if alignment is not None:
                aligned = True
                yield self._picture(subject, match, alignment)
                yield self._sound(subject, match, alignment)
        if not aligned:
            yield self._silent(subject, person_id, _searched(name, films, searched_s))

    def _picture(self, subject: CreativeSubject, match: Match, alignment: Alignment) -> Finding:
        seen = alignment.agreement
        claim, bearing, verdict = _picture_verdict(seen)
        return finding(
            method=self._method,
            axis=Axis.ALTERATION,
            bearing=bearing,
            claim=claim,
            observation=(
                f"{_place(subject, match, alignment)}: the upper face agrees at {seen.upper:.3f}, the mouth at {seen.mouth:.3f}, "
                f"and the mouths' movements at {seen.mouth_movement:.2f} ({seen.pairs} pairs of frames). {verdict}"
            ),
            modality="face",
            creative_sha256=match.creative_sha256,
            person_id=match.person_id,
            start_s=seen.start_s,
            end_s=seen.end_s,
            region=match.region,
            measurement=seen.gap,
            unit="agreement of the upper face minus that of the mouth (median of correlations)",
            propositions=PICTURE,
            quality_limits=_limits(subject, match),
            innocent_explanations=INNOCENT_PICTURE,
            reference_sha256=alignment.film.sha256,
            reference_start_s=seen.reference_start_s,
            reproduce=screen_command(match.creative_sha256),
        )

    def _sound(self, subject: CreativeSubject, match: Match, alignment: Alignment) -> Finding:
        seen = alignment.agreement
        heard = _heard(subject, alignment)
        claim, bearing, what = _sound_verdict(heard, subject=subject, alignment=alignment)
        return finding(
            method=self._method,
            axis=Axis.ALTERATION,
            bearing=bearing,
            claim=claim,
            observation=f"{_place(subject, match, alignment)}: {what}",
            modality="voice",
            creative_sha256=match.creative_sha256,
            person_id=match.person_id,
            start_s=seen.start_s,
            end_s=seen.end_s,
            measurement=None if heard is None else heard.correlation,
            unit=None if heard is None else "correlation of log-mel spectrograms",
            propositions=SOUND,
            quality_limits=(TRIED,),
            innocent_explanations=INNOCENT_SOUND,
            reference_sha256=alignment.film.sha256,
            reference_start_s=seen.reference_start_s,
            reproduce=screen_command(match.creative_sha256),
        )

    def _silent(self, subject: CreativeSubject, person_id: str | None, why: str) -> Finding:
        return finding(
            method=self._method,
            axis=Axis.ALTERATION,
            bearing=Bearing.INCONCLUSIVE,
            claim="not_aligned",
            observation=why,
            modality="face",
            creative_sha256=subject.media.creative.sha256,
            person_id=person_id,
            propositions=PICTURE,
            quality_limits=(TRIED,),
            reproduce=screen_command(subject.media.creative.sha256),
        )

    @property
    def _method(self) -> Method:
        return Method(name=self.name, version=self.version)


def _picture_verdict(seen: Agreement) -> tuple[str, Bearing, str]:
    if seen.same_mouth:
        return "same_as_genuine", Bearing.AGAINST, "The face is as it was filmed."
    moves_otherwise = seen.gap >= OTHER_GAP and seen.mouth_movement <= OTHER_MOVEMENT
    if seen.gap >= REGENERATED_GAP or moves_otherwise:
        what = "The upper face is the film's, the mouth is not: it looks generated anew."
        return "mouth_regenerated", Bearing.SUPPORTS, what
    what = "Whether the mouth is the film's cannot be told: it is neither clearly the same nor clearly another."
    return "mouth_unclear", Bearing.INCONCLUSIVE, what


def _heard(subject: CreativeSubject, alignment: Alignment) -> SoundAgreement | None:
    ours, theirs, seen = subject.media.sound, alignment.film.sound, alignment.agreement
    if ours is None or theirs is None:
        return None
    length_s = seen.end_s - seen.start_s + 1 / STEPS_PER_S
    return compare_sound(_cut(ours, seen.start_s, length_s), _cut(theirs, seen.reference_start_s, length_s))


def _cut(sound: Sound, start_s: float, length_s: float) -> Sound:
    return sound[int(start_s * SAMPLE_RATE_HZ) : int((start_s + length_s) * SAMPLE_RATE_HZ)]


def _sound_verdict(
    heard: SoundAgreement | None, *, subject: CreativeSubject, alignment: Alignment
) -> tuple[str, Bearing, str]:
    if subject.media.sound is None:
        return "sound_not_compared", Bearing.INCONCLUSIVE, "the suspect has no sound."
    if alignment.film.sound is None:
        return "sound_not_compared", Bearing.INCONCLUSIVE, "the genuine footage was enrolled without sound."
    if heard is None:
        return (
            "sound_not_compared",
            Bearing.INCONCLUSIVE,
            "one of the two is silent, or the stretch is too short to compare.",
        )
    if heard.correlation <= REPLACED_SOUND:
        what = f"its sound is not the film's (correlation {heard.correlation:.2f}): the voice was put in afterwards."
        return "voice_replaced", Bearing.SUPPORTS, what
    if heard.correlation >= SAME_SOUND:
        return (
            "sound_as_genuine",
            Bearing.AGAINST,
            f"its sound is the film's own (correlation {heard.correlation:.2f}).",
        )
    what = f"its sound resembles the film's in part (correlation {heard.correlation:.2f}): cannot tell."
    return "sound_unclear", Bearing.INCONCLUSIVE, what


def _place(subject: CreativeSubject, match: Match, alignment: Alignment) -> str:
    seen = alignment.agreement
    name = subject.gallery.person(match.person_id).names[0]
    turned = ", mirrored" if alignment.mirrored else ""
    return (
        f"{seen.start_s:.1f} s to {seen.end_s:.1f} s is genuine film of {name}{turned}, from {seen.reference_start_s:.1f} s of "
        f"footage {alignment.film.sha256[:12]}"
    )


def _searched(name: str, films: Sequence[GenuineFootage], searched_s: float) -> str:
    if searched_s == 0:
        return f"{name}'s face is seen for less than {MIN_PAIRS / STEPS_PER_S:g} s at a time: too short to align with film."
    enrolled_s = sum(len(film.times_s) for film in films) / STEPS_PER_S
    return (
        f"No genuine footage of {name} aligns: {searched_s:.1f} s of the suspect were compared with "
        f"{enrolled_s:.1f} s of film in {len(films)} file(s). Other footage may exist."
    )


def _limits(subject: CreativeSubject, match: Match) -> tuple[str, ...]:
    sizes = [sample.track.size_px for sample in subject.faces if sample.track.track == match.track]
    small = f"The face is only {sizes[0]} px high." if sizes and sizes[0] < SMALL_FACE_PX else None
    return tuple(sentence for sentence in (TRIED, small) if sentence)
