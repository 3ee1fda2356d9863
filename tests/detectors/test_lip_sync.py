"""Mouth and speech that belong together, that do not, and the many reasons why that cannot be told."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.appearances import NotShown
from detectors.close_up import CloseUp
from detectors.lip_sync import GENERATED, LipSync, speech_between, verdict
from detectors.records import Bearing, Finding
from detectors.subject import CreativeSubject
from embeddings.packs import load_pack
from embeddings.samples import FaceSample
from tests.detectors.moving_faces import close_up, face, shown, speaker, speech
from tests.detectors.recognised import seen
from tests.detectors.test_genuine_mouths import enrolled
from tests.embeddings.face_mesh_file import needs_face_mesh
from tests.factories import make_face_track
from tests.film_variants import read_sound
from tests.lip_clips import recognised

SPOKEN = [(0.0, 6.0)]


@pytest.fixture(scope="module")
def close() -> CloseUp:
    return speaker()


def only(subject: CreativeSubject) -> Finding:
    (found,) = LipSync().examine(subject)
    return found


def test_its_own_speech_speaks_against(close: CloseUp) -> None:
    found = only(shown(close, sound=speech()[0], spoken=SPOKEN))
    assert found.claim == "lips_follow_speech"
    assert found.bearing is Bearing.AGAINST
    assert (found.weight, found.likelihood_ratio, found.inside_validation) == (0.0, None, None)
    assert any("Which language is spoken was not determined" in limit for limit in found.quality_limits)
    assert "In what it was calibrated on" in found.observation
    assert "the lips follow the speech. Mouth and speech agree at 0." in found.observation
    assert re.search(r"By parts: 0\.0-2\.0 s 0\.\d+ \(best 0\.\d+ with the sound ", found.observation)
    assert "in vowels" in found.observation
    assert re.search(r"A small classifier .* gives [\d.]+ to 1 .* measured on 3 people", found.observation)
    assert "weighs nothing" in found.observation
    assert GENERATED in found.quality_limits


@needs_face_mesh
def test_marked_lips_join_and_tell_their_shape(close: CloseUp) -> None:
    subject = shown(close, sound=speech()[0], spoken=SPOKEN, points=True)
    found, without = only(subject), only(shown(close, sound=speech()[0], spoken=SPOKEN))
    assert found.claim == "lips_follow_speech"
    assert re.search(
        r"Points on the lips, .*, are 0\.\d\d \(up to 0\.\d\d\) of the face's width apart; the opening is "
        r"0\.\d\d \(up to 0\.\d\d\) times as high as wide",
        found.observation,
    )
    assert "flow, darkness and relief alone, since points on lids and lips are not installed" in without.observation
    assert (found.weight, without.weight) == (0.0, 0.0)
    assert len({found.model_sha256, without.model_sha256, None}) == 3
    other = shown(close, sound=speech(seed=9)[0], spoken=SPOKEN, points=True)
    other = replace(other, memo={**subject.memo})
    assert only(other).claim == "lips_do_not_follow_speech"


def test_the_speech_of_somebody_else_supports(close: CloseUp) -> None:
    found = only(shown(close, sound=speech(seed=9)[0], spoken=SPOKEN))
    assert found.claim == "lips_do_not_follow_speech"
    assert found.bearing is Bearing.SUPPORTS
    assert found.likelihood_ratio is None
    assert "support for “The speech was put over" in found.observation
    assert found.end_s == pytest.approx(6.0, abs=0.1)
    assert found.unit is not None
    assert "Dubbing" in found.innocent_explanations[0]


def test_a_delayed_sound_is_told_and_not_blamed(close: CloseUp) -> None:
    found = only(shown(close, sound=np.roll(speech()[0], 4800), spoken=SPOKEN))
    assert found.bearing is Bearing.AGAINST
    assert re.search(r"0\.3\d s after the mouth", found.observation)
    assert "re-encoding" in found.observation


@pytest.mark.parametrize(
    ("facts", "why"),
    [({"video_codec": "vp9"}, "encoded with vp9"), ({"size_bytes": 9_000_000}, "this method takes 40 to")],
)
def test_another_codec_or_bitrate_is_outside_and_claims_nothing(
    close: CloseUp, facts: dict[str, Any], why: str
) -> None:
    subject = shown(close, sound=speech(seed=9)[0], spoken=SPOKEN)
    media = replace(subject.media, creative=replace(subject.media.creative, **facts))
    found = only(replace(subject, media=media))
    assert (found.claim, found.bearing, found.inside_validation) == ("lips_undecided", Bearing.INCONCLUSIVE, False)
    assert any(why in limit for limit in found.quality_limits)


def test_with_others_in_view_nothing_is_said_for_or_against(close: CloseUp) -> None:
    subject = shown(close, sound=speech(seed=9)[0], spoken=SPOKEN)
    others = tuple(
        FaceSample(track=make_face_track(track=track, start_s=0.0, end_s=6.0), vectors=np.zeros((1, 128), np.float32))
        for track in (1, 2, 3)
    )
    found = only(replace(subject, faces=others))
    assert found.claim == "lips_undecided"
    assert found.likelihood_ratio is None
    assert any("3 other face(s)" in limit for limit in found.quality_limits)


def test_genuine_film_of_the_person_is_held_beside_it(close: CloseUp) -> None:
    film = enrolled(close.faces, speech()[0])
    found = only(shown(close, sound=speech(seed=9)[0], spoken=SPOKEN, footage=[film]))
    assert "In 1 stretch(es) of genuine film" in found.observation
    assert found.reference_sha256 == film.sha256


def test_a_still_mouth_under_speech_is_an_observation() -> None:
    found = only(shown(close_up(np.repeat(face()[None], 180, axis=0)), sound=speech()[0], spoken=SPOKEN))
    assert found.claim == "mouth_still"
    assert found.bearing is Bearing.INCONCLUSIVE
    assert "hardly moves while somebody speaks for 6.0 s" in found.observation


def test_what_cannot_be_told_says_why(close: CloseUp) -> None:
    sound = speech()[0]
    turned = close.landmarks.copy()
    turned[:, 4, 0] += 40
    cases: list[tuple[CloseUp | NotShown, NDArray[np.float32] | None, list[tuple[float, float]], str]] = [
        (close, None, SPOKEN, "there is no sound"),
        (close, np.zeros(0, np.float32), SPOKEN, "there is no sound"),
        (close, sound, [], "silence, music or noise"),
        (close, sound, [(0.0, 1.0)], "only 1.0 s of speech"),
        (close, np.zeros_like(sound), SPOKEN, "hardly varies"),
        (close_up(close.faces[:3]), sound, SPOKEN, "only 0.1 s without a break"),
        (close_up(close.faces[:1]), sound, SPOKEN, "single frames"),
        (replace(close, times_s=close.times_s * 3), sound, SPOKEN, "only 10 frames a second"),
        (replace(close, heights_px=close.heights_px / 4), sound, SPOKEN, "only 50 px high"),
        (replace(close, landmarks=turned), sound, SPOKEN, "turned away"),
        (NotShown(match=seen(0.0, 6.0), why="the face was not found again"), sound, SPOKEN, "not found again"),
    ]
    for shown_as, heard, spoken, why in cases:
        found = only(shown(shown_as, sound=heard, spoken=spoken))
        assert found.claim == "lips_not_compared", why
        assert found.bearing is Bearing.INCONCLUSIVE
        assert f"cannot tell because {why}" in found.observation or why in found.observation
    assert only(shown()).claim == "lips_not_compared"


def test_speech_is_counted_once_and_without_its_pauses(close: CloseUp) -> None:
    subject = shown(close, spoken=[(0.0, 4.0), (2.0, 6.0)])
    assert speech_between(subject, 1.0, 5.0) == pytest.approx(4.0, abs=0.11)
    assert speech_between(subject, 6.5, 9.0) == 0


@pytest.mark.parametrize(
    ("ratio", "bearing"),
    [
        (None, Bearing.INCONCLUSIVE),
        (1.5, Bearing.INCONCLUSIVE),
        (0.6, Bearing.INCONCLUSIVE),
        (3.0, Bearing.SUPPORTS),
        (0.3, Bearing.AGAINST),
    ],
)
def test_a_weak_ratio_decides_nothing(ratio: float | None, bearing: Bearing) -> None:
    assert verdict(ratio)[1] is bearing


@pytest.mark.fixtures
def test_on_a_real_clip_with_its_own_and_with_another_sound() -> None:
    place = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[3] / "shared" / "fixtures"))
    if not place.is_dir():
        pytest.skip(f"NO REAL MEDIA: {place} is absent; set QALQAN_FIXTURES to test on it")
    pack = load_pack("open")
    subject = recognised(place / "wav2lip_gfpgan" / "kim_7s_raw.mp4", pack, left_half=False)
    assert subject is not None
    real = shown(sound=None, spoken=[(0.0, 7.0)])
    real = replace(
        real, media=subject.media, matches=subject.matches, faces=subject.faces, paths=subject.paths, memo={}
    )
    assert only(real).claim == "lips_follow_speech"
    other = read_sound(place / "wavefake" / "LJSpeech" / "LJ001-0001.wav")
    dubbed = replace(real, media=replace(real.media, sound=other), memo={})
    assert only(dubbed).bearing is not Bearing.AGAINST
