"""A directory with a tiny Whisper and its manifest: the real architecture, random weights, a tokenizer of bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import GenerationConfig, WhisperConfig, WhisperFeatureExtractor, WhisperForConditionalGeneration

from embeddings.packs import file_sha256

LANGUAGES = ("az", "ru", "kk", "tr", "en")
FILES = {
    "weights": "model.safetensors",
    "config": "config.json",
    "features": "preprocessor_config.json",
    "generation": "generation_config.json",
    "tokenizer": "tokenizer.json",
}


def make_speech_model(place: Path, **changes: Any) -> Path:
    """``changes`` are facts of the manifest; None leaves one out."""
    place.mkdir(parents=True, exist_ok=True)
    tokenizer, special = _tokenizer()
    tokenizer.save(str(place / "tokenizer.json"))
    torch.manual_seed(7)
    config = WhisperConfig(
        vocab_size=tokenizer.get_vocab_size(),
        num_mel_bins=20,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        d_model=32,
        max_target_positions=64,
        decoder_start_token_id=special["<|startoftranscript|>"],
        eos_token_id=special["<|endoftext|>"],
        bos_token_id=special["<|endoftext|>"],
        pad_token_id=special["<|endoftext|>"],
    )
    model = WhisperForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        decoder_start_token_id=special["<|startoftranscript|>"],
        eos_token_id=special["<|endoftext|>"],
        pad_token_id=special["<|endoftext|>"],
        bos_token_id=special["<|endoftext|>"],
        no_timestamps_token_id=special["<|notimestamps|>"],
        is_multilingual=True,
        lang_to_id={f"<|{language}|>": special[f"<|{language}|>"] for language in LANGUAGES},
        task_to_id={"transcribe": special["<|transcribe|>"], "translate": special["<|translate|>"]},
        # Whatever the weights are, what is written down consists of letters
        suppress_tokens=[*range(33), *range(127, 256), *special.values()],
        max_length=64,
    )
    model.save_pretrained(place)
    WhisperFeatureExtractor(feature_size=20).save_pretrained(place)
    return write_speech_manifest(place, **changes)


def _tokenizer() -> tuple[Tokenizer, dict[str, int]]:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: number for number, letter in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    names = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{language}|>" for language in LANGUAGES)]
    names += ["<|translate|>", "<|transcribe|>", "<|notimestamps|>"]
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in names])
    vocabulary = tokenizer.get_vocab()
    return tokenizer, {name: vocabulary[name] for name in names}


def write_speech_manifest(place: Path, **changes: Any) -> Path:
    """``speech.toml`` of the files as they are."""
    facts: dict[str, Any] = {
        "name": "tiny",
        "version": "1",
        "family": "transformers_whisper",
        "languages": list(LANGUAGES),
        "max_speech_s": 60.0,
        "max_tokens": 8,
        "threads": 1,
        "validated_on": "not measured",
        **changes,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in facts.items() if value is not None]
    for role, name in FILES.items():
        stated = {"role": role, "name": name, "sha256": file_sha256(place / name), "licence": "for tests only"}
        lines += ["[[files]]", *(f"{key} = {json.dumps(value)}" for key, value in stated.items())]
    (place / "speech.toml").write_text("\n".join(lines) + "\n")
    return place
