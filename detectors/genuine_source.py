"""Compares a suspect with genuine footage of the person it shows: what was changed, where, against which film.

Measured by ``python -m tests.alignment_rates`` on the development media, on which its thresholds were chosen too: no weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from detectors.film_alignment import Alignment, FaceSeries
from detectors.finding import Method, finding, screen_command
from detectors.own_moments import own_moments
from detectors.records import Axis, Bearing, Finding
from detectors.scene_alignment import SceneMatch, locate_scene
from detectors.searched_film import locate_in
from detectors.shift_search import MIN_PAIRS, STEPS_PER_S
from detectors.sound_alignment import Heard, Sound, hear
from detectors.source_validation import (
    PICTURE_DECLARED,
    REST_DECLARED,
    SOUND_DECLARED,
    limits,
    mouth_ratio,
    picture_outside,
    recut_outside,
    sound_outside,
    sound_ratio,
    sound_untold,
)
from detectors.source_verdicts import (
    SAME_SOUND,
    Verdict,
    changed_order,
    changed_part,
    differing_part,
    manner,
    picture_verdict,
    pieces_in_words,
    sound_verdict,
)
from detectors.subject import CreativeSubject
from detectors.suspect_faces import close_faces, sampled_faces
from embeddings.errors import UnreadableMedia
from embeddings.records import MediaKind, Region
from embeddings.samples import SAMPLE_RATE_HZ
from watchlist.footage import GenuineFootage
from watchlist.records import Match, Modality
from watchlist.verbal import strength

MAX_SEARCHED_S = 60.0
"""Seconds of one person in one suspect that are looked at closely, when the frames sampled of the whole do not do."""

UNEXPLAINED_S = 2.0
"""Seconds of a face that no film explains, after which the sampled frames do not do: a piece between two cuts may lie there."""

SMALL_FACE_PX = 100
TRIED = "Measured on the development media alone, on which its thresholds were chosen too."
PICTURE = ("The mouth was generated after the film was shot.", "The mouth is as it was filmed.")
SOUND = ("The sound was put in place of the film's own.", "The sound is the film's own.")
FRAMES_TO_COMPARE = "frames_to_compare"
"""The claim under which a pair of frames is shown."""

INNOCENT_PICTURE = (
    "A licensed dub or translation that also adapts the lips.",
    "A beauty or face filter applied by whoever uploaded it.",
    "A logo, caption or microphone that covers the mouth in one of the two.",
)
CUT = ("The film was cut anew.", "The film runs as it was shot.")
INNOCENT_CUT = (
    "A news report or a summary that shows several moments of one speech.",
    "Pauses that were cut out.",
)
INNOCENT_SOUND = (
    "Dubbing or simultaneous translation.",
    "A news reader's voice-over.",
    "Music laid over the film.",
)


class GenuineSource:
    """Aligns faces recognised in a creative with enrolled genuine footage of the same person."""

    name = "genuine_source"
    version = "6"
    declared = (PICTURE_DECLARED, SOUND_DECLARED, REST_DECLARED)

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
        searched_s, found = 0.0, []
        for match in sorted(matches, key=lambda match: (match.start_s - match.end_s, match.start_s)):
            end_s = min(match.end_s, match.start_s + MAX_SEARCHED_S - searched_s)
            if (end_s - match.start_s) * STEPS_PER_S < MIN_PAIRS:
                break
            searched_s += end_s - match.start_s
            try:
                found += [(match, alignment) for alignment in _aligned(subject, match, films, end_s=end_s)]
            except UnreadableMedia as unreadable:
                yield self._silent(
                    subject, person_id, f"The film could not be read again for comparison: {unreadable}."
                )
                break
        for match, alignment in found:
            yield self._picture(subject, match, alignment)
            yield from self._pair(subject, match, alignment)
            yield self._sound(subject, match, alignment)
        pieces = sorted(found, key=lambda pair: pair[1].agreement.start_s)
        if changed_order([alignment for _, alignment in pieces]):
            yield self._recut(subject, person_id, pieces)
        if not found:
            scene = locate_scene(subject.media.frames, films)
            if scene is not None:
                yield self._scene(subject, person_id, scene)
            yield self._silent(subject, person_id, _searched(name, films, searched_s))

    def _picture(self, subject: CreativeSubject, match: Match, alignment: Alignment) -> Finding:
        seen = alignment.agreement
        verdict, outside = picture_verdict(seen), picture_outside(subject, match, alignment)
        start_s, end_s, gap = changed_part(seen, verdict)
        return finding(
            method=replace(self._method, validated_on=PICTURE_DECLARED.validated_on),
            axis=Axis.ALTERATION,
            bearing=verdict.bearing if outside is None else Bearing.INCONCLUSIVE,
            claim=verdict.claim,
            observation=(
                f"{_place(subject, match, alignment)}: the upper face agrees at {seen.upper:.3f}, the mouth at {seen.mouth:.3f}, "
                f"and the mouths' movements at {seen.mouth_movement:.2f} ({seen.pairs} pairs of frames). {verdict.words}"
            ),
            modality="face",
            creative_sha256=match.creative_sha256,
            person_id=match.person_id,
            start_s=start_s,
            end_s=end_s,
            region=match.region,
            measurement=gap,
            unit="agreement of the upper face minus that of the mouth (median of correlations)",
            propositions=PICTURE,
            inside_validation=outside is None,
            likelihood_ratio=mouth_ratio(verdict, gap) if outside is None else None,
            quality_limits=limits(outside, _limits(subject, match)),
            innocent_explanations=INNOCENT_PICTURE,
            reference_sha256=alignment.film.sha256,
            reference_start_s=_film_s(alignment, start_s),
            reproduce=screen_command(match.creative_sha256),
        )

    def _pair(self, subject: CreativeSubject, match: Match, alignment: Alignment) -> Iterator[Finding]:
        """Where a mouth is not clearly the film's: the two frames to look at, side by side."""
        claim, widest = picture_verdict(alignment.agreement).claim, alignment.agreement.course.widest()
        if claim not in ("mouth_regenerated", "mouth_unclear") or widest is None:
            return
        film_s = _film_s(alignment, widest.start_s)
        yield finding(
            method=self._method,
            axis=Axis.ALTERATION,
            bearing=Bearing.INCONCLUSIVE,
            claim=FRAMES_TO_COMPARE,
            observation=(
                f"The mouth differs most at {widest.start_s:.1f} s{manner(alignment)}, which is {film_s:.1f} s of footage "
                f"{alignment.film.sha256[:12]}: look at these two frames."
            ),
            modality="face",
            creative_sha256=match.creative_sha256,
            person_id=match.person_id,
            start_s=widest.start_s,
            end_s=widest.end_s,
            region=_where(subject, match, widest.start_s),
            measurement=widest.gap,
            unit="agreement of the upper face minus that of the mouth, in this pair of frames",
            propositions=PICTURE,
            quality_limits=(TRIED, "A single pair of frames may differ by chance or by compression."),
            innocent_explanations=INNOCENT_PICTURE,
            reference_sha256=alignment.film.sha256,
            reference_start_s=film_s,
            reproduce=screen_command(match.creative_sha256),
        )

    def _sound(self, subject: CreativeSubject, match: Match, alignment: Alignment) -> Finding:
        seen = alignment.agreement
        heard = _heard(subject, alignment)
        verdict = sound_verdict(heard) if heard is not None else _not_heard(subject, alignment)
        outside, unknown = sound_outside(subject, alignment), sound_untold(subject)
        ratio = sound_ratio(verdict, heard) if outside is None else None
        measured = "" if ratio is None or not unknown else f" In what was measured this gives {strength(ratio)}."
        start_s, end_s, correlation = differing_part(seen, verdict, heard)
        return finding(
            method=replace(self._method, validated_on=SOUND_DECLARED.validated_on),
            axis=Axis.ALTERATION,
            bearing=verdict.bearing if outside is None else Bearing.INCONCLUSIVE,
            claim=verdict.claim,
            observation=f"{_place(subject, match, alignment)}: {verdict.words}{measured}",
            modality="voice",
            creative_sha256=match.creative_sha256,
            person_id=match.person_id,
            start_s=start_s,
            end_s=end_s,
            measurement=correlation,
            unit=None if correlation is None else "correlation of log-mel spectrograms",
            inside_validation=False if outside is not None else None if unknown else True,
            likelihood_ratio=None if unknown else ratio,
            propositions=SOUND,
            quality_limits=limits(outside, (TRIED, *unknown)),
            innocent_explanations=INNOCENT_SOUND,
            reference_sha256=alignment.film.sha256,
            reference_start_s=_film_s(alignment, start_s),
            reproduce=screen_command(match.creative_sha256),
        )

    def _recut(self, subject: CreativeSubject, person_id: str, aligned: Sequence[tuple[Match, Alignment]]) -> Finding:
        name = subject.gallery.person(person_id).names[0]
        pieces, outside = [alignment for _, alignment in aligned], recut_outside(subject, aligned)
        return finding(
            method=replace(self._method, validated_on=PICTURE_DECLARED.validated_on),
            axis=Axis.ALTERATION,
            bearing=Bearing.SUPPORTS if outside is None else Bearing.INCONCLUSIVE,
            claim="recut",
            observation=(
                f"Genuine film of {name} was cut anew, {len(pieces)} pieces were found: {pieces_in_words(pieces)}. "
                "What is said may be put together."
            ),
            modality="face",
            creative_sha256=subject.media.creative.sha256,
            person_id=person_id,
            start_s=pieces[0].agreement.start_s,
            end_s=pieces[-1].agreement.end_s,
            measurement=float(len(pieces)),
            unit="pieces of genuine film",
            propositions=CUT,
            inside_validation=outside is None,
            quality_limits=limits(outside, (TRIED,)),
            innocent_explanations=INNOCENT_CUT,
            reference_sha256=pieces[0].film.sha256,
            reference_start_s=pieces[0].agreement.reference_start_s,
            reproduce=screen_command(subject.media.creative.sha256),
        )

    def _scene(self, subject: CreativeSubject, person_id: str, scene: SceneMatch) -> Finding:
        name = subject.gallery.person(person_id).names[0]
        turned = ", mirrored" if scene.mirrored else ""
        return finding(
            method=self._method,
            axis=Axis.ALTERATION,
            bearing=Bearing.INCONCLUSIVE,
            claim="scene_found",
            observation=(
                f"{scene.start_s:.1f} s to {scene.end_s:.1f} s looks like a scene of genuine film of {name}{turned}, as a whole, "
                f"about {scene.reference_start_s:.0f} s to {scene.reference_end_s:.0f} s of footage {scene.film.sha256[:12]} "
                f"(correlation {scene.alike:.2f} over {scene.frames} frames). The face could not be compared there."
            ),
            modality="picture",
            creative_sha256=subject.media.creative.sha256,
            person_id=person_id,
            start_s=scene.start_s,
            end_s=scene.end_s,
            measurement=scene.alike,
            unit="correlation of marks of the whole picture",
            propositions=PICTURE,
            quality_limits=(TRIED, "Another moment of the same shot may look the same."),
            reference_sha256=scene.film.sha256,
            reference_start_s=scene.reference_start_s,
            reproduce=screen_command(subject.media.creative.sha256),
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


def _aligned(
    subject: CreativeSubject, match: Match, films: Sequence[GenuineFootage], *, end_s: float
) -> tuple[Alignment, ...]:
    """Where the frames that were sampled anyway leave something open, a closer look decides. Raises ``UnreadableMedia``."""
    found = _found(sampled_faces(subject, match), films)
    explained_s = sum(one.agreement.end_s - one.agreement.start_s for one in found)
    unclear = any(picture_verdict(one.agreement).bearing is Bearing.INCONCLUSIVE for one in found)
    if found and not unclear and explained_s >= end_s - match.start_s - UNEXPLAINED_S:
        return found
    return _found(close_faces(subject, match, end_s=end_s), films) or found


def _found(suspect: FaceSeries, films: Sequence[GenuineFootage]) -> tuple[Alignment, ...]:
    return tuple(own_moments(suspect, one) for one in locate_in(suspect, films))


def _where(subject: CreativeSubject, match: Match, at_s: float) -> Region | None:
    """Where the face is at a moment, as far as it was followed."""
    path = subject.paths.get(match.track, ())
    return min(path, key=lambda seen: abs(seen.at_s - at_s)).region if path else match.region


def _film_s(alignment: Alignment, at_s: float) -> float:
    """The film's time at a time of the suspect."""
    seen = alignment.agreement
    return max(0.0, seen.reference_start_s + alignment.shift.speed * (at_s - seen.start_s))


def _heard(subject: CreativeSubject, alignment: Alignment) -> Heard | None:
    ours, theirs, seen = subject.media.sound, alignment.film.sound, alignment.agreement
    if ours is None or theirs is None:
        return None
    length_s, speed = seen.end_s - seen.start_s + 1 / STEPS_PER_S, alignment.shift.speed
    return hear(
        _cut(ours, seen.start_s, length_s),
        _cut(theirs, seen.reference_start_s, length_s * speed),
        speed=speed,
        pack=subject.pack,
        enough=SAME_SOUND,
    )


def _cut(sound: Sound, start_s: float, length_s: float) -> Sound:
    return sound[int(start_s * SAMPLE_RATE_HZ) : int((start_s + length_s) * SAMPLE_RATE_HZ)]


def _not_heard(subject: CreativeSubject, alignment: Alignment) -> Verdict:
    why = "one of the two is silent, or the stretch is too short to compare."
    if subject.media.sound is None:
        why = "the suspect has no sound."
    elif alignment.film.sound is None:
        why = "the genuine footage was enrolled without sound."
    return Verdict(claim="sound_not_compared", bearing=Bearing.INCONCLUSIVE, words=why)


def _place(subject: CreativeSubject, match: Match, alignment: Alignment) -> str:
    seen = alignment.agreement
    name = subject.gallery.person(match.person_id).names[0]
    return (
        f"{seen.start_s:.1f} s to {seen.end_s:.1f} s is genuine film of {name}{manner(alignment)}, "
        f"{seen.reference_start_s:.1f} s to {seen.reference_end_s:.1f} s of footage {alignment.film.sha256[:12]}"
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
