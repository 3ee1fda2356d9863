"""What the project demands of a pack's figures, and by how much an evaluation met or missed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from embeddings.conditions import CLEAN
from watchlist.evaluation_records import ConditionResult, Figures, ModalityResult, SubsetResult, Target
from watchlist.evaluation_wording import interval, percent
from watchlist.records import Modality

FACE_TPR = 0.98
FACE_FMR = 1e-3
VOICE_EER = 0.05
MOST_LOSS_POINTS = 5.0
DEGRADED = {
    Modality.FACE: ("h264-200k-360p", "mirror", "border"),
    Modality.VOICE: ("mp3-48k", "music-10db"),
}
"""Conditions that may cost at most ``MOST_LOSS_POINTS``."""


def targets(results: Sequence[ModalityResult]) -> tuple[Target, ...]:
    """One per demand that this evaluation can speak to; nothing for what was not measured."""
    return tuple(target for result in results if result.figures for target in _of(result.modality, result.figures))


def _of(modality: Modality, figures: Figures) -> Iterable[Target]:
    subset = figures.subsets[-1]  # of faces, those that are large enough
    by_name = {condition.name: condition for condition in subset.conditions}
    yield _face(subset, by_name[CLEAN]) if modality is Modality.FACE else _voice(by_name[CLEAN])
    for name in DEGRADED[modality]:
        if name in by_name:
            yield _loss(modality, by_name[name])


def _face(subset: SubsetResult, clean: ConditionResult) -> Target:
    [point] = [point for point in clean.points if point.fmr_wanted == FACE_FMR]
    reached = f"{percent(point.tpr.rate)} ({interval(point.tpr)})"
    if not point.measurable:
        reached += f", at the lowest threshold without a false match among {clean.non_mated}"
    return Target(
        what=f"faces, {subset.name}: TPR at FMR {percent(FACE_FMR)}",
        wanted=f"at least {100 * FACE_TPR:g} %",
        reached=reached,
        met=point.tpr.rate >= FACE_TPR,
        missed_by=_missed(100 * (FACE_TPR - point.tpr.rate)),
    )


def _voice(clean: ConditionResult) -> Target:
    return Target(
        what="voices: EER",
        wanted=f"at most {100 * VOICE_EER:g} %",
        reached=f"{percent(clean.eer.rate)} ({interval(clean.eer)})",
        met=clean.eer.rate <= VOICE_EER,
        missed_by=_missed(100 * (clean.eer.rate - VOICE_EER)),
    )


def _loss(modality: Modality, condition: ConditionResult) -> Target:
    measured = f"TPR at FMR {percent(FACE_FMR)}" if modality is Modality.FACE else "EER"
    return Target(
        what=f"{modality}s, {condition.name}: loss of {measured} against clean",
        wanted=f"at most {MOST_LOSS_POINTS:g} points",
        reached=f"{condition.loss_points:.2f} points",
        met=condition.loss_points <= MOST_LOSS_POINTS,
        missed_by=_missed(condition.loss_points - MOST_LOSS_POINTS),
    )


def _missed(points: float) -> str:
    return f"{points:.2f} points" if points > 0 else ""
