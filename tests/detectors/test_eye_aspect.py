"""Blinks are found where both lids fall together, whatever the head does; a wink and closed eyes are none."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.eye_aspect import eye_aspect
from tests.detectors.marked_points import carried, marked_points


def ratios(count: int, shut: list[int], *, closed: float = 0.1) -> np.ndarray:
    found = np.full(count, 0.3)
    found[shut] = closed
    return found


def test_two_blinks_and_when_on_a_moving_head() -> None:
    face = marked_points(90, lids=ratios(90, [30, 31, 32, 33, 60, 61, 62]))
    for marked in (face, carried(face)):
        seen = eye_aspect(marked)
        assert [blink.start_s for blink in seen.blinks] == pytest.approx([1.0, 2.0])
        assert [blink.seconds for blink in seen.blinks] == pytest.approx([4 / 30, 0.1])
        assert seen.usual == pytest.approx(0.3)
        assert seen.ratio[31] == pytest.approx(0.1)
        assert seen.closed_s == 0


def test_closed_for_long_a_wink_and_half_closed_lids_are_no_blinks() -> None:
    long = eye_aspect(marked_points(90, lids=ratios(90, list(range(30, 52)))))
    assert long.blinks == ()
    assert long.closed_s == pytest.approx(22 / 30, abs=0.05)
    assert eye_aspect(marked_points(60, left_lids=ratios(60, [20, 21, 22]))).blinks == ()
    assert eye_aspect(marked_points(60, lids=ratios(60, [20, 21, 22], closed=0.24))).blinks == ()


def test_points_in_one_place_blink_never() -> None:
    face = marked_points(60)
    face.points[:] = 0.5
    seen = eye_aspect(face)
    assert (seen.blinks, seen.closed_s) == ((), 0)
    assert np.isfinite(seen.ratio).all()
