from __future__ import annotations

import numpy as np

from detectors.close_up import FACE_PX
from detectors.face_regions import NAMES, RINGS, radius, regions, rings
from embeddings.landmarks import on_average_face


def test_every_region_is_a_part_of_the_picture() -> None:
    assert tuple(regions()) == NAMES
    for mask in regions().values():
        assert mask.shape == (FACE_PX, FACE_PX)
        assert 0.005 < mask.mean() < 0.7


def test_inner_rim_and_around_do_not_touch_each_other() -> None:
    counted = sum(regions()[name].astype(int) for name in ("inner", "rim", "around"))
    assert np.max(counted) == 1
    assert not regions()["neck"][: FACE_PX // 2].any()
    assert not regions()["top"][FACE_PX // 2 :].any()


def test_the_eyes_are_where_they_lie_on_the_average_face() -> None:
    for x, y in on_average_face("eye_centres", size_px=FACE_PX, padding=0.5)[:2].round().astype(int):
        assert regions()["eyes"][y, x]
        assert radius()[y, x] < 1


def test_rings_follow_one_another_outwards() -> None:
    assert len(rings()) == RINGS
    middles = [float(radius()[mask].mean()) for mask in rings()]
    assert middles == sorted(middles)
    assert not np.any(rings()[0] & rings()[1])
