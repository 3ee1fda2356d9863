"""Packs: the manifest is the truth, and files that are absent or differ are refused in one sentence."""

from __future__ import annotations

import importlib.resources
import pickle
import sys
from dataclasses import replace

import pytest

from embeddings.errors import PackInvalid, PackMissing
from embeddings.packs import PACKS, load_pack, manifest, parse_manifest, verify_file, verify_pack
from embeddings.samples import LoadedPack


@pytest.mark.parametrize("name", PACKS)
def test_every_file_of_a_listed_pack_is_the_right_one(name: str) -> None:
    assert set(verify_pack(name)) == {file.role for file in manifest(name).files}
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
def test_an_absent_file_says_what_to_install(change: dict[str, str]) -> None:
    with pytest.raises(PackMissing, match="pip install"):
        verify_file(replace(manifest("open").files[0], **change))


def test_a_directory_file_is_named_with_its_place() -> None:
    with pytest.raises(PackMissing, match=r"/nowhere/w\.onnx"):
        verify_file(replace(manifest("open").files[0], package=None, name="/nowhere/w.onnx"))


def test_a_wrong_manifest_is_refused() -> None:
    text = importlib.resources.files("embeddings").joinpath("manifests/open.toml").read_text(encoding="utf-8")
    for broken in ("name = ", text.replace('"euclidean"', '"feeling"'), 'name = "x"', text.replace('"CC0-1.0"', '""')):
        with pytest.raises(PackInvalid, match=r"here\.toml"):
            parse_manifest(broken, where="here.toml")


def test_a_pack_is_loaded_once_and_its_packages_are_never_imported(pack: LoadedPack) -> None:
    assert load_pack("open") is pack
    assert not {"face_recognition_models", "resemblyzer", "silero_vad"} & set(sys.modules)


def test_a_loaded_pack_refuses_to_be_pickled(pack: LoadedPack) -> None:
    for thing in (pack, pack.faces, pack.voices):
        with pytest.raises(TypeError, match="load_pack"):
            pickle.dumps(thing)
