"""dlib faces: found, found again when very tight, and nearer to themselves than to others."""

from __future__ import annotations

import csv
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from embeddings.dlib_faces import DlibFaces
from embeddings.samples import LoadedPack

Picture = NDArray[np.uint8]


def _vector(pack: LoadedPack, picture: Picture) -> NDArray[np.float32]:
    faces = pack.faces.detect(picture)
    largest = max(faces, key=lambda face: face.box[3] - face.box[1])
    vector: NDArray[np.float32] = pack.faces.embed([pack.faces.chip(picture, largest)])[0]
    return vector


def test_the_same_face_is_nearer_than_another(pack: LoadedPack, astronaut: Picture, hopper: Picture) -> None:
    mirrored_and_smaller = cv2.resize(astronaut, (300, 300), interpolation=cv2.INTER_AREA)[:, ::-1]
    same = np.linalg.norm(_vector(pack, astronaut) - _vector(pack, mirrored_and_smaller))
    other = np.linalg.norm(_vector(pack, astronaut) - _vector(pack, hopper))
    assert 1 - same > pack.manifest.face_threshold > 1 - other


def test_a_tight_close_up_is_found_by_the_second_look(pack: LoadedPack, astronaut: Picture) -> None:
    left, top, right, bottom = max(pack.faces.detect(astronaut), key=lambda f: f.box[3] - f.box[1]).box
    close = np.ascontiguousarray(astronaut[top + 13 : bottom + 3, left + 5 : right - 5])
    close = cv2.resize(close, (480, 480))
    assert isinstance(pack.faces, DlibFaces)
    assert pack.faces._look(close, doubled=False) == []
    (face,) = pack.faces.detect(close)
    assert face.box[3] - face.box[1] > 300
    assert face.landmarks.shape == (5, 2)


def test_nothing_is_found_where_nobody_is(pack: LoadedPack) -> None:
    assert pack.faces.detect(np.full((200, 300, 3), 128, dtype=np.uint8)) == []
    assert pack.faces.detect(np.zeros((1, 1, 3), dtype=np.uint8)) == []
    assert pack.faces.embed([]).shape == (0, 128)


def test_a_small_face_is_found_by_a_closer_look_alone(pack: LoadedPack, hopper: Picture) -> None:
    scene = np.full((360, 640, 3), 90, dtype=np.uint8)
    scene[100:200, 300:400] = cv2.resize(hopper[20:420, 60:460], (100, 100), interpolation=cv2.INTER_AREA)
    assert pack.faces.detect(scene) == []
    (face,) = pack.faces.look_closer(scene)
    assert 40 <= face.box[3] - face.box[1] < 70
    assert np.all((face.landmarks > [300, 100]) & (face.landmarks < [400, 200]))
    twice = cv2.resize(scene, (1280, 720), interpolation=cv2.INTER_AREA)
    (far,) = pack.faces.look_closer(twice)
    assert np.abs(np.array(far.box) / 2 - face.box).max() < 4
    assert pack.faces.look_closer(np.full((200, 300, 3), 128, dtype=np.uint8)) == [], (
        "doubled in the first look already"
    )


def test_locating_in_a_known_box_gives_the_same_landmarks(pack: LoadedPack, astronaut: Picture) -> None:
    face = pack.faces.detect(astronaut)[0]
    assert np.array_equal(pack.faces.locate(astronaut, face.box).landmarks, face.landmarks)
    assert pack.faces.align(astronaut, face, size_px=96).shape == (96, 96, 3)


@pytest.mark.fixtures
def test_a_face_is_found_on_every_photograph(pack: LoadedPack, fixtures: Path) -> None:
    """Also on the crops of each face that are as tight as its box, at the first look or at the second."""
    whole, close, crops = 0, 0, 0
    paths = sorted((fixtures / "deepface").glob("*.jpg"))
    for path in paths:
        picture = Image.open(path).convert("RGB")
        picture.thumbnail((640, 640))
        faces = pack.faces.detect(np.array(picture))
        whole += bool(faces)
        for left, top, right, bottom in [face.box for face in faces if face.box[3] - face.box[1] >= 100][:1]:
            tight = picture.crop((left, top, right, bottom)).resize((480, 480))
            crops += 1
            close += bool(pack.faces.detect(np.array(tight)))
    sys.stdout.write(f"open: a face on {whole} of {len(paths)} photographs, on {close} of {crops} tight crops\n")
    assert whole == len(paths)
    assert close >= 0.9 * crops


@pytest.mark.fixtures
def test_real_pairs_of_one_person_are_nearer_than_pairs_of_two(pack: LoadedPack, fixtures: Path) -> None:
    vectors: dict[str, NDArray[np.float32]] = {}
    same: list[float] = []
    other: list[float] = []
    with (fixtures / "deepface" / "master.csv").open() as table:
        pairs = [row for row in csv.reader(table) if row[2] in ("Yes", "No")][:60]
    for first, second, verdict in pairs:
        for name in (first, second):
            if name not in vectors:
                picture = Image.open(fixtures / "deepface" / name).convert("RGB")
                picture.thumbnail((640, 640))
                vectors[name] = _vector(pack, np.array(picture))
        distance = float(np.linalg.norm(vectors[first] - vectors[second]))
        (same if verdict == "Yes" else other).append(distance)
    assert same
    assert max(same) < 1.0
    assert np.mean([1 - d >= pack.manifest.face_threshold for d in same]) > 0.8
    assert all(1 - d < pack.manifest.face_threshold for d in other)


def test_threads_that_share_the_models_find_what_one_finds(
    pack: LoadedPack, astronaut: Picture, hopper: Picture
) -> None:
    pictures = [astronaut, hopper, astronaut[:, ::-1].copy(), hopper[:, ::-1].copy()] * 2
    alone = [[face.box for face in pack.faces.detect(picture)] for picture in pictures]
    with ThreadPoolExecutor(3) as several:
        together = list(several.map(pack.faces.detect, pictures))
    assert [[face.box for face in found] for found in together] == alone
