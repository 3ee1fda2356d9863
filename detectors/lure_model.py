"""The trained lure classifier: which of six kinds a short text is, with calibrated probabilities. NumPy alone.

Trained, calibrated and measured by ``python -m tests.train_lure`` on ``data/lure_corpus``.
"""

from __future__ import annotations

import functools
import hashlib
import io
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from detectors.lure_features import BUCKETS, Features
from detectors.validation import weight_left
from embeddings.errors import PackInvalid, PackMissing

WEIGHTS = "lure_weights.npz"
SPEAKS_FROM = 10.0
"""From this likelihood ratio on a text is called a lure: it is so many times more to be expected of a scam than of others."""

RATIO_BOUND = 100.0
"""No likelihood ratio is stated beyond it: the corpus has a few hundred independent patterns of each side."""

LABELS = ("honest_finance", "news", "other", "parody", "scam", "warning")


@dataclass(frozen=True, slots=True, eq=False)
class LureModel:
    """``weights`` are (``BUCKETS``, classes), ``bias`` is (classes,), both already divided by the temperature that calibrates."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float
    cllr: float
    """Bits, of scam against the rest, on texts whose pattern was left out of the training."""
    scam_share: float
    """Of the texts that it was trained on, in (0, 1)."""
    corpus_sha256: str
    """Of the corpus that it was trained on."""
    features_sha256: str
    """Of the word list and of what was seen in that corpus (``tests.lure_corpus``): the weights fit no other folding."""
    sha256: str
    """Of the weights file."""

    @property
    def weight(self) -> float:
        """See ``weight_left``."""
        return weight_left(self.cllr)

    def probabilities(self, features: Features) -> NDArray[np.float64]:
        """(classes,), in the order of ``LABELS``; they add up to one."""
        logits = features.values.astype(np.float64) @ self.weights[features.buckets] + self.bias
        risen = np.exp(logits - logits.max())
        shares: NDArray[np.float64] = risen / risen.sum()
        return shares

    def likelihood_ratio(self, share: float) -> float:
        """How many times more a text with this probability of ``scam`` is to be expected of a scam than of other texts."""
        odds = share / max(1.0 - share, 1e-12) * (1.0 - self.scam_share) / self.scam_share
        return float(min(max(odds, 1 / RATIO_BOUND), RATIO_BOUND))

    def contributions(self, features: Features, label: str) -> NDArray[np.float64]:
        """(n-grams that occur,): how much each speaks for ``label`` rather than for the mean of the other kinds."""
        column = LABELS.index(label)
        others = [number for number in range(len(LABELS)) if number != column]
        margin = self.weights[features.buckets].astype(np.float64)
        gain = features.values * (margin[:, column] - margin[:, others].mean(axis=1))
        places = np.searchsorted(features.buckets, features.occurring)
        counts = np.bincount(places, minlength=len(features.buckets))
        shares: NDArray[np.float64] = (gain / np.maximum(counts, 1))[places]
        return shares


def packed(model: LureModel) -> bytes:
    """The npz file of a model (its ``sha256`` is not part of it): the weights in steps of 1/127 of each class's largest."""
    step = np.abs(model.weights).max(axis=0) / 127
    with io.BytesIO() as out:
        np.savez_compressed(
            out,
            weights=np.rint(model.weights / step).astype(np.int8),
            step=step.astype(np.float32),
            bias=model.bias,
            temperature=np.float64(model.temperature),
            cllr=np.float64(model.cllr),
            scam_share=np.float64(model.scam_share),
            labels=np.array(LABELS),
            corpus_sha256=np.array(model.corpus_sha256),
            features_sha256=np.array(model.features_sha256),
        )
        return out.getvalue()


def unpacked(data: bytes) -> LureModel:
    """The model in an npz file. Raises ``ValueError`` for one that was trained with other kinds or features."""
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        if tuple(stored["labels"].tolist()) != LABELS or stored["weights"].shape != (BUCKETS, len(LABELS)):
            raise ValueError(
                f"the lure weights are for {stored['weights'].shape} weights of {stored['labels'].tolist()}, "
                f"this version expects {(BUCKETS, len(LABELS))} of {list(LABELS)}: run python -m tests.train_lure"
            )
        model = LureModel(
            weights=stored["weights"].astype(np.float32) * stored["step"],
            bias=stored["bias"].astype(np.float32),
            temperature=stored["temperature"].item(),
            cllr=stored["cllr"].item(),
            scam_share=stored["scam_share"].item(),
            corpus_sha256=str(stored["corpus_sha256"]),
            features_sha256=str(stored["features_sha256"]),
            sha256=hashlib.sha256(data).hexdigest(),
        )
    numbers = (model.weights, model.bias, [model.temperature, model.cllr, model.scam_share])
    if model.bias.shape != (len(LABELS),) or not all(np.all(np.isfinite(one)) for one in numbers):
        raise ValueError("the lure weights are not all finite, or there is not one bias for each kind")
    if not 0 < model.scam_share < 1:
        raise ValueError(f"the share of scams that they were trained on is {model.scam_share}, not between 0 and 1")
    return model


@functools.cache
def lure_model() -> LureModel:
    """The model that comes with Qalqan, read once per process."""
    return unpacked((files("detectors") / "data" / WEIGHTS).read_bytes())


def read_lure_model(path: Path) -> LureModel:
    """Weights of the operator's own. Raises ``PackMissing`` and ``PackInvalid``."""
    try:
        return unpacked(path.read_bytes())
    except FileNotFoundError as error:
        raise PackMissing(f"there are no lure weights {path}; correct [detectors] lure_weights") from error
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise PackInvalid(
            f"{path} holds no lure weights ({error}); make them with python -m tests.train_lure"
        ) from error
