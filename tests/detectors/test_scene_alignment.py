"""Whole pictures: a scene is found in its film, mirrored and bordered too; another scene is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.scene_alignment import locate_scene
from embeddings.samples import Frame
from tests.factories import sha
from watchlist.film_marks import make_scene_marks
from watchlist.footage import GenuineFootage, Scenes

Picture = NDArray[np.uint8]


def scenery(seed: int, *, count: int) -> list[Picture]:
    """A scene that the camera wanders over."""
    rng = np.random.default_rng(seed)
    wide = cv2.GaussianBlur(rng.integers(0, 255, (300, 900, 3), dtype=np.uint8), (0, 0), 9)
    wide = cv2.normalize(wide, None, 0, 255, cv2.NORM_MINMAX)
    return [np.ascontiguousarray(wide[20:260, 6 * step : 6 * step + 320]) for step in range(count)]


def frames(pictures: list[Picture]) -> list[Frame]:
    return [Frame(at_s=number / 2, pixels=picture, scale=1.0) for number, picture in enumerate(pictures)]


@pytest.fixture(scope="module")
def films() -> list[GenuineFootage]:
    made = []
    for seed in (1, 2, 3):
        scenes = Scenes(times_s=np.arange(40) / 2, marks=make_scene_marks(scenery(seed, count=40)))
        faces = np.zeros((0, 96, 96), dtype=np.uint8)
        made.append(
            GenuineFootage(
                person_id="aysel", sha256=sha(f"{seed}"), times_s=np.zeros(0), faces=faces, sound=None, scenes=scenes
            )
        )
    return made


@pytest.mark.parametrize("change", ["none", "mirrored", "bordered"])
def test_a_scene_is_found_in_its_film_at_its_time(films: list[GenuineFootage], change: str) -> None:
    shown = scenery(2, count=40)[12:26]
    if change == "mirrored":
        shown = [np.ascontiguousarray(picture[:, ::-1]) for picture in shown]
    if change == "bordered":
        shown = [cv2.copyMakeBorder(one, 40, 40, 0, 0, cv2.BORDER_CONSTANT).astype(np.uint8) for one in shown]
    found = locate_scene(frames(shown), films)
    assert found is not None
    assert found.film is films[1]
    assert found.mirrored is (change == "mirrored")
    assert found.reference_start_s - found.start_s == pytest.approx(6.0, abs=0.5)
    assert found.frames >= 10
    assert found.alike > 0.95


def test_another_scene_and_too_few_pictures_are_found_nowhere(films: list[GenuineFootage]) -> None:
    assert locate_scene(frames(scenery(9, count=20)), films) is None
    assert locate_scene(frames(scenery(2, count=3)), films) is None
    assert locate_scene(frames(scenery(2, count=20)), []) is None
