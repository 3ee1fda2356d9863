"""What may not be kept any longer, and deleting it: every deletion is a line in the hash-chained list before it happens.

Classes: the captures of an ad (by what became of it), remembered analyses, records of screening runs, egress logs, people whose
enrolment expired. Working copies and prints go with the bytes that they were made from, what campaigns remember of an ad goes
with its captures, working copies that show a person go with the person. What waits for a decision, or for screening, stays.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from evidence.chain import read_chain
from evidence.deletions import Deletions
from evidence.log import JOURNAL_NAME, blobs_in
from evidence.records import Ad, Capture
from evidence.store import EvidenceStore, store_unavailable
from evidence.tables import from_json, read_records
from pipelines.analyse import ANALYSES
from pipelines.campaign_registry import CampaignRegistry
from pipelines.copy_registry import CopyRegistry
from pipelines.derive import DERIVATIVES, MADE_FOR, creatives_with
from pipelines.records import Assessment, Candidate, RunReport
from pipelines.reuse import REGISTRY
from pipelines.trait_tables import forget, remembered_ads
from qalqan.config import Config, RetentionSection
from triage.case_ages import CaseAge, case_ages
from triage.reasons import CaseState
from watchlist.enrol import remove
from watchlist.listing import expired_people

BY = "retention"
SHA256_DIGITS = 64


class What(StrEnum):
    """The classes of things that are deleted."""

    BLOB = "blob"
    ANALYSIS = "analysis"
    COPIES = "working copies"
    PRINT = "print of a creative"
    TRAITS = "traits of an ad"
    SCREEN = "screening run"
    EGRESS_LOG = "egress log"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing that has to go: its name (a SHA-256, a person's id, or a path in the data folder) and by which rule."""

    what: What
    name: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What has to go now, in the order in which it goes; ``unscreened`` ads are kept because nobody has looked at them."""

    due: tuple[Due, ...]
    unscreened: int

    def counts(self) -> Counter[tuple[str, str]]:
        """How many things of each class go by each rule."""
        return Counter((item.what.value, item.rule) for item in self.due)


@dataclass(slots=True)
class _Seen:
    """What the journals say of one ad."""

    last_at: datetime
    blobs: set[str]


def plan(config: Config, *, now: datetime) -> Plan:
    """What has to go at ``now``; changes nothing. Raises ``FileNotFoundError`` where there is no data folder, and what reading
    the evidence, the watchlist and the console raises."""
    if not config.data_dir.is_dir():
        raise FileNotFoundError(f"there is no data folder {config.data_dir}: check data_dir in the configuration")
    rules = config.retention
    screened, flagged = _screened(config)
    cases = case_ages(config.database_url)
    seen, unowned = _captured(config)
    rule_of = {ad_id: _rule(ad_id, ad, cases, screened, flagged, rules, now=now) for ad_id, ad in seen.items()}
    present = set(EvidenceStore(config.store_url).hashes())
    blobs = _blobs_due(seen, unowned, rule_of, present=present)
    due = [*_analyses(config, blobs, now=now), *_copies(config, blobs), *_prints(config, blobs, present=present)]
    due += _traits(config, seen, rule_of)
    # People before the runs that say where they were recognised, and after the copies that show them
    due += [*_people(config, now=now), *_screens(config, cases, now=now), *_egress_logs(config, now=now)]
    due = list(dict.fromkeys(due))
    # Last, because what was made from them is found by them: a run that was killed has to find it again
    due += [Due(what=What.BLOB, name=sha256, rule=rule) for sha256, rule in sorted(blobs.items())]
    waiting = [ad_id for ad_id, ad in seen.items() if ad.blobs & present and ad_id not in screened | cases.keys()]
    return Plan(due=tuple(due), unscreened=len(waiting))


def carry_out(config: Config, planned: Plan, *, now: datetime) -> None:
    """Delete what the plan names, each after its line was written. A run that is killed is simply repeated.

    Raises ``StoreUnavailable``, ``EvidenceAltered`` (the list was changed) and what ``watchlist.enrol.remove`` raises.
    """
    deletions, store = Deletions(config.data_dir), EvidenceStore(config.store_url)
    prints, ads = set[str](), set[str]()
    for item in (item for item in planned.due if item.what is not What.BLOB):
        deletions.note(what=item.what.value, name=item.name, rule=item.rule, at=now)
        if item.what is What.PERSON:
            remove(config.watchlist.directory, item.name, by=BY, now=now, why=item.rule)
        elif item.what is What.PRINT:
            prints.add(item.name)
        elif item.what is What.TRAITS:
            ads.add(item.name)
        else:
            _delete(config.data_dir / item.name)
    if prints:
        _registry(config).forget(prints)
    if ads:
        CampaignRegistry(config.campaigns_dir).forget(ads)
        forget(config.campaigns_dir, ads)
    blobs = [item for item in planned.due if item.what is What.BLOB]
    # A crawl may have captured the same bytes again since the plan was made
    still_due = set(plan(config, now=now).due) if blobs else set()
    for item in blobs:
        if item in still_due:
            deletions.delete_blob(store, item.name, rule=item.rule, at=now)


def _registry(config: Config) -> CopyRegistry:
    return CopyRegistry(config.cache_dir / REGISTRY)


def _delete(path: Path) -> None:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise store_unavailable(error, str(path)) from error


def _captured(config: Config) -> tuple[dict[str, _Seen], set[str]]:
    """Every ad with all its bytes, over all crawls, and the bytes that belong to no ad."""
    seen: dict[str, _Seen] = {}
    unowned: set[str] = set()
    for path in sorted((config.data_dir / "crawls").glob(f"*/{JOURNAL_NAME}")):
        for line in read_chain(path):
            at = datetime.fromisoformat(line.content["at"])
            for record in line.content["records"]:
                blobs = set(blobs_in(record["row"]))
                if record["type"] not in (Ad.__name__, Capture.__name__):
                    unowned |= blobs
                    continue
                ad = seen.setdefault(record["row"]["ad_id"], _Seen(last_at=at, blobs=set()))
                ad.last_at = max(ad.last_at, at)
                ad.blobs |= blobs
    return seen, unowned


def _screened(config: Config) -> tuple[set[str], set[str]]:
    """The ids of the ads that were screened, and of those that were flagged, in any run that is still there."""
    screened, flagged = set[str](), set[str]()
    for directory in _screen_dirs(config):
        screened |= {item.ad_id for item in read_records(directory / "assessments.parquet", Assessment)}
        flagged |= {item.ad_id for item in read_records(directory / "candidates.parquet", Candidate)}
    return screened, flagged


def _screen_dirs(config: Config) -> list[Path]:
    """The finished screening runs."""
    return sorted(path.parent for path in (config.data_dir / "screens").glob("*/candidates.parquet"))


def _rule(
    ad_id: str,
    ad: _Seen,
    cases: dict[str, CaseAge],
    screened: set[str],
    flagged: set[str],
    rules: RetentionSection,
    *,
    now: datetime,
) -> str | None:
    """The rule by which the captures of an ad have to go; None while they stay."""
    case = cases.get(ad_id)
    if case is not None and case.state is CaseState.REJECTED:
        return _past(case.since, rules.rejected_days, "captures of rejected cases", now=now)
    if case is not None and case.state is CaseState.CONFIRMED:
        return _past(case.since, rules.confirmed_days, "captures of confirmed cases", now=now)
    if case is not None or ad_id in flagged or ad_id not in screened:
        return None
    return _past(ad.last_at, rules.unflagged_days, "captures of ads that were not flagged", now=now)


def _past(since: datetime, days: int, what: str, *, now: datetime) -> str | None:
    return f"{what}: {days} days" if days and now - since > timedelta(days=days) else None


def _blobs_due(
    seen: dict[str, _Seen], unowned: set[str], rule_of: dict[str, str | None], *, present: set[str]
) -> dict[str, str]:
    """Blob → rule. Bytes that several ads share go when all of them have to."""
    owners: dict[str, list[str]] = defaultdict(list)
    for ad_id, ad in seen.items():
        for sha256 in ad.blobs & present - unowned:
            owners[sha256].append(ad_id)
    rules = {sha256: [rule_of[ad_id] for ad_id in ads] for sha256, ads in owners.items()}
    return {sha256: max(rule for rule in theirs if rule is not None) for sha256, theirs in rules.items() if all(theirs)}


def _analyses(config: Config, blobs: dict[str, str], *, now: datetime) -> Iterator[Due]:
    days = config.retention.analyses_days
    for path in sorted(path for ending in ANALYSES for path in config.cache_dir.glob(f"*/??/*{ending}")):
        sha256, name = path.name[:SHA256_DIGITS], str(path.relative_to(config.data_dir))
        old = _past(_modified(path), days, "remembered analyses", now=now)
        if rule := blobs.get(sha256) or old:
            yield Due(what=What.ANALYSIS, name=name, rule=rule)


def _copies(config: Config, blobs: dict[str, str]) -> Iterator[Due]:
    """Working copies of bytes that go; with them the note beside a folder that says for whom the copies were made."""
    for place in _shelves(config):
        for path in sorted(place.glob("*")):
            rule = blobs.get(path.name.removesuffix(MADE_FOR))
            if rule is not None:
                yield Due(what=What.COPIES, name=str(path.relative_to(config.data_dir)), rule=rule)


def _shelves(config: Config) -> list[Path]:
    """Where working copies lie: the console's and those of every run."""
    return [config.derivatives_dir, *sorted((config.data_dir / "screens").glob(f"*/{DERIVATIVES}"))]


def _prints(config: Config, blobs: dict[str, str], *, present: set[str]) -> Iterator[Due]:
    """Prints, thumbnails and all, of bytes that go or are gone."""
    for sha256 in sorted(_registry(config).held()):
        rule = blobs.get(sha256) or (None if sha256 in present else "prints of creatives that are not kept any more")
        if rule is not None:
            yield Due(what=What.PRINT, name=sha256, rule=rule)


def _traits(config: Config, seen: dict[str, _Seen], rule_of: dict[str, str | None]) -> Iterator[Due]:
    """What campaigns remember of ads whose captures go or are gone: their traits and that they belong to a campaign. The names
    of campaigns stay."""
    directory = config.campaigns_dir
    for ad_id in sorted(remembered_ads(directory) | CampaignRegistry(directory).ads()):
        rule = rule_of[ad_id] if ad_id in seen else "traits of ads that are not kept any more"
        if rule is not None:
            yield Due(what=What.TRAITS, name=ad_id, rule=rule)


def _screens(config: Config, cases: dict[str, CaseAge], *, now: datetime) -> Iterator[Due]:
    """Runs that ended long ago and whose candidates the console all knows."""
    for directory in _screen_dirs(config):
        report = directory / "report.json"
        if not report.is_file():
            continue
        ended = from_json(RunReport, json.loads(report.read_text(encoding="utf-8"))).finished_at
        rule = _past(ended, config.retention.screens_days, "records of screening runs", now=now)
        candidates = read_records(directory / "candidates.parquet", Candidate)
        if rule and all(candidate.ad_id in cases for candidate in candidates):
            yield Due(what=What.SCREEN, name=str(directory.relative_to(config.data_dir)), rule=rule)


def _egress_logs(config: Config, *, now: datetime) -> Iterator[Due]:
    for path in sorted((config.data_dir / "crawls").glob("*/egress.jsonl")):
        if rule := _past(_modified(path), config.retention.egress_log_days, "egress logs", now=now):
            yield Due(what=What.EGRESS_LOG, name=str(path.relative_to(config.data_dir)), rule=rule)


def _people(config: Config, *, now: datetime) -> Iterator[Due]:
    if not config.watchlist.directory.is_dir():
        return
    days = config.retention.expired_people_days
    for enrolment in expired_people(config.watchlist.directory, now):
        if rule := _past(enrolment.expires_at, days, "people whose enrolment expired", now=now):
            yield from _copies_with(config, enrolment.person_id, rule=rule)
            yield Due(what=What.PERSON, name=enrolment.person_id, rule=rule)


def _copies_with(config: Config, person_id: str, *, rule: str) -> Iterator[Due]:
    """Working copies that show the person unblurred, the notes beside the folders first: without one no copies seem to stand."""
    theirs = creatives_with(sorted((config.data_dir / "screens").glob("*")), person_id)
    for place in _shelves(config):
        for path in (place / name for sha256 in theirs for name in (sha256 + MADE_FOR, sha256)):
            if path.exists():
                yield Due(what=What.COPIES, name=str(path.relative_to(config.data_dir)), rule=rule)


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
