"""Any text classifier of Hugging Face transformers (XLM-R, DeBERTa, BERT …), or one for natural language inference asked
zero-shot: safetensors and a fast tokenizer, from a local directory.

Zero-shot (Yin, Hay, Roth 2019): for each label of the manifest the network says how surely the text entails the sentence that
stands for it; the logits of "entailment" are compared across the labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from detectors.network_facts import NetworkManifest
from detectors.network_outputs import check_outputs
from detectors.text_network import TextClassifier
from detectors.transformers_image import check_labels
from embeddings.errors import PackInvalid
from embeddings.transformers_checkpoint import CONFIG, REFUSALS, WEIGHTS, open_checkpoint

TOKENIZER, TOKENIZER_CONFIG = "tokenizer.json", "tokenizer_config.json"


def load(manifest: NetworkManifest, files: Mapping[str, Path]) -> TextClassifier:
    """The network in the verified files; ``PackInvalid`` if it is not what the manifest says."""
    asked = manifest.text
    if asked is None:
        raise PackInvalid(f"the manifest of {manifest.label} states no [text]; correct it")
    model, tokenizer = open_checkpoint(
        {
            WEIGHTS: files["weights"],
            CONFIG: files["config"],
            TOKENIZER: files["tokenizer"],
            TOKENIZER_CONFIG: files["tokenizer_config"],
        },
        network=AutoModelForSequenceClassification,
        features=AutoTokenizer,
        what=f"the network of {manifest.label}",
        threads=manifest.cost.threads,
    )
    hypotheses = tuple(asked.hypotheses.values())
    entailed = _entailed(manifest, model.config) if hypotheses else 0
    if not hypotheses:
        check_labels(manifest, model.config)

    def logits(texts: Sequence[str], pairs: Sequence[str] | None) -> NDArray[np.float32]:
        # The sentence that is asked about is never cut; a text that does not fit is
        tokens = tokenizer(
            list(texts),
            None if pairs is None else list(pairs),
            truncation=True if pairs is None else "only_first",
            max_length=asked.max_tokens,
            padding=True,
            return_tensors="pt",
        )
        with torch.inference_mode():
            answers: NDArray[np.float32] = model(**tokens).logits.numpy()
        return answers

    def run(texts: Sequence[str]) -> NDArray[np.float32]:
        if not hypotheses:
            return logits(texts, None)
        left = [text for text in texts for _ in hypotheses]
        return logits(left, hypotheses * len(texts))[:, entailed].reshape(len(texts), len(hypotheses))

    try:
        answers = run(["a word", "many words " * asked.max_tokens])
    except (*REFUSALS, IndexError) as error:
        reason = str(error).partition("\n")[0][:160]
        raise PackInvalid(
            f"the network of {manifest.label} does not take texts of {asked.max_tokens} tokens ({reason}); correct max_tokens"
        ) from error
    check_outputs(answers, manifest, count=2)
    return run


def _entailed(manifest: NetworkManifest, config: object) -> int:
    """Which of the checkpoint's outputs says that a text entails a sentence."""
    labels = {str(label): int(index) for index, label in getattr(config, "id2label", {}).items()}
    answer = "" if manifest.text is None else manifest.text.entailment
    if answer not in labels:
        raise PackInvalid(
            f"the manifest of {manifest.label} calls the answer {answer!r}; the labels of its network are "
            f"{', '.join(labels)}: correct entailment, or leave the hypotheses out"
        )
    return labels[answer]
