"""The detectors command names every detector, and of networks what they weigh and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from detectors.tables import DETECTORS
from embeddings.errors import PackInvalid
from qalqan.commands.detectors import app
from tests.detectors.tiny_networks import CALIBRATION, make_onnx_pictures, make_onnx_sound


@pytest.fixture
def config(tmp_path: Path) -> Path:
    for name in ("faces", "voices"):
        (tmp_path / name).mkdir()
    make_onnx_pictures(tmp_path / "faces", name="faces", calibration=CALIBRATION)
    make_onnx_sound(tmp_path / "voices", name="voices", validated=None)
    (tmp_path / "crawl.toml").write_text('[detectors]\nnetworks = ["faces", "voices"]\n')
    return tmp_path / "crawl.toml"


def test_every_detector_is_listed() -> None:
    done = CliRunner().invoke(app, ["list"])
    assert done.exit_code == 0, done.output
    for name in DETECTORS:
        _, _, after = f"\n{done.output}".partition(f"\n{name}@")
        assert "validated" in after.splitlines()[1]
        assert "; weight: " in after.splitlines()[1]
    assert "compares ids, domains and hashes exactly" in done.output


def test_networks_are_listed_with_what_they_weigh(config: Path) -> None:
    done = CliRunner().invoke(app, ["list", str(config)])
    assert done.exit_code == 0, done.output
    faces, voices = done.output.partition("onnx_network.faces@")[2].split("onnx_network.voices@")
    assert "weight: 0.75 inside its conditions (Cllr 0.25 bits on pictures drawn for a test), else 0" in faces
    assert "is shown: face_aligned" in faces
    assert "codec: H.264" in faces
    assert "for tests only" in faces
    assert "validated on: nothing" in voices
    assert "weight: 0: not calibrated" in voices


def test_networks_are_verified(config: Path) -> None:
    places = [str(config.parent / name) for name in ("faces", "voices")]
    done = CliRunner().invoke(app, ["verify", *places])
    assert done.exit_code == 0, done.output
    assert done.output.count("are what the manifest says") == 2
    (config.parent / "faces" / "network.onnx").write_bytes(b"")
    assert isinstance(CliRunner().invoke(app, ["verify", *places]).exception, PackInvalid)
