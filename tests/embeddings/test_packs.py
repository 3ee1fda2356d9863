"""Packs: the manifest is the truth, and files that are absent or differ are refused in one sentence."""

from __future__ import annotations

import importlib.resources
import pickle
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog

from embeddings.errors import PackInvalid, PackMissing
from embeddings.packs import PACKS, caution, load_pack, manifest, verify_file, verify_pack
from embeddings.samples import LoadedPack
from tests.embeddings.drawn_networks import draw_detector, draw_network
from tests.embeddings.insightface_directory import make_directory


@pytest.mark.parametrize("name", PACKS)
def test_every_file_of_a_listed_pack_is_the_right_one(name: str) -> None:
    assert set(verify_pack(name)) >= {file.role for file in manifest(name).files if not file.optional}
    assert all(file.licence for file in manifest(name).files)


def test_weights_trained_on_data_for_research_only_are_not_used() -> None:
    assert not any("68" in file.name for file in manifest("open").files)


def test_an_unknown_pack_names_those_there_are() -> None:
    with pytest.raises(PackMissing, match="open"):
        manifest("closed")


def test_a_file_that_differs_is_refused() -> None:
    file = replace(manifest("open").files[0], sha256="0" * 64)
    with pytest.raises(PackInvalid, match="reinstall"):
        verify_file(file)


@pytest.mark.parametrize("change", [{"package": "no_such_package"}, {"name": "models/none.dat"}])
def test_an_absent_file_says_what_to_install(change: dict[str, Any]) -> None:
    with pytest.raises(PackMissing, match="pip install"):
        verify_file(replace(manifest("open").files[0], **change))


def test_a_directory_file_is_named_with_its_place() -> None:
    with pytest.raises(PackMissing, match=r"/nowhere/w\.onnx"):
        verify_file(replace(manifest("open").files[0], package=None, name="/nowhere/w.onnx"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A directory pack: the open one under another name, its landmark file copied into it."""
    text = importlib.resources.files("embeddings").joinpath("manifests/open.toml").read_text(encoding="utf-8")
    file = manifest("open").file("face_landmarks")
    shutil.copy(verify_file(file), tmp_path / "points.dat")
    text = text.replace('name = "open"', 'name = "own"').replace('package = "face_recognition_models"\n', "", 1)
    (tmp_path / "pack.toml").write_text(text.replace(file.name, "points.dat"))
    return tmp_path


def test_a_directory_with_a_manifest_is_a_pack(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert manifest(str(own)).label == "own@1"
    assert verify_pack(str(own))["face_landmarks"] == own / "points.dat"
    loaded = load_pack(str(own))
    assert loaded.manifest.label == "own@1"
    monkeypatch.chdir(own.parent)
    assert load_pack(own.name) is loaded


def test_points_of_a_face_may_be_absent_and_change_no_watchlist(own: Path) -> None:
    place = own / "pack.toml"
    text = place.read_text().replace('package = "mediapipe"\n', "")
    place.write_text(text)
    assert "face_points" not in verify_pack(str(own))
    assert load_pack(str(own)).points is None
    assert manifest(str(own)).digest == manifest("open").digest
    place.write_text(text.replace("optional = true\n", ""))
    with pytest.raises(PackMissing, match=r"face_landmark\.tflite is not there"):
        verify_pack(str(own))


def test_a_directory_without_a_manifest_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(PackMissing, match="qalqan packs describe"):
        manifest(str(tmp_path))


def test_a_directory_cannot_call_itself_by_a_name_of_ours(own: Path) -> None:
    place = own / "pack.toml"
    place.write_text(place.read_text().replace('"own"', '"open"'))
    with pytest.raises(PackInvalid, match="another name"):
        manifest(str(own))


def test_a_changed_file_of_a_directory_is_not_loaded(own: Path) -> None:
    with (own / "points.dat").open("ab") as file:
        file.write(b"!")
    with pytest.raises(PackInvalid, match="put the right file there"):
        load_pack(str(own))


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ('face_family = "dlib"', 'face_family = "magic"', "dlib, insightface"),
        ('voice_family = "resemblyzer"', 'voice_family = "magic"', "resemblyzer, transformers"),
        ('face_family = "dlib"', 'face_family = "insightface"', "no file for face_detector"),
    ],
)
def test_an_unknown_family_or_an_absent_role_is_refused(own: Path, was: str, becomes: str, fault: str) -> None:
    place = own / "pack.toml"
    place.write_text(place.read_text().replace(was, becomes))
    with pytest.raises(PackInvalid, match=fault):
        manifest(str(own))


@pytest.mark.parametrize(
    ("was", "becomes"), [("face_dimension = 128", "face_dimension = 127"), ("rate_hz = 16000", "rate_hz = 8000")]
)
def test_a_manifest_that_its_family_contradicts_is_refused(own: Path, was: str, becomes: str) -> None:
    place = own / "pack.toml"
    place.write_text(place.read_text().replace(was, becomes))
    with pytest.raises(PackInvalid, match="own@1"):
        load_pack(str(own))


def test_only_packs_that_may_hold_published_insightface_weights_call_for_caution() -> None:
    assert caution(manifest("open")) is None
    assert "non-commercial" in str(caution(replace(manifest("open"), face_family="insightface")))


def test_whoever_chooses_such_a_pack_is_told_once(tmp_path: Path) -> None:
    place = make_directory(
        tmp_path, detector=draw_detector(tmp_path / "d.onnx"), network=draw_network(tmp_path / "r.onnx")
    )
    (place / "pack.toml").write_text((place / "pack.toml").read_text().replace('"small"', '"told-once"'))
    with structlog.testing.capture_logs() as said:
        verify_pack(str(place))
        verify_pack(str(place))
        verify_pack("open")
    assert [(line["pack"], "non-commercial" in line["event"]) for line in said] == [("told-once@1", True)]


def test_a_pack_is_loaded_once_and_its_packages_are_never_imported(pack: LoadedPack) -> None:
    assert load_pack("open") is pack
    assert not {"face_recognition_models", "resemblyzer", "silero_vad"} & set(sys.modules)


def test_a_loaded_pack_refuses_to_be_pickled(pack: LoadedPack) -> None:
    for thing in (pack, pack.faces, pack.voices):
        with pytest.raises(TypeError, match="load_pack"):
            pickle.dumps(thing)
