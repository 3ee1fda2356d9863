"""An evaluation from its set to its record: look at the files, compute the figures, state targets and limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from embeddings.conditions import PictureCondition, SoundCondition
from embeddings.samples import LoadedPack
from watchlist.evaluation import Asked, evaluate
from watchlist.evaluation_limits import limits
from watchlist.evaluation_records import Evaluation
from watchlist.evaluation_set import EvaluationSet
from watchlist.evaluation_targets import targets
from watchlist.evaluation_thresholds import InUse
from watchlist.evaluation_views import look_at
from watchlist.records import Modality


def run(
    evaluated: EvaluationSet,
    pack: LoadedPack,
    *,
    modalities: Sequence[Modality],
    conditions: tuple[Sequence[PictureCondition], Sequence[SoundCondition]],
    asked: Asked,
    in_use: Mapping[Modality, Sequence[InUse]],
    made_at: datetime,
    qalqan: str,
    command: str,
    tell: Callable[[int], object],
) -> Evaluation:
    """Evaluate the set; ``tell`` hears how many of its files are done. ``command`` is what makes these figures again."""
    seen = look_at(evaluated, pack, modalities=modalities, conditions=conditions, seed=asked.seed, tell=tell)
    results = tuple(
        evaluate(views, evaluated, pack.manifest, asked, in_use=in_use[views.modality]) for views in seen.views
    )
    return Evaluation(
        source=str(evaluated.source),
        description=evaluated.description,
        made_at=f"{made_at:%Y-%m-%d %H:%M} UTC",
        qalqan=qalqan,
        pack=pack.manifest.label,
        pack_licence=pack.manifest.licence_note,
        pack_validated_on=pack.manifest.validated_on,
        pack_files=tuple((Path(file.name).name, file.sha256) for file in pack.manifest.files),
        command=command,
        seed=asked.seed,
        min_face_px=asked.min_face_px,
        modalities=results,
        targets=targets(results),
        left_out=evaluated.left_out + seen.left_out,
        in_part=seen.in_part,
        limits=limits(results),
    )
