"""Networks are loaded from the directories named, all hashes checked first; whatever is wrong is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from detectors.networks import NETWORK_FAMILIES, load_networks
from detectors.tables import CREATIVE_DETECTORS
from embeddings.errors import PackInvalid, PackMissing
from tests.detectors.tiny_networks import PICTURES, change_manifest, make_onnx_pictures, make_onnx_sound, write_manifest


@pytest.fixture
def pair(tmp_path: Path) -> list[Path]:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    return [make_onnx_pictures(tmp_path / "a", name="a"), make_onnx_sound(tmp_path / "b", name="b")]


def test_several_in_the_order_given(pair: list[Path]) -> None:
    assert [network.name for network in load_networks(pair)] == ["onnx_network.a", "onnx_network.b"]
    assert load_networks([]) == []


def test_a_name_stands_for_one_network(pair: list[Path]) -> None:
    change_manifest(pair[1], 'name = "b"', 'name = "a"')
    with pytest.raises(PackInvalid, match=r"two networks are called onnx_network\.a"):
        load_networks(pair)
    with pytest.raises(PackInvalid, match="two networks"):
        load_networks([pair[0], pair[0]])


def test_a_file_that_differs_or_is_absent_is_refused(pair: list[Path]) -> None:
    with (pair[0] / "network.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(PackInvalid, match=r"SHA-256 .*; it is not used"):
        load_networks(pair)
    (pair[0] / "network.onnx").unlink()
    with pytest.raises(PackMissing, match=r"network\.onnx is not there"):
        load_networks(pair)
    with pytest.raises(PackMissing, match=r"there is no .*detector\.toml"):
        load_networks([pair[0].parent])


def test_a_family_and_the_roles_of_its_files(pair: list[Path]) -> None:
    with pytest.raises(PackInvalid, match="names no file for config, which transformers_image needs"):
        load_networks([change_manifest(pair[0], '"onnx_network"', '"transformers_image"')])
    with pytest.raises(PackInvalid, match="the family 'tensorflow'; use one of transformers_image"):
        load_networks([change_manifest(pair[0], '"transformers_image"', '"tensorflow"')])
    files = {"weights": "network.onnx", "config": "detector.toml"}
    write_manifest(pair[0], "onnx_network", files, {"pictures": PICTURES}, {})
    with pytest.raises(PackInvalid, match="a file for config, which onnx_network does not read"):
        load_networks([pair[0]])


def test_no_family_takes_the_name_of_a_detector() -> None:
    assert not set(NETWORK_FAMILIES) & set(CREATIVE_DETECTORS)
