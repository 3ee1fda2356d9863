"""Points lie where eyes and mouth are, whatever the size of the crop; other networks and damaged files are refused."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import helper

from embeddings.errors import PackInvalid
from embeddings.face_mesh import COUNT, PADDING, FaceMesh, load
from embeddings.landmarks import cut_out, on_average_face, similarity
from embeddings.packs import file_sha256, load_pack, manifest, verify_pack
from embeddings.records import POINTS_ROLE, ModelPack
from embeddings.samples import LoadedPack
from tests.embeddings.drawn_networks import draw_detector, draw_network, save_network
from tests.embeddings.face_mesh_file import needs_face_mesh
from tests.embeddings.insightface_directory import make_directory, weights

Picture = NDArray[np.uint8]
Numbers = NDArray[np.float64]

EYE_CORNERS = [263, 362, 33, 133]
"""The points that are dlib's first four: of the eye on the right of the picture the outer and inner corner, then the other's."""

MOUTH_CORNERS = [61, 291]


def crop(picture: Picture, pack: LoadedPack, *, size_px: int = 320) -> tuple[Picture, Numbers]:
    """The only face of a picture, and dlib's points in it."""
    (found,) = pack.faces.detect(picture)
    matrix = similarity(found.landmarks, on_average_face("eye_corners", size_px=size_px, padding=PADDING))
    points = found.landmarks @ matrix[:, :2].T + matrix[:, 2]
    return cut_out(picture, matrix, size_px=size_px), points


@needs_face_mesh
def test_points_lie_on_eyes_and_mouth(pack: LoadedPack, astronaut: Picture, hopper: Picture) -> None:
    assert pack.points is not None
    for picture in (astronaut[0:320, 54:394], hopper):
        face, theirs = crop(picture, pack)
        marked = pack.points.mark([face])
        (points,) = marked.points / (320 / (1 + 2 * PADDING))
        assert points.shape == (COUNT, 2)
        assert np.abs(points[EYE_CORNERS] - theirs[:4] / 160).max() < 0.06
        assert points[MOUTH_CORNERS] - 0.5 == pytest.approx(np.array([[0.25, 0.75], [0.74, 0.75]]), abs=0.1)
        assert marked.presence[0] > 0.99
        box = points.max(axis=0) - points.min(axis=0)
        assert 1.5 * box.max() == pytest.approx(1 + 2 * PADDING, rel=0.1), "the crop is the one it was taught on"
        assert (points.max(axis=0) + points.min(axis=0)) / 2 == pytest.approx([1.0, 1.0], abs=0.1)


@needs_face_mesh
def test_size_and_turn_do_not_matter_and_no_face_is_told(pack: LoadedPack, astronaut: Picture) -> None:
    assert pack.points is not None
    picture = astronaut[0:320, 54:394]
    turned = cv2.warpAffine(picture, cv2.getRotationMatrix2D((170, 120), 15, 1.0), (340, 320))
    crops = [crop(picture, pack)[0], crop(picture, pack, size_px=192)[0], crop(turned, pack)[0]]
    marked = pack.points.mark([*crops, np.full((320, 320, 3), 90, dtype=np.uint8)])
    sides = np.array([320, 192, 320, 320])
    shares = marked.points / sides[:, None, None]
    assert np.abs(shares[0] - shares[1]).max() < 0.01
    assert np.abs(shares[0] - shares[2]).mean() < 0.01
    assert marked.presence[3] < 0.01
    assert pack.points.mark([]).points.shape == (0, COUNT, 2)


@needs_face_mesh
def test_its_package_is_never_imported_and_it_is_never_pickled(pack: LoadedPack) -> None:
    assert "mediapipe" not in sys.modules
    with pytest.raises(TypeError, match="load_pack"):
        pickle.dumps(pack.points)


def stated(**facts: Any) -> ModelPack:
    ours = manifest("open")
    files = [replace(file, **facts) if file.role == POINTS_ROLE else file for file in ours.files]
    return replace(ours, files=tuple(files))


def draw_mesh(path: Path, *, count: int = COUNT, side_px: int = 192) -> Path:
    """A network whose points all lie at the brightness of its picture, in pixels of its input."""
    constants: dict[str, NDArray[np.generic]] = {"ones": np.full((1, 3 * count), side_px, dtype=np.float32)}
    nodes = [
        helper.make_node("ReduceMean", ["input"], ["bright"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["bright", "ones"], ["out_points"]),
    ]
    return save_network(path, nodes, constants, [1, side_px, side_px, 3])


def test_an_onnx_file_with_such_points_runs_and_does_not_say_whether_there_is_a_face(tmp_path: Path) -> None:
    mesh = load(stated(), draw_mesh(tmp_path / "mesh.onnx"))
    assert isinstance(mesh, FaceMesh)
    marked = mesh.mark([np.full((320, 320, 3), 51, dtype=np.uint8), np.zeros((96, 96, 3), dtype=np.uint8)])
    assert marked.points[0] == pytest.approx(np.full((COUNT, 2), 64.0), abs=0.1)
    assert not marked.points[1].any()
    assert np.isnan(marked.presence).all()


def test_a_directory_may_name_a_mesh_of_its_own(tmp_path: Path) -> None:
    detector, network = draw_detector(tmp_path / "det.onnx"), draw_network(tmp_path / "rec.onnx")
    place = make_directory(tmp_path, detector=detector, network=network, dimension=16)
    mesh = draw_mesh(place / "mesh.onnx")
    stated_here = (
        f'role = "{POINTS_ROLE}"\nname = "{mesh.name}"\nsha256 = "{file_sha256(mesh)}"\nlicence = "for tests only"\n'
    )
    with (place / "pack.toml").open("a") as manifest_file:
        manifest_file.write(f"\n[[files]]\n{stated_here}input_px = 192\nmean = 0.0\nstd = 255.0\n")
    points = load_pack(str(place)).points
    assert points is not None
    assert points.sha256 == file_sha256(mesh)
    mesh.write_bytes(b"changed")
    with pytest.raises(PackInvalid, match="put the right file there"):
        verify_pack(str(place))


@pytest.mark.parametrize(
    ("name", "make", "fault"),
    [
        ("text.tflite", lambda path: path.write_bytes(b"no network" * 99), "OpenCV cannot read"),
        ("empty.tflite", lambda path: path.write_bytes(b""), "OpenCV cannot read"),
        ("text.onnx", lambda path: path.write_bytes(b"no network" * 99), "not an ONNX network"),
        ("few.onnx", lambda path: draw_mesh(path, count=68), "gives 204 numbers"),
        ("small.onnx", lambda path: draw_mesh(path, side_px=128), "takes \\[1, 128, 128, 3\\]"),
    ],
)
def test_what_is_no_face_mesh_is_refused(tmp_path: Path, name: str, make: Callable[[Path], object], fault: str) -> None:
    make(tmp_path / name)
    with pytest.raises(PackInvalid, match=fault):
        load(stated(), tmp_path / name)


def test_a_manifest_that_states_another_normalisation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackInvalid, match=r"\(192, 0\.0, 1\.0\) .* are \(192, 0\.0, 255\.0\)"):
        load(stated(std=1.0), draw_mesh(tmp_path / "mesh.onnx"))


@needs_face_mesh
@pytest.mark.weights
def test_the_published_onnx_file_marks_the_same_points(pack: LoadedPack, astronaut: Picture) -> None:
    assert pack.points is not None
    other = load(stated(), weights() / "FaceMesh.onnx")
    face, _ = crop(astronaut[0:320, 54:394], pack)
    assert other.mark([face]).points == pytest.approx(pack.points.mark([face]).points, abs=0.01)


def test_loading_the_pack_twice_opens_one_mesh() -> None:
    assert load_pack("open").points is load_pack("open").points
