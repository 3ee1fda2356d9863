"""A checkpoint is opened from its verified files and nothing else; otherwise one sentence says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForImageClassification, ViTConfig

from embeddings.errors import PackInvalid
from embeddings.transformers_checkpoint import CONFIG, WEIGHTS, only, open_checkpoint


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    torch.manual_seed(1)
    config = ViTConfig(
        hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, image_size=16, patch_size=8
    )
    AutoModelForImageClassification.from_config(config).save_pretrained(tmp_path)
    (tmp_path / "weights").write_bytes((tmp_path / WEIGHTS).read_bytes())
    (tmp_path / WEIGHTS).unlink()
    return {WEIGHTS: tmp_path / "weights", CONFIG: tmp_path / CONFIG}


def test_files_are_found_whatever_they_are_called_and_nothing_else_is(files: dict[str, Path]) -> None:
    (files[CONFIG].parent / "generation_config.json").write_text("{")
    with only(files) as folder:
        assert sorted(path.name for path in Path(folder).iterdir()) == [CONFIG, WEIGHTS]
    assert not Path(folder).exists()
    network, features = open_checkpoint(files, network=AutoModelForImageClassification, what="it", threads=2)
    assert features is None
    assert not network.training
    assert torch.get_num_threads() == 2
    assert network(torch.zeros(1, 3, 16, 16)).logits.shape == (1, 2)


def test_weights_of_another_network_are_refused(files: dict[str, Path]) -> None:
    weights = load_file(files[WEIGHTS])
    weights.pop("classifier.bias")
    save_file(weights, files[WEIGHTS], metadata={"format": "pt"})
    with pytest.raises(PackInvalid, match=r"1 layers differ, such as classifier\.bias"):
        open_checkpoint(files, network=AutoModelForImageClassification, what="it", threads=1)


def test_pickled_weights_are_never_read(files: dict[str, Path]) -> None:
    torch.save({}, files[WEIGHTS])
    with pytest.raises(PackInvalid, match="cannot load the eyes of it@1"):
        open_checkpoint(files, network=AutoModelForImageClassification, what="the eyes of it@1", threads=1)
