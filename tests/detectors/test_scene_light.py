"""Light from one side brightens face and body alike; where it does not, and where shadows fall wrongly, the numbers show it."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.close_up import FACE_PX
from detectors.face_regions import unit_square
from detectors.scene_light import BOXES, Mask, Plane, scene_light

EVERYWHERE: Mask = np.ones((FACE_PX, FACE_PX), dtype=bool)


def lit(*, face: float = 0.0, body: float = 0.0, below: float = 1.0) -> Plane:
    """Brightness that rises to the right, in the face and below it, by such shares of a face's width; a darker neck."""
    across, down = unit_square()
    slope = np.where(down < 1.1, face, body)
    level = 120 * np.exp(slope * (across - 0.5))
    top, bottom, left, right = BOXES["below_chin"]
    level[(down >= top) & (down < bottom) & (across >= left) & (across < right)] *= below
    shown: Plane = level.astype(np.float32)
    return shown


def test_even_light_and_light_from_one_side_agree() -> None:
    assert all(value == pytest.approx(0, abs=0.02) for value in scene_light(lit(), EVERYWHERE).values())
    found = scene_light(lit(face=0.5, body=0.5), EVERYWHERE)
    assert found["scene.across.face"] > 0.2
    assert found["scene.across.body"] > 0.2
    assert found["scene.across.opposed"] < 0
    assert found["scene.nose.opposed"] < 0


def test_light_from_two_sides_and_a_shadow_below_the_chin_are_seen() -> None:
    found = scene_light(lit(face=0.5, body=-0.5, below=0.6), EVERYWHERE)
    assert found["scene.across.face-body"] > 0.5
    assert found["scene.across.opposed"] > 0.05
    assert found["scene.chin.neck"] == pytest.approx(0.48, abs=0.1)


def test_what_is_not_in_the_picture_is_not_measured() -> None:
    cut = EVERYWHERE.copy()
    cut[FACE_PX * 3 // 4 :] = False
    found = scene_light(lit(), cut)
    assert np.isnan(found["scene.across.body"])
    assert np.isnan(found["scene.across.face-body"])
    assert np.isfinite(found["scene.across.face"])
