"""How the person speaks, beside how they speak in genuine film and recordings: pitch, pauses, pace. Observations without weight.

Cloned voices can be too even, too fast or too high for the person they imitate; so can anybody who reads out, is ill or excited.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np

from detectors.appearances import by_person
from detectors.finding import unweighed
from detectors.network_windows import BY_FACE, SILENT_PEAK, Interval, bandwidth_hz, joined_sound, spoken_by
from detectors.pitch_and_pace import Manner, Sound, manner_of
from detectors.records import Finding
from detectors.subject import CreativeSubject
from detectors.validation import Declaration, NotValidated
from embeddings.samples import SAMPLE_RATE_HZ
from watchlist.records import Match

MAX_SPEECH_S = 40.0
MIN_SPEECH_S = 4.0
MAX_GENUINE_S = 60.0
MAX_FILMS, MAX_RECORDINGS = 4, 4
MIN_BANDWIDTH_HZ = 5000.0
MAX_PEOPLE = 4

LIMITS = (
    "Not validated: how far genuine speech of one person differs from day to day was not measured.",
    "Whoever speaks in the enrolled footage and recordings is taken for the person.",
)
INNOCENT = (
    "Reading out, a telephone, excitement, illness or age changes pitch, pauses and pace.",
    "Cutting removes pauses; speeding a film up raises pace, and often pitch.",
    "Dubbing or translation.",
)
PROPOSITIONS = ("The speech was generated or converted.", "The person spoke like this.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What was heard of one person, or why nothing can be said (``why`` continues "cannot tell because")."""

    match: Match
    stretches: Sequence[Interval]
    limits: Sequence[str]
    manner: Manner | None
    why: str


class Prosody:
    """Measures how people who were recognised speak, and holds it against their genuine speech."""

    name = "prosody"
    version = "2"
    declared = (
        Declaration(
            of="pitch, pauses and pace",
            on=NotValidated(why="how far genuine speech of one person differs from day to day was not measured"),
            command=None,
        ),
    )

    def __init__(self) -> None:
        self._genuine: dict[tuple[str, str], Manner | None] = {}
        """By pack and film or recording: each is heard once per process."""

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """Per person three comparisons (pitch, pauses, pace), or why there are none."""
        people = by_person(subject.matches)
        if not people:
            why = "Nobody was recognised, so nobody's way of speaking was examined."
            yield self._finding(subject, claim="prosody_not_told", observation=why)
        for number, (person_id, matches) in enumerate(people.items()):
            name = subject.gallery.person(person_id).names[0]
            heard = _heard(subject, matches) if number < MAX_PEOPLE else _skipped(matches)
            if heard.manner is None:
                words = f"How {name} speaks: cannot tell because {heard.why}."
                yield self._finding(subject, claim="prosody_not_told", observation=words, heard=heard)
                continue
            genuine = self._genuinely(subject, person_id)
            if genuine is None:
                words = (
                    f"{name} {_in_words(heard.manner)}. Whether that is their way cannot be told because no genuine "
                )
                words += f"speech of at least {MIN_SPEECH_S:g} s is enrolled."
                yield self._finding(subject, claim="prosody_not_compared", observation=words, heard=heard)
                continue
            yield from self._compared(subject, name, heard, heard.manner, genuine)

    def _compared(
        self, subject: CreativeSubject, name: str, heard: _Heard, seen: Manner, genuine: Manner
    ) -> Iterator[Finding]:
        over = f"over {seen.speech_s:.0f} s; in {genuine.speech_s:.0f} s of genuine speech"
        yield self._finding(
            subject,
            claim="pitch_beside_genuine",
            observation=f"{name}'s pitch is {seen.pitch_hz:.0f} Hz in the middle and spans {seen.range_semitones:.1f} semitones "
            f"{over} it is {genuine.pitch_hz:.0f} Hz and {genuine.range_semitones:.1f} semitones.",
            heard=heard,
            measurement=12 * log2(seen.pitch_hz / genuine.pitch_hz),
            unit="semitones above the middle pitch of genuine speech",
        )
        yield self._finding(
            subject,
            claim="pauses_beside_genuine",
            observation=f"{name} pauses {seen.pause_share:.0%} of the time, {seen.pause_s:.2f} s at once, {over} "
            f"{genuine.pause_share:.0%} and {genuine.pause_s:.2f} s.",
            heard=heard,
            measurement=seen.pause_share - genuine.pause_share,
            unit="share of pauses minus that in genuine speech",
        )
        yield self._finding(
            subject,
            claim="pace_beside_genuine",
            observation=f"{name} speaks about {seen.syllables_per_s:.1f} syllables a second {over} "
            f"{genuine.syllables_per_s:.1f}.",
            heard=heard,
            measurement=seen.syllables_per_s / genuine.syllables_per_s - 1 if genuine.syllables_per_s else 0.0,
            unit="pace above that of genuine speech, as a share of it",
        )

    def _genuinely(self, subject: CreativeSubject, person_id: str) -> Manner | None:
        """The mean over the films and recordings that hold enough speech, each weighed by its speech."""
        films = [(one.sha256, one.sound) for one in subject.gallery.footage(person_id) if one.sound is not None]
        recordings = [(one.sha256, one.sound) for one in subject.gallery.recordings(person_id)]
        found = []
        for sha256, sound in [*films[:MAX_FILMS], *recordings[:MAX_RECORDINGS]]:
            key = (subject.pack.manifest.label, sha256)
            if key not in self._genuine:
                self._genuine[key] = _of_sound(subject, sound)
            manner = self._genuine[key]
            if manner is not None:
                found.append(manner)
        if not found:
            return None
        weights = np.array([manner.speech_s for manner in found])

        def mean(of: Sequence[float]) -> float:
            return float(np.average(of, weights=weights))

        return Manner(
            speech_s=float(weights.sum()),
            pitch_hz=float(2 ** mean([log2(manner.pitch_hz) for manner in found])),
            range_semitones=mean([manner.range_semitones for manner in found]),
            pause_share=mean([manner.pause_share for manner in found]),
            pause_s=mean([manner.pause_s for manner in found]),
            syllables_per_s=mean([manner.syllables_per_s for manner in found]),
        )

    def _finding(
        self, subject: CreativeSubject, *, claim: str, observation: str, heard: _Heard | None = None, **measured: Any
    ) -> Finding:
        stretches = () if heard is None else heard.stretches
        return unweighed(
            self,
            subject.media.creative.sha256,
            claim=claim,
            observation=observation,
            modality="voice",
            person_id=None if heard is None else heard.match.person_id,
            start_s=stretches[0][0] if stretches else None,
            end_s=stretches[-1][1] if stretches else None,
            propositions=PROPOSITIONS,
            quality_limits=(*LIMITS, *(() if heard is None else heard.limits)),
            innocent_explanations=INNOCENT,
            **measured,
        )


def _heard(subject: CreativeSubject, matches: Sequence[Match]) -> _Heard:
    match, stretches, by_face = spoken_by(subject, matches)
    samples = subject.media.sound
    speech = np.zeros(0, dtype=np.float32) if samples is None else joined_sound(samples, stretches)
    speech = speech[: int(MAX_SPEECH_S * SAMPLE_RATE_HZ)]
    why = "there is no sound" if samples is None else _unfit(speech)
    manner = manner_of(speech) if why is None else None
    return _Heard(
        match=match,
        stretches=stretches,
        limits=(BY_FACE,) if by_face and stretches else (),
        manner=manner,
        why=why or "no pitch is heard in it",
    )


def _skipped(matches: Sequence[Match]) -> _Heard:
    why = f"at most {MAX_PEOPLE} people are listened to in one creative"
    return _Heard(match=matches[0], stretches=(), limits=(), manner=None, why=why)


def _unfit(speech: Sound) -> str | None:
    """Why such speech is not measured."""
    if len(speech) < MIN_SPEECH_S * SAMPLE_RATE_HZ:
        return f"there are only {len(speech) / SAMPLE_RATE_HZ:.1f} s of speech, and {MIN_SPEECH_S:g} s are needed"
    if float(np.abs(speech).max()) < SILENT_PEAK:
        return "where speech was found the sound is silent"
    band_hz = bandwidth_hz(speech)
    if band_hz < MIN_BANDWIDTH_HZ:
        return f"the sound ends at {band_hz:.0f} Hz, as on a telephone, and genuine speech was not recorded like that"
    return None


def _of_sound(subject: CreativeSubject, genuine: Sound) -> Manner | None:
    sound = np.asarray(genuine[: int(MAX_GENUINE_S * SAMPLE_RATE_HZ)], dtype=np.float32)
    if not len(sound) or float(np.abs(sound).max()) < SILENT_PEAK:
        return None
    found = subject.pack.voices.speech(sound)
    if not found:
        return None
    # From the first word to the last: pauses in between are part of the manner
    speech = joined_sound(sound, [(found[0][0], found[-1][1])])[: int(MAX_SPEECH_S * SAMPLE_RATE_HZ)]
    return manner_of(speech) if _unfit(speech) is None else None


def _in_words(seen: Manner) -> str:
    return (
        f"speaks at {seen.pitch_hz:.0f} Hz in the middle, over {seen.range_semitones:.1f} semitones, pauses "
        f"{seen.pause_share:.0%} of the time and says about {seen.syllables_per_s:.1f} syllables a second, over "
        f"{seen.speech_s:.0f} s"
    )
