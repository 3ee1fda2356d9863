"""Any image classifier of Hugging Face transformers (ViT, ResNet, Swin, ConvNeXt …): safetensors, from a local directory.

Pictures are prepared as ``detector.toml`` says. Where the checkpoint has a ``preprocessor_config.json`` both must say the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from transformers import AutoModelForImageClassification

from detectors.checkpoint_checks import check_answers, check_labels
from detectors.network_detector import Network
from detectors.network_facts import NetworkManifest, PictureInput, Resize
from detectors.network_pictures import prepared
from embeddings.errors import PackInvalid
from embeddings.inference import inference
from embeddings.transformers_checkpoint import CONFIG, WEIGHTS, open_checkpoint


def load(manifest: NetworkManifest, files: Mapping[str, Path]) -> Network:
    """The network in the verified files; ``PackInvalid`` if it is not what the manifest says."""
    pictures = manifest.pictures
    if pictures is None or pictures.layout != "nchw":
        raise PackInvalid(f'the manifest of {manifest.label} states no [pictures] with layout = "nchw"; correct it')
    if "features" in files:
        _agree(pictures, manifest, path=files["features"])
    model, _ = open_checkpoint(
        {WEIGHTS: files["weights"], CONFIG: files["config"]},
        network=AutoModelForImageClassification,
        what=f"the network of {manifest.label}",
        threads=manifest.cost.threads,
    )
    check_labels(manifest, model.config)

    def run(items: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        with inference(), torch.inference_mode():
            logits: NDArray[np.float32] = model(pixel_values=torch.from_numpy(prepared(items, pictures))).logits.numpy()
        return logits

    grey = np.full((pictures.height_px, pictures.width_px, 3), 128, dtype=np.uint8)
    check_answers(run, [grey, grey], manifest, takes="such pictures")
    return run


def _agree(pictures: PictureInput, manifest: NetworkManifest, *, path: Path) -> None:
    try:
        stated = _as_stated(json.loads(path.read_text(encoding="utf-8")), pictures)
        differ = [
            f"{what} {ours}; {path} has {said}"
            for what, (ours, said) in stated.items()
            if said is not None and not np.allclose(np.array(ours, dtype=float), np.array(said, dtype=float), atol=1e-6)
        ]
    except (ValueError, AttributeError, TypeError, ZeroDivisionError) as error:
        raise PackInvalid(f"{path} is not the preprocessor_config.json of an image classifier; put it there") from error
    if differ:
        raise PackInvalid(f"the manifest of {manifest.label} states {differ[0]}: correct it")


def _as_stated(theirs: Mapping[str, Any], pictures: PictureInput) -> dict[str, tuple[Any, Any]]:
    """What both may say: name → (the manifest's, theirs or None where they do not say)."""
    size = theirs.get("size") if theirs.get("do_resize", True) else None
    both: dict[str, tuple[Any, Any]] = {"interpolation": (_resampling(pictures), theirs.get("resample"))}
    if theirs.get("do_normalize", True):
        both["mean"] = (pictures.mean, theirs.get("image_mean"))
        both["std"] = (pictures.std, theirs.get("image_std"))
    else:
        both["mean"], both["std"] = (pictures.mean, (0.0, 0.0, 0.0)), (pictures.std, (1.0, 1.0, 1.0))
    factor = theirs.get("rescale_factor") if theirs.get("do_rescale", True) else 1.0
    both["scale"] = (pictures.scale, None if factor is None else 1 / factor)
    if pictures.resize is Resize.CROP:
        both["resize_px"] = (pictures.resize_px, _side(size, "shortest_edge"))
        size = theirs.get("crop_size")
    both["height_px"] = (pictures.height_px, _side(size, "height"))
    both["width_px"] = (pictures.width_px, _side(size, "width"))
    return both


def _side(size: Any, name: str) -> int | None:
    """One side of a ``size`` that older checkpoints write as one number; a square input may be stated by its shorter edge."""
    if isinstance(size, dict):
        value = size.get(name, size.get("shortest_edge"))
        return None if value is None else int(value)
    return None if size is None else int(size)


def _resampling(pictures: PictureInput) -> int:
    return int(Image.Resampling[pictures.interpolation.upper()])
