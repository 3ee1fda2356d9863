"""The trained scores of ``face_blend``: logistic regressions over traces, one for films and one for single pictures. NumPy alone.

Trained and measured by ``python -m tests.train_face_blend``; what it measured lies beside the weights and is stated in findings.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.blend_traces import KINDS, Traces
from detectors.validation import ScoreCalibration

WEIGHTS = "face_blend.npz"
KINDS_OF_MEDIA = ("film", "picture")

FARTHEST = 3.0
"""A trace counts as no farther from the middle of genuine faces than so many times their spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured of one score on real swaps of targets that it had not learned from. Intervals are 95 %, of whole targets
    drawn again. ``transfer_auc``: learned from self-blended faces alone. ``cllr`` in bits, of cross-validated ratios."""

    targets: int
    swaps: int
    genuine: int
    auc: float
    auc_low: float
    auc_high: float
    eer: float
    false_at_90: float
    cllr: float
    transfer_auc: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BlendScore:
    """``names`` of the traces; ``centre``, ``spread`` and ``weights`` are (len(names),). ``usual`` holds, for the traces that are
    put in words, between which values the middle half of genuine faces lies. Without ``calibration`` a score weighs nothing."""

    names: tuple[str, ...]
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float
    measured: Measured
    calibration: ScoreCalibration | None
    usual: Mapping[str, tuple[float, float]]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of traces (``KINDS``) that it takes."""
        return frozenset(name.split(".", 1)[0] for name in self.names)

    def parts(self, traces: Traces) -> NDArray[np.float64]:
        """(len(names),) what each trace adds to the score; what was not in the picture adds nothing."""
        values = np.array([traces.get(name, np.nan) for name in self.names])
        away = np.nan_to_num((values - self.centre) / self.spread, nan=0.0)
        added: NDArray[np.float64] = np.clip(away, -FARTHEST, FARTHEST) * self.weights
        return added

    def score(self, traces: Traces) -> float:
        """Log-odds that the face was altered, genuine and altered faces being equally many."""
        return float(self.parts(traces).sum() + self.bias)

    def contributions(self, traces: Traces) -> dict[str, float]:
        """What each kind of trace (``KINDS``) adds to the score."""
        parts = self.parts(traces)
        kinds = np.array([name.split(".", 1)[0] for name in self.names])
        return {kind: float(parts[kinds == kind].sum()) for kind in KINDS if kind in self.kinds}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BlendModel:
    """``sha256`` is of the weights file."""

    film: BlendScore
    picture: BlendScore
    sha256: str


def packed(scores: Mapping[str, BlendScore]) -> bytes:
    """The npz file of a score for each of ``KINDS_OF_MEDIA``."""
    facts = {
        name: {
            "names": one.names,
            "bias": one.bias,
            "measured": asdict(one.measured),
            "calibration": None if one.calibration is None else asdict(one.calibration),
            "usual": dict(one.usual),
        }
        for name, one in scores.items()
    }
    arrays: dict[str, Any] = {
        f"{name}_{what}": np.asarray(getattr(one, what), dtype=np.float32)
        for name, one in scores.items()
        for what in ("centre", "spread", "weights")
    }
    with io.BytesIO() as out:
        np.savez_compressed(out, facts=np.array(json.dumps(facts)), **arrays)
        return out.getvalue()


def unpacked(data: bytes) -> BlendModel:
    """The scores in an npz file. Raises ``ValueError`` for one that lacks a kind of media."""
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        facts = json.loads(str(stored["facts"]))
        if set(facts) != set(KINDS_OF_MEDIA):
            raise ValueError(f"the weights are for {sorted(facts)}, not {KINDS_OF_MEDIA}: run tests.train_face_blend")
        scores = {
            name: BlendScore(
                names=tuple(fact["names"]),
                centre=stored[f"{name}_centre"].astype(np.float64),
                spread=stored[f"{name}_spread"].astype(np.float64),
                weights=stored[f"{name}_weights"].astype(np.float64),
                bias=float(fact["bias"]),
                measured=Measured(**fact["measured"]),
                calibration=None if fact["calibration"] is None else ScoreCalibration(**fact["calibration"]),
                usual={trace: (low, high) for trace, (low, high) in fact["usual"].items()},
            )
            for name, fact in facts.items()
        }
    return BlendModel(film=scores["film"], picture=scores["picture"], sha256=hashlib.sha256(data).hexdigest())


@functools.cache
def blend_model() -> BlendModel:
    """The model that comes with Qalqan, read once per process."""
    return unpacked((files("detectors") / "data" / WEIGHTS).read_bytes())
