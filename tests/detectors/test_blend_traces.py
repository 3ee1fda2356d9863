from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.blend_traces import KINDS, Traces, frame_traces, middles
from detectors.close_up import FACE_PX
from detectors.face_regions import radius

Picture = NDArray[np.uint8]


def grain(*, level: int = 120, seed: int = 1) -> Picture:
    """Even skin with fine grain everywhere."""
    noise = np.random.default_rng(seed).normal(level, 12, (FACE_PX, FACE_PX, 3))
    return np.asarray(np.clip(cv2.GaussianBlur(noise, (0, 0), 0.7), 1, 255), dtype=np.uint8)


def with_inner(picture: Picture, inner: Picture) -> Picture:
    """The inner face replaced."""
    share = np.clip((1.0 - radius()) / 0.2 + 0.5, 0, 1)[..., None]
    return np.asarray(picture * (1 - share) + inner * share, dtype=np.uint8)


@pytest.fixture(scope="module")
def even() -> Traces:
    return frame_traces(grain())


def test_an_even_picture_differs_nowhere(even: Traces) -> None:
    assert {name.split(".", 1)[0] for name in even} == set(KINDS) - {"flicker"}
    assert all(np.isfinite(value) for value in even.values())
    for name in ("detail.0.inner-around", "noise.luma.strength.inner-rim", "spectrum.luma9.inner-around"):
        assert abs(even[name]) < 0.3, name
    assert frame_traces(grain(), kinds={"edge"}).keys() == {name for name in even if name.startswith("edge")}


def test_a_softer_inner_face_is_seen(even: Traces) -> None:
    soft = frame_traces(with_inner(grain(), cv2.GaussianBlur(grain(), (0, 0), 2).astype(np.uint8)))
    for name in ("detail.0.inner-around", "noise.luma.strength.inner-around", "spectrum.luma9.inner-around"):
        assert soft[name] < even[name] - 0.5, name
    sharpest = max(range(9), key=lambda at: soft[f"detail.0.step{at}"])
    assert 3 <= sharpest <= 6


def test_another_tint_is_seen(even: Traces) -> None:
    tinted = grain()
    tinted[..., 0] += 15
    found = frame_traces(with_inner(grain(), tinted))
    assert found["colour.a.inner-rim"] > even["colour.a.inner-rim"] + 2


def test_light_from_the_other_side_is_seen(even: Traces) -> None:
    slope = np.linspace(0.7, 1.3, FACE_PX)[None, :, None]
    found = frame_traces(with_inner(grain(), np.clip(grain() * slope, 0, 255).astype(np.uint8)))
    assert found["light.across.inner-rim"] > even["light.across.inner-rim"] + 0.1


def test_what_is_not_in_the_picture_is_not_measured() -> None:
    cut = grain()
    cut[FACE_PX * 13 // 16 :] = 0
    found = frame_traces(cut)
    assert np.isnan(found["detail.0.cheeks-neck"])
    assert np.isfinite(found["detail.0.inner-around"])


@pytest.mark.parametrize("value", [0, 1, 128, 255])
def test_a_picture_of_one_colour_breaks_nothing(value: int) -> None:
    assert frame_traces(np.full((FACE_PX, FACE_PX, 3), value, dtype=np.uint8))


def test_the_middle_of_several_pictures_leaves_out_what_was_not_seen() -> None:
    several: list[Traces] = [{"a": 1.0, "b": np.nan}, {"a": 3.0, "b": 2.0}, {"a": 9.0, "b": np.nan}]
    assert middles(several) == {"a": 3.0, "b": 2.0}
    assert np.isnan(middles([{"a": np.nan}])["a"])
