"""Directories with tiny networks and their manifests: real architectures, random weights; ONNX files whose answer is known."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    AutoModelForAudioClassification,
    AutoModelForImageClassification,
    AutoModelForSequenceClassification,
    BertConfig,
    PreTrainedTokenizerFast,
    ViTConfig,
    Wav2Vec2Config,
    Wav2Vec2FeatureExtractor,
)

from embeddings.packs import file_sha256

SIDE_PX = 32
WINDOW_S = 1.0
Facts = dict[str, Any]

PICTURES: Facts = {
    "shown": "face_aligned",
    "width_px": SIDE_PX,
    "height_px": SIDE_PX,
    "channels": "rgb",
    "layout": "nchw",
    "interpolation": "bilinear",
    "scale": 255,
    "mean": [0.5, 0.5, 0.5],
    "std": [0.5, 0.5, 0.5],
}
SOUND: Facts = {"rate_hz": 16_000, "window_s": WINDOW_S, "step_s": 0.5, "short": "refuse"}
OUTPUT: Facts = {"form": "logits", "labels": ["real", "fake"], "altered": ["fake"], "means": "altered"}
VALIDATED: Facts = {
    "data_set": "pictures drawn for a test",
    "codec": "H.264",
    "bitrate": "not measured",
    "language": "none",
    "face_size": "from 40 px",
}
CALIBRATION: Facts = {
    "source": "pictures drawn for a test",
    "slope": 2.0,
    "intercept": 0.5,
    "log10_lr_low": -2.0,
    "log10_lr_high": 2.0,
    "cllr": 0.25,
}


def make_onnx_pictures(place: Path, *, gain: float = 10.0, batch: int | str = "n", **sections: Any) -> Path:
    """Shown pictures of mean value m (as prepared), its log-odds of ``fake`` are ``gain`` · m."""
    draw_mean(place / "network.onnx", [batch, 3, SIDE_PX, SIDE_PX], gain=gain, absolute=False)
    return write_manifest(place, "onnx_network", {"weights": "network.onnx"}, {"pictures": PICTURES}, sections)


def make_onnx_sound(place: Path, *, gain: float = 10.0, **sections: Any) -> Path:
    """Given windows of mean magnitude m, its log-odds of ``fake`` are ``gain`` · m."""
    draw_mean(place / "network.onnx", ["n", round(WINDOW_S * 16_000)], gain=gain, absolute=True)
    return write_manifest(place, "onnx_network", {"weights": "network.onnx"}, {"sound": SOUND}, sections)


def make_image_checkpoint(place: Path, **sections: Any) -> Path:
    """A Vision Transformer of one layer."""
    torch.manual_seed(3)
    config = ViTConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        image_size=SIDE_PX,
        patch_size=8,
        id2label={0: "real", 1: "fake"},
    )
    AutoModelForImageClassification.from_config(config).save_pretrained(place)
    said = {
        "image_processor_type": "ViTImageProcessor",
        "size": {"height": SIDE_PX, "width": SIDE_PX},
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "rescale_factor": 1 / 255,
        "resample": 2,
    }
    (place / "preprocessor_config.json").write_text(json.dumps(said))
    return write_manifest(place, "transformers_image", CHECKPOINT, {"pictures": PICTURES}, sections)


def make_audio_checkpoint(place: Path, **sections: Any) -> Path:
    """A Wav2Vec2 of one layer."""
    torch.manual_seed(4)
    config = Wav2Vec2Config(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        conv_dim=(8,) * 7,
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2,
        classifier_proj_size=8,
        feat_extract_norm="layer",
        do_stable_layer_norm=True,
        id2label={0: "real", 1: "fake"},
    )
    AutoModelForAudioClassification.from_config(config).save_pretrained(place)
    Wav2Vec2FeatureExtractor(do_normalize=True, return_attention_mask=True).save_pretrained(place)
    return write_manifest(place, "transformers_audio", CHECKPOINT, {"sound": SOUND}, sections)


def make_text_checkpoint(place: Path, **sections: Any) -> Path:
    """A BERT of one layer that classifies texts, with a tokenizer that knows letters."""
    base = {"text": {"max_tokens": TEXT_TOKENS}}
    _write_bert(place, ["ordinary", "lure"])
    output = {"labels": ["ordinary", "lure"], "altered": ["lure"], "means": "lure"}
    return write_manifest(place, "transformers_text", TEXT_FILES, base, {"output": output, **sections})


def make_inference_checkpoint(place: Path, **sections: Any) -> Path:
    """The same for natural language inference, asked about two sentences (zero-shot)."""
    _write_bert(place, ["contradiction", "neutral", "entailment"])
    hypotheses = {"lure": "this text promises profit", "ordinary": "this text sells goods"}
    output = {"labels": list(hypotheses), "altered": ["lure"], "means": "lure"}
    base: dict[str, Facts] = {"text": {"max_tokens": TEXT_TOKENS}, "text.hypotheses": dict(hypotheses)}
    return write_manifest(place, "transformers_text", TEXT_FILES, base, {"output": output, **sections})


def _write_bert(place: Path, labels: Sequence[str]) -> None:
    torch.manual_seed(5)
    letters = {sign: number for number, sign in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *TEXT_LETTERS])}
    tokenizer = Tokenizer(models.WordLevel(letters, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    ends = [("[CLS]", 2), ("[SEP]", 3)]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
    )
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(place)
    config = BertConfig(
        vocab_size=len(letters),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=TEXT_TOKENS,
        initializer_range=1.0,
        id2label=dict(enumerate(labels)),
    )
    AutoModelForSequenceClassification.from_config(config).save_pretrained(place)


TEXT_TOKENS = 64
TEXT_LETTERS = "abcdefghijklmnopqrstuvwxyz "
TEXT_FILES = {
    "weights": "model.safetensors",
    "config": "config.json",
    "tokenizer": "tokenizer.json",
    "tokenizer_config": "tokenizer_config.json",
}
CHECKPOINT = {"weights": "model.safetensors", "config": "config.json", "features": "preprocessor_config.json"}


def draw_mean(path: Path, shape: list[int | str], *, gain: float, absolute: bool) -> None:
    """An ONNX file with the logits (0, gain · mean of the input or of its magnitude)."""
    axes = list(range(1, len(shape)))
    nodes = [
        helper.make_node("Abs" if absolute else "Identity", ["input"], ["values"]),
        helper.make_node("ReduceMean", ["values"], ["mean"], axes=axes, keepdims=1),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("MatMul", ["flat", "gains"], ["logits"]),
    ]
    gains: NDArray[np.float32] = np.array([[0.0, gain]], dtype=np.float32)
    graph = helper.make_graph(
        nodes,
        "mean",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [shape[0], 2])],
        [numpy_helper.from_array(gains, "gains")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), str(path))


def write_manifest(
    place: Path, family: str, files: Mapping[str, str], base: Mapping[str, Facts], sections: Mapping[str, Any]
) -> Path:
    """``detector.toml`` of the files as they are; ``sections`` change facts of a section, or with None leave it out."""
    facts: Facts = {"name": "tiny", "version": "1", "family": family}
    tables: dict[str, Facts] = {**{name: dict(section) for name, section in base.items()}, "output": dict(OUTPUT)}
    tables["validated"] = dict(VALIDATED)
    for name, change in sections.items():
        if change is None:
            tables.pop(name, None)
        elif isinstance(change, dict):
            tables[name] = {**tables.get(name, {}), **change}
        else:
            facts[name] = change
    lines = [f"{name} = {json.dumps(value)}" for name, value in facts.items()]
    for role, name in files.items():
        stated = {"role": role, "name": name, "sha256": file_sha256(place / name), "licence": "for tests only"}
        lines += ["[[files]]", *(f"{key} = {json.dumps(value)}" for key, value in stated.items())]
    for name, table in tables.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items() if value is not None)]
    (place / "detector.toml").write_text("\n".join(lines) + "\n")
    return place


def change_manifest(place: Path, was: str, becomes: str) -> Path:
    """Change one fact in words."""
    text = (place / "detector.toml").read_text()
    if was not in text:
        raise LookupError(was)
    (place / "detector.toml").write_text(text.replace(was, becomes, 1))
    return place


def frames_of(make: Callable[..., Path]) -> Callable[[Path], Path]:
    """The same network, shown whole frames."""
    return lambda place: make(place, pictures={"shown": "frame"})


TINY_NETWORKS: Mapping[str, Sequence[Callable[[Path], Path]]] = {
    "transformers_image": (make_image_checkpoint, frames_of(make_image_checkpoint)),
    "transformers_audio": (make_audio_checkpoint,),
    "onnx_network": (make_onnx_pictures, frames_of(make_onnx_pictures), make_onnx_sound),
}
"""Family → what makes a directory with a network of it, one for each thing that it can be shown."""

TINY_TEXT_NETWORKS: Mapping[str, Sequence[Callable[[Path], Path]]] = {
    "transformers_text": (make_text_checkpoint, make_inference_checkpoint),
}
"""The same for networks that read texts."""
