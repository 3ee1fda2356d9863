"""Small movements are told in plain words without weight, or why they cannot be seen."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from detectors.close_up import CloseUp
from detectors.micro_motion import MicroMotion
from detectors.records import Bearing
from tests.detectors.moving_faces import close_up, face, shown
from tests.embeddings.face_mesh_file import needs_face_mesh


def trembling_face(count: int) -> CloseUp:
    rng = np.random.default_rng(1)
    faces = np.stack([np.roll(face(), rng.integers(-2, 3, 2), axis=(0, 1)) for _ in range(count)])
    close = close_up(faces)
    return replace(close, landmarks=close.landmarks + rng.normal(0, 0.8, close.landmarks.shape))


def test_an_observation_without_weight() -> None:
    (found,) = MicroMotion().examine(shown(trembling_face(60)))
    assert found.claim == "trembling_measured"
    assert found.bearing is Bearing.INCONCLUSIVE
    assert found.weight == 0
    assert found.measurement == pytest.approx(0.63, rel=0.15)
    assert found.unit is not None
    assert "percent of the face's width" in found.unit
    assert "move together at" in found.observation


def test_without_points_it_says_why_they_are_not_held_against_each_other() -> None:
    (found,) = MicroMotion().examine(shown(trembling_face(60)))
    assert "tremble against each other was not measured: points on lids and lips are not installed" in found.observation


@needs_face_mesh
def test_marked_points_are_held_against_each_other() -> None:
    (found,) = MicroMotion().examine(shown(trembling_face(40), points=True))
    assert re.search(
        r"which no expression moves, tremble against each other by 0\.\d\d% of that width\.", found.observation
    )
    assert found.measurement == pytest.approx(0.63, rel=0.15), (
        "the number is that of the five landmarks, with points or without"
    )


def test_a_still_picture_has_nothing_to_move_together() -> None:
    (found,) = MicroMotion().examine(shown(close_up(np.repeat(face()[None], 60, axis=0))))
    assert "nothing moves enough" in found.observation


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"times_s": np.arange(60) / 10}, "only 10 frames a second"),
        ({"heights_px": np.full(60, 50.0)}, "only 50 px high"),
    ],
)
def test_what_cannot_be_seen_says_why(changes: dict[str, object], why: str) -> None:
    (found,) = MicroMotion().examine(shown(replace(trembling_face(60), **changes)))  # type: ignore[arg-type]
    assert found.claim == "trembling_not_measured"
    assert "cannot tell because" in found.observation
    assert why in found.observation


def test_three_frames_and_nobody() -> None:
    (short,) = MicroMotion().examine(shown(trembling_face(3)))
    assert "only 3 frames in a row" in short.observation
    (nobody,) = MicroMotion().examine(shown())
    assert nobody.claim == "trembling_not_measured"
