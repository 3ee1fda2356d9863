"""The part of the screening job that turns the media of ads into analyses, each creative once, copies of others not at all.

ads ─► unique creatives ─► coarse look ─► originals, several together ─► analysis ─┐
                                     └──► copies ─────────────────────► taken over ┴─► analyses
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.metrics.metric import Metrics

from evidence.records import BlobRef
from pipelines.analyse import Examination, begin, finish, join
from pipelines.assess import AdFile
from pipelines.each import DEAD_LETTERS, Each, EachAhead, EachOfSeveral
from pipelines.records import CreativeAnalysis
from pipelines.reuse import Original, Printed, decided, printed, taken_over
from pipelines.tools import MediaTools, ScreenSettings, media_tools
from pipelines.withholding import is_own_media

TOGETHER = 4
"""So many creatives share one call of each network; more would only hold more frames in memory."""

Subjects = list[tuple[str | None, str | None]]
Use = tuple[BlobRef, str, bool]
"""The bytes of a creative, the id of an ad with it, and whether that is somebody's own media."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A creative of the run, the ads that use it, and what is in it."""

    blob: BlobRef
    ads: tuple[str, ...]
    analysis: CreativeAnalysis


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CopyToTakeOver:
    """A copy, its original, and the original's analysis if that was made in this run."""

    copy: Printed
    original: Original
    analysis: CreativeAnalysis | None


@dataclass(slots=True, kw_only=True, eq=False)
class _Work:
    """An examination, and the creative of the run that it belongs to."""

    of: Printed
    examination: Examination

    def close(self) -> None:
        self.examination.close()


def examine(ads: Any, settings: ScreenSettings) -> tuple[Any, list[Any]]:
    """Ads (a collection of ``AdFile``) → a collection of ``Examined``, and the collections of dead letters."""
    shared: dict[str, Any] = {"open_tools": media_tools, "settings": settings}
    prints = (
        ads
        | "media of each ad" >> beam.FlatMap(_media_of)
        | "each creative once" >> beam.GroupByKey()
        | "spread the work" >> beam.Reshuffle()
        | "look coarsely"
        >> beam.ParDo(EachAhead(_print, stage="fingerprint", subjects=_subjects_of_uses, **shared)).with_outputs(
            DEAD_LETTERS, main="printed"
        )
    )
    copies = beam.pvalue.AsSingleton(
        prints.printed
        | "prints" >> beam.FlatMap(lambda one: [] if one.print is None else [one.print])
        | "all prints" >> beam.combiners.ToList()
        | "who is a copy" >> beam.Map(decided, settings.cache_dir)
    )
    originals = (
        prints.printed
        | "originals" >> beam.FlatMap(_if_original, copies)
        | "analyse"
        >> beam.ParDo(
            EachOfSeveral(
                _finish,
                begin=_begin,
                join=_join,
                together=TOGETHER,
                stage="analyse",
                subjects=_subjects_of_creative,
                **shared,
            )
        ).with_outputs(DEAD_LETTERS, main="examined")
    )
    taken = (
        {
            "copies": prints.printed | "copies" >> beam.FlatMap(_if_copy, copies),
            "original": originals.examined | "by creative" >> beam.Map(lambda one: (one.blob.sha256, one)),
        }
        | "copies with originals" >> beam.CoGroupByKey()
        | "each copy" >> beam.FlatMap(_each_copy)
        | "take over"
        >> beam.ParDo(Each(_take_over, stage="analyse", subjects=_subjects_of_copy, **shared)).with_outputs(
            DEAD_LETTERS, main="taken"
        )
    )
    examined = (originals.examined, taken.taken) | "all creatives" >> beam.Flatten()
    return examined, [prints[DEAD_LETTERS], originals[DEAD_LETTERS], taken[DEAD_LETTERS]]


def _media_of(file: AdFile) -> list[tuple[str, Use]]:
    return [(blob.sha256, (blob, file.ad.ad_id, is_own_media(file.ad))) for blob in file.creatives()]


def _print(element: tuple[str, Sequence[Use]], tools: MediaTools) -> Printed:
    _, uses = element
    blob = min((blob for blob, _, _ in uses), key=lambda ref: ref.media_type)
    own = all(own for _, _, own in uses)
    return printed(blob, tuple(sorted({ad_id for _, ad_id, _ in uses})), tools, own=own)


def _if_original(one: Printed, copies: Mapping[str, Original]) -> list[Printed]:
    return [] if one.blob.sha256 in copies else [one]


def _if_copy(one: Printed, copies: Mapping[str, Original]) -> list[tuple[str, tuple[Printed, Original]]]:
    original = copies.get(one.blob.sha256)
    return [] if original is None else [(original.why.original_sha256, (one, original))]


def _each_copy(pair: tuple[str, Mapping[str, Sequence[Any]]]) -> Iterator[CopyToTakeOver]:
    _, group = pair
    analysis = next((one.analysis for one in group["original"]), None)
    for copy, original in group["copies"]:
        yield CopyToTakeOver(copy=copy, original=original, analysis=analysis)


def _begin(one: Printed, tools: MediaTools) -> _Work:
    return _Work(of=one, examination=begin(one.blob, tools, coarse=one.print, own=one.own))


def _join(works: Sequence[_Work], tools: MediaTools) -> None:
    join([work.examination for work in works], tools)


def _finish(work: _Work, tools: MediaTools) -> Examined:
    if work.examination.known is not None:
        Metrics.counter("screen", "seen_before").inc()
    return Examined(blob=work.of.blob, ads=work.of.ads, analysis=finish(work.examination, tools))


def _take_over(one: CopyToTakeOver, tools: MediaTools) -> Examined:
    Metrics.counter("screen", "copies").inc()
    analysis = taken_over(one.copy, one.original, one.analysis, tools)
    return Examined(blob=one.copy.blob, ads=one.copy.ads, analysis=analysis)


def _subjects_of_uses(element: tuple[str, Sequence[Use]]) -> Subjects:
    sha256, uses = element
    return [(ad_id, sha256) for ad_id in sorted({ad_id for _, ad_id, _ in uses})]


def _subjects_of_creative(one: Printed) -> Subjects:
    return [(ad_id, one.blob.sha256) for ad_id in one.ads]


def _subjects_of_copy(one: CopyToTakeOver) -> Subjects:
    return _subjects_of_creative(one.copy)
