"""A crowd without faces: vectors about a centre per person, as an evaluation sees them, with a set of files that fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from embeddings.conditions import CLEAN
from watchlist.evaluation_set import EvaluationSet
from watchlist.evaluation_views import Views
from watchlist.records import Modality

DIMENSION = 16


def crowd_set(sizes: Sequence[int], *, listed: tuple[tuple[int, int], ...] | None = None) -> EvaluationSet:
    """So many files of each person, who are called a, b, c …"""
    people = [chr(ord("a") + who) for who, count in enumerate(sizes) for _ in range(count)]
    names = [f"{who}/{number}.jpg" for number, who in enumerate(people)]
    return EvaluationSet(
        source=Path("crowd"),
        paths=tuple(Path("crowd") / name for name in names),
        names=tuple(names),
        people=tuple(people),
        listed=listed,
        left_out=(),
    )


def crowd_views(
    evaluated: EvaluationSet,
    *,
    spread: float,
    seed: int = 1,
    degraded: Mapping[str, float] | None = None,
    modality: Modality = Modality.FACE,
    sizes: Sequence[float] | None = None,
) -> Views:
    """One item per file, unit vectors; ``spread`` is the deviation about a person's centre, ``degraded`` (condition → added
    deviation) that of the same vectors after a condition."""
    rng = np.random.default_rng(seed)
    _, who = np.unique(np.array(evaluated.people), return_inverse=True)
    centres = rng.standard_normal((who.max() + 1, DIMENSION))
    clean = centres[who] + spread * rng.standard_normal((len(who), DIMENSION))
    vectors = {CLEAN: _unit(clean)}
    for name, added in (degraded or {}).items():
        vectors[name] = _unit(clean + added * rng.standard_normal(clean.shape))
    return Views(
        modality=modality,
        files=np.arange(len(who)),
        sizes=np.full(len(who), 100.0) if sizes is None else np.array(sizes, dtype=np.float64),
        vectors=vectors,
        asked={name: np.ones(len(who), dtype=np.bool_) for name in vectors},
    )


def _unit(rows: np.ndarray) -> np.ndarray:
    unit: np.ndarray = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)[:, None, :]
    return unit
