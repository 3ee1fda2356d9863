"""One evaluation of detectors from beginning to end: every item examined, the errors counted, what it cost noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np

from detectors.validation import Conditions, Validated
from embeddings.errors import UnreadableMedia
from embeddings.records import MediaKind
from pipelines.in_sample import in_sample
from pipelines.judged_items import JudgedSet
from pipelines.judged_rates import error_figures
from pipelines.judged_report import DetectorCost, DetectorEvaluation, targets
from pipelines.judging import Judge, Judged
from pipelines.ranked_rates import ROUNDS
from watchlist.errors import EnrolmentRefused
from watchlist.evaluation_set import LeftOut


def run(
    judged_set: JudgedSet,
    judge: Judge,
    *,
    data_set: str,
    seed: int,
    made_at: datetime,
    qalqan: str,
    command: str,
    tell: Callable[[int], object],
    rounds: int = ROUNDS,
) -> DetectorEvaluation:
    """Examine all items and count errors; ``tell`` hears how many were looked at. An item that cannot be read is left out and
    named. Raises ``ValueError`` if none of one kind is left."""
    judged: list[Judged] = []
    left_out = list(judged_set.left_out)
    for number, item in enumerate(judged_set.items, start=1):
        try:
            judged.append(judge.judge(item))
        except (UnreadableMedia, EnrolmentRefused) as error:
            left_out.append(LeftOut(name=item.name, why=str(error)))
        tell(number)
    if len({one.item.altered for one in judged}) < 2:
        raise ValueError(f"{judged_set.source}: of altered or of genuine items none could be looked at; bring others")
    figures = error_figures(
        judged,
        source=data_set,
        validated=_validated(judged, data_set),
        conditions=_conditions(judged),
        rng=np.random.default_rng(seed),
        rounds=rounds,
    )
    return DetectorEvaluation(
        source=str(judged_set.source),
        description=judged_set.description,
        items=len(judged),
        made_at=f"{made_at:%Y-%m-%d %H:%M} UTC",
        qalqan=qalqan,
        pack=judge.pack.manifest.label,
        command=command,
        detectors=tuple(f"{detector.name}@{detector.version}" for detector in judge.detectors),
        figures=figures,
        costs=_costs(judged),
        targets=targets(figures),
        left_out=tuple(left_out),
        in_sample=in_sample([one.item.learned_from for one in judged], {detector.name for detector in judge.detectors}),
    )


def _validated(judged: Sequence[Judged], data_set: str) -> Validated:
    rates = [one.kbps for one in judged if one.kbps is not None]
    faces = [one.face_px for one in judged if one.face_px is not None]
    return Validated(
        data_set=data_set,
        codec=", ".join(sorted({one.codec for one in judged if one.codec})) or "none stated",
        bitrate=f"{min(rates):.0f} to {max(rates):.0f} kb/s" if rates else "none stated",
        language=", ".join(_languages(judged)) or "none stated",
        face_size=f"{min(faces)} to {max(faces)} px" if faces else "no faces",
    )


def _conditions(judged: Sequence[Judged]) -> Conditions:
    """Kinds of media and codecs of which altered and genuine items were there, the languages that are spoken, bitrates and faces
    as they were; so far the fusion speaks."""
    truths = {
        codec: {one.item.altered for one in judged if one.codec == codec} for codec in {one.codec for one in judged}
    }
    kinds = [kind for kind in MediaKind if len({one.item.altered for one in judged if one.kind is kind}) == 2]
    rates = [one.kbps for one in judged if one.kbps is not None]
    return Conditions(
        kinds=tuple(kinds),
        codecs=tuple(sorted(codec for codec, seen in truths.items() if codec is not None and len(seen) == 2)),
        languages=_languages(judged),
        min_bitrate_kbps=float(round(0.9 * min(rates))) if rates else 0.0,
        max_bitrate_kbps=float(round(1.1 * max(rates))) if rates else None,
        min_face_px=min((one.face_px for one in judged if one.face_px is not None), default=1),
    )


def _languages(judged: Sequence[Judged]) -> tuple[str, ...]:
    """Those that are spoken. Nothing where somebody speaks a language that is not stated: then any may be among them."""
    stated = {one.item.language for one in judged if one.speaks}
    return () if None in stated else tuple(sorted(language for language in stated if language))


def _costs(judged: Sequence[Judged]) -> tuple[DetectorCost, ...]:
    seconds: Counter[str] = Counter()
    for one in judged:
        seconds.update(one.seconds)
    minutes = sum(one.length_s for one in judged) / 60
    return tuple(
        DetectorCost(detector=name, seconds=spent, per_minute=spent / minutes if minutes else 0.0)
        for name, spent in seconds.most_common()
    )
