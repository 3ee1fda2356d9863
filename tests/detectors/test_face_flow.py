"""The movement of parts of a face is found where it was put, once for all detectors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detectors.appearances import NotShown
from detectors.face_flow import SIDE_PX, UNIT_PX, FaceFlow, face_flows, halved, velocities
from tests.detectors.moving_faces import close_up, face, flow_of, shown, talking


def test_a_shift_of_the_whole_face_is_seen_everywhere() -> None:
    grey = halved(face())
    moved = np.roll(grey, 2, axis=1)
    found = velocities(np.stack([grey, moved]))
    for name in ("nose", "upper_lip", "lower_lip", "cheeks"):
        assert found[name][0] == pytest.approx([2 / UNIT_PX, 0.0], abs=0.3 / UNIT_PX), name


def test_an_opening_mouth_moves_the_lower_lip_alone() -> None:
    flow = flow_of(close_up(talking([0.0, 4.0, 8.0])))
    assert flow.greys.shape == (3, SIDE_PX, SIDE_PX)
    assert flow.velocities["lower_lip"][:, 1].sum() * UNIT_PX == pytest.approx(4.0, rel=0.4)
    assert np.abs(flow.velocities["nose"]).max() * UNIT_PX < 0.2


def test_a_turned_head_is_known_by_its_nose() -> None:
    close = close_up(talking([0.0] * 3))
    assert not flow_of(close).turned
    turned = close.landmarks.copy()
    turned[:, 4, 0] += 30
    assert flow_of(replace(close, landmarks=turned)).turned


def test_the_longest_stretch_is_measured_and_once() -> None:
    close = close_up(talking([0.0] * 8))
    gap = close.times_s + np.where(np.arange(8) >= 3, 1.0, 0.0)
    subject = shown(replace(close, times_s=gap))
    (flow,) = face_flows(subject)
    assert isinstance(flow, FaceFlow)
    assert len(flow.times_s) == 5
    assert flow.frames_per_s == pytest.approx(30.0)
    assert flow.seconds == pytest.approx(4 / 30)
    assert face_flows(subject) is face_flows(subject)


def test_single_frames_and_what_was_not_shown_say_why() -> None:
    (single,) = face_flows(shown(close_up(talking([0.0]))))
    assert isinstance(single, NotShown)
    assert "single frames" in single.why
    absent = NotShown(match=single.match, why="the face was not found again")
    assert face_flows(shown(absent)) == (absent,)
