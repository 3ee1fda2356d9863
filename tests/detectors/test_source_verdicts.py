"""What is said of an aligned stretch: picture, sound, and pieces that do not follow each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from detectors.film_alignment import Agreement, Alignment
from detectors.mouth_course import MouthCourse
from detectors.records import Bearing
from detectors.shift_search import Shift
from detectors.sound_alignment import Heard, HeardApart, SoundAgreement
from detectors.source_verdicts import (
    changed_order,
    changed_part,
    differing_part,
    manner,
    picture_verdict,
    pieces_in_words,
    sound_verdict,
)
from tests.factories import sha
from watchlist.footage import GenuineFootage


def agreed(**changes: Any) -> Agreement:
    facts = {
        "start_s": 0.0,
        "end_s": 4.0,
        "reference_start_s": 10.0,
        "reference_end_s": 14.0,
        "pairs": 40,
        "upper": 0.99,
        "mouth": 0.985,
        "gap": 0.005,
        "mouth_movement": 0.95,
    }
    return Agreement(**(facts | changes))


def film(name: str) -> GenuineFootage:
    faces = np.zeros((0, 96, 96), dtype=np.uint8)
    return GenuineFootage(person_id="aysel", sha256=sha(name), times_s=np.zeros(0), faces=faces, sound=None)


FILM = film("one")


def alignment(*, of: GenuineFootage = FILM, speed: float = 1.0, mirrored: bool = False, **changes: Any) -> Alignment:
    shift = Shift(window=slice(0, 40), speed=speed, seconds=0.0, correlation=0.9, pairs=40, score=3.0, lead=2.0)
    return Alignment(film=of, mirrored=mirrored, shift=shift, agreement=agreed(**changes))


def heard(correlation: float, **facts: Any) -> Heard:
    return Heard(sound=SoundAgreement(correlation=correlation, shift_s=0.0, seconds=4.0), **facts)


SPEAKING = {"suspect_speech_s": 4.0, "film_speech_s": 4.0, "voice_threshold": 0.8}


@pytest.mark.parametrize(
    ("changes", "claim", "bearing"),
    [
        ({}, "same_as_genuine", Bearing.AGAINST),
        ({"gap": 0.07, "mouth_movement": 0.7}, "mouth_regenerated", Bearing.SUPPORTS),
        ({"gap": 0.02, "mouth_movement": 0.3}, "mouth_regenerated", Bearing.SUPPORTS),
        ({"gap": 0.02, "mouth_movement": 0.7}, "mouth_unclear", Bearing.INCONCLUSIVE),
        ({"gap": 0.0, "mouth_movement": 0.3}, "mouth_unclear", Bearing.INCONCLUSIVE),
        ({"upper": 0.93, "mouth": 0.94, "gap": -0.01}, "face_differs", Bearing.INCONCLUSIVE),
    ],
)
def test_the_picture_is_the_films_or_its_mouth_is_not_or_it_cannot_be_told(
    changes: dict[str, float], claim: str, bearing: Bearing
) -> None:
    verdict = picture_verdict(agreed(**changes))
    assert (verdict.claim, verdict.bearing) == (claim, bearing)


@pytest.mark.parametrize(
    ("sound", "claim", "words"),
    [
        (heard(0.9), "sound_as_genuine", "the film's own"),
        (heard(0.1, together=0.1, voice=0.6, **SPEAKING), "voice_replaced", "in another voice"),
        (heard(0.1, together=0.1, voice=0.9, **SPEAKING), "voice_replaced", "or a clone"),
        (heard(0.1, together=0.9, voice=0.9, **SPEAKING), "sound_unclear", "laid over it"),
        (heard(0.1, together=0.9, voice=0.6, **SPEAKING), "voice_replaced", "in another voice"),
        (heard(0.1, together=0.95, suspect_speech_s=2.0, film_speech_s=2.0), "sound_unclear", "laid over it"),
        (heard(0.1, together=0.8, suspect_speech_s=2.0, film_speech_s=2.0), "voice_replaced", "put in afterwards"),
        (heard(0.5, together=0.1, voice=0.6, **SPEAKING), "sound_unclear", "Cannot tell"),
        (heard(0.1, suspect_speech_s=0.0, film_speech_s=4.0), "sound_replaced", "nobody speaks"),
    ],
)
def test_the_sound_is_the_films_another_voice_or_something_laid_over_it(sound: Heard, claim: str, words: str) -> None:
    verdict = sound_verdict(sound)
    assert verdict.claim == claim
    assert words in verdict.words


def test_pieces_that_go_on_in_the_film_are_no_new_cut() -> None:
    first = alignment()
    going_on = alignment(start_s=5.0, end_s=8.0, reference_start_s=15.1, reference_end_s=18.0)
    jumping = alignment(start_s=5.0, end_s=8.0, reference_start_s=40.0, reference_end_s=43.0)
    other_film = alignment(of=film("two"), start_s=5.0, end_s=8.0, reference_start_s=15.0, reference_end_s=18.0)
    at_once = alignment(start_s=1.0, end_s=4.0, reference_start_s=40.0, reference_end_s=43.0)
    assert not changed_order([first])
    assert not changed_order([first, going_on])
    assert not changed_order([first, at_once])
    assert changed_order([first, jumping])
    assert changed_order([first, other_film])
    assert "5.0 s to 8.0 s is 40.0 s to 43.0 s of footage" in pieces_in_words([first, jumping])


def test_the_manner_names_mirror_and_speed() -> None:
    assert manner(alignment()) == ""
    assert manner(alignment(mirrored=True, speed=1.05)) == ", mirrored, sped up to 105%"
    assert manner(alignment(speed=0.9)) == ", slowed down to 90%"


def followed(step_s: float = 0.1) -> MouthCourse:
    gaps = [0.004] * 60
    gaps[20:36] = [0.07] * 16
    return MouthCourse(times_s=tuple(step_s * at for at in range(60)), gaps=tuple(gaps))


def test_a_mouth_changed_for_a_while_is_told_with_its_times() -> None:
    seen = agreed(course=followed(), end_s=6.0)
    verdict = picture_verdict(seen)
    assert (verdict.claim, verdict.bearing) == ("mouth_regenerated", Bearing.SUPPORTS)
    assert "From 2.0 s to 3.5 s" in verdict.words
    assert "Elsewhere it is as it was filmed." in verdict.words
    assert changed_part(seen, verdict) == pytest.approx((2.0, 3.5, 0.07))
    sparse = agreed(course=followed(0.5), end_s=30.0)
    assert picture_verdict(sparse).claim == "mouth_unclear"
    assert changed_part(sparse, picture_verdict(sparse)) == (0.0, 30.0, 0.005)
    whole = agreed(gap=0.07, mouth_movement=0.3, course=followed())
    assert changed_part(whole, picture_verdict(whole)) == (0.0, 4.0, 0.07)


def test_a_part_of_the_sound_that_was_put_in_is_told_with_its_times() -> None:
    def one(speech_s: float, together: float | None, correlation: float = 0.2) -> Heard:
        part = HeardApart(start_s=2.0, end_s=5.0, correlation=correlation, speech_s=speech_s, together=together)
        return heard(0.65, apart=(part,))

    put_in = sound_verdict(one(2.0, 0.1))
    assert (put_in.claim, put_in.bearing) == ("voice_replaced", Bearing.SUPPORTS)
    assert sound_verdict(one(2.0, None)).claim == "voice_replaced"
    assert "2.0 s to 5.0 s after its beginning" in put_in.words
    assert differing_part(agreed(), put_in, one(2.0, 0.1)) == (2.0, 4.0, 0.2)
    for drowned in (one(0.0, None), one(2.0, 0.9), one(2.0, None, 0.38)):
        assert sound_verdict(drowned).claim == "sound_unclear"
        assert differing_part(agreed(), sound_verdict(drowned), drowned) == (0.0, 4.0, 0.65)
    assert differing_part(agreed(), put_in, None) == (0.0, 4.0, None)
