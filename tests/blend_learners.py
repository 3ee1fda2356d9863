"""How a score of ``face_blend`` is learned from traces, and the ways that were compared with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier

from detectors.blend_model import FARTHEST
from tests.blend_table import Floats, Rows

STRENGTH = 0.003
"""How much the mean loss counts against the square of the weights."""

Judge = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """As ``BlendScore`` has it."""

    centre: Floats
    spread: Floats
    weights: Floats
    bias: float

    def __call__(self, values: Floats) -> Floats:
        scores: Floats = standard(values, self.centre, self.spread) @ self.weights + self.bias
        return scores


def standard(values: Floats, centre: Floats, spread: Floats) -> Floats:
    """(n, names) distances from the middle of genuine faces; 0 for what was not seen."""
    away: Floats = np.clip(np.nan_to_num((values - centre) / spread, nan=0.0), -FARTHEST, FARTHEST)
    return away


def logistic(values: Floats, altered: Rows) -> Fit:
    """Both classes weigh the same."""
    genuine = values[~altered]
    counted = np.isfinite(genuine).sum(axis=0) > 1
    centre, spread = np.zeros(genuine.shape[1]), np.ones(genuine.shape[1])
    centre[counted] = np.nanmedian(genuine[:, counted], axis=0)
    spread[counted] = np.nanstd(genuine[:, counted], axis=0) + 1e-6
    away = standard(values, centre, spread)
    share = np.where(altered, 0.5 / max(1, altered.sum()), 0.5 / max(1, (~altered).sum()))

    def loss(flat: Floats) -> tuple[float, Floats]:
        logits = away @ flat[:-1] + flat[-1]
        error = share * (expit(logits) - altered)
        value = share @ np.logaddexp(0, np.where(altered, -logits, logits))
        gradient = np.append(away.T @ error + STRENGTH * flat[:-1], error.sum())
        return float(value + 0.5 * STRENGTH * (flat[:-1] ** 2).sum()), gradient

    found = minimize(loss, np.zeros(away.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return Fit(centre=centre, spread=spread, weights=found.x[:-1], bias=float(found.x[-1]))


def trees(values: Floats, altered: Rows) -> Judge:
    """An alternative that was compared: a forest of 150 extremely randomised trees; log-odds of its votes."""
    values = values[:, counted := np.isfinite(values).any(axis=0)]
    centre = np.nanmedian(values, axis=0)
    forest = ExtraTreesClassifier(150, min_samples_leaf=3, class_weight="balanced", random_state=0)
    forest.fit(np.where(np.isnan(values), centre, values), altered)

    def judge(unseen: Floats) -> Floats:
        seen = unseen[:, counted]
        votes = np.clip(forest.predict_proba(np.where(np.isnan(seen), centre, seen))[:, 1], 0.01, 0.99)
        odds: Floats = np.log(votes / (1 - votes))
        return odds

    return judge


def boosted(values: Floats, altered: Rows) -> Judge:
    """Another one: a hundred shallow trees, each fitted to what those before it left; their log-odds. It takes missing traces as
    such."""
    values = values[:, counted := np.isfinite(values).any(axis=0)]
    trees_ = HistGradientBoostingClassifier(
        max_iter=100,
        learning_rate=0.06,
        max_leaf_nodes=8,
        min_samples_leaf=8,
        l2_regularization=1.0,
        class_weight="balanced",
        random_state=0,
    )
    trees_.fit(values, altered)

    def judge(unseen: Floats) -> Floats:
        odds: Floats = trees_.decision_function(unseen[:, counted])
        return odds

    return judge
