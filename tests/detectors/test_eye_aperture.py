"""Blinks are found where the eyes were shut, not where the head moves."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.eye_aperture import eye_aperture
from tests.detectors.moving_faces import CONVENTION, blinking, close_up, face, flow_of


def test_two_blinks_and_when() -> None:
    seen = eye_aperture(flow_of(close_up(blinking(90, [30, 31, 32, 33, 60, 61, 62]))), convention=CONVENTION)
    assert [blink.start_s for blink in seen.blinks] == pytest.approx([1.0, 2.0])
    assert [blink.seconds for blink in seen.blinks] == pytest.approx([4 / 30, 0.1])
    assert seen.closed_s == 0
    assert np.median(seen.aperture) == pytest.approx(1.0)


def test_closed_for_long_is_no_blink() -> None:
    seen = eye_aperture(flow_of(close_up(blinking(90, list(range(30, 60))))), convention=CONVENTION)
    assert seen.blinks == ()
    assert seen.closed_s == pytest.approx(1.0, abs=0.05)


def test_a_trembling_face_and_one_of_a_single_colour_do_not_blink() -> None:
    rng = np.random.default_rng(1)
    faces = np.stack([np.roll(face(), rng.integers(-2, 3, 2), axis=(0, 1)) for _ in range(60)])
    assert eye_aperture(flow_of(close_up(faces)), convention=CONVENTION).blinks == ()
    plain = np.full_like(faces, 90)
    assert eye_aperture(flow_of(close_up(plain)), convention=CONVENTION).blinks == ()
