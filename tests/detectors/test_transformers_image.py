"""Image classifiers of transformers: tiny real checkpoints, loaded, asked, and refused where two files disagree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForImageClassification, ResNetConfig

from detectors.networks import load_networks
from embeddings.errors import PackInvalid
from tests.detectors.recognised import plain, seen, subject
from tests.detectors.tiny_networks import CHECKPOINT, PICTURES, SIDE_PX, make_image_checkpoint, write_manifest
from tests.portrait_film import portrait_frames


def restate(place: Path, **sections: Any) -> Path:
    """The manifest anew, of the files as they are now."""
    return write_manifest(place, "transformers_image", CHECKPOINT, {"pictures": PICTURES}, sections)


def test_the_answer_is_the_checkpoints_own(tmp_path: Path) -> None:
    """The same picture, prepared by hand and given to the checkpoint as transformers loads it."""
    (detector,) = load_networks([make_image_checkpoint(tmp_path, pictures={"shown": "frame"})])
    picture = np.random.default_rng(5).integers(0, 256, (SIDE_PX, SIDE_PX, 3), dtype=np.uint8)
    (found,) = detector.examine(subject(seen(0.0, 0.0, region=None), pictures=[picture], paths=False))
    model = AutoModelForImageClassification.from_pretrained(tmp_path).eval()
    with torch.no_grad():
        (logits,) = model(torch.from_numpy((picture / 127.5 - 1).transpose(2, 0, 1)[None].astype(np.float32))).logits
    assert found.measurement == pytest.approx(float(logits[1] - logits[0]), abs=1e-4)


def test_faces_go_through_together_and_alone_alike(tmp_path: Path) -> None:
    of = subject(seen(0.0, 1.5), pictures=portrait_frames(0.4))
    found = []
    for batch in (1, 4):
        (detector,) = load_networks([make_image_checkpoint(tmp_path, cost={"batch": batch})])
        found += list(detector.examine(of))
    assert found[0].measurement == pytest.approx(found[1].measurement, abs=1e-4)
    assert "4 pictures" in found[0].observation


def test_a_network_of_another_make(tmp_path: Path) -> None:
    torch.manual_seed(1)
    config = ResNetConfig(
        embedding_size=8, hidden_sizes=[8], depths=[1], layer_type="basic", id2label={0: "real", 1: "fake"}
    )
    AutoModelForImageClassification.from_config(config).save_pretrained(tmp_path)
    files = {"weights": "model.safetensors", "config": "config.json"}
    write_manifest(tmp_path, "transformers_image", files, {"pictures": PICTURES}, {"pictures": {"shown": "frame"}})
    (detector,) = load_networks([tmp_path])
    (found,) = detector.examine(subject(seen(0.0, 0.0, region=None), pictures=[plain(90)], paths=False))
    assert found.measurement is not None


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"image_mean": [0.485, 0.456, 0.406]}, r"states mean \(0.5, 0.5, 0.5\); .* has \[0.485"),
        ({"image_std": [1, 1, 1]}, "states std"),
        ({"do_normalize": False}, "states mean"),
        ({"rescale_factor": 1.0}, "states scale 255"),
        ({"resample": 3}, "states interpolation 2"),
        ({"size": 224}, "states height_px 32"),
        ({"size": {"height": 32, "width": 40}}, "states width_px 32"),
        ({"image_mean": [0.5]}, None),
        ({"image_mean": [0.5, 0.5]}, "is not the preprocessor_config.json"),
        ({"rescale_factor": 0}, "is not the preprocessor_config.json"),
        ({"image_mean": "grey"}, "is not the preprocessor_config.json"),
    ],
)
def test_preparation_that_differs_from_the_checkpoints_is_refused(
    tmp_path: Path, facts: dict[str, Any], fault: str | None
) -> None:
    make_image_checkpoint(tmp_path)
    place = tmp_path / "preprocessor_config.json"
    place.write_text(json.dumps({**json.loads(place.read_text()), **facts}))
    restate(tmp_path)
    if fault is None:
        assert load_networks([tmp_path])
        return
    with pytest.raises(PackInvalid, match=fault):
        load_networks([tmp_path])


@pytest.mark.parametrize(
    ("sections", "fault"),
    [
        ({"output": {"labels": ["fake", "real"]}}, "states the labels fake, real; its configuration has real, fake"),
        ({"output": {"form": "probabilities"}}, "classifiers of transformers give logits"),
        ({"pictures": {"layout": "nhwc"}}, 'layout = "nchw"'),
        ({"pictures": {"width_px": 40, "height_px": 40}}, "states height_px 40"),
    ],
)
def test_a_manifest_that_the_checkpoint_contradicts(tmp_path: Path, sections: dict[str, Any], fault: str) -> None:
    with pytest.raises(PackInvalid, match=fault):
        load_networks([make_image_checkpoint(tmp_path, **sections)])


def test_a_size_that_only_the_network_knows(tmp_path: Path) -> None:
    make_image_checkpoint(tmp_path)
    files = {"weights": "model.safetensors", "config": "config.json"}
    sections = {"pictures": {"width_px": 40, "height_px": 40}}
    write_manifest(tmp_path, "transformers_image", files, {"pictures": PICTURES}, sections)
    with pytest.raises(PackInvalid, match="does not take such pictures"):
        load_networks([tmp_path])
