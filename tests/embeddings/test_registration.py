"""A crop is found and undone; what differs afterwards is measured where it differs."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.registration import MOST_SHIFT, Placement, differences, place

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def scene(astronaut: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def small(*pictures: Picture) -> Picture:
    return np.array([cv2.resize(one, (48, 48), interpolation=cv2.INTER_AREA) for one in pictures], dtype=np.uint8)


def test_a_crop_is_found_and_undone(scene: Picture) -> None:
    """Of 512 pixels, 10 go on the left, 15 on the right, 20 above, 5 below."""
    found = place(small(scene), small(scene[20:507, 10:497]))
    assert found.scale_x == pytest.approx(512 / 487, abs=0.004)
    assert found.scale_y == pytest.approx(512 / 487, abs=0.004)
    assert found.shift_x == pytest.approx((15 - 10) / 2 / 487, abs=0.004)
    assert found.shift_y == pytest.approx((5 - 20) / 2 / 487, abs=0.004)
    assert differences(small(scene), small(scene[20:507, 10:497]), found).max() < 5
    assert differences(small(scene), small(scene[20:507, 10:497]), Placement()).max() > 20


def test_the_same_picture_lies_on_itself(scene: Picture) -> None:
    found = place(small(scene), small(scene))
    assert found.moved == pytest.approx(0, abs=1e-6)
    assert differences(small(scene), small(scene), found).max() == pytest.approx(0, abs=1e-6)


def test_brightness_and_contrast_are_forgiven(scene: Picture) -> None:
    darker = (scene * 0.85 + 10).astype(np.uint8)
    assert differences(small(scene), small(darker), Placement()).max() < 1


def test_a_small_change_is_seen(scene: Picture) -> None:
    """A mouth: 40 by 20 pixels of 512."""
    changed = scene.copy()
    changed[140:160, 200:240] = 20
    assert differences(small(scene), small(changed), Placement())[0] > 5


def test_each_pair_is_measured_by_itself(scene: Picture) -> None:
    apart = differences(small(scene, scene), small(scene, scene[::-1]), Placement())
    assert apart.shape == (2,)
    assert apart[0] < 0.001
    assert apart[1] > 20


def test_it_never_leaves_its_limits(scene: Picture) -> None:
    found = place(small(scene), small(scene[:, ::-1]))
    assert max(abs(found.shift_x), abs(found.shift_y)) <= MOST_SHIFT + 1e-9


def test_plain_pictures_do_no_harm() -> None:
    plain = np.full((2, 48, 48), 7, dtype=np.uint8)
    assert place(plain, plain).moved == 0
    assert differences(plain, plain, Placement()) == pytest.approx([0, 0], abs=1e-9)
