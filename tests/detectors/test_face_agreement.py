from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.face_agreement import MOUTH, UPPER, agreement, registered, unit_rows
from tests.portrait_film import grey_faces, portrait_frames


@pytest.fixture(scope="module")
def faces() -> NDArray[np.uint8]:
    return grey_faces(portrait_frames(2.0))


def test_light_and_exposure_do_not_matter(faces: NDArray[np.uint8]) -> None:
    darker = (faces * 0.7 + 10).astype(np.uint8)
    assert agreement(faces, darker, UPPER).min() > 0.98


def test_a_moved_mouth_lowers_the_mouth_and_leaves_the_upper_face(faces: NDArray[np.uint8]) -> None:
    other = grey_faces(portrait_frames(2.0, mouth_seed=9))
    assert np.median(agreement(faces, other, UPPER)) > 0.99
    assert np.median(agreement(faces, other, MOUTH)) < 0.95


def test_registration_undoes_a_small_shift_and_turn(faces: NDArray[np.uint8]) -> None:
    turn = cv2.getRotationMatrix2D((48, 48), 2.0, 1.02) + np.array([[0, 0, 1.5], [0, 0, -1.0]])
    moved = cv2.warpAffine(faces[0], turn, (96, 96), borderMode=cv2.BORDER_REPLICATE)
    laid = registered(moved, faces[0])
    assert laid is not None
    before, after = (agreement(side[None], faces[:1], MOUTH)[0] for side in (moved, laid))
    assert after > 0.98 > before


def test_flat_pictures_agree_with_nothing_and_register_with_nothing() -> None:
    flat = np.full((2, 96, 96), 128, dtype=np.uint8)
    assert agreement(flat, flat, UPPER).tolist() == [0.0, 0.0]
    assert registered(flat[0], flat[1]) is None


def test_rows_have_length_one_whatever_the_resolution(faces: NDArray[np.uint8]) -> None:
    for shrink in (1, 2):
        assert np.allclose(np.linalg.norm(unit_rows(faces, UPPER, shrink=shrink), axis=1), 1.0, atol=1e-4)
