"""An evaluation of the end decision, from a finished screening and its right answers to one record with pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from detectors.records import Finding
from embeddings.records import Creative
from evidence.records import BlobRef
from evidence.tables import read_records
from pipelines.assess import AdFile
from pipelines.errors import NothingToScreen
from pipelines.evaluation_decisions import (
    Judged,
    breakdowns,
    causes,
    confusions,
    curves,
    likelihood_ratios,
    share,
    targets,
    worst_errors,
)
from pipelines.evaluation_pictures import with_pictures
from pipelines.evaluation_ranking import RANKED
from pipelines.evaluation_records import DecisionEvaluation, Unlooked
from pipelines.in_sample import in_sample
from pipelines.records import PIPELINE_VERSION, Assessment, Candidate, DeadLetter
from pipelines.screen import ad_files
from pipelines.tools import ScreenSettings
from pipelines.truth import Truth

LIMITS = (
    (
        "Ads of one creative or one pattern of text are alike. The intervals draw creatives anew; how much other people, other "
        "forging software, other texts and other platforms would change the figures they do not say."
    ),
    (
        "A set that was composed is as hard as whoever composed it thought of. What was mended while its errors were read does "
        "better on it than elsewhere; compare the sets of texts."
    ),
    "An ad that could not be looked at counts as not flagged.",
    (
        "The decision follows a rule and has no score. The order that AUC, EER and the curves speak of is made for this report; "
        "analysts see candidates in the order of their priority, which is harm and not certainty."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """When, with which version and by which command an evaluation was made."""

    at: datetime
    qalqan: str
    command: str


def evaluate(
    truth: Truth, settings: ScreenSettings, made: Made, *, most: int
) -> tuple[DecisionEvaluation, dict[str, bytes]]:
    """Compare what was concluded with what is right; at most ``most`` errors are shown. The pictures are JPEGs by name.

    Raises ``NothingToScreen`` where there is no screening, ``ValueError`` where no ad of the truth is in it, or a detector that
    was to be left out.
    """
    path = settings.out_dir / "assessments.parquet"
    if not path.is_file():
        raise NothingToScreen(
            f"there is no screening in {settings.out_dir}: leave out --screened to screen the ads first"
        )
    files = {file.ad.ad_id: file for file in ad_files(settings.crawl_dir)}
    assessments = {item.ad_id: item for item in read_records(path, Assessment)}
    judged = _judged(truth, files, assessments, settings)
    if not judged:
        raise ValueError(
            f"none of the {len(truth.ads)} ads with right answers was screened: the two do not belong together"
        )
    methods = {found.method for one in judged for found in one.findings}
    if still_there := methods & set(settings.without):
        raise ValueError(
            f"{min(still_there)} took part in the screening in {settings.out_dir}: leave out --screened to screen without it"
        )
    ratios = likelihood_ratios(judged)
    overall, found = share("all ads", judged, ratios), causes(judged)
    errors, pictures = with_pictures(worst_errors(judged, most=most), _blobs(list(files.values())), settings)
    evaluation = DecisionEvaluation(
        description=truth.description,
        command=made.command,
        made_with=truth.command,
        made_at=f"{made.at:%Y-%m-%d %H:%M} UTC",
        qalqan=made.qalqan,
        pipeline_version=PIPELINE_VERSION,
        pack=settings.pack,
        creatives=len({one.truth.creative for one in judged} - {None}),
        overall=overall,
        ranked=RANKED,
        curves=curves(judged),
        breakdowns=breakdowns(judged, ratios),
        confusions=confusions(judged),
        targets=targets(overall, found),
        causes=found,
        errors=errors,
        unlooked=tuple(_unlooked(truth, files, assessments, settings)),
        limits=LIMITS,
        in_sample=tuple(in_sample([truth.learned_from], methods)),
    )
    return evaluation, pictures


def _judged(
    truth: Truth, files: dict[str, AdFile], assessments: dict[str, Assessment], settings: ScreenSettings
) -> list[Judged]:
    candidates = {item.ad_id: item for item in read_records(settings.out_dir / "candidates.parquet", Candidate)}
    creatives = {item.sha256: item for item in read_records(settings.out_dir / "creatives.parquet", Creative)}
    findings: dict[str, list[Finding]] = {}
    for found in read_records(settings.out_dir / "findings.parquet", Finding):
        findings.setdefault(found.ad_id or found.creative_sha256 or "", []).append(found)
    return [
        Judged(
            truth=right,
            ad=files[right.ad_id].ad,
            assessment=assessments[right.ad_id],
            candidate=candidates.get(right.ad_id),
            findings=tuple(
                found
                for about in (right.ad_id, *(blob.sha256 for blob in files[right.ad_id].creatives()))
                for found in findings.get(about, ())
            ),
            creative=creatives.get(assessments[right.ad_id].creative_sha256 or ""),
        )
        for right in truth.ads
        if right.ad_id in files and right.ad_id in assessments
    ]


def _blobs(files: Sequence[AdFile]) -> dict[str, BlobRef]:
    return {blob.sha256: blob for file in files for blob in file.creatives()}


def _unlooked(
    truth: Truth, files: dict[str, AdFile], assessments: dict[str, Assessment], settings: ScreenSettings
) -> Iterator[Unlooked]:
    for right in truth.ads:
        if right.ad_id not in files:
            yield Unlooked(name=f"ad {right.ad_id[:12]}", why="It is in the truth and not among the ads.")
        elif right.ad_id not in assessments:
            yield Unlooked(name=f"ad {right.ad_id[:12]}", why="It was not assessed.")
    judged = {right.ad_id for right in truth.ads}
    if others := len(assessments.keys() - judged):
        yield Unlooked(name=f"{others} ads", why="They have no right answer, and count nowhere.")
    for letter in read_records(settings.out_dir / "dead_letters.parquet", DeadLetter):
        name = f"media {letter.creative_sha256[:12]}" if letter.creative_sha256 else f"ad {(letter.ad_id or '')[:12]}"
        yield Unlooked(name=name, why=f"{letter.stage}: {letter.reason}")
