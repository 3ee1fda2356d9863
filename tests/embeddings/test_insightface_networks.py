"""A network is opened only if it is what the manifest says; every refusal names the file or the manifest, and the fault."""

from __future__ import annotations

import re
from pathlib import Path

import onnx
import onnxruntime
import pytest

from embeddings.errors import PackInvalid
from embeddings.insightface_faces import InsightFaces, load
from embeddings.insightface_networks import open_network
from embeddings.packs import manifest, verify_pack
from tests.embeddings.drawn_networks import draw_detector, draw_network, spotted
from tests.embeddings.insightface_directory import make_directory


@pytest.fixture
def place(tmp_path: Path) -> Path:
    draw_detector(tmp_path / "det.onnx")
    draw_network(tmp_path / "rec.onnx")
    return _made(tmp_path)


def _made(place: Path) -> Path:
    return make_directory(place, detector=place / "det.onnx", network=place / "rec.onnx", dimension=16)


def _faces(place: Path) -> InsightFaces:
    return load(manifest(str(place)), verify_pack(str(place)))


def test_threads_and_providers_are_those_of_the_manifest(place: Path) -> None:
    text = (place / "pack.toml").read_text().replace("threads = 1", "threads = 2")
    (place / "pack.toml").write_text(text)
    session = open_network(verify_pack(str(place))["face_vectors"], manifest(str(place))).session
    assert session.get_session_options().intra_op_num_threads == 2
    assert session.get_session_options().inter_op_num_threads == 1
    assert session.get_providers() == ["CPUExecutionProvider"]


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("input_px = 112", "input_px = 128", "input_px = 128 for face_vectors; .*rec.onnx takes 112×112"),
        ("input_px = 112", "", "does not state the input_px of face_vectors"),
        ("input_px = 640", "input_px = 650", "steps of 32"),
        (
            "std = 127.5",
            "std = 1.0",
            "std = 1.0 for face_vectors; insightface gives .*rec.onnx mean = 127.5, std = 127.5",
        ),
        ("std = 128.0", "", "std = None for face_detector"),
        ("face_dimension = 16", "face_dimension = 512", "face_dimension = 512; .*rec.onnx makes 16"),
        ('providers = ["CPU', 'providers = ["Abacus', "AbacusExecutionProvider; this one has"),
    ],
)
def test_a_manifest_that_the_network_contradicts_is_refused(place: Path, was: str, becomes: str, fault: str) -> None:
    text = (place / "pack.toml").read_text()
    assert was in text
    (place / "pack.toml").write_text(text.replace(was, becomes))
    with pytest.raises(PackInvalid, match=fault):
        _faces(place)


def test_files_that_are_something_else_are_refused(place: Path) -> None:
    (place / "det.onnx").rename(place / "x")
    (place / "rec.onnx").rename(place / "det.onnx")
    (place / "x").rename(place / "rec.onnx")
    with pytest.raises(PackInvalid, match=r"det\.onnx is not a network for this: .*ArcFaceONNX, not SCRFD"):
        _faces(_made(place))
    for damaged in (b"", b"no network" * 50, (place / "rec.onnx").read_bytes()[:2000]):
        (place / "det.onnx").write_bytes(damaged)
        with pytest.raises(PackInvalid, match=r"det\.onnx"):
            _faces(_made(place))


def test_a_detector_without_points_or_of_another_size_is_refused(place: Path) -> None:
    draw_detector(place / "det.onnx", with_points=False)
    with pytest.raises(PackInvalid, match="without their five points"):
        _faces(_made(place))
    draw_detector(place / "det.onnx", fixed_px=320)
    with pytest.raises(PackInvalid, match="320×320 pixels only"):
        _faces(_made(place))


def test_weights_that_no_hash_covers_are_refused(place: Path) -> None:
    network = onnx.load(str(place / "rec.onnx"))
    onnx.save(network, str(place / "rec.onnx"), save_as_external_data=True, size_threshold=0, location="rec.weights")
    assert onnxruntime.InferenceSession(str(place / "rec.onnx")).get_outputs()
    with pytest.raises(PackInvalid, match="in another file, which no hash covers"):
        _faces(_made(place))


def test_a_detector_of_one_size_is_given_that_size(place: Path) -> None:
    draw_detector(place / "det.onnx", fixed_px=320)
    _made(place)
    text = re.sub("input_px = 640", "input_px = 320", (place / "pack.toml").read_text())
    (place / "pack.toml").write_text(text)
    assert _faces(place).detect(spotted(200, 300, (150, 100)))
