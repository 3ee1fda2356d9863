"""An ONNX file answers about pictures and windows as it should, or is refused where its manifest says otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from detectors.networks import load_networks
from detectors.records import Finding
from detectors.subject import CreativeSubject
from embeddings.errors import PackInvalid
from tests.detectors.recognised import heard, plain, seen, subject, tone
from tests.detectors.tiny_networks import PICTURES, draw_mean, make_onnx_pictures, make_onnx_sound, write_manifest
from tests.portrait_film import portrait_frames

FRAMES: dict[str, Any] = {"pictures": {"shown": "frame"}}


def answer(directory: Path, of: CreativeSubject) -> Finding:
    (detector,) = load_networks([directory])
    (found,) = detector.examine(of)
    return found


@pytest.mark.parametrize("batch", ["n", 1])
def test_pictures(tmp_path: Path, batch: int | str) -> None:
    of = subject(seen(0.0, 1.0, region=None), pictures=[plain(204), plain(102), plain(204)], paths=False)
    found = answer(make_onnx_pictures(tmp_path, batch=batch, **FRAMES), of)
    assert found.measurement == pytest.approx(10 * np.mean([0.6, -0.2, 0.6]), abs=1e-4)
    assert found.model_sha256 is not None


def test_windows(tmp_path: Path) -> None:
    found = answer(make_onnx_sound(tmp_path), subject(heard(0.0, 3.0), sound=tone(3.0)))
    assert found.measurement == pytest.approx(10 * 0.5 * 2 / np.pi, abs=1e-2)
    assert found.modality == "voice"
    assert (found.start_s, found.end_s) == (0.0, 3.0)


def test_a_face(tmp_path: Path) -> None:
    found = answer(make_onnx_pictures(tmp_path), subject(seen(0.0, 1.0), pictures=portrait_frames(0.3)))
    assert found.modality == "face"
    assert found.region is not None
    assert "3 pictures" in found.observation


@pytest.mark.parametrize(
    ("sections", "fault"),
    [
        (
            {"pictures": {"width_px": 64, "height_px": 64}},
            r"takes inputs of \('n', 3, 32, 32\); .* states \(n, 3, 64, 64\)",
        ),
        ({"pictures": {"layout": "nhwc"}}, r"states \(n, 32, 32, 3\)"),
        ({"output": {"labels": ["real", "swap", "lips"], "altered": ["swap"]}}, r"its network gives \(2, 2\)"),
        ({"output": {"form": "probability"}}, r"its network gives \(2, 2\)"),
        ({"output": {"name": "scores"}}, "names the output 'scores'; its network has logits"),
        ({"cost": {"providers": ["AbacusExecutionProvider"]}}, "AbacusExecutionProvider; this one has"),
    ],
)
def test_a_manifest_that_the_network_contradicts(tmp_path: Path, sections: dict[str, Any], fault: str) -> None:
    with pytest.raises(PackInvalid, match=fault):
        load_networks([make_onnx_pictures(tmp_path, **sections)])


def test_sound_as_one_channel(tmp_path: Path) -> None:
    directory = make_onnx_sound(tmp_path)
    with pytest.raises(PackInvalid, match=r"takes inputs of \('n', 16000\)"):
        load_networks([make_onnx_sound(tmp_path, sound={"layout": "nct"})])
    assert load_networks([make_onnx_sound(directory)])


def test_a_fixed_batch_and_whole_numbers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PackInvalid, match="any n or 1"):
        load_networks([make_onnx_pictures(tmp_path, batch=4)])
    make_onnx_pictures(tmp_path)
    network = onnx.load(str(tmp_path / "network.onnx"))
    network.graph.input[0].CopyFrom(helper.make_tensor_value_info("other", TensorProto.FLOAT, ["n", 3, 32, 32]))
    onnx.save(network, str(tmp_path / "network.onnx"))
    write_manifest(tmp_path, "onnx_network", {"weights": "network.onnx"}, {"pictures": PICTURES}, {})
    with pytest.raises(PackInvalid, match="cannot run"):
        load_networks([tmp_path])
    draw_mean(tmp_path / "network.onnx", ["n", 3, 32, 32], gain=float("nan"), absolute=False)
    write_manifest(tmp_path, "onnx_network", {"weights": "network.onnx"}, {"pictures": PICTURES}, {})
    with pytest.raises(PackInvalid, match="no numbers for an ordinary input"):
        load_networks([tmp_path])
