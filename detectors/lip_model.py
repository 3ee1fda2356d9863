"""What an agreement of mouth and sound weighs, as it was measured: written by ``python -m tests.train_lip_sync``."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from dataclasses import dataclass, fields
from importlib.resources import files

from detectors.validation import ScoreCalibration

DATA = "lip_sync.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LipModel:
    """``calibration`` turns the score (minus the deviations of ``lip_agreement``) into a likelihood ratio for "this mouth did not
    make this sound". ``auc`` with ``auc_low`` and ``auc_high`` (95 %) was measured on people that the calibration had not seen.
    ``weight`` in [0, 1] is 0 where that was not well above chance."""

    calibration: ScoreCalibration
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
        calibration = ScoreCalibration(**{field.name: row[field.name] for field in fields(ScoreCalibration)})
        return LipModel(
            calibration=calibration,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            **{name: row[name] for name in ("weight", "people", "auc", "auc_low", "auc_high")},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"the lip-sync calibration is damaged ({error}): run python -m tests.train_lip_sync"
        ) from error


@functools.cache
def lip_model() -> LipModel:
    """The calibration that comes with Qalqan, read once per process."""
    return read_lip_model((files("detectors") / "data" / DATA).read_text(encoding="utf-8"))
