from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.blend_flicker import SMALL_PX, flicker_traces, small
from detectors.blend_traces import Traces
from detectors.close_up import FACE_PX
from detectors.face_regions import regions


def grain(seed: int) -> NDArray[np.float64]:
    noise = np.random.default_rng(seed).normal(120, 15, (FACE_PX, FACE_PX, 3))
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 1))


def traces(faces: NDArray[np.uint8]) -> Traces:
    return flicker_traces([list(faces[:3]), list(faces[3:6])], small(faces))


@pytest.fixture(scope="module")
def steady() -> NDArray[np.uint8]:
    """A face that holds still, 12 frames."""
    return np.stack([grain(1)] * 12).clip(1, 255).astype(np.uint8)


def test_small_pictures_keep_their_number(steady: NDArray[np.uint8]) -> None:
    assert small(steady).shape == (12, SMALL_PX, SMALL_PX, 3)


def test_a_face_that_is_made_anew_in_every_frame_is_seen(steady: NDArray[np.uint8]) -> None:
    inner = regions()["inner"]
    anew = steady.copy()
    for at in range(len(anew)):
        anew[at][inner] = grain(10 + at).clip(1, 255).astype(np.uint8)[inner]
    still, made = traces(steady), traces(anew)
    assert made["flicker.alike1.inner-around"] < still["flicker.alike1.inner-around"] - 0.5
    assert made["flicker.fresh.inner-around"] > still["flicker.fresh.inner-around"] + 1


def test_a_colour_that_trembles_by_itself_is_seen(steady: NDArray[np.uint8]) -> None:
    inner = regions()["inner"]
    trembling = steady.astype(np.int16)
    trembling[1::2, inner] += 6
    found = traces(trembling.clip(1, 255).astype(np.uint8))
    assert found["flicker.l.jumps.inner-rim"] > traces(steady)["flicker.l.jumps.inner-rim"] + 1


def test_what_is_not_in_the_picture_is_not_measured(steady: NDArray[np.uint8]) -> None:
    cut = steady.copy()
    cut[:, regions()["forehead"]] = 0
    found = traces(cut)
    assert np.isnan(found["flicker.change.cheeks-forehead"])
    assert np.isfinite(found["flicker.change.inner-rim"])
