"""What a score weighs, and what an item must be like."""

from __future__ import annotations

from typing import Any

import pytest

from detectors.validation import (
    Conditions,
    Declaration,
    NotValidated,
    ScoreCalibration,
    Validated,
    untold,
    why_outside,
)
from embeddings.records import MediaKind
from tests.detectors.tiny_networks import CALIBRATION
from tests.factories import make_creative

TAKES = Conditions(codecs=("h264",), min_bitrate_kbps=200)


def test_a_ratio_follows_the_score_between_its_bounds() -> None:
    calibration = ScoreCalibration(**CALIBRATION)
    assert calibration.likelihood_ratio(-0.25) == pytest.approx(1.0)
    assert calibration.likelihood_ratio(0.0) == pytest.approx(1.6487, abs=1e-4)
    assert calibration.likelihood_ratio(30.0) == pytest.approx(100.0)
    assert calibration.likelihood_ratio(-30.0) == pytest.approx(0.01)


@pytest.mark.parametrize(("cllr", "weight"), [(0.0, 1.0), (0.25, 0.75), (1.0, 0.0), (1.7, 0.0)])
def test_the_weight_is_what_the_measured_error_leaves(cllr: float, weight: float) -> None:
    assert ScoreCalibration(**{**CALIBRATION, "cllr": cllr}).weight == weight


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"video_codec": "h264", "size_bytes": 300_000, "duration_s": 10.0}, None),
        ({"video_codec": "vp9"}, "it is encoded with vp9, and this method takes h264"),
        ({"video_codec": None}, "it is encoded with an unknown codec, and this method takes h264"),
        ({"size_bytes": 100_000, "duration_s": 10.0}, "it has 80 kb/s, and this method takes 200 kb/s and more"),
        ({"size_bytes": 100, "duration_s": None}, None),
        (
            {"kind": MediaKind.IMAGE, "container": "png", "video_codec": None},
            "it is encoded with png, and this method takes h264",
        ),
    ],
)
def test_an_item_is_inside_or_the_reason_is_said(facts: dict[str, Any], why: str | None) -> None:
    creative = make_creative(**{"video_codec": "h264", **facts})
    assert why_outside(creative, TAKES, voice=False, whose="this method") == why


def test_still_pictures_are_inside_of_what_was_measured_on_such() -> None:
    still = make_creative(kind=MediaKind.IMAGE, container="jpeg", video_codec=None, duration_s=None)
    assert why_outside(still, Conditions(min_bitrate_kbps=200), voice=False, whose="it") is None
    assert why_outside(still, Conditions(codecs=("h264", "jpeg")), voice=False, whose="it") is None
    films = Conditions(kinds=(MediaKind.VIDEO,))
    why = "of still pictures nothing was measured, and this method takes films"
    assert why_outside(still, films, voice=False, whose="this method") == why
    assert why_outside(make_creative(), films, voice=False, whose="this method") is None


def test_of_sound_its_own_codec_counts() -> None:
    creative = make_creative(video_codec="h264", audio_codec="mp3")
    assert why_outside(creative, Conditions(codecs=("aac",)), voice=True, whose="this method") == (
        "it is encoded with mp3, and this method takes aac"
    )


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, None),
        ({"size_bytes": 1_000_000}, "it has 800 kb/s, and it takes 200 to 500 kb/s"),
        ({"kind": MediaKind.IMAGE, "container": "h264", "duration_s": None}, None),
    ],
)
def test_a_bitrate_has_an_upper_bound_too(facts: dict[str, Any], why: str | None) -> None:
    creative = make_creative(**{"video_codec": "h264", "size_bytes": 300_000, "duration_s": 10.0, **facts})
    conditions = Conditions(codecs=("h264",), min_bitrate_kbps=200, max_bitrate_kbps=500)
    assert why_outside(creative, conditions, voice=False, whose="it") == why


def test_of_sound_in_a_film_the_bitrate_cannot_be_told() -> None:
    conditions = Conditions(min_bitrate_kbps=48, max_bitrate_kbps=128)
    film = make_creative(size_bytes=300_000, duration_s=10.0)
    alone = make_creative(kind=MediaKind.AUDIO, size_bytes=300_000, duration_s=10.0)
    assert why_outside(film, conditions, voice=True, whose="it") is None
    assert untold(film, conditions, voice=True, whose="it") == (
        "The bitrate of the sound by itself was not determined; it takes 48 to 128 kb/s.",
    )
    assert why_outside(alone, conditions, voice=True, whose="it") == "it has 240 kb/s, and it takes 48 to 128 kb/s"
    assert untold(alone, conditions, voice=True, whose="it") == ()
    exact = make_creative(kind=MediaKind.AUDIO, audio_codec="pcm_s16le", size_bytes=300_000, duration_s=10.0)
    assert why_outside(exact, conditions, voice=True, whose="it") is None


def test_nobody_can_tell_which_language_is_spoken() -> None:
    (said,) = untold(make_creative(), Conditions(languages=("en",)), voice=False, whose="it")
    assert said == "Which language is spoken was not determined; it takes en."


def test_a_declaration_says_on_what_or_why_not_and_what_measures_it() -> None:
    on = Validated(data_set="ten films", codec="H.264", bitrate="any", language="English", face_size="from 80 px")
    measured = Declaration(of="mouths", on=on, command="python -m tests.measure")
    assert measured.validated_on == on.words
    assert measured.words == f"mouths: validated on {on.words}; measured by python -m tests.measure"
    why = NotValidated(why="nobody counted")
    assert Declaration(of="blinks", on=why, command=None).validated_on is None
    assert Declaration(of="blinks", on=why, command=None).words.endswith("nobody counted; no command measures it")
    assert "to measure it: python" in Declaration(of="blinks", on=why, command="python -m tests.measure").words
