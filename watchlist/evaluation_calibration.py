"""A calibration from the files of an evaluation set: scores made as the gallery makes them, turned into likelihood ratios."""

from __future__ import annotations

import numpy as np

from embeddings.conditions import CLEAN
from embeddings.records import ModelPack
from watchlist.calibration import Calibration, fit
from watchlist.evaluation_scores import people_of, table
from watchlist.evaluation_set import EvaluationSet
from watchlist.evaluation_views import Views
from watchlist.records import Modality


def calibrate(views: Views, evaluated: EvaluationSet, manifest: ModelPack, *, fpir: float) -> Calibration:
    """Fit on every item, in every condition that was looked at, against everybody: one score per item and person, pooled over
    the person's other files. What was not found has no score, here as in the job.

    Raises ``ValueError`` if not every file is compared with every other, or where ``fit`` does.
    """
    if not evaluated.complete:
        raise ValueError(
            f"{evaluated.source} does not say of every two files whether they show the same person: calibrate with folders of "
            "people, or list every pair"
        )
    face = views.modality is Modality.FACE
    metric = manifest.face_metric if face else manifest.voice_metric
    _, people = np.unique(people_of(views, evaluated), return_inverse=True)
    own = np.zeros((len(people), int(people.max(initial=-1)) + 1), dtype=np.bool_)
    own[np.arange(len(people)), people] = True
    mated, non_mated = [], []
    for condition in views.vectors:
        scores = table(views, condition, people, metric=metric)
        mated.append(scores[own & np.isfinite(scores)])
        non_mated.append(scores[~own & np.isfinite(scores)])
    references = np.bincount(people, weights=np.isfinite(views.vectors[CLEAN]).all(axis=2).sum(axis=1))
    nothing = np.zeros(0)
    return fit(
        np.concatenate([nothing, *mated]),
        np.concatenate([nothing, *non_mated]),
        modality=views.modality,
        pack=manifest.label,
        people=len(references),
        source=f"{evaluated.source.name}: {evaluated.description}{_alike(evaluated)}; {', '.join(views.vectors)}",
        fpir=fpir,
        references_per_score=max(1, int(np.median(references))) if len(references) else 1,
    )


def _alike(evaluated: EvaluationSet) -> str:
    """That people who look or sound alike are among those compared: they make the highest non-mated scores."""
    count = len(evaluated.look_alikes)
    return f", {count} {'pair' if count == 1 else 'pairs'} of look-alikes among them" if count else ""
