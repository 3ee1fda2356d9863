"""Every family of models, through a pack that has it: what any face or voice embedder promises, whatever runs behind it.

A new family is tested by being listed here; a test says when one is not.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.landmarks import eyes
from embeddings.packs import FACE_FAMILIES, VOICE_FAMILIES, load_pack, manifest
from embeddings.samples import LoadedPack
from tests.embeddings.drawn_networks import draw_detector, draw_network
from tests.embeddings.insightface_directory import DETECTOR, NETWORK, make_directory, weights
from tests.embeddings.tiny_voices import make_directory as make_voices
from tests.media import portrait
from tests.portrait_film import babble

Picture = NDArray[np.uint8]


def drawn(place: Path) -> str:
    detector, network = draw_detector(place / "det.onnx"), draw_network(place / "rec.onnx")
    return str(make_directory(place, detector=detector, network=network, dimension=16))


def published(place: Path) -> str:
    return str(make_directory(place, detector=weights() / DETECTOR, network=weights() / NETWORK))


CHOICES: dict[str, Callable[[Path], str]] = {
    "open": lambda _: "open",
    "insightface": drawn,
    "insightface-published": published,
    "transformers": lambda place: str(make_voices(place)),
}
"""What is chosen with ``--pack``, made in a folder of its own."""

NAMES = [pytest.param(name, marks=[pytest.mark.weights] if name == "insightface-published" else []) for name in CHOICES]


@pytest.fixture(scope="module", params=NAMES)
def pack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LoadedPack:
    return load_pack(CHOICES[request.param](tmp_path_factory.mktemp("pack")))


@pytest.fixture(scope="module")
def picture() -> Picture:
    """A portrait, with a white spot in its dark corner for the detector that is drawn."""
    scene = np.array(portrait("astronaut"))
    scene[40:64, 440:464] = 255
    return scene


@pytest.fixture(scope="module")
def sounds() -> list[NDArray[np.float32]]:
    said = babble(7.0)
    return [said[:48_000], said[20_000:68_000], said[:80_010], said[5_000:100_000]]


def test_every_family_is_tried(tmp_path: Path) -> None:
    packs = []
    for name, make in CHOICES.items():
        if not name.endswith("published"):
            (tmp_path / name).mkdir()
            packs.append(manifest(make(tmp_path / name)))
    assert {pack.face_family for pack in packs} == set(FACE_FAMILIES)
    assert {pack.voice_family for pack in packs} == set(VOICE_FAMILIES)


def test_faces_have_a_box_and_five_points_of_the_stated_convention(pack: LoadedPack, picture: Picture) -> None:
    before = picture.copy()
    faces = pack.faces.detect(picture)
    assert faces
    for face in faces:
        left, top, right, bottom = face.box
        assert all(type(edge) is int for edge in face.box)
        assert left < right
        assert top < bottom
        assert face.landmarks.shape == (5, 2)
        assert face.landmarks.dtype == np.float64
        first, second = eyes(face.landmarks, convention=pack.manifest.face_landmarks)
        assert first[0] < second[0]
    assert np.array_equal(picture, before)


def test_a_face_is_followed_aligned_and_cut(pack: LoadedPack, picture: Picture) -> None:
    face = pack.faces.detect(picture)[0]
    followed = pack.faces.locate(picture, face.box)
    assert followed.box == face.box
    assert np.abs(followed.landmarks - face.landmarks).max() < 0.2 * (face.box[3] - face.box[1])
    for size_px in (96, 48):
        aligned = pack.faces.align(picture, face, size_px=size_px)
        assert aligned.shape == (size_px, size_px, 3)
        assert aligned.dtype == np.uint8
    chip = pack.faces.chip(picture, face)
    assert chip.dtype == np.uint8
    assert chip.shape == (chip.shape[0], chip.shape[0], 3)
    assert pack.faces.chip(picture[:, ::-1], face).shape == chip.shape


def test_pictures_of_any_shape_are_looked_at(pack: LoadedPack) -> None:
    for shape in ((1, 1, 3), (2, 300, 3), (700, 90, 3)):
        assert pack.faces.detect(np.full(shape, 40, dtype=np.uint8)) == []


def test_crops_give_the_same_vectors_alone_and_together(pack: LoadedPack, picture: Picture) -> None:
    face = pack.faces.detect(picture)[0]
    chips = [pack.faces.chip(one, face) for one in (picture, picture[:, ::-1], picture[::-1])] * 2
    vectors = pack.faces.embed(chips)
    assert vectors.shape == (6, pack.manifest.face_dimension)
    assert vectors.dtype == np.float32
    assert np.all(np.isfinite(vectors))
    assert np.array_equal(vectors, pack.faces.embed(chips))
    assert np.allclose(vectors, np.concatenate([pack.faces.embed([chip]) for chip in chips]), atol=1e-4)
    assert np.abs(vectors[0] - vectors[2]).max() > 1e-3
    if pack.manifest.face_metric == "cosine":
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_sounds_give_the_same_vectors_alone_and_together(pack: LoadedPack, sounds: list[NDArray[np.float32]]) -> None:
    before = [sound.copy() for sound in sounds]
    vectors = pack.voices.embed(sounds)
    assert vectors.shape == (4, pack.manifest.voice_dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert np.array_equal(vectors, pack.voices.embed(sounds))
    assert np.allclose(vectors, np.concatenate([pack.voices.embed([sound]) for sound in sounds]), atol=1e-5)
    assert np.abs(vectors[0] - vectors[1]).max() > 1e-4
    assert all(np.array_equal(sound, old) for sound, old in zip(sounds, before, strict=True))


def test_no_crops_and_no_sounds_give_no_vectors(pack: LoadedPack) -> None:
    faces, voices = pack.faces.embed([]), pack.voices.embed([])
    assert faces.shape == (0, pack.manifest.face_dimension)
    assert faces.dtype == np.float32
    assert voices.shape == (0, pack.manifest.voice_dimension)
    assert voices.dtype == np.float32


def test_silence_is_refused_and_holds_no_speech(pack: LoadedPack, sounds: list[NDArray[np.float32]]) -> None:
    silence = np.zeros(32_000, dtype=np.float32)
    assert pack.voices.speech(silence) == []
    assert pack.voices.speech(silence[:0]) == []
    with pytest.raises(ValueError, match="no sound"):
        pack.voices.embed([sounds[0], silence])


def test_a_loaded_pack_is_never_pickled(pack: LoadedPack) -> None:
    for thing in (pack, pack.faces, pack.voices):
        with pytest.raises(TypeError, match="load_pack"):
            pickle.dumps(thing)
