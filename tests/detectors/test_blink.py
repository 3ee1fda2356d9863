"""Blinks are counted in plain words and never weigh anything; where they cannot be seen, it says why."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.blink import Blinks
from detectors.close_up import CloseUp
from detectors.eye_aperture import eye_aperture
from detectors.eye_aspect import eye_aspect
from detectors.face_flow import FaceFlow, face_flows
from detectors.marked_face import MarkedFace, marked_face
from detectors.records import Bearing
from embeddings.packs import load_pack
from tests.detectors.moving_faces import asleep, blinking, close_up, face, shown
from tests.embeddings.face_mesh_file import needs_face_mesh
from tests.lip_clips import recognised

SHUT = [30, 31, 32, 60, 61, 62, 100, 101, 102]


def still(count: int) -> CloseUp:
    return close_up(np.repeat(face()[None], count, axis=0))


def test_an_observation_without_weight() -> None:
    (found,) = Blinks().examine(shown(close_up(blinking(150, SHUT))))
    assert found.claim == "blinks_counted"
    assert found.bearing is Bearing.INCONCLUSIVE
    assert found.weight == 0
    assert found.likelihood_ratio is None
    assert "blinks seen: 3 in 5.0 s" in found.observation
    assert "at 1.0 s, 2.0 s, 3.3 s, each 0.10 s to 0.10 s long" in found.observation
    assert "apart on average" in found.observation
    assert found.measurement == pytest.approx(36, rel=0.02)
    assert "Counted by the darkness of the irises, since points on lids and lips are not installed" in found.observation


@needs_face_mesh
def test_marked_lids_are_counted_by_their_aspect_ratio() -> None:
    frames = np.repeat(face()[None], 90, axis=0)
    frames[SHUT[:6]] = asleep()
    (found,) = Blinks().examine(shown(close_up(frames), points=True))
    assert "blinks seen: 2 in 3.0 s" in found.observation
    assert "at 1.0 s, 2.0 s" in found.observation
    assert re.search(
        r"Counted by the eye-aspect ratio of points on the lids in 15 frames a second, usually 0\.[23]\d\.",
        found.observation,
    )
    assert found.measurement == pytest.approx(40, rel=0.02)
    assert (found.bearing, found.weight) == (Bearing.INCONCLUSIVE, 0)


@pytest.mark.fixtures
@needs_face_mesh
def test_both_ways_see_the_blinks_of_a_real_person() -> None:
    place = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[3] / "shared" / "fixtures"))
    if not place.is_dir():
        pytest.skip(f"NO REAL MEDIA: {place} is absent; set QALQAN_FIXTURES to test on it")
    subject = recognised(place / "wav2lip_gfpgan" / "kim_7s_raw.mp4", load_pack("open"), left_half=False)
    assert subject is not None
    (flow,) = face_flows(subject)
    assert isinstance(flow, FaceFlow)
    marked = marked_face(subject, flow)
    assert isinstance(marked, MarkedFace)
    dark, aspect = eye_aperture(flow, convention="eye_corners").blinks, eye_aspect(marked).blinks
    assert len(aspect) >= 2
    assert all(any(one.start_s < other.end_s and other.start_s < one.end_s for other in dark) for one in aspect)


def test_no_blink_is_a_number_and_not_a_verdict() -> None:
    (found,) = Blinks().examine(shown(still(90)))
    assert "blinks seen: 0 in 3.0 s" in found.observation
    assert found.bearing is Bearing.INCONCLUSIVE


@pytest.mark.parametrize(
    ("close", "why"),
    [
        (still(3), "only 0.1 s"),
        (replace(still(90), times_s=np.arange(90) / 5), "only 5 frames a second"),
        (replace(still(90), heights_px=np.full(90, 40.0)), "only 40 px high"),
        (still(1), "single frames"),
    ],
)
def test_what_cannot_be_seen_says_why(close: CloseUp, why: str) -> None:
    (found,) = Blinks().examine(shown(close))
    assert found.claim == "blinks_not_counted"
    assert "cannot tell because" in found.observation
    assert why in found.observation


def test_nobody_recognised() -> None:
    (found,) = Blinks().examine(shown())
    assert found.claim == "blinks_not_counted"
