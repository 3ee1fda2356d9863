"""Any text classifier of Hugging Face transformers (XLM-R, DeBERTa, BERT …), or one for natural language inference asked
zero-shot: safetensors and a fast tokenizer, from a local directory.

Zero-shot (Yin, Hay, Roth 2019): for each label of the manifest the network says how surely the text entails the sentence that
stands for it; the logits of "entailment" are compared across the labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from detectors.checkpoint_checks import check_answers, check_labels
from detectors.network_facts import NetworkManifest, TextInput
from detectors.text_network import TextClassifier
from embeddings.errors import PackInvalid
from embeddings.transformers_checkpoint import CONFIG, WEIGHTS, open_checkpoint

LEAST_ROOM = 8
"""Tokens of a text that have to fit beside a sentence."""

LETTERS_AHEAD = 8
"""So many letters are looked at for each token that fits: to read all the rest for every piece would take quadratic time."""

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
    classifier = _Classifier(model, tokenizer, manifest, asked)
    if not asked.hypotheses:
        check_labels(manifest, model.config)
    check_answers(
        classifier,
        ["a word", "many words " * asked.max_tokens],
        manifest,
        takes=f"texts of {asked.max_tokens} tokens",
        correct="max_tokens",
    )
    if classifier.room < LEAST_ROOM:
        raise PackInvalid(
            f"the sentences of {manifest.label} leave {max(classifier.room, 0)} of {asked.max_tokens} tokens for a text; "
            "shorten them, or correct max_tokens"
        )
    return classifier


class _Classifier:
    """A network with its tokenizer. ``room`` tokens of a text fit beside the longest sentence that it is asked about."""

    def __init__(self, model: Any, tokenizer: Any, manifest: NetworkManifest, asked: TextInput) -> None:
        self._model, self._tokenizer = model, tokenizer
        self._most = asked.max_tokens
        self._hypotheses = tuple(asked.hypotheses.values())
        self._entailed = _entailed(manifest, model.config) if self._hypotheses else 0
        longest = max((self._count(sentence) for sentence in self._hypotheses), default=0)
        self.room = self._most - tokenizer.num_special_tokens_to_add(pair=bool(self._hypotheses)) - longest

    def windows(self, text: str) -> list[tuple[int, int]]:
        """Pieces that fit, cut between words where there is a space in their second half."""
        found, start, ahead = [], 0, self.room * LETTERS_AHEAD
        while start < len(text):
            offsets = self._offsets(text[start : start + ahead])
            if len(offsets) <= self.room and start + ahead < len(text):
                ahead *= 2  # the tokens are long here
                continue
            end = len(text) if len(offsets) <= self.room else start + max(1, offsets[self.room][0])
            if end < len(text):
                space = text.rfind(" ", start + (end - start) // 2, end)
                end = space + 1 if space >= 0 else end
                # Letters that were one token with what follows may be several without
                while end > start + 1 and self._count(text[start:end]) > self.room:
                    end -= max(1, (end - start) // 8)
            found.append((start, end))
            start = end
        return found

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not self._hypotheses:
            return self._logits(texts, None)
        left = [text for text in texts for _ in self._hypotheses]
        answers = self._logits(left, self._hypotheses * len(texts))
        return answers[:, self._entailed].reshape(len(texts), len(self._hypotheses))

    def _logits(self, texts: Sequence[str], pairs: Sequence[str] | None) -> NDArray[np.float32]:
        # The sentence that is asked about is never cut; a text that does not fit is, see ``windows``
        tokens = self._tokenizer(
            list(texts),
            None if pairs is None else list(pairs),
            truncation=True if pairs is None else "only_first",
            max_length=self._most,
            padding=True,
            return_tensors="pt",
        )
        with torch.inference_mode():
            answers: NDArray[np.float32] = self._model(**tokens).logits.numpy()
        return answers

    def _count(self, text: str) -> int:
        return len(self._offsets(text))

    def _offsets(self, text: str) -> list[tuple[int, int]]:
        asked = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        return list(asked["offset_mapping"])


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
