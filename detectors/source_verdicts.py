"""What the comparison of a suspect with genuine film says, in the words of a finding."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detectors.film_alignment import Agreement, Alignment
from detectors.mouth_course import Change
from detectors.records import Bearing
from detectors.sound_alignment import Heard, HeardApart

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

LEAST_SPEECH_S = 0.5
SAME_MOMENTS, SURELY_SAME_MOMENTS = 0.6, 0.9
"""Seconds of speech without which no voice can have been put in, and how far speech must fall on the film's moments (phi) before
it may be the film's own under something louder: in the same voice, and where the voice cannot be told."""

SURELY_APART = 0.3
"""Highest correlation of a window in a part that was put in, where pauses do not tell whether it is the film's own drowned."""

ORDINARY_SPEED = 0.01
"""Speeds that differ less from the film's are not worth a word."""

JOINED_S = 0.5
"""Pieces that go on in the film where the one before ended, to this precision, are one piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A claim, what the observation does to it, and the sentence that says so."""

    claim: str
    bearing: Bearing
    words: str


def picture_verdict(seen: Agreement) -> Verdict:
    """Of one aligned stretch: the film's face, its upper half alone, or neither."""
    if not seen.same_face:
        return Verdict(
            claim="face_differs",
            bearing=Bearing.INCONCLUSIVE,
            words="The face moves as in the film, but does not look so: a filter, a poor copy, or another face laid over it.",
        )
    moves_otherwise = seen.gap >= OTHER_GAP and seen.mouth_movement <= OTHER_MOVEMENT
    if not seen.same_mouth and (seen.gap >= REGENERATED_GAP or moves_otherwise):
        words = "The upper face is the film's, the mouth is not: it looks generated anew."
        return Verdict(claim="mouth_regenerated", bearing=Bearing.SUPPORTS, words=words)
    if changes := seen.course.changes():
        return _changed_for_a_while(seen, changes)
    if seen.same_mouth:
        return Verdict(claim="same_as_genuine", bearing=Bearing.AGAINST, words="The face is as it was filmed.")
    words = "Whether the mouth is the film's cannot be told: it is neither clearly the same nor clearly another."
    return Verdict(claim="mouth_unclear", bearing=Bearing.INCONCLUSIVE, words=words)


def changed_part(seen: Agreement, verdict: Verdict) -> tuple[float, float, float]:
    """From when to when a finding about the mouth speaks, and the gap there: the changes where the mouth is otherwise the film's,
    the whole stretch in all other cases."""
    changes = seen.course.changes()
    if verdict.claim == "mouth_regenerated" and changes and seen.gap < REGENERATED_GAP:
        return changes[0].start_s, changes[-1].end_s, max(one.gap for one in changes)
    return seen.start_s, seen.end_s, seen.gap


def _changed_for_a_while(seen: Agreement, changes: Sequence[Change]) -> Verdict:
    times = " and ".join(f"{one.start_s:.1f} s to {one.end_s:.1f} s (gap {one.gap:.3f})" for one in changes)
    if not seen.course.dense:
        words = f"From {times} the mouth agrees less than elsewhere; the frames are too few to tell whether it is the film's."
        return Verdict(claim="mouth_unclear", bearing=Bearing.INCONCLUSIVE, words=words)
    rest = "as it was filmed" if seen.same_mouth else "neither clearly the film's nor clearly another"
    words = (
        f"From {times} the upper face is the film's, the mouth is not: it looks generated anew. Elsewhere it is {rest}."
    )
    return Verdict(claim="mouth_regenerated", bearing=Bearing.SUPPORTS, words=words)


def sound_verdict(heard: Heard) -> Verdict:
    """Of one aligned stretch: the film's own sound, other speech, or something that drowns it."""
    agreed = f"correlation {heard.sound.correlation:.2f}"
    if heard.apart:
        return _partly_replaced(heard.apart)
    if heard.sound.correlation >= SAME_SOUND:
        words = f"its sound is the film's own ({agreed})."
        return Verdict(claim="sound_as_genuine", bearing=Bearing.AGAINST, words=words)
    speaks = (heard.suspect_speech_s or 0.0) >= LEAST_SPEECH_S
    least = {True: SAME_MOMENTS, None: SURELY_SAME_MOMENTS, False: np.inf}[_same_voice(heard)]
    drowned = speaks and heard.together is not None and heard.together >= least
    if heard.sound.correlation > REPLACED_SOUND or drowned:
        words = f"its sound resembles the film's in part ({agreed}){_speech(heard)}: something may be laid over it. Cannot tell."
        return Verdict(claim="sound_unclear", bearing=Bearing.INCONCLUSIVE, words=words)
    if not speaks:
        words = f"its sound is not the film's ({agreed}), and nobody speaks in it: music or noise in place of the film's sound."
        return Verdict(claim="sound_replaced", bearing=Bearing.INCONCLUSIVE, words=words)
    words = f"its sound is not the film's ({agreed}){_speech(heard)}: the voice was put in afterwards."
    return Verdict(claim="voice_replaced", bearing=Bearing.SUPPORTS, words=words)


def differing_part(seen: Agreement, verdict: Verdict, heard: Heard | None) -> tuple[float, float, float | None]:
    """From when to when a finding about the sound speaks, and the correlation there: the parts that were put in where the rest is
    the film's, the whole stretch in all other cases."""
    if heard is None:
        return seen.start_s, seen.end_s, None
    put_in = _put_in(heard.apart) if verdict.claim == "voice_replaced" else ()
    if not put_in:
        return seen.start_s, seen.end_s, heard.sound.correlation
    start_s, end_s = put_in[0].start_s, put_in[-1].end_s
    return seen.start_s + start_s, min(seen.start_s + end_s, seen.end_s), min(one.correlation for one in put_in)


def _put_in(apart: Sequence[HeardApart]) -> tuple[HeardApart, ...]:
    """Those in which somebody speaks, at other moments than in the film; without pauses to tell by, quite unlike the film."""
    return tuple(
        one
        for one in apart
        if one.speech_s >= LEAST_SPEECH_S
        and (one.correlation <= SURELY_APART if one.together is None else one.together < SAME_MOMENTS)
    )


def _partly_replaced(apart: Sequence[HeardApart]) -> Verdict:
    """Parts that differ; times are counted from the start of the stretch."""
    put_in = _put_in(apart)
    told = " and ".join(
        f"{one.start_s:.1f} s to {one.end_s:.1f} s after its beginning (correlation {one.correlation:.2f} at most)"
        for one in put_in or apart
    )
    if not put_in:
        words = f"its sound is the film's own but for {told}: music, noise or something louder lies there. Cannot tell."
        return Verdict(claim="sound_unclear", bearing=Bearing.INCONCLUSIVE, words=words)
    words = f"its sound is the film's own but for {told}, where somebody speaks at other moments: the voice was put in there."
    return Verdict(claim="voice_replaced", bearing=Bearing.SUPPORTS, words=words)


def _same_voice(heard: Heard) -> bool | None:
    if heard.voice is None or heard.voice_threshold is None:
        return None
    return heard.voice >= heard.voice_threshold


def _speech(heard: Heard) -> str:
    """When somebody speaks, and who."""
    same = _same_voice(heard)
    when = (
        ""
        if heard.together is None
        else f"; speech is heard at the film's moments to {heard.together:.2f} (1 is always)"
    )
    if same is None:
        return when
    alike = f"voice score {heard.voice:.2f}, threshold {heard.voice_threshold:.2f}"
    who = "in a voice like the film's: other words of the same person, or a clone" if same else "in another voice"
    return f"{when}; {who} ({alike})"


def changed_order(alignments: Sequence[Alignment]) -> bool:
    """Whether the pieces (in the suspect's order) do not simply go on in one film."""
    for before, after in itertools.pairwise(alignments):
        passed_s = before.shift.speed * (after.agreement.start_s - before.agreement.end_s)
        jump_s = after.agreement.reference_start_s - before.agreement.reference_end_s - passed_s
        follows = after.agreement.start_s > before.agreement.end_s - JOINED_S
        if follows and (before.film is not after.film or abs(jump_s) > JOINED_S):
            return True
    return False


def pieces_in_words(alignments: Sequence[Alignment]) -> str:
    """Which moments of which film each piece shows."""
    return "; ".join(
        f"{one.agreement.start_s:.1f} s to {one.agreement.end_s:.1f} s is {one.agreement.reference_start_s:.1f} s to "
        f"{one.agreement.reference_end_s:.1f} s of footage {one.film.sha256[:12]}{manner(one)}"
        for one in alignments
    )


def manner(alignment: Alignment) -> str:
    """What else was done to the stretch: mirrored, slowed, sped."""
    speed = alignment.shift.speed
    pace = "" if abs(speed - 1) <= ORDINARY_SPEED else f", {'sped up' if speed > 1 else 'slowed down'} to {speed:.0%}"
    return f"{', mirrored' if alignment.mirrored else ''}{pace}"
