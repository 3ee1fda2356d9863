"""What the outputs of a network say: the log-odds that something was altered, per picture or window and of all together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_expit, logit, logsumexp

from detectors.network_facts import Form, NetworkManifest, Output, Pooling
from embeddings.errors import PackInvalid

Numbers = NDArray[np.float64]

SURE = 30.0
"""Log-odds are kept within this either way: a probability that is written as 1 would be infinite."""

ADDS_UP = 1e-3


def log_odds(outputs: NDArray[np.floating], output: Output) -> Numbers:
    """(n, labels), or (n, 1) or (n,) for the forms of one number → natural log-odds (n,) of the altered labels; NaN where the
    network gave no number."""
    values = np.asarray(outputs, dtype=np.float64)
    if output.form in (Form.LOGIT, Form.PROBABILITY):
        values = values.reshape(-1)
        free = values if output.form is Form.LOGIT else logit(np.clip(values, 0.0, 1.0))
    else:
        altered = np.array([label in output.altered for label in output.labels])
        if output.form is Form.PROBABILITIES:
            with np.errstate(divide="ignore"):
                values = np.log(np.clip(values, np.exp(-2 * SURE), None))
        free = logsumexp(values[:, altered], axis=1) - logsumexp(values[:, ~altered], axis=1)
    bounded: Numbers = np.clip(free, -SURE, SURE)
    return bounded


def pooled(scores: Numbers, output: Output) -> float:
    """One score for an appearance."""
    return float(np.median(scores) if output.pooling is Pooling.MEDIAN else np.mean(scores))


def share(score: float) -> float:
    """The probability in [0, 1] that has these log-odds."""
    return float(np.exp(log_expit(score)))


def check_outputs(outputs: NDArray[np.floating], manifest: NetworkManifest, *, count: int) -> None:
    """``PackInvalid`` unless what a network gave for ``count`` inputs is of the form and size that its manifest states."""
    output = manifest.output
    one = output.form in (Form.LOGIT, Form.PROBABILITY)
    shapes = [(count,), (count, 1)] if one else [(count, len(output.labels))]
    wrong = None
    if outputs.shape not in shapes:
        wrong = (
            f"states {output.form} of {len(output.labels)} labels; for {count} inputs its network gives {outputs.shape}"
        )
    elif not np.all(np.isfinite(outputs)):
        wrong = "is of a network that gives no numbers for an ordinary input"
    elif output.form in (Form.PROBABILITY, Form.PROBABILITIES) and (outputs.min() < 0 or outputs.max() > 1):
        wrong = f"states {output.form}; its network gives {outputs.min():.3g} to {outputs.max():.3g}"
    elif output.form is Form.PROBABILITIES and np.abs(outputs.sum(axis=1) - 1).max() > ADDS_UP:
        wrong = "states probabilities; those of its network do not add up to 1"
    if wrong is not None:
        raise PackInvalid(f"the manifest of {manifest.label} {wrong}; correct it")
