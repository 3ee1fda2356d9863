"""Any audio classifier of Hugging Face transformers (Wav2Vec2, WavLM, HuBERT, AST …): safetensors, from a local directory.

The checkpoint's own feature extractor prepares the windows that ``detector.toml`` describes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoFeatureExtractor, AutoModelForAudioClassification

from detectors.checkpoint_checks import check_answers, check_labels
from detectors.network_detector import Network
from detectors.network_facts import NetworkManifest
from embeddings.errors import PackInvalid
from embeddings.inference import inference
from embeddings.transformers_checkpoint import CONFIG, FEATURES, WEIGHTS, open_checkpoint


def load(manifest: NetworkManifest, files: Mapping[str, Path]) -> Network:
    """The network in the verified files; ``PackInvalid`` if it is not what the manifest says."""
    sound = manifest.sound
    if sound is None or sound.normalise or sound.layout != "nt":
        raise PackInvalid(
            f"the manifest of {manifest.label} states no [sound], or a normalise or layout, which its feature extractor says; "
            "correct it"
        )
    model, features = open_checkpoint(
        {WEIGHTS: files["weights"], CONFIG: files["config"], FEATURES: files["features"]},
        network=AutoModelForAudioClassification,
        features=AutoFeatureExtractor,
        what=f"the network of {manifest.label}",
        threads=manifest.cost.threads,
    )
    check_labels(manifest, model.config)
    if features.sampling_rate != sound.rate_hz:
        raise PackInvalid(
            f"the manifest of {manifest.label} states rate_hz = {sound.rate_hz}; its feature extractor takes "
            f"{features.sampling_rate} Hz: correct it"
        )

    def run(items: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        heard = features(list(items), sampling_rate=sound.rate_hz, return_tensors="pt")
        with inference(), torch.inference_mode():
            logits: NDArray[np.float32] = model(**heard).logits.numpy()
        return logits

    tone = (0.1 * np.sin(np.arange(round(sound.window_s * sound.rate_hz)) / 10)).astype(np.float32)
    check_answers(run, [tone, tone], manifest, takes="such windows")
    return run
