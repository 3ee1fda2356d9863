"""Opening checkpoints of Hugging Face transformers: local, weights as safetensors only, nothing read but what was verified."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers.utils import logging as transformers_logging

from embeddings.errors import PackInvalid

WEIGHTS, CONFIG, FEATURES = "model.safetensors", "config.json", "preprocessor_config.json"
"""Under these names transformers looks for the files."""

REFUSALS = (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError)
"""What transformers raises for files that it cannot load."""


@contextmanager
def only(files: Mapping[str, Path]) -> Iterator[str]:
    """A folder in which nothing lies but these verified files, under the names given; gone after the block."""
    with tempfile.TemporaryDirectory(prefix="qalqan-pack-") as folder:
        for name, path in files.items():
            (Path(folder) / name).symlink_to(path.resolve())
        yield folder


def open_checkpoint(
    files: Mapping[str, Path], *, network: type[Any], features: type[Any] | None = None, what: str, threads: int
) -> tuple[Any, Any]:
    """(network, feature extractor or None) of the verified ``files``, by the names under which transformers looks for them.

    ``network`` and ``features`` are classes such as ``AutoModelForAudioClassification`` and ``AutoFeatureExtractor``; ``what``
    is said in errors ("the voices of open@1"). PyTorch may use ``threads`` from then on. Raises ``PackInvalid``.
    """
    torch.set_num_threads(threads)
    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()  # what is wrong is said below, in one sentence
    with only(files) as folder:
        local = {"local_files_only": True, "trust_remote_code": False}
        try:
            extractor = None if features is None else features.from_pretrained(folder, **local)
            model, report = network.from_pretrained(
                folder, **local, use_safetensors=True, output_loading_info=True, dtype=torch.float32
            )
        except REFUSALS as error:
            reason = str(error).partition("\n")[0][:160]
            raise PackInvalid(f"transformers cannot load {what} ({reason}); correct its files") from error
    amiss = sorted({*report["missing_keys"], *report["unexpected_keys"], *map(str, report["mismatched_keys"])})
    if amiss:
        raise PackInvalid(
            f"{files[WEIGHTS]} is not the network that its configuration describes ({len(amiss)} layers differ, such as "
            f"{amiss[0]}); use the weights and configuration of one checkpoint"
        )
    return model.eval(), extractor
