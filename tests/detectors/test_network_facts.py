from __future__ import annotations

from pathlib import Path

import pytest

from detectors.network_manifest import read_manifest
from tests.detectors.tiny_networks import make_onnx_pictures


def test_files_are_found_by_role(tmp_path: Path) -> None:
    manifest = read_manifest(make_onnx_pictures(tmp_path))
    assert manifest.file("weights").name == str(tmp_path / "network.onnx")
    with pytest.raises(LookupError, match="no config among its files"):
        manifest.file("config")
    assert manifest.validated is not None
    assert "codec: H.264" in manifest.validated.words
