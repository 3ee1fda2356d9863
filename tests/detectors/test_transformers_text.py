"""Text networks of transformers: tiny real checkpoints, loaded, asked, and refused where two files disagree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from detectors.networks import load_networks, load_text_networks
from embeddings.errors import PackInvalid
from tests.detectors.subjects import subject
from tests.detectors.tiny_networks import TEXT_TOKENS, make_inference_checkpoint, make_text_checkpoint
from tests.factories import make_ad

BODY = "earn five hundred manat a day"


def asked(place: Path, body: str = BODY) -> float:
    """What the network in ``place`` answers about an ad that says nothing but ``body``."""
    (network,) = load_text_networks([place])
    (found,) = network.examine(subject(make_ad(title=None, body=body, cta_text=None)))
    assert found.measurement is not None
    return found.measurement


def own_logits(place: Path, *texts: str) -> torch.Tensor:
    """The checkpoint as transformers loads it."""
    model = AutoModelForSequenceClassification.from_pretrained(place).eval()
    tokens = AutoTokenizer.from_pretrained(place)(
        *texts, truncation="only_first", max_length=TEXT_TOKENS, return_tensors="pt"
    )
    with torch.no_grad():
        (logits,) = model(**tokens).logits
    return torch.as_tensor(logits)


def test_a_classifier_answers_as_the_checkpoint_does(tmp_path: Path) -> None:
    ordinary, lure = own_logits(make_text_checkpoint(tmp_path), BODY)
    assert asked(tmp_path) == pytest.approx(float(lure - ordinary), abs=1e-4)


def test_zero_shot_compares_how_surely_each_sentence_is_entailed(tmp_path: Path) -> None:
    make_inference_checkpoint(tmp_path)
    lure = own_logits(tmp_path, BODY, "this text promises profit")[2]
    ordinary = own_logits(tmp_path, BODY, "this text sells goods")[2]
    assert abs(float(lure - ordinary)) > 1e-3
    assert asked(tmp_path) == pytest.approx(float(lure - ordinary), abs=1e-4)


def test_a_long_text_is_read_in_windows_and_the_sentence_is_not_cut(tmp_path: Path) -> None:
    make_inference_checkpoint(tmp_path)
    pieces = ["goods for everybody who reads this ", "and " * 9, "earn five hundred manat a day today"]
    read = [
        own_logits(tmp_path, piece, "this text promises profit")[2]
        - own_logits(tmp_path, piece, "this text sells goods")[2]
        for piece in pieces
    ]
    assert asked(tmp_path, "".join(pieces)) == pytest.approx(float(max(read)), abs=1e-4)


@pytest.mark.parametrize("text", ["money " * 90, "moneymoney" * 50, "a", " ", "п" * 300])
def test_windows_leave_nothing_out_and_fit(tmp_path: Path, text: str) -> None:
    (network,) = load_text_networks([make_text_checkpoint(tmp_path)])
    windows = network._run.windows(text)
    assert "".join(text[start:end] for start, end in windows) == text
    assert all(0 < end - start <= TEXT_TOKENS - 2 for start, end in windows)


def test_sentences_that_leave_no_room_for_a_text_are_refused(tmp_path: Path) -> None:
    long = {"lure": "this text promises profit to everybody who reads it today", "ordinary": "this text sells goods"}
    with pytest.raises(PackInvalid, match="leave 4 of 64 tokens for a text"):
        load_text_networks([make_inference_checkpoint(tmp_path, **{"text.hypotheses": long})])


def test_batches_change_nothing(tmp_path: Path) -> None:
    body = " ".join(
        f"sentence {'abcdefghij'[number]} about money and goods for everybody who reads." for number in range(10)
    )
    body = "\n".join([body] * 4)
    alone = asked(make_inference_checkpoint(tmp_path, cost={"batch": 1}), body)
    assert asked(make_inference_checkpoint(tmp_path, cost={"batch": 8}), body) == pytest.approx(alone, abs=1e-4)


def test_media_and_texts_are_kept_apart(tmp_path: Path) -> None:
    assert load_networks([make_text_checkpoint(tmp_path)]) == []


@pytest.mark.parametrize(
    ("make", "sections", "fault"),
    [
        (
            make_inference_checkpoint,
            {"text": {"entailment": "yes"}},
            "labels of its network are contradiction, neutral",
        ),
        (
            make_inference_checkpoint,
            {"output": {"labels": ["ordinary", "lure"]}},
            "for other labels, or in another order",
        ),
        (make_inference_checkpoint, {"text.hypotheses": {"lure": " "}}, "a sentence of .* empty"),
        (make_text_checkpoint, {"text": {"max_tokens": 500}}, "does not take texts of 500 tokens"),
        (make_text_checkpoint, {"text": {"max_tokens": 2}}, "states max_tokens = 2; 8 to"),
        (make_text_checkpoint, {"text": None}, "states none or several of"),
        (make_text_checkpoint, {"output": {"labels": ["a", "lure"]}}, "its configuration has ordinary, lure"),
        (make_text_checkpoint, {"output": {"means": "altered"}}, '"lure" goes with'),
    ],
)
def test_a_manifest_that_the_checkpoint_contradicts(
    tmp_path: Path, make: Callable[..., Path], sections: dict[str, Any], fault: str
) -> None:
    stated = {"output": {"labels": ["lure", "ordinary"] if make is make_inference_checkpoint else ["ordinary", "lure"]}}
    merged = {"altered": ["lure"], "means": "lure", **stated["output"], **sections.get("output", {})}
    with pytest.raises(PackInvalid, match=fault):
        load_text_networks([make(tmp_path, **{**sections, "output": merged})])


def test_a_tokenizer_that_is_none(tmp_path: Path) -> None:
    from tests.detectors.tiny_networks import TEXT_FILES, write_manifest

    make_text_checkpoint(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    output = {"labels": ["ordinary", "lure"], "altered": ["lure"], "means": "lure"}
    write_manifest(tmp_path, "transformers_text", TEXT_FILES, {"text": {"max_tokens": TEXT_TOKENS}}, {"output": output})
    with pytest.raises(PackInvalid, match="cannot load the network"):
        load_text_networks([tmp_path])
