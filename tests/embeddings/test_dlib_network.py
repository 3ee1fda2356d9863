"""dlib's network outside dlib: the same vectors from the same file, and nothing from any other."""

from __future__ import annotations

import pickle
from pathlib import Path

import dlib
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.dlib_network import BATCH, DlibNetwork, as_onnx, read_layers
from embeddings.errors import PackInvalid
from embeddings.packs import manifest, verify_file

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def weights() -> Path:
    return verify_file(manifest("open").file("face_vectors"))


@pytest.fixture(scope="module")
def network(weights: Path) -> DlibNetwork:
    return _opened(weights)


def _opened(path: Path, *, provider: str = "CPUExecutionProvider") -> DlibNetwork:
    return DlibNetwork(path, label="the pack a", providers=(provider,), threads=1)


def test_vectors_are_those_of_dlib(network: DlibNetwork, weights: Path, astronaut: Picture, hopper: Picture) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (150, 150, 3), dtype=np.uint8)
    chips = [astronaut[50:200, 150:300], hopper[60:210, 180:330], noise]
    theirs = dlib.face_recognition_model_v1(str(weights)).compute_face_descriptor([*map(np.ascontiguousarray, chips)])
    assert network.vectors(chips) == pytest.approx(np.array([list(vector) for vector in theirs]), abs=2e-5)


def test_more_crops_than_a_batch_keep_their_order(network: DlibNetwork) -> None:
    chips = [np.full((150, 150, 3), 5 * number, dtype=np.uint8) for number in range(BATCH + 1)]
    vectors = network.vectors(chips)
    assert vectors.shape == (BATCH + 1, 128)
    assert np.allclose(vectors[[0, BATCH]], network.vectors([chips[0], chips[BATCH]]), atol=1e-5)


def test_a_file_that_is_something_else_is_refused(weights: Path, tmp_path: Path) -> None:
    data = weights.read_bytes()
    place = tmp_path / "weights.dat"
    for damaged in (b"", b"not dlib's" * 100, data[:300], data[:5_000_000], data[-3_000_000:]):
        place.write_bytes(damaged)
        with pytest.raises(PackInvalid, match=r"weights\.dat"):
            _opened(place)


def test_a_provider_that_is_not_here_is_refused(weights: Path) -> None:
    with pytest.raises(PackInvalid, match="the pack a asks ONNX Runtime for AbacusExecutionProvider; this one has"):
        _opened(weights, provider="AbacusExecutionProvider")


def test_layers_left_over_are_refused(weights: Path) -> None:
    layers = read_layers(weights)
    assert len(layers) == 59
    with pytest.raises(PackInvalid, match="more layers"):
        as_onnx([*layers, layers[0]], where=weights)


def test_a_network_is_never_pickled(network: DlibNetwork) -> None:
    with pytest.raises(TypeError, match="load_pack"):
        pickle.dumps(network)
