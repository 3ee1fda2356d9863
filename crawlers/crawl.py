"""The crawl: ask every source every query, keep each ad with all that it points to, and say truthfully how it went.

A crawl that was killed is resumed by running it again; a crawl that has finished is left as it is.
"""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from crawlers.browser import LazyBrowser, require_chromium
from crawlers.capture import Capturer
from crawlers.egress import EgressProxy
from crawlers.errors import CouldNotLook, Refusal
from crawlers.fetch import open_client
from crawlers.pace import Pace
from crawlers.plan import CrawlPlan, CrawlResult
from crawlers.records import QUERY_TALLY_SCHEMA, QueryTally
from crawlers.sources import FoundAd, Source, SourcePlan, Tools, Unreadable, open_source
from evidence.journal import Journal
from evidence.records import AD_SCHEMA, CAPTURE_SCHEMA, AccessMode, Ad, BlobRef, Capture, Outcome, content_id
from evidence.store import EvidenceStore
from evidence.tables import placing, read_records, to_row, write_records

Clock = Callable[[], datetime]
Record = TypeVar("Record", FoundAd, Capture, QueryTally)


def crawl(plan: CrawlPlan, *, store: EvidenceStore, directory: Path, clock: Clock, fresh: bool = False) -> CrawlResult:
    """Run, resume or (when it is finished) read back the crawl that lives in ``directory``.

    ``fresh`` starts a new crawl beside it, ``NAME-2`` and so on; the result says where. Raises ``ValueError`` for a plan that
    must not run or that differs from the one that began this crawl, ``LookupError`` for an unknown source,
    ``BrowserMissing`` without Chromium, ``StoreUnavailable`` when evidence cannot be kept.
    """
    sources = [(open_source(part.source), part) for part in plan.sources]
    _check(plan, [source for source, _ in sources])
    directory = _unused(directory) if fresh else directory
    if (directory / "report.json").exists():
        return _finished(plan, directory)
    if plan.landing or any(source.needs_browser for source, _ in sources):
        require_chromium(plan.chromium)
    with ExitStack() as stack:
        journal = stack.enter_context(Journal(directory, store, clock=clock))
        proxy = stack.enter_context(EgressProxy(plan.egress, directory / "egress.jsonl"))
        client = stack.enter_context(open_client(proxy.url, user_agent=plan.http_user_agent))
        browser = stack.enter_context(LazyBrowser(proxy.url, executable=plan.chromium))
        pace = Pace(plan.delay_s, now=time.monotonic, sleep=time.sleep)
        capturer = Capturer(plan=plan, proxy_url=proxy.url, http_client=client, browser=browser, pace=pace, clock=clock)
        run = _Run(plan=plan, journal=journal, capturer=capturer, clock=clock)
        for source, part in sources:
            run.ask_all(source, part)
        return run.finish(directory)


@dataclass(slots=True, kw_only=True, eq=False)
class _Run:
    """One process' share of a crawl."""

    plan: CrawlPlan
    journal: Journal
    capturer: Capturer
    clock: Clock
    outcomes: dict[str, tuple[str, str, Outcome]] = field(default_factory=dict)
    """ad_id → the source and query that found it first, and how its capture ended."""
    tallies: list[QueryTally] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    new_ads: int = 0

    def __post_init__(self) -> None:
        captures = self.journal.records(Capture)
        self.capturer.remember(captures)
        of_ad: dict[str, list[Capture]] = {}
        for capture in captures:
            of_ad.setdefault(capture.ad_id, []).append(capture)
        for ad in self.journal.records(Ad):
            self.outcomes[ad.ad_id] = (ad.source, ad.query, _outcome(of_ad.get(ad.ad_id, [])))

    def ask_all(self, source: Source, part: SourcePlan) -> None:
        """All queries of one source, those that an earlier run of this crawl completed left alone."""
        done = {(t.source, t.query): t for t in self.journal.records(QueryTally)}
        for query in dict.fromkeys(part.queries):
            earlier = done.get((source.name, query))
            if earlier is not None:
                self.tallies.append(earlier)
                continue
            tally, complete = self._ask(source, part, query)
            tally = _cleaned(tally)
            self.tallies.append(tally)
            key = f"query:{content_id(source.name, query)}"
            if complete and key not in self.journal.committed:
                with self.journal.entry(key) as entry:
                    entry.add(tally)

    def _ask(self, source: Source, part: SourcePlan, query: str) -> tuple[QueryTally, bool]:
        """The tally of one query, and whether the source answered it in full.

        All answers are taken before anything is captured: a hostile page may bring the browser down, and with it the source's.
        """
        counts: Counter[Outcome] = Counter()
        seen: set[str] = set()
        answers, why_not, complete = _taken(source, query, part, self._tools())
        for found in answers:
            again = found.source_ad_id in seen
            seen.add(found.source_ad_id)
            counts[Outcome.SKIPPED if again else self._keep(found, source=source, query=query)] += 1
        tally = QueryTally(
            source=source.name,
            query=query,
            looked=complete or bool(counts),
            why_not=why_not,
            found=sum(counts.values()),
            captured=counts[Outcome.CAPTURED],
            skipped=counts[Outcome.SKIPPED],
            blocked=counts[Outcome.BLOCKED],
            failed=counts[Outcome.FAILED],
        )
        return tally, complete

    def _keep(self, found: FoundAd | Unreadable, *, source: Source, query: str) -> Outcome:
        """Capture one ad in one journal entry, unless it is there already."""
        ad_id = content_id(source.name, _clean(found.source_ad_id))
        if ad_id in self.outcomes:
            first_source, first_query, outcome = self.outcomes[ad_id]
            return outcome if (first_source, first_query) == (source.name, query) else Outcome.SKIPPED
        if isinstance(found, Unreadable):
            self.problems.append(_clean(f"{source.name}: {found.reason}"))
            return Outcome.FAILED
        try:
            captures = self._commit(_cleaned(found), ad_id=ad_id, source=source, query=query)
        except ValueError as error:
            # Hostile data in one ad must not end the crawl; its entry was discarded as a whole.
            self.problems.append(_clean(f"{source.name}: ad {found.source_ad_id!r} could not be kept: {error}"[:500]))
            return Outcome.FAILED
        self.capturer.remember(captures)
        self.outcomes[ad_id] = (source.name, query, _outcome(captures))
        self.new_ads += 1
        return self.outcomes[ad_id][2]

    def _commit(self, found: FoundAd, *, ad_id: str, source: Source, query: str) -> list[Capture]:
        with self.journal.entry(ad_id) as entry:
            raw = entry.put(found.raw, media_type=found.raw_media_type)
            entry.add(_ad(found, ad_id=ad_id, source=source, query=query, raw=raw, now=self.clock()))
            captures = [_cleaned(item) for item in self.capturer.capture_all(found, ad_id=ad_id, entry=entry)]
            for capture in captures:
                entry.add(capture)
        return captures

    def _tools(self) -> Tools:
        return Tools(
            http=self.capturer.http_client,
            browser=self.capturer.browser.get,
            pause=lambda: time.sleep(self.plan.delay_s),
            clock=self.clock,
            limits=self.plan.fetch_limits,
            user_agent=self.plan.browser_user_agent,
        )

    def finish(self, directory: Path) -> CrawlResult:
        """Write the tables and, last, the report: its presence says that the crawl is finished."""
        ads = sorted(self.journal.records(Ad), key=lambda ad: ad.ad_id)
        captures = sorted(self.journal.records(Capture), key=lambda capture: (capture.ad_id, capture.capture_id))
        tallies = sorted(self.tallies, key=lambda tally: (tally.source, tally.query))
        write_records(directory / "ads.parquet", ads, AD_SCHEMA)
        write_records(directory / "captures.parquet", captures, CAPTURE_SCHEMA)
        write_records(directory / "tallies.parquet", tallies, QUERY_TALLY_SCHEMA)
        report = _report(self.plan, ads, captures, tallies, problems=self.problems, now=self.clock())
        with placing(directory / "report.json") as partial:
            partial.write_text(json.dumps(report, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
        return CrawlResult(
            directory=directory,
            ads=tuple(ads),
            captures=tuple(captures),
            tallies=tuple(tallies),
            problems=tuple(self.problems),
            new_ads=self.new_ads,
            finished_before=False,
        )


def _taken(
    source: Source, query: str, part: SourcePlan, tools: Tools
) -> tuple[list[FoundAd | Unreadable], str | None, bool]:
    """What the source answered, what is to be said about it, and whether it answered in full."""
    taken: list[FoundAd | Unreadable] = []
    try:
        with closing(_answers(source, query, part, tools)) as answers:
            for found in answers:
                if len(taken) == part.max_ads:
                    return taken, f"stopped at the configured maximum of {part.max_ads} ads; there are more", True
                taken.append(found)
    except CouldNotLook as error:
        part_only = "looked at a part only, " if taken else ""
        return taken, f"{part_only}{error.refusal.value}: {error}", False
    except ValueError as error:  # an answer that a source did not expect must not end the other queries
        part_only = "looked at a part only, " if taken else ""
        return taken, f"{part_only}{Refusal.SCHEMA_CHANGED.value}: an answer cannot be read ({error})"[:500], False
    return taken, None, True


def _answers(source: Source, query: str, part: SourcePlan, tools: Tools) -> Generator[FoundAd | Unreadable, None, None]:
    """The source's answers, closed as soon as we stop asking."""
    yield from source.search(query, plan=part, tools=tools)


def _check(plan: CrawlPlan, sources: list[Source]) -> None:
    automated = sorted({s.name for s in sources if s.access_mode is AccessMode.PUBLIC_PAGE_AUTOMATED})
    if automated and not plan.legal_decision.strip():
        raise ValueError(
            f"the plan reads public pages by machine ({', '.join(automated)}) without a recorded decision; "
            "write down in legal_decision who decided that, and why"
        )


def _unused(directory: Path) -> Path:
    names = itertools.chain([directory.name], (f"{directory.name}-{n}" for n in itertools.count(2)))
    return next(path for name in names if not (path := directory.with_name(name)).exists())


def _finished(plan: CrawlPlan, directory: Path) -> CrawlResult:
    report = json.loads((directory / "report.json").read_text())
    if report["plan"] != plan.fingerprint:
        raise ValueError(
            f"the crawl in {directory} was finished with other sources or queries; give this crawl another name or run it fresh"
        )
    return CrawlResult(
        directory=directory,
        ads=tuple(read_records(directory / "ads.parquet", Ad)),
        captures=tuple(read_records(directory / "captures.parquet", Capture)),
        tallies=tuple(read_records(directory / "tallies.parquet", QueryTally)),
        problems=tuple(report["problems"]),
        new_ads=0,
        finished_before=True,
    )


def _report(
    plan: CrawlPlan,
    ads: list[Ad],
    captures: list[Capture],
    tallies: list[QueryTally],
    *,
    problems: list[str],
    now: datetime,
) -> dict[str, Any]:
    counts = Counter(f"{_kind(capture)}_{capture.outcome}" for capture in captures)
    names = ("found", "captured", "skipped", "blocked", "failed")
    return {
        "plan": plan.fingerprint,
        "legal_decision": plan.legal_decision,
        "finished_at": now.isoformat(),
        "ads": len(ads),
        "captures": dict(counts),
        "totals": {name: sum(getattr(tally, name) for tally in tallies) for name in names},
        "tallies": [to_row(tally) for tally in tallies],
        "could_not_look": [f"{t.source}, {t.query!r}: {t.why_not}" for t in tallies if not t.looked],
        "looked_at_a_part": [f"{t.source}, {t.query!r}: {t.why_not}" for t in tallies if t.looked and t.why_not],
        "problems": problems,
    }


def _kind(capture: Capture) -> str:
    return capture.kind if capture.is_first_visit else f"{capture.kind}_as_{capture.visitor}"


def _outcome(captures: list[Capture]) -> Outcome:
    """How the capture of an ad ended as a whole: failed if anything failed, else blocked if anything was refused. What was looked
    at a second time was seen whatever became of that."""
    outcomes = {capture.outcome for capture in captures if capture.is_first_visit}
    return next((o for o in (Outcome.FAILED, Outcome.BLOCKED) if o in outcomes), Outcome.CAPTURED)


def _ad(found: FoundAd, *, ad_id: str, source: Source, query: str, raw: BlobRef, now: datetime) -> Ad:
    return Ad(
        ad_id=ad_id,
        source=source.name,
        source_ad_id=found.source_ad_id,
        access_mode=source.access_mode,
        observed_at=now,
        query=query,
        page_id=found.page_id,
        page_name=found.page_name,
        page_url=found.page_url,
        title=found.title,
        body=found.body,
        cta_text=found.cta_text,
        link_url=found.link_url,
        link_caption=found.link_caption,
        ad_url=found.ad_url,
        platforms=found.platforms,
        media_urls=found.media_urls,
        is_active=found.is_active,
        started_at=found.started_at,
        ended_at=found.ended_at,
        reach=found.reach,
        raw=raw,
        labelled_ai=found.labelled_ai,
    )


def _cleaned(record: Record) -> Record:
    """The record with texts that every file format takes: lone surrogates, which JSON may carry, become question marks."""
    changes: dict[str, Any] = {}
    for entry in fields(record):
        value = getattr(record, entry.name)
        if type(value) is str:  # enumerations are strings too, and stay what they are
            changes[entry.name] = _clean(value)
        elif isinstance(value, tuple):
            changes[entry.name] = tuple(_clean(item) for item in value)
    return replace(record, **changes)


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
