"""Searches in a gallery: how often somebody who is not enrolled is found, and somebody who is, is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.conditions import CLEAN
from watchlist.error_rates import proportion
from watchlist.evaluation_rates import rate_of
from watchlist.evaluation_records import GalleryRow, Identification, Rate, VideoRow
from watchlist.evaluation_scores import BELOW_ALL, Items, table
from watchlist.evaluation_thresholds import InUse
from watchlist.evaluation_views import Views
from watchlist.identification import false_negative_identification_rate, false_positive_identification_rate

Numbers = NDArray[np.float64]

SIZES = (2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Gallery sizes that are stated as far as the set has so many people, besides the largest."""

TRACKS = (1, 3, 10)
VIDEOS = 2000
"""So many videos of strangers are drawn for each number of tracks."""


def identify(
    views: Views,
    people: Items,
    *,
    metric: str,
    fpir: float,
    gallery_size: int,
    in_use: Sequence[InUse],
    rng: np.random.Generator,
) -> tuple[Identification, ...]:
    """FPIR and FNIR at rank 1 of a gallery of so many people: at the lowest threshold that keeps FPIR, and at those in
    use; also as functions of gallery size, rank and number of tracks, as far as the set goes.

    Every item searches: for its own person, whose references are the person's other files, among the others; and, as if
    that person were not enrolled, among the others alone. Empty where the set has fewer than three people.
    """
    _, people = np.unique(people, return_inverse=True)  # those of whom something was found
    scores = table(views, CLEAN, people, metric=metric)
    found = scores[np.isfinite(scores)]
    if scores.shape[1] < 3 or not len(found):
        return ()
    scores = np.where(np.isfinite(scores), scores, found.min() - BELOW_ALL)
    strangers = np.ones(scores.shape, dtype=np.bool_)
    strangers[np.arange(len(people)), people] = False
    non_mated = scores[strangers].reshape(len(people), -1)
    files = [len(np.unique(views.files[people == who])) for who in range(scores.shape[1])]
    mated = np.array([files[who] > 1 for who in people])
    if not mated.any():
        return ()
    size = min(gallery_size, non_mated.shape[1])
    drawn = [video for tracks in TRACKS if (video := _videos(scores, people, tracks=tracks, rng=rng)) is not None]

    def at(threshold: float, said: str) -> Identification:
        alone = false_positive_identification_rate(non_mated, size=size, threshold=threshold)
        missed = false_negative_identification_rate(
            scores[mated], people[mated], size=size, rank=1, threshold=threshold
        )
        rates = rate_of(alone)
        if size < gallery_size:
            rates = Rate(
                **{name: _grown(getattr(rates, name), gallery_size / size) for name in ("rate", "low", "high")}
            )
        return Identification(
            gallery_size=gallery_size,
            measured_with=size,
            extrapolated=size < gallery_size,
            threshold=threshold,
            where=said,
            fpir=rates,
            fnir=rate_of(missed),
            galleries=_galleries(non_mated, scores[mated], people[mated], threshold=threshold),
            videos=tuple(video.at(threshold) for video in drawn),
            note=_note(fpir, len(people), extrapolated=size < gallery_size),
        )

    chosen = _threshold(non_mated, fpir, size=size, growth=gallery_size / size)
    return at(chosen, f"set here for FPIR {fpir:g}"), *(at(used.threshold, used.where) for used in in_use)


def _galleries(non_mated: Numbers, mated: Numbers, people: Items, *, threshold: float) -> tuple[GalleryRow, ...]:
    most = non_mated.shape[1]
    return tuple(
        GalleryRow(
            gallery_size=size,
            fpir=rate_of(false_positive_identification_rate(non_mated, size=size, threshold=threshold)),
            fnir_rank_1=rate_of(
                false_negative_identification_rate(mated, people, size=size, rank=1, threshold=threshold)
            ),
            fnir_rank_5=rate_of(
                false_negative_identification_rate(mated, people, size=size, rank=5, threshold=threshold)
            ),
        )
        for size in sorted({*(size for size in SIZES if size < most), most})
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Videos:
    """``best`` (videos,) is the highest score of any track with anybody enrolled; ``apart`` videos could be made of the set's
    people without anybody being in two of them."""

    tracks: int
    gallery_size: int
    apart: int
    best: Numbers

    def at(self, threshold: float) -> VideoRow:
        share = float((self.best >= threshold).mean())
        return VideoRow(
            tracks=self.tracks,
            gallery_size=self.gallery_size,
            # The videos drawn share their people: they are no more certain than so many that do not
            fpir=rate_of(proportion(share * self.apart, self.apart)),
        )


def _videos(scores: Numbers, people: Items, *, tracks: int, rng: np.random.Generator) -> _Videos | None:
    """Videos of so many different people, none of whom is enrolled in its gallery; None where nobody would be left for that."""
    count = scores.shape[1]
    if count < tracks + 2:
        return None
    items = [np.flatnonzero(people == who) for who in range(count)]
    best = np.empty(VIDEOS)
    for number in range(VIDEOS):
        strangers = rng.choice(count, tracks, replace=False)
        shown = [int(rng.choice(items[who])) for who in strangers]
        best[number] = np.delete(scores[shown], strangers, axis=1).max()
    return _Videos(tracks=tracks, gallery_size=count - tracks, apart=count // tracks, best=best)


def _threshold(non_mated: Numbers, fpir: float, *, size: int, growth: float) -> float:
    """The lowest threshold at which FPIR, grown to the gallery asked for, is at most ``fpir``."""
    candidates = np.unique(non_mated.max(axis=1))
    low, high = 0, len(candidates)
    while low < high:
        middle = (low + high) // 2
        rate = false_positive_identification_rate(
            non_mated, size=size, threshold=float(np.nextafter(candidates[middle], np.inf))
        ).rate
        if _grown(rate, growth) <= fpir:
            high = middle
        else:
            low = middle + 1
    return float(np.nextafter(candidates[min(low, len(candidates) - 1)], np.inf))


def _grown(rate: float, growth: float) -> float:
    """The chance of at least one false positive when a gallery grows, as if people were independent."""
    return float(1 - (1 - rate) ** growth)


def _note(fpir: float, searches: int, *, extrapolated: bool) -> str | None:
    sentences = []
    if extrapolated:
        sentences.append(
            "the set has fewer people than the gallery asked for: FPIR is extrapolated as if people were independent, FNIR "
            "is not"
        )
    if fpir * searches < 1:
        limit = proportion(0, searches).high
        sentences.append(
            f"{searches} searches cannot show so low a rate: even none that finds somebody leaves up to {limit:.1%} possible"
        )
    return "; ".join(sentences) or None
