"""How well a model pack tells people apart: the figures of an evaluation, from what was seen of its set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from embeddings.conditions import CLEAN
from embeddings.records import ModelPack
from watchlist.error_rates import Comparisons, operating_point, proportion
from watchlist.evaluation_identification import identify
from watchlist.evaluation_rates import FMRS, ROUNDS, Rates, rate_of, share
from watchlist.evaluation_ratios import cross_validated_cllr
from watchlist.evaluation_records import (
    Figures,
    Histogram,
    LookAlikeRow,
    LookAlikes,
    ModalityResult,
    SubsetResult,
    ThresholdInUse,
)
from watchlist.evaluation_scores import Items, Pairs, look_alikes_of, pairs_of, people_of
from watchlist.evaluation_set import EvaluationSet
from watchlist.evaluation_thresholds import InUse
from watchlist.evaluation_views import Views
from watchlist.records import Modality

HISTOGRAM_BINS = 40
FACE_SIZES_PX = (0, 24, 32, 48, 60, 96, 160, 320)
SPEECH_S = (5.0, 6.0, 7.0, 8.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user asked: faces of at least ``min_face_px`` also by themselves, false positives per search, gallery,
    how often people are drawn for the intervals."""

    min_face_px: int
    fpir: float
    gallery_size: int
    seed: int
    rounds: int = ROUNDS


def evaluate(
    views: Views, evaluated: EvaluationSet, manifest: ModelPack, asked: Asked, *, in_use: Sequence[InUse]
) -> ModalityResult:
    """All figures of one modality, or why the set allows none; ``in_use`` are the thresholds to judge, the pack's first."""
    people = people_of(views, evaluated)
    rng = np.random.default_rng(asked.seed)
    pairs, alike = look_alikes_of(views, evaluated, pairs_of(views, evaluated, rng=rng))
    why_not = _why_not(views, people, pairs)
    several = [who for who in np.unique(people) if len(np.unique(views.files[people == who])) > 1]
    return ModalityResult(
        modality=views.modality,
        items=len(views.files),
        files=len(np.unique(views.files)),
        people=len(np.unique(people)),
        people_with_several=len(several),
        median_size=float(np.median(views.sizes)) if len(views.sizes) else 0.0,
        figures=None
        if why_not
        else _figures(
            views, pairs, alike, manifest, asked, in_use, people=people, complete=evaluated.complete, rng=rng
        ),
        why_not=why_not,
    )


def _why_not(views: Views, people: Items, pairs: Pairs) -> str | None:
    what, plural = ("face", "faces") if views.modality is Modality.FACE else ("voice", "voices")
    if not len(views.files):
        return f"no {what} was found in any file: give files in which {plural} can be found"
    if len(np.unique(people)) < 2:
        return f"only one person's {what} was found: give files of at least two people"
    if not pairs.same.any():
        return f"nobody's {what} was found in two files, so no comparison is of the same person: add a second file of somebody"
    if pairs.same.all():
        return f"no two different people's {plural} are compared: add pairs that are not the same person"
    return None


def _figures(
    views: Views,
    pairs: Pairs,
    alike: Pairs,
    manifest: ModelPack,
    asked: Asked,
    in_use: Sequence[InUse],
    *,
    people: Items,
    complete: bool,
    rng: np.random.Generator,
) -> Figures:
    face = views.modality is Modality.FACE
    metric = manifest.face_metric if face else manifest.voice_metric
    rates = Rates(views=views, people=people, metric=metric, rng=rng, rounds=asked.rounds)
    clean = rates.comparisons(pairs, CLEAN)
    cllr, cllr_note = cross_validated_cllr(clean, modality=views.modality, pack=manifest.label)
    return Figures(
        subsets=_face_subsets(rates, pairs, asked.min_face_px) if face else (rates.subset("all pairs", pairs),),
        histogram=_histogram(clean),
        sizes=rates.sizes(pairs, bounds=FACE_SIZES_PX if face else SPEECH_S),
        thresholds=tuple(_errors(threshold, clean) for threshold in in_use),
        look_alikes=_look_alikes(rates, alike, clean, in_use) if len(alike.left) else None,
        identification=identify(
            views,
            people,
            metric=metric,
            fpir=asked.fpir,
            gallery_size=asked.gallery_size,
            in_use=in_use,
            rng=rng,
        )
        if complete
        else (),
        cllr=cllr,
        cllr_note=cllr_note,
        possible_non_mated=pairs.possible,
    )


def _face_subsets(rates: Rates, pairs: Pairs, min_face_px: int) -> tuple[SubsetResult, ...]:
    """All pairs, and those of large faces; once where these are the same or too few."""
    everything = rates.subset("all pairs", pairs)
    large = rates.views.sizes >= min_face_px
    mask = large[pairs.left] & large[pairs.right]
    kept = pairs.where(mask)
    if mask.all():
        return (replace(everything, name=f"all pairs, whose faces are all at least {min_face_px} px high"),)
    if not kept.same.any() or kept.same.all():
        return (everything,)
    return everything, rates.subset(f"pairs of faces at least {min_face_px} px high", kept)


def _errors(used: InUse, clean: Comparisons) -> ThresholdInUse:
    missed = proportion(int((clean.mated < used.threshold).sum()), len(clean.mated))
    return ThresholdInUse(
        where=used.where, threshold=used.threshold, fmr=share(clean.non_mated, used.threshold), fnmr=rate_of(missed)
    )


def _look_alikes(rates: Rates, alike: Pairs, clean: Comparisons, in_use: Sequence[InUse]) -> LookAlikes:
    """How often they match at the thresholds of stated FMRs among other people, and at those in use."""
    ours = rates.comparisons(alike, CLEAN).non_mated
    at = [
        (f"set here for FMR {100 * fmr:g} %", operating_point(clean.mated, clean.non_mated, fmr).threshold)
        for fmr in FMRS
    ]
    at += [(used.where, used.threshold) for used in in_use]
    pairs = {
        frozenset((int(rates.people[a]), int(rates.people[b]))) for a, b in zip(alike.left, alike.right, strict=True)
    }
    return LookAlikes(
        pairs_of_people=len(pairs),
        comparisons=len(ours),
        rows=tuple(
            LookAlikeRow(
                where=where,
                threshold=threshold,
                look_alikes=share(ours, threshold),
                others=share(clean.non_mated, threshold),
            )
            for where, threshold in at
        ),
    )


def _histogram(clean: Comparisons) -> Histogram:
    edges = np.histogram_bin_edges(np.concatenate([clean.mated, clean.non_mated]), bins=HISTOGRAM_BINS)
    mated, non_mated = (np.histogram(part, bins=edges)[0] for part in (clean.mated, clean.non_mated))
    return Histogram(edges=tuple(edges.tolist()), mated=tuple(mated.tolist()), non_mated=tuple(non_mated.tolist()))
