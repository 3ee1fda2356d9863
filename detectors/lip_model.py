"""What an agreement of mouth and sound weighs, as it was measured: written by ``python -m tests.train_lip_sync``."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.lip_features import NAMES, POINT_NAMES
from detectors.validation import ScoreCalibration

DATA, POINTS_DATA = "lip_sync.toml", "lip_sync_points.toml"
"""Of mouths that are measured on the picture alone, and of those whose lips are marked too: their curves and scores differ."""

FARTHEST = 3.0
"""A feature counts as no farther from the middle of genuine windows than so many times their spread."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LipClassifier:
    """A logistic regression over the ``lip_features`` that ``names`` says: ``centre``, ``spread`` and ``weights`` are
    (len(names),). ``calibration`` holds the Cllr of people that neither it nor the regression had learned from."""

    names: tuple[str, ...]
    centre: Numbers
    spread: Numbers
    weights: Numbers
    bias: float
    calibration: ScoreCalibration

    def parts(self, features: Numbers) -> Numbers:
        """(len(names),) what each feature adds to the score; what was not heard adds nothing."""
        away = np.nan_to_num((features - self.centre) / self.spread, nan=0.0)
        added: Numbers = np.clip(away, -FARTHEST, FARTHEST) * self.weights
        return added

    def likelihood_ratio(self, features: Numbers) -> float:
        """How many times more such a mouth is to be expected where it did not make the sound than where it did."""
        return self.calibration.likelihood_ratio(float(self.parts(features).sum() + self.bias))


@dataclass(frozen=True, slots=True, kw_only=True)
class LipModel:
    """``calibration`` turns the score (minus the deviations of ``lip_agreement``) into a likelihood ratio for "this mouth did not
    make this sound". ``auc`` with ``auc_low`` and ``auc_high`` (95 %) was measured on people that the calibration had not seen.
    ``weight`` in [0, 1] is 0 where that was not well above chance. ``classifier`` answers the same question from more features;
    None where it could not be fitted."""

    calibration: ScoreCalibration
    classifier: LipClassifier | None
    weight: float
    people: int
    auc: float
    auc_low: float
    auc_high: float
    sha256: str


def read_lip_model(text: str) -> LipModel:
    """The model in a TOML file. Raises ``ValueError`` for anything else."""
    try:
        row = tomllib.loads(text)
        return LipModel(
            calibration=_calibration(row),
            classifier=_classifier(row["classifier"]) if "classifier" in row else None,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            **{name: row[name] for name in ("weight", "people", "auc", "auc_low", "auc_high")},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"the lip-sync calibration is damaged ({error}): run python -m tests.train_lip_sync"
        ) from error


def _calibration(row: dict[str, Any]) -> ScoreCalibration:
    return ScoreCalibration(**{field.name: row[field.name] for field in fields(ScoreCalibration)})


def _classifier(row: dict[str, Any]) -> LipClassifier:
    names = tuple(row["names"])
    if names not in (NAMES, POINT_NAMES):
        raise ValueError(f"its features are {row['names']}, not {NAMES} or {POINT_NAMES}")
    centre, spread, weights = (np.array(row[name], dtype=np.float64) for name in ("centre", "spread", "weights"))
    if {len(centre), len(spread), len(weights)} != {len(names)}:
        raise ValueError("it has not as many numbers as features")
    return LipClassifier(
        names=names,
        centre=centre,
        spread=spread,
        weights=weights,
        bias=float(row["bias"]),
        calibration=_calibration(row),
    )


@functools.cache
def lip_model(*, points: bool = False) -> LipModel:
    """The calibration that comes with Qalqan, for lips that are marked or not, read once per process."""
    name = POINTS_DATA if points else DATA
    return read_lip_model((files("detectors") / "data" / name).read_text(encoding="utf-8"))
