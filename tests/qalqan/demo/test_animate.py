"""The puppet: the mouth follows the speech, everything else the clock."""

from __future__ import annotations

import numpy as np
import pytest

from qalqan.demo.animate import TalkingHead, pose_at
from qalqan.demo.parts import portrait


@pytest.fixture(scope="module", params=["astronaut", "hopper"])
def head(request: pytest.FixtureRequest) -> TalkingHead:
    return TalkingHead(portrait(request.param), seed=1)


def test_a_fake_differs_from_its_moment_of_footage_around_the_mouth_alone(head: TalkingHead) -> None:
    shut = head.frame(3.0, 0.0).astype(int)
    wide = head.frame(3.0, 1.0).astype(int)
    rows, columns = np.nonzero(np.abs(shut - wide).max(axis=2) > 8)
    face = head.face
    assert len(rows) > 200
    assert rows.min() > max(eye[1] for eye in face.eyes) + face.eye_half[1]
    assert abs(columns - face.mouth[0]).max() < 3.2 * face.mouth_half


def test_the_head_moves_with_time(head: TalkingHead) -> None:
    assert np.abs(head.frame(1.0, 0.0).astype(int) - head.frame(2.0, 0.0).astype(int)).max() > 40


def test_the_same_moment_is_drawn_the_same_way(head: TalkingHead) -> None:
    assert np.array_equal(head.frame(4.2, 0.6), head.frame(4.2, 0.6))


def test_frames_start_at_the_moment_they_are_cut_from(head: TalkingHead) -> None:
    first = next(head.frames(np.zeros(3, np.float32), from_s=2.0))
    assert np.array_equal(first, head.frame(2.0, 0.0))


def test_everybody_blinks_now_and_then() -> None:
    lids = [pose_at(step / 25, seed=2).lids for step in range(250)]
    assert max(lids) > 0.8
    assert sum(value > 0 for value in lids) < 60
