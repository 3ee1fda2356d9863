from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.face_agreement import (
    CONTRAST_FLOOR,
    CONTRAST_SIGMA_PX,
    MOUTH,
    UPPER,
    Part,
    agreement,
    contrast_normalised,
    registered,
    steadied,
    unit_rows,
)
from tests.portrait_film import grey_faces, portrait_frames


@pytest.fixture(scope="module")
def faces() -> NDArray[np.uint8]:
    return grey_faces(portrait_frames(2.0))


def alike(left: NDArray[np.uint8], right: NDArray[np.uint8], part: Part) -> NDArray[np.float64]:
    return agreement(contrast_normalised(left), contrast_normalised(right), part)


def test_contrast_is_normalised_as_by_gaussian_filters(faces: NDArray[np.uint8]) -> None:
    grey = faces[0].astype(np.float32)
    centred = grey - cv2.GaussianBlur(grey, (0, 0), CONTRAST_SIGMA_PX)
    deviation = np.sqrt(cv2.GaussianBlur(centred**2, (0, 0), CONTRAST_SIGMA_PX) + CONTRAST_FLOOR)
    assert np.allclose(contrast_normalised(faces[:1])[0], centred / deviation, atol=1e-3)


def test_a_trembling_face_is_steadied(faces: NDArray[np.uint8]) -> None:
    turn = cv2.getRotationMatrix2D((48, 48), 2.0, 1.02) + np.array([[0, 0, 1.5], [0, 0, -1.0]])
    moved = cv2.warpAffine(faces[0], turn, (96, 96), borderMode=cv2.BORDER_REPLICATE)
    before, after = (alike(side[None], faces[:1], UPPER)[0] for side in (moved, steadied(moved, faces[0])))
    assert after > 0.98 > before
    flat = np.full((96, 96), 128, dtype=np.uint8)
    assert steadied(flat, faces[0]) is flat


def test_light_and_exposure_do_not_matter(faces: NDArray[np.uint8]) -> None:
    darker = (faces * 0.7 + 10).astype(np.uint8)
    assert alike(faces, darker, UPPER).min() > 0.98


def test_a_moved_mouth_lowers_the_mouth_and_leaves_the_upper_face(faces: NDArray[np.uint8]) -> None:
    other = grey_faces(portrait_frames(2.0, mouth_seed=9))
    assert np.median(alike(faces, other, UPPER)) > 0.99
    assert np.median(alike(faces, other, MOUTH)) < 0.95


def test_registration_undoes_a_small_shift_and_turn(faces: NDArray[np.uint8]) -> None:
    turn = cv2.getRotationMatrix2D((48, 48), 2.0, 1.02) + np.array([[0, 0, 1.5], [0, 0, -1.0]])
    moved = cv2.warpAffine(faces[0], turn, (96, 96), borderMode=cv2.BORDER_REPLICATE)
    laid = registered(moved, faces[0])
    assert laid is not None
    before, after = (alike(side[None], faces[:1], MOUTH)[0] for side in (moved, laid))
    assert after > 0.98 > before


def test_flat_pictures_agree_with_nothing_and_register_with_nothing() -> None:
    flat = np.full((2, 96, 96), 128, dtype=np.uint8)
    assert alike(flat, flat, UPPER).tolist() == [0.0, 0.0]
    assert registered(flat[0], flat[1]) is None


def test_rows_have_length_one_whatever_the_resolution(faces: NDArray[np.uint8]) -> None:
    for shrink in (1, 2):
        assert np.allclose(np.linalg.norm(unit_rows(faces, UPPER, shrink=shrink), axis=1), 1.0, atol=1e-4)
