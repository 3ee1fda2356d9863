"""The screening job: ads and captures in, candidates and dead letters out, on any Beam runner.

ads ─► their creatives, examined ─┐   (pipelines.examined)
 └────────────────────────────────┴─► campaigns   (pipelines.campaigns_graph)
 └────────────────────────────────┴──────┴─► screen each ad ─► assessments, candidates, findings
                                                           └─► working copies of what was flagged
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import apache_beam as beam
import structlog
from apache_beam.metrics.metric import MetricsFilter

from crawlers.records import QueryTally
from embeddings.packs import verify_pack
from evidence.records import Ad, Capture
from evidence.store import store_unavailable
from evidence.tables import read_records, write_json
from pipelines.analyse import WORKING
from pipelines.assess import AdFile, AdWithAnalyses, ScreenedAd, screen_ad
from pipelines.campaigns_graph import Campaigns, Protected, campaigns, membership, with_campaigns
from pipelines.derive import MADE_FOR, Derivation, derive
from pipelines.each import DEAD_LETTERS, Each, EachAhead, fault_of_the_installation
from pipelines.errors import NothingToScreen, WorkerLost
from pipelines.examined import Examined, examine
from pipelines.outputs import DATASETS, settle
from pipelines.records import PIPELINE_VERSION, CreativeAnalysis, DeadLetter, RunReport
from pipelines.reproduction import of_ad, of_creative
from pipelines.shards import Labelled, WriteShards
from pipelines.tools import ScreenSettings, ad_tools, media_tools, open_gallery
from pipelines.withholding import (
    is_on_media,
    is_own_media,
    nameless_analysis,
    nameless_finding,
    nameless_letter,
    nameless_match,
    names_in,
    protected_names,
)
from pipelines.workers import open_pipeline

SHARDS = ".shards"
DERIVATIVES = "derivatives"

ATTEMPTS = 2
"""So often in all a job is begun that loses a worker process. What an earlier attempt examined is remembered."""


def screen(
    settings: ScreenSettings,
    *,
    beam_args: Sequence[str],
    clock: Callable[[], datetime],
    asked: Collection[str] = (),
) -> RunReport:
    """Run the job to its end and put its datasets in place. ``asked`` are the ids of somebody's own media of which they asked who
    is in them and said why, on record.

    Raises ``NothingToScreen``, ``WatchlistInvalid``, ``PackMissing``, ``PackInvalid``, ``StoreUnavailable``, ``WorkerLost``;
    running it again changes nothing.
    """
    started = clock()
    verify_pack(settings.pack)
    gallery = open_gallery(settings)
    files = [replace(file, asked=file.ad.ad_id in asked) for file in ad_files(settings.crawl_dir)]
    # Lists and weights of the configuration that cannot be used are told before media is examined, not after it
    ad_tools(settings)
    shards, result = _run(files, settings=settings, beam_args=beam_args)
    try:
        counts = settle(shards, settings.out_dir)
    except OSError as error:
        raise store_unavailable(error, str(settings.out_dir)) from error
    shutil.rmtree(shards)
    _drop_stale_copies(settings.out_dir)
    joined, ads_joined = membership(settings.out_dir / "campaigns.parquet", {file.ad.ad_id for file in files})
    report = RunReport(
        pipeline_version=PIPELINE_VERSION,
        pack=settings.pack,
        watchlist_version=gallery.version,
        started_at=started,
        finished_at=clock(),
        ads=len(files),
        creatives=counts["creatives"],
        creatives_seen_before=_counter(result, "seen_before"),
        creatives_copied=_counter(result, "copies"),
        matches=counts["matches"],
        candidates=counts["candidates"],
        dead_letters=counts["dead_letters"],
        could_not_look=could_not_look(settings.crawl_dir),
        campaigns=joined,
        ads_in_campaigns=ads_joined,
    )
    write_json(settings.out_dir / "report.json", report)
    return report


def _empty_shards(settings: ScreenSettings) -> Path:
    """The folder for the runner's shards, emptied of what a killed run left, there and in the working folder."""
    shards = settings.out_dir / SHARDS
    shutil.rmtree(settings.cache_dir / WORKING, ignore_errors=True)
    shutil.rmtree(shards, ignore_errors=True)
    try:
        shards.mkdir(parents=True)
    except OSError as error:
        raise store_unavailable(error, str(settings.out_dir)) from error
    return shards


def _run(files: Sequence[AdFile], *, settings: ScreenSettings, beam_args: Sequence[str]) -> tuple[Path, Any]:
    """Run the job, once more if it loses a worker; the folder of its shards and the runner's result."""
    attempt = 1
    while True:
        shards = _empty_shards(settings)
        try:
            return shards, _attempt(files, settings=settings, shards=shards, beam_args=beam_args)
        except WorkerLost as lost:
            if attempt == ATTEMPTS:
                raise WorkerLost(
                    f"{lost}, in each of {ATTEMPTS} attempts: see whether the machine runs out of memory, and run it again, "
                    "perhaps in fewer processes; what was examined is remembered"
                ) from lost
            attempt += 1
            structlog.get_logger().warning(f"{lost}; the job begins again", attempt=attempt, of=ATTEMPTS)


def _attempt(files: Sequence[AdFile], *, settings: ScreenSettings, shards: Path, beam_args: Sequence[str]) -> Any:
    pipeline = open_pipeline(beam_args)
    wire(pipeline, files, settings=settings, shards=shards)
    try:
        result = pipeline.run()
        result.wait_until_finish()
    except RuntimeError as error:
        raise fault_of_the_installation(error) from error
    return result


def ad_files(crawl_dir: Path) -> list[AdFile]:
    """Every ad of a crawl with its captures, in the order of their ids."""
    ads_path = crawl_dir / "ads.parquet"
    if not ads_path.exists():
        raise NothingToScreen(f"there are no ads in {crawl_dir}: run `qalqan crawl` first, or name a folder of media")
    captures: dict[str, list[Capture]] = defaultdict(list)
    for capture in read_records(crawl_dir / "captures.parquet", Capture):
        captures[capture.ad_id].append(capture)
    ads = sorted(read_records(ads_path, Ad), key=lambda ad: ad.ad_id)
    return [AdFile(ad=ad, captures=tuple(captures[ad.ad_id])) for ad in ads]


def could_not_look(crawl_dir: Path) -> tuple[str, ...]:
    """One sentence for every query of the crawl that could not be looked at."""
    path = crawl_dir / "tallies.parquet"
    tallies = read_records(path, QueryTally) if path.exists() else []
    return tuple(f"{t.source} «{t.query}»: {t.why_not}" for t in tallies if not t.looked)


def wire(pipeline: beam.Pipeline, files: Sequence[AdFile], *, settings: ScreenSettings, shards: Path) -> None:
    """Lay out the graph; nothing runs yet."""
    ads = pipeline | "ads" >> beam.Create(list(files))
    examined, unread = examine(ads, settings)
    by_ad = examined | "analyses by ad" >> beam.FlatMap(_by_ad)
    together = (
        {"file": ads | "ads by id" >> beam.Map(lambda file: (file.ad.ad_id, file)), "analyses": by_ad}
        | "ads with their analyses" >> beam.CoGroupByKey()
        | "together" >> beam.Map(_together)
    )
    own = frozenset(file.ad.ad_id for file in files if is_own_media(file.ad))
    protected = Protected.of(open_gallery(settings))
    found, unjoined = campaigns(together, settings=settings, protected=protected, unnamed=own)
    screened = with_campaigns(together, found) | "screen" >> beam.ParDo(
        Each(screen_ad, stage="screen", open_tools=ad_tools, settings=settings, subjects=_subjects_of_ad)
    ).with_outputs(DEAD_LETTERS, main="screened")
    by_creative = examined | "examined creatives" >> beam.Map(lambda one: (one.blob.sha256, one))
    told = {
        "withheld": screened.screened | "names withheld" >> beam.FlatMap(_withheld),
        "examined": by_creative,
    } | "creatives with names withheld" >> beam.CoGroupByKey()
    copies = (
        {
            "flagged": screened.screened | "flagged creatives" >> beam.FlatMap(_flagged),
            "withheld": screened.screened | "withheld in flagged" >> beam.FlatMap(_withheld),
            "examined": by_creative,
        }
        | "flagged with analysis" >> beam.CoGroupByKey()
        | "to derive" >> beam.FlatMap(_derivations, settings.out_dir / DERIVATIVES, own)
        | "derive"
        >> beam.ParDo(
            EachAhead(
                derive, stage="derive", open_tools=media_tools, settings=settings, subjects=_subjects_of_derivation
            )
        ).with_outputs(DEAD_LETTERS, main="derived")
    )
    letters = [*unread, unjoined, screened[DEAD_LETTERS], copies[DEAD_LETTERS]]
    records = (
        told | "records of creatives" >> beam.FlatMap(_records_of_creative, settings, own),
        screened.screened | "records of ads" >> beam.FlatMap(_records_of_ad, settings),
        found | "records of campaigns" >> beam.FlatMap(_records_of_campaigns),
        letters | "all dead letters" >> beam.Flatten() | "failures" >> beam.Map(_as_letter, settings, own),
    )
    _ = records | "all records" >> beam.Flatten() | "write" >> beam.ParDo(WriteShards(shards))


def _withheld(ad: ScreenedAd) -> list[tuple[str, tuple[str, bool]]]:
    return [(sha256, (ad.ad.ad_id, ad.withheld)) for sha256 in ad.creatives]


def _is_withheld(ads: Collection[str], told: Mapping[str, bool], own: Collection[str]) -> bool:
    """Of a creative: if every ad with it withholds who is in it, or is one of somebody's ``own`` media that could not be
    screened: whether it lures is not known then."""
    return all(told.get(ad_id, ad_id in own) for ad_id in ads)


def _records_of_creative(
    pair: tuple[str, dict[str, Sequence[Any]]], settings: ScreenSettings, own: Collection[str]
) -> Iterator[Labelled]:
    _, group = pair
    for one in group["examined"]:
        analysis: CreativeAnalysis = one.analysis
        withheld = _is_withheld(one.ads, dict(group["withheld"]), own)
        names = names_in(analysis.matches, analysis.findings, open_gallery(settings)) if withheld else ()
        yield "creatives", analysis.creative
        for match in analysis.matches:
            yield "matches", nameless_match(match) if names else match
        sha256 = analysis.creative.sha256
        findings = [
            nameless_finding(found, names) if names and is_on_media(found) else found for found in analysis.findings
        ]
        for finding in of_creative(findings, settings, sha256=sha256, copy_of=analysis.copy_of):
            yield "findings", finding
        yield from (("text_lines", line) for line in analysis.lines)


def _records_of_ad(ad: ScreenedAd, settings: ScreenSettings) -> Iterator[Labelled]:
    yield "assessments", ad.assessment
    yield from (("findings", finding) for finding in of_ad(ad.findings, settings, ad=ad.ad))
    yield from (("text_lines", line) for line in ad.lines)
    yield from (("candidates", candidate) for candidate in _candidates(ad))


def _records_of_campaigns(found: Campaigns) -> Iterator[Labelled]:
    yield from (("campaigns", campaign) for campaign in found.records())
    yield from (("common_traits", trait) for trait in found.common)


def _as_letter(letter: DeadLetter, settings: ScreenSettings, own: Collection[str]) -> Labelled:
    """A letter about a creative alone may be about somebody's own media, too."""
    if own and (letter.ad_id is None or letter.ad_id in own):
        letter = nameless_letter(letter, protected_names(open_gallery(settings)))
    return "dead_letters", letter


def _subjects_of_ad(element: AdWithAnalyses) -> list[tuple[str | None, str | None]]:
    return [(element.file.ad.ad_id, None)]


def _subjects_of_derivation(element: Derivation) -> list[tuple[str | None, str | None]]:
    return [(None, element.blob.sha256)]


def _by_ad(one: Examined) -> list[tuple[str, CreativeAnalysis]]:
    return [(ad_id, one.analysis) for ad_id in one.ads]


def _together(pair: tuple[str, dict[str, Sequence[Any]]]) -> AdWithAnalyses:
    _, group = pair
    (file,) = group["file"]
    analyses = sorted(group["analyses"], key=lambda analysis: analysis.creative.sha256)
    return AdWithAnalyses(file=file, analyses=tuple(analyses))


def _candidates(ad: ScreenedAd) -> list[Any]:
    return [] if ad.candidate is None else [ad.candidate]


def _flagged(ad: ScreenedAd) -> list[tuple[str, bool]]:
    return [(c.creative_sha256, True) for c in _candidates(ad) if c.creative_sha256 is not None]


def _derivations(pair: tuple[str, dict[str, Sequence[Any]]], directory: Path, own: Collection[str]) -> list[Derivation]:
    sha256, group = pair
    if not group["flagged"]:
        return []
    told = dict(group["withheld"])
    return [
        Derivation(
            blob=one.blob,
            analysis=nameless_analysis(one.analysis) if _is_withheld(one.ads, told, own) else one.analysis,
            directory=directory / sha256,
        )
        for one in group["examined"]
    ]


def _counter(result: Any, name: str) -> int:
    counters = result.metrics().query(MetricsFilter().with_name(name))["counters"]
    return sum(counter.committed or 0 for counter in counters)


def _drop_stale_copies(out_dir: Path) -> None:
    """Working copies exist for what is flagged now, and for nothing else."""
    candidates = next(dataset for dataset in DATASETS if dataset.name == "candidates")
    flagged = {c.creative_sha256 for c in read_records(out_dir / "candidates.parquet", candidates.record)}
    for path in sorted((out_dir / DERIVATIVES).glob("*")):
        if path.name.removesuffix(MADE_FOR) not in flagged:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
