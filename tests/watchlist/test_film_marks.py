"""Marks of faces: two a second, the same after a mirror is turned back, unlike for another face."""

from __future__ import annotations

import numpy as np

from tests.portrait_film import grey_faces, portrait_frames
from watchlist.film_marks import make_marks, marked_frames, mirrored_marks


def alike(one: np.ndarray, other: np.ndarray) -> float:
    a, b = one.astype(float), other.astype(float)
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))


def test_one_frame_of_each_half_second_is_marked() -> None:
    assert marked_frames(np.array([0.0, 0.1, 0.4, 0.5, 0.9, 1.7, 1.8])).tolist() == [0, 3, 5]
    assert marked_frames(np.zeros(0)).tolist() == []


def test_a_mirrored_face_has_the_mirrored_mark_and_light_changes_little() -> None:
    [face] = grey_faces(portrait_frames(0.1))
    dark = np.clip(face * 0.6 + 20, 0, 255).astype(np.uint8)
    mark, turned, dim = make_marks(np.stack([face, face[:, ::-1], dark]))
    assert np.abs(mirrored_marks(mark[None])[0].astype(int) - turned).max() <= 1
    assert alike(mark, dim) > 0.98
    assert alike(mark, turned) < 0.9
    assert make_marks(np.zeros((0, 96, 96), dtype=np.uint8)).shape == (0, 64)


def test_a_flat_picture_has_a_mark_of_zeros() -> None:
    assert not make_marks(np.full((1, 96, 96), 90, dtype=np.uint8)).any()
