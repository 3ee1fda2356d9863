"""Landmarks: every convention describes the same average face, and a face is turned upright as dlib turns it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.landmarks import CONVENTIONS, cut_out, eyes, on_average_face, similarity, upright
from embeddings.samples import LoadedPack

Picture = NDArray[np.uint8]


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_every_convention_has_its_eyes_in_the_same_place(convention: str) -> None:
    points = on_average_face(convention, size_px=96)
    left, right = eyes(points, convention=convention)
    assert points.shape == (5, 2)
    assert left == pytest.approx([30.0, 29.7], abs=1.2)
    assert right == pytest.approx([63.7, 29.7], abs=1.2)


def test_a_similarity_brings_turned_points_back() -> None:
    targets = on_average_face("eye_centres", size_px=112)
    turn = 1.7 * np.array([[np.cos(0.6), -np.sin(0.6)], [np.sin(0.6), np.cos(0.6)]])
    matrix = similarity(targets @ turn.T + [40.0, -9.0], targets)
    assert matrix[:, :2] @ turn == pytest.approx(np.eye(2), abs=1e-9)
    assert matrix @ [40.0, -9.0, 1.0] == pytest.approx([0.0, 0.0], abs=1e-9)


def test_points_in_one_place_are_refused() -> None:
    with pytest.raises(ValueError, match="one place"):
        similarity(np.full((5, 2), 3.0), on_average_face("eye_centres", size_px=112))


@pytest.mark.parametrize("enlarged", [1, 3])
def test_a_face_lies_as_dlib_lays_it(pack: LoadedPack, astronaut: Picture, enlarged: int) -> None:
    """Enlarged, the face is several times the size of the piece, and comes out the same all the same."""
    picture = cv2.resize(astronaut[:300, 80:380], None, fx=enlarged, fy=enlarged)
    face = max(pack.faces.detect(picture), key=lambda f: f.box[3] - f.box[1])
    theirs = pack.faces.align(picture, face, size_px=96).astype(int)
    ours = upright(picture, face.landmarks, convention="eye_corners", size_px=96).astype(int)
    shifted = np.roll(ours, 2, axis=1)
    assert np.abs(ours - theirs).mean() < 4
    assert np.abs(shifted - theirs).mean() > 2 * np.abs(ours - theirs).mean()


def test_beyond_the_edge_of_the_picture_there_is_black(astronaut: Picture) -> None:
    matrix = np.array([[0.25, 0.0, 60.0], [0.0, 0.25, 0.0]])
    piece = cut_out(astronaut, matrix, size_px=100)
    assert not piece[:, :58].any()
    assert piece[:, 62:].any()
    assert not cut_out(astronaut, np.add(matrix, [[0, 0, 900], [0, 0, 0]]), size_px=100).any()
