"""What the project demands of a pack's figures, and by how much an evaluation met or missed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from embeddings.conditions import CLEAN
from watchlist.evaluation_records import ConditionResult, Figures, ModalityResult, Point, Rate, SubsetResult, Target
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
            yield _loss(modality, by_name[name], clean=by_name[CLEAN])


def _face(subset: SubsetResult, clean: ConditionResult) -> Target:
    point = _face_point(clean)
    reached = f"{percent(point.tpr.rate)} ({interval(point.tpr)})"
    if not point.measurable:
        reached += f", at the lowest threshold without a false match among {clean.non_mated}"
    met = point.tpr.rate >= FACE_TPR
    if met:
        why = _down_to(point.tpr, FACE_TPR, mated=clean.mated)
    else:
        below = round((1 - point.tpr.rate) * clean.mated)
        alike = (
            f"which {percent(FACE_FMR)} of {clean.non_mated:,} comparisons of different people reach"
            if point.measurable
            else f"just above the most alike of {clean.non_mated:,} comparisons of different people"
        )
        why = f"{below} of {clean.mated} comparisons of the same person score below {point.threshold:.3f}, {alike}"
        why += _not_found(clean)
    return Target(
        what=f"faces, {subset.name}: TPR at FMR {percent(FACE_FMR)}",
        wanted=f"at least {100 * FACE_TPR:g} %",
        reached=reached,
        met=met,
        missed_by=_missed(100 * (FACE_TPR - point.tpr.rate)),
        why=why,
    )


def _voice(clean: ConditionResult) -> Target:
    met = clean.eer.rate <= VOICE_EER
    if met:
        why = _up_to(clean.eer, VOICE_EER, mated=clean.mated)
    else:
        why = (
            f"about {round(clean.eer.rate * clean.mated)} of {clean.mated} comparisons of the same person score no higher than "
            f"about {round(clean.eer.rate * clean.non_mated)} of {clean.non_mated:,} comparisons of different people"
        ) + _not_found(clean)
    return Target(
        what="voices: EER",
        wanted=f"at most {100 * VOICE_EER:g} %",
        reached=f"{percent(clean.eer.rate)} ({interval(clean.eer)})",
        met=met,
        missed_by=_missed(100 * (clean.eer.rate - VOICE_EER)),
        why=why,
    )


def _loss(modality: Modality, condition: ConditionResult, *, clean: ConditionResult) -> Target:
    face = modality is Modality.FACE
    measured, rate = (f"TPR at FMR {percent(FACE_FMR)}", _face_point(condition).tpr) if face else ("EER", condition.eer)
    met = condition.loss_points <= MOST_LOSS_POINTS
    why = None
    if not met:
        why = (
            f"at the threshold of clean material {percent(condition.tpr_at_clean.rate)} of comparisons of the same person match "
            f"(clean: {percent(clean.tpr_at_clean.rate)}) and {percent(condition.fmr_at_clean.rate)} of different people "
            f"(clean: {percent(clean.fmr_at_clean.rate)})"
        ) + _not_found(condition)
    return Target(
        what=f"{modality}s, {condition.name}: loss of {measured} against clean",
        wanted=f"at most {MOST_LOSS_POINTS:g} points",
        reached=f"{condition.loss_points:.2f} points, to {percent(rate.rate)} ({interval(rate)})",
        met=met,
        missed_by=_missed(condition.loss_points - MOST_LOSS_POINTS),
        why=why,
    )


def _face_point(condition: ConditionResult) -> Point:
    return next(point for point in condition.points if point.fmr_wanted == FACE_FMR)


def _down_to(rate: Rate, wanted: float, *, mated: int) -> str | None:
    """That so few comparisons leave open whether a rate is high enough."""
    if rate.low >= wanted:
        return None
    return f"but with {mated} comparisons of the same person it may truly be as low as {percent(rate.low)}"


def _up_to(rate: Rate, wanted: float, *, mated: int) -> str | None:
    if rate.high <= wanted:
        return None
    return f"but with {mated} comparisons of the same person it may truly be as high as {percent(rate.high)}"


def _not_found(condition: ConditionResult) -> str:
    if not condition.not_found:
        return ""
    return f"; in {condition.not_found} of {condition.suspects} nothing was found, which counts as no match"


def _missed(points: float) -> str:
    return f"{points:.2f} points" if points > 0 else ""
