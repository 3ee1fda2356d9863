"""A screening run into the console's database. Loading the same run again changes nothing; decisions survive every loading."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
from cattrs import BaseValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crawlers.records import QueryTally
from detectors.records import Finding
from embeddings.records import TextLine
from evidence.errors import BlobMissing, EvidenceAltered
from evidence.records import Ad, Capture, Outcome
from evidence.store import EvidenceStore
from evidence.tables import read_records
from pipelines.records import Assessment, Candidate, DeadLetter, RunReport
from triage.campaign_loading import put_campaigns, read_campaigns
from triage.columns import RECORDS_AS_JSON
from triage.database import open_database
from triage.language import language_hint
from triage.models import AuditLine, CaptureRow, CaseName, CaseRow, FindingRow, Gap, LineRow, MatchRow, ScreenRow
from triage.reasons import CaseState
from triage.working_copies import adopt, smaller_screenshot, write_whole
from watchlist.records import Match

GAP_KINDS = {
    "query": "queries not looked at",
    "blocked": "captures blocked",
    "failed": "captures failed",
    "dead_letter": "items not processed",
    "run": "limits of the run",
}
LANDING_TEXT_CHARACTERS = 20_000
MOST_LINES = 400
"""Of the words in the media of one ad; more than anybody reads."""

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What one loading did. ``notes`` are sentences about working copies that could not be made."""

    screen: str
    new_cases: int
    known_cases: int
    gaps: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    candidates: list[Candidate]
    findings: list[Finding]
    matches: list[Match]
    assessments: list[Assessment]
    letters: list[DeadLetter]
    tallies: list[QueryTally]
    report: RunReport | None
    ads: dict[str, Ad]
    captures: dict[str, list[Capture]]
    campaigns: pa.Table | None
    lines: list[TextLine]

    def lines_of(self, ad_id: str) -> list[TextLine]:
        """The words in the media and the screenshots of an ad."""
        captures = self.captures.get(ad_id, ())
        own = {blob.sha256 for capture in captures for blob in (capture.body, capture.screenshot) if blob is not None}
        return [line for line in self.lines if line.source_sha256 in own][:MOST_LINES]


def load_screen(
    database_url: str,
    *,
    screen_dir: Path,
    crawl_dir: Path | None,
    store_url: str | None,
    derivatives: Path,
    now: datetime,
) -> Loaded:
    """Load the run in ``screen_dir`` with the ads and captures of ``crawl_dir`` (or those in ``screen_dir`` itself).

    ``derivatives`` is the console's own directory of working copies; without ``store_url`` there are no screenshots and no
    landing-page text. Raises ``FileNotFoundError`` if there is no run, ``ValueError`` if a file does not fit its record,
    ``OSError`` if database, store or directory cannot be used; nothing is half-loaded.
    """
    run = _read_run(screen_dir, crawl_dir)
    store = EvidenceStore(store_url) if store_url else None
    notes: list[str] = []
    for candidate in run.candidates:
        if candidate.creative_sha256:
            sha256 = candidate.creative_sha256
            adopt(screen_dir / "derivatives" / sha256, derivatives / sha256)
        for capture in run.captures.get(candidate.ad_id, ()):
            notes += _landing_copy(capture, store, derivatives)
    engine = open_database(database_url)
    try:
        return _write_run(engine, run, screen=screen_dir.name, store=store, notes=tuple(notes), now=now)
    except DBAPIError as error:
        raise OSError(
            f"the console's database {engine.url.render_as_string()} did not take the run ({error.orig}); "
            "check that there is room, that no other program holds it, and that this version of Qalqan made it"
        ) from error
    finally:
        engine.dispose()


def _read_run(screen_dir: Path, crawl_dir: Path | None) -> _Run:
    if not (screen_dir / "candidates.parquet").exists():
        raise FileNotFoundError(
            f"there is no finished screening run in {screen_dir} (no candidates.parquet); run `qalqan screen` first"
        )
    from_dir = crawl_dir if crawl_dir and (crawl_dir / "ads.parquet").exists() else screen_dir
    candidates = _read(screen_dir / "candidates.parquet", Candidate)
    wanted = {candidate.ad_id for candidate in candidates}
    ads = {ad.ad_id: ad for ad in _read(from_dir / "ads.parquet", Ad)}
    missing = wanted - ads.keys()
    if missing:
        raise ValueError(
            f"{from_dir} does not hold the ad {min(missing)} of a candidate in {screen_dir}; "
            "name the crawl that was screened"
        )
    captures: dict[str, list[Capture]] = defaultdict(list)
    for capture in _read(from_dir / "captures.parquet", Capture):
        captures[capture.ad_id].append(capture)
    return _Run(
        candidates=candidates,
        findings=_read(screen_dir / "findings.parquet", Finding),
        matches=_read(screen_dir / "matches.parquet", Match),
        assessments=_read(screen_dir / "assessments.parquet", Assessment),
        letters=_read(screen_dir / "dead_letters.parquet", DeadLetter),
        tallies=_read(from_dir / "tallies.parquet", QueryTally),
        report=_read_report(screen_dir / "report.json"),
        ads=ads,
        captures=captures,
        campaigns=read_campaigns(screen_dir / "campaigns.parquet"),
        lines=_read(screen_dir / "text_lines.parquet", TextLine),
    )


def _read(path: Path, record: type[Record]) -> list[Record]:
    if not path.exists():
        return []
    try:
        return read_records(path, record)
    except (BaseValidationError, ValueError) as error:  # Arrow's own errors are ValueErrors
        raise ValueError(
            f"{path} does not hold {record.__name__} records ({error}); run the step that wrote it again"
        ) from error


def _read_report(path: Path) -> RunReport | None:
    if not path.exists():
        return None
    try:
        return RECORDS_AS_JSON.structure(json.loads(path.read_text()), RunReport)
    except (BaseValidationError, ValueError) as error:
        raise ValueError(f"{path} is not the report of a screening run ({error}); run `qalqan screen` again") from error


def _landing_copy(capture: Capture, store: EvidenceStore | None, derivatives: Path) -> list[str]:
    if capture.screenshot is None or store is None:
        return []
    target = derivatives / capture.screenshot.sha256 / "landing.jpg"
    if target.exists():
        return []
    try:
        write_whole(target, smaller_screenshot(store.read(capture.screenshot)))
    except (ValueError, BlobMissing, EvidenceAltered) as error:
        return [f"No screenshot for capture {capture.capture_id}: {error}"]
    return []


def _landing_text(capture: Capture, store: EvidenceStore | None) -> str | None:
    if capture.text is None or store is None:
        return None
    try:
        return store.read(capture.text).decode("utf-8", errors="replace")[:LANDING_TEXT_CHARACTERS]
    except (BlobMissing, EvidenceAltered):
        return None


def _write_run(
    engine: Engine, run: _Run, *, screen: str, store: EvidenceStore | None, notes: tuple[str, ...], now: datetime
) -> Loaded:
    by_ad: dict[str, list[Finding]] = defaultdict(list)
    by_creative: dict[str, list[Finding]] = defaultdict(list)
    for finding in run.findings:
        if finding.ad_id:
            by_ad[finding.ad_id].append(finding)
        elif finding.creative_sha256:
            by_creative[finding.creative_sha256].append(finding)
    matches: dict[str, list[Match]] = defaultdict(list)
    for match in run.matches:
        matches[match.creative_sha256].append(match)
    with Session(engine) as session, session.begin():
        new = 0
        for candidate in run.candidates:
            sha256 = candidate.creative_sha256 or ""
            new += _put_case(
                session,
                candidate,
                run,
                findings=by_ad[candidate.ad_id] + by_creative[sha256],
                matches=matches[sha256],
                texts={
                    c.capture_id: text
                    for c in run.captures.get(candidate.ad_id, ())
                    if (text := _landing_text(c, store)) is not None
                },
                screen=screen,
                now=now,
            )
        gaps = _put_screen(session, run, screen=screen, now=now)
        if run.campaigns is not None:
            session.flush()
            ended = run.report.finished_at if run.report else now
            put_campaigns(session, run.campaigns, run.ads, screen=screen, as_of=ended)
        known = len(run.candidates) - new
        session.add(
            AuditLine(
                at=now,
                actor=None,
                action="screen_loaded",
                subject=screen,
                detail={"new": new, "known": known, "gaps": gaps},
            )
        )
    return Loaded(screen=screen, new_cases=new, known_cases=known, gaps=gaps, notes=notes)


def _put_case(
    session: Session,
    candidate: Candidate,
    run: _Run,
    *,
    findings: Iterable[Finding],
    matches: Iterable[Match],
    texts: dict[str, str],
    screen: str,
    now: datetime,
) -> bool:
    """Write one case with all it owns; True if it was not there before. A case that was decided keeps its decisions."""
    ad = run.ads[candidate.ad_id]
    row = session.get(CaseRow, candidate.candidate_id)
    new = row is None
    if row is None:
        row = CaseRow(
            candidate_id=candidate.candidate_id, state=CaseState.OPEN, first_seen_at=ad.observed_at, loaded_at=now
        )
        row.last_seen_at = ad.observed_at
        session.add(row)
    else:
        row.names.clear()
        row.findings.clear()
        row.matches.clear()
        row.captures.clear()
        row.lines.clear()
        session.flush()  # the old rows have to be gone before rows of the same keys arrive
    row.priority = candidate.priority
    row.source = ad.source
    row.language = language_hint(" ".join(part for part in (ad.title, ad.body) if part))
    row.creative_sha256 = candidate.creative_sha256
    row.screen = screen
    row.first_seen_at = min(row.first_seen_at, ad.observed_at)
    row.last_seen_at = max(row.last_seen_at, ad.observed_at)
    row.candidate = candidate
    row.ad = ad
    row.names = [CaseName(kind="person", value=value) for value in candidate.person_ids]
    row.names += [CaseName(kind="brand", value=value) for value in candidate.brand_ids]
    row.findings = [FindingRow(finding_id=f.finding_id, position=i, finding=f) for i, f in enumerate(findings)]
    row.matches = [MatchRow(match_id=m.match_id, position=i, match=m) for i, m in enumerate(matches)]
    row.captures = [
        CaptureRow(capture_id=c.capture_id, position=i, capture=c, text=texts.get(c.capture_id))
        for i, c in enumerate(run.captures.get(candidate.ad_id, ()))
    ]
    row.lines = [LineRow(position=i, line=line) for i, line in enumerate(run.lines_of(candidate.ad_id))]
    return new


def _put_screen(session: Session, run: _Run, *, screen: str, now: datetime) -> int:
    row = session.get(ScreenRow, screen)
    if row is None:
        row = ScreenRow(screen=screen)
        session.add(row)
    else:
        row.gaps.clear()
        session.flush()
    row.loaded_at = now
    row.ads = run.report.ads if run.report else len(run.assessments)
    row.flagged = len(run.candidates)
    row.pipeline_version = run.report.pipeline_version if run.report else None
    row.pack = run.report.pack if run.report else None
    row.watchlist_version = run.report.watchlist_version if run.report else None
    gaps = list(_gaps(run))
    row.gaps = [Gap(position=i, kind=kind, what=what, reason=why) for i, (kind, what, why) in enumerate(gaps)]
    return len(gaps)


def _gaps(run: _Run) -> Iterable[tuple[str, str, str]]:
    """(kind, what, reason) of everything that could not be looked at."""
    unseen = [tally for tally in run.tallies if not tally.looked]
    for tally in unseen:
        yield "query", f"{tally.source}: {tally.query}", tally.why_not or "no reason given"
    for captures in run.captures.values():
        for capture in captures:
            if capture.outcome in {Outcome.BLOCKED, Outcome.FAILED}:
                again = "" if capture.is_first_visit else f"visited once more, as a {capture.visitor}: "
                why = capture.reason or "no reason given"
                yield capture.outcome.value, capture.requested_url, f"{again}{why}"
    for letter in run.letters:
        yield "dead_letter", f"{letter.stage}: {letter.creative_sha256 or letter.ad_id or 'run'}", letter.reason
    for sentence in run.report.could_not_look if run.report else ():
        # The report repeats what the crawl says of its queries; it is counted once
        if not any(tally.source in sentence and f"«{tally.query}»" in sentence for tally in unseen):
            yield "run", "run", sentence
