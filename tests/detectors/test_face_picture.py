"""How well a recognised face is shown is said in words and numbers; what is badly shown makes the match weaker."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detectors.face_picture import BADLY_SHOWN, FacePicture, faults
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from embeddings.packs import load_pack
from embeddings.records import FaceTrack
from embeddings.samples import DecodedMedia, FaceSample
from tests.factories import make_creative, make_face_track, make_match, make_person
from watchlist.gallery import Gallery
from watchlist.records import Match, Modality


def examine(*tracks: FaceTrack, matches: tuple[Match, ...]) -> list[Finding]:
    pack = load_pack("open")
    subject = CreativeSubject(
        media=DecodedMedia(creative=make_creative(), path=Path("creative.mp4"), frames=(), sound=None),
        faces=tuple(FaceSample(track=track, vectors=np.zeros((1, 128), dtype=np.float32)) for track in tracks),
        voices=(),
        matches=matches,
        gallery=Gallery.of(pack.manifest, persons=[make_person()]),
        pack=pack,
    )
    return list(FacePicture().examine(subject))


def test_a_face_that_is_shown_well_says_so_with_its_measures() -> None:
    (found,) = examine(make_face_track(), matches=(make_match(track=0),))
    assert (found.claim, found.axis, found.bearing, found.weight) == (
        "face_well_shown",
        Axis.LIKENESS,
        Bearing.INCONCLUSIVE,
        0.0,
    )
    for words in ("108 px", "turned 4° to the right", "raised by 3°", "0% of it covered", "quality 0.90"):
        assert words in found.observation
    assert found.measurement == 0.9


@pytest.mark.parametrize(
    ("track", "words"),
    [
        (make_face_track(size_px=52), "small"),
        (make_face_track(yaw_deg=-50.0), "turned aside"),
        (make_face_track(pitch_deg=-45.0), "raised"),
        (make_face_track(pitch_deg=40.0), "bowed"),
        (make_face_track(occlusion=0.5), "covered in part"),
        (make_face_track(quality=0.2), "unclear"),
        (make_face_track(size_px=52, occlusion=0.25, quality=0.2), "small and covered in part"),
    ],
)
def test_a_face_that_is_shown_badly_makes_the_match_weaker(track: FaceTrack, words: str) -> None:
    (found,) = examine(track, matches=(make_match(track=0),))
    assert (found.claim, found.bearing) == (BADLY_SHOWN, Bearing.INCONCLUSIVE)
    assert f"it is {words}: the match is weaker than its score says" in found.observation


def test_of_several_appearances_the_best_one_counts() -> None:
    tracks = make_face_track(track=0, occlusion=0.6, quality=0.3), make_face_track(track=1)
    (found,) = examine(*tracks, matches=(make_match(track=0), make_match(track=1)))
    assert found.claim == "face_well_shown"


def test_who_was_not_seen_is_not_judged() -> None:
    assert [one.claim for one in examine(matches=())] == ["no_face_to_judge"]
    voice = make_match(modality=Modality.VOICE, region=None)
    assert [one.claim for one in examine(make_face_track(), matches=(voice,))] == ["no_face_to_judge"]
    assert [one.claim for one in examine(matches=(make_match(track=7),))] == ["face_not_judged"]


def test_what_was_not_measured_is_no_fault() -> None:
    assert faults(make_face_track(pitch_deg=None, occlusion=None)) == []
