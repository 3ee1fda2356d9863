"""One face in one frame: found again where it moved to, like itself and unlike another, nowhere outside the picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.samples import Frame, LoadedPack
from embeddings.sightings import alike, carry, overlap, region_of, sight

Picture = NDArray[np.uint8]


def _frame(face: Picture, *, left: int, top: int = 60) -> Frame:
    scene = np.full((360, 640, 3), 90, dtype=np.uint8)
    scene[top : top + 260, left : left + 260] = cv2.resize(face, (260, 260), interpolation=cv2.INTER_AREA)
    return Frame(at_s=left / 10, pixels=scene, scale=0.5)


def test_a_face_is_found_again_where_it_moved_to(pack: LoadedPack, astronaut: Picture) -> None:
    frames = [_frame(astronaut[:300, 80:380], left=left) for left in (100, 130)]
    first = sight(frames, 0, pack.faces.detect(frames[0].pixels)[0], pack)
    again = carry(frames, first, 1, pack)
    assert again is not None
    assert (again.index, again.at_s) == (1, 13.0)
    assert alike(first, again) > 0.9
    assert again.face.box[0] - first.face.box[0] == pytest.approx(30, abs=4)
    assert first.size_px == 2 * (first.face.box[3] - first.face.box[1])
    assert first.region == region_of(first.face.box, frames[0].pixels)


def test_another_face_in_its_place_is_not_like_it(pack: LoadedPack, astronaut: Picture, hopper: Picture) -> None:
    frames = [_frame(astronaut[:300, 80:380], left=100), _frame(hopper[20:420, 60:460], left=100)]
    first = sight(frames, 0, pack.faces.detect(frames[0].pixels)[0], pack)
    there = carry(frames, first, 1, pack)
    assert there is None or alike(first, there) < 0.65
    assert alike(first, first) == pytest.approx(1.0, abs=1e-4)


def test_boxes_outside_the_picture_lead_nowhere(pack: LoadedPack, astronaut: Picture) -> None:
    frames = [_frame(astronaut[:300, 80:380], left=100)] * 2
    face = pack.faces.detect(frames[0].pixels)[0]
    seen = sight(frames, 0, type(face)(box=(-200, -200, -90, -90), landmarks=face.landmarks), pack)
    assert carry(frames, seen, 1, pack) is None


def test_boxes_share_what_they_share() -> None:
    assert overlap((0, 0, 10, 10), (0, 0, 10, 10)) == 1.0
    assert overlap((0, 0, 10, 10), (5, 0, 15, 10)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 10, 10), (20, 0, 30, 10)) == 0.0
