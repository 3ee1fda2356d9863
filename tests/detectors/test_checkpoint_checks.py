"""A network that does not take what its manifest says, or answers in another form, is refused in one sentence."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.checkpoint_checks import check_answers, check_labels
from detectors.network_facts import NetworkManifest
from detectors.network_manifest import read_manifest
from embeddings.errors import PackInvalid
from tests.detectors.tiny_networks import make_image_checkpoint


@pytest.fixture
def manifest(tmp_path: Path) -> NetworkManifest:
    return read_manifest(make_image_checkpoint(tmp_path))


def answers(inputs: Any) -> NDArray[np.float32]:
    """Two logits for each."""
    return np.zeros((len(inputs), 2), dtype=np.float32)


def test_a_network_that_takes_and_answers_as_stated_passes(manifest: NetworkManifest) -> None:
    check_answers(answers, ["a", "b"], manifest, takes="such words")
    check_labels(manifest, SimpleNamespace(id2label={1: "fake", 0: "real"}))


@pytest.mark.parametrize("error", [ValueError, RuntimeError, IndexError, KeyError])
def test_what_it_does_not_take_is_named_with_what_to_correct(manifest: NetworkManifest, error: type[Exception]) -> None:
    def refuse(_: Any) -> NDArray[np.float32]:
        raise error("too long\nand more lines")

    with pytest.raises(PackInvalid, match=r"does not take such words \('?too long.*\); correct max_tokens"):
        check_answers(refuse, ["a", "b"], manifest, takes="such words", correct="max_tokens")


def test_answers_of_another_size_are_refused(manifest: NetworkManifest) -> None:
    with pytest.raises(PackInvalid, match="its network gives"):
        check_answers(lambda inputs: np.zeros((2, 5), dtype=np.float32), ["a", "b"], manifest, takes="such words")


def test_labels_in_another_order_are_refused(manifest: NetworkManifest) -> None:
    with pytest.raises(PackInvalid, match="its configuration has fake, real"):
        check_labels(manifest, SimpleNamespace(id2label={0: "fake", 1: "real"}))
