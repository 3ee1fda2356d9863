"""The points of a face are marked once, where it is one, and their absence is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detectors.face_flow import FaceFlow, face_flows
from detectors.marked_face import NO_POINTS, MarkedFace, marked_face
from tests.detectors.moving_faces import close_up, face, shown, talking
from tests.embeddings.face_mesh_file import needs_face_mesh


def test_without_points_it_says_so() -> None:
    subject = shown(close_up(talking([0.0] * 3)))
    (flow,) = face_flows(subject)
    assert isinstance(flow, FaceFlow)
    assert marked_face(subject, flow) == NO_POINTS


@needs_face_mesh
def test_the_frames_of_the_flow_are_marked_once_and_in_face_widths() -> None:
    close = close_up(talking([0.0, 0.0, 0.0, 0.0, 0.0, 12.0]))
    gap = close.times_s + np.where(np.arange(6) >= 1, 1.0, 0.0)
    subject = shown(replace(close, times_s=gap), points=True)
    (flow,) = face_flows(subject)
    assert isinstance(flow, FaceFlow)
    found = marked_face(subject, flow)
    assert isinstance(found, MarkedFace)
    assert marked_face(subject, flow) is found
    assert found.times_s == pytest.approx(flow.times_s[::2]), "fifteen frames of thirty a second are enough"
    assert found.points.shape == (3, 468, 2)
    assert found.apart(33, 263) == pytest.approx(np.full(3, 0.75), abs=0.08)
    gap_px = found.apart(13, 14) * 160
    assert gap_px[2] - gap_px[0] == pytest.approx(12, abs=5)


@needs_face_mesh
def test_what_is_no_face_is_not_marked_and_a_single_bad_frame_is_filled_in() -> None:
    faces = np.repeat(face()[None], 21, axis=0)
    faces[4] = 90
    subject = shown(close_up(faces), points=True)
    (flow,) = face_flows(subject)
    assert isinstance(flow, FaceFlow)
    found = marked_face(subject, flow)
    assert isinstance(found, MarkedFace)
    assert found.points[2] == pytest.approx(found.points[1])
    grey = shown(close_up(np.full_like(faces, 90)), points=True)
    (flow,) = face_flows(grey)
    assert isinstance(flow, FaceFlow)
    assert marked_face(grey, flow) == "points on lids and lips were found in only 0% of the frames"
