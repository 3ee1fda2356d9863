"""Pack directories with a speaker network of transformers: real architectures, tiny, their weights random but always the same."""

from __future__ import annotations

import importlib.resources
import json
import re
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForAudioXVector, Wav2Vec2FeatureExtractor, WavLMConfig

from embeddings.packs import file_sha256

FACTS = {
    "name": '"tiny"',
    "voice_family": '"transformers"',
    "voice_dimension": "24",
    "voice_threshold": "0.9",
}
SIZES: dict[str, Any] = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "conv_dim": (16,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
    "tdnn_dim": (16, 16, 16, 16, 32),
    "xvector_output_dim": 24,
    "feat_extract_norm": "layer",
    "do_stable_layer_norm": True,
}


def make_directory(
    place: Path, *, config: type[Any] = WavLMConfig, masks: bool = True, rate_hz: int = 16_000, **sizes: Any
) -> Path:
    """A directory with a saved checkpoint and its manifest; faces and speech activity are the open pack's."""
    torch.manual_seed(5)
    model = AutoModelForAudioXVector.from_config(config(**{**SIZES, **sizes}))
    model.save_pretrained(place)
    features = Wav2Vec2FeatureExtractor(do_normalize=True, return_attention_mask=masks, sampling_rate=rate_hz)
    features.save_pretrained(place)
    write_manifest(place)
    return place


def write_manifest(place: Path) -> None:
    """State the files in the directory as they are now."""
    text = importlib.resources.files("embeddings").joinpath("manifests/open.toml").read_text(encoding="utf-8")
    head, *files = text.split("[[files]]")
    for fact, value in FACTS.items():
        head = re.sub(rf"(?m)^{fact} = .*$", f"{fact} = {value}", head)
    kept = [file for file in files if "voice_" not in file]
    own = [
        _file("voice_vectors", place / "model.safetensors", "rate_hz = 16000\n"),
        _file("voice_config", place / "config.json"),
        _file("voice_features", place / "preprocessor_config.json"),
    ]
    (place / "pack.toml").write_text("[[files]]".join([head, *own, *kept]), encoding="utf-8")


def change_json(path: Path, **facts: Any) -> None:
    """Change what a JSON file of the checkpoint says, and the manifest with it."""
    path.write_text(json.dumps({**json.loads(path.read_text()), **facts}))
    write_manifest(path.parent)


def _file(role: str, path: Path, facts: str = "") -> str:
    return f'\nrole = "{role}"\nname = "{path.name}"\nsha256 = "{file_sha256(path)}"\nlicence = "none"\n{facts}\n'
