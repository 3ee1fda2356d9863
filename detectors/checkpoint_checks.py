"""Whether a checkpoint of transformers is what its manifest says, asked before anything rests on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.network_facts import Form, NetworkManifest
from detectors.network_outputs import check_outputs
from embeddings.errors import PackInvalid
from embeddings.transformers_checkpoint import REFUSALS


def check_answers(
    run: Callable[[Sequence[Any]], NDArray[np.floating]],
    ordinary: Sequence[Any],
    manifest: NetworkManifest,
    *,
    takes: str,
    correct: str = "it",
) -> None:
    """``PackInvalid`` unless the network takes these ordinary inputs (``takes`` says what they are) and answers in the form that
    its manifest states."""
    try:
        answers = run(ordinary)
    except (*REFUSALS, IndexError) as error:
        reason = str(error).partition("\n")[0][:160]
        raise PackInvalid(
            f"the network of {manifest.label} does not take {takes} ({reason}); correct {correct}"
        ) from error
    check_outputs(answers, manifest, count=len(ordinary))


def check_labels(manifest: NetworkManifest, config: Any) -> None:
    """``PackInvalid`` unless the manifest names the labels of the checkpoint, in its order, and takes its outputs as logits."""
    if manifest.output.form is not Form.LOGITS:
        raise PackInvalid(
            f"the manifest of {manifest.label} states {manifest.output.form}; classifiers of transformers give logits: correct it"
        )
    theirs = tuple(config.id2label[index] for index in sorted(config.id2label))
    if theirs != manifest.output.labels:
        raise PackInvalid(
            f"the manifest of {manifest.label} states the labels {', '.join(manifest.output.labels)}; its configuration has "
            f"{', '.join(map(str, theirs))}: correct it"
        )
