"""Hiding faces: all of them, at the edge too, and nothing else."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.hiding import hide_faces
from embeddings.samples import LoadedPack

Picture = NDArray[np.uint8]


def test_every_face_of_a_page_is_hidden_and_the_rest_untouched(
    pack: LoadedPack, astronaut: Picture, hopper: Picture
) -> None:
    page = np.full((1500, 900, 3), 240, dtype=np.uint8)
    page[20:320, 50:350] = astronaut[:300, 80:380]
    page[1100:1500, 500:900] = hopper[20:420, 60:460]
    text = np.random.default_rng(1).integers(0, 255, (300, 600, 3), dtype=np.uint8)
    page[500:800, 100:700] = cv2.blur(text, (3, 9))
    before = page.copy()
    assert hide_faces(page) == 2
    assert pack.faces.detect(page[:400]) == []
    assert pack.faces.detect(page[1000:]) == []
    assert np.array_equal(page[450:1000], before[450:1000])
    assert not np.array_equal(page, before)


def test_a_page_without_faces_stays_as_it_is() -> None:
    page = np.full((300, 200, 3), 200, dtype=np.uint8)
    assert hide_faces(page) == 0
    assert (page == 200).all()
