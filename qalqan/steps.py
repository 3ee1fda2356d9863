"""The steps that commands are made of: crawl, import, screen, load the console.

Each imports what it needs when it is taken: the rooms behind them take seconds to import, and most commands need one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from qalqan.clock import utc_now
from qalqan.config import Config
from qalqan.machine import account
from qalqan.progress import analyses_in, counting, lines_in

if TYPE_CHECKING:
    from crawlers.plan import CrawlPlan, CrawlResult
    from evidence.records import Ad
    from pipelines.records import RunReport
    from pipelines.tools import ScreenSettings
    from triage.loading import Loaded
    from triage.serve import ConsoleSettings


def crawl_step(config: Config) -> CrawlResult:
    """Run, resume or read back the crawl of this configuration; at a terminal, a line counts the ads."""
    from crawlers.crawl import crawl
    from evidence.log import JOURNAL_NAME
    from evidence.store import EvidenceStore

    plan, store = crawl_plan(config), EvidenceStore(config.store_url)
    journal = config.crawl_dir / JOURNAL_NAME
    with counting("Crawling: {} commits to the journal", lambda: lines_in(journal), console=Console(stderr=True)):
        return crawl(plan, store=store, directory=config.crawl_dir, clock=utc_now)


def crawl_plan(config: Config) -> CrawlPlan:
    """The part of the configuration that a crawl needs; ``ValueError`` when it names nothing to crawl."""
    from crawlers.egress import AllowedOrigin, EgressPolicy
    from crawlers.plan import CrawlPlan
    from crawlers.sources import SourcePlan

    if not config.source:
        raise ValueError("the configuration names no [[source]]: there is nothing to crawl")
    sources = tuple(
        SourcePlan(
            source=source.connector,
            queries=source.asked,
            base_url=source.base_url,
            countries=source.countries,
            active_status=source.active_status,
            max_ads=source.max_ads,
        )
        for source in config.source
    )
    egress = config.egress
    policy = EgressPolicy(
        allow=tuple(AllowedOrigin(host=o.host, port=o.port, connect=o.connect) for o in egress.allow),
        max_response_bytes=egress.max_response_mb * 2**20,
        max_total_bytes=egress.max_total_mb * 2**20,
        timeout_s=egress.timeout_s,
    )
    return CrawlPlan(
        sources=sources,
        egress=policy,
        legal_decision=config.crawl.legal_decision,
        landing=config.crawl.landing,
        second_visit=config.crawl.second_visit,
        delay_s=config.crawl.delay_s,
    )


def load_step(config: Config) -> Loaded:
    """Load the screening of this configuration into the console; decisions that were made stay."""
    from triage.loading import load_screen

    return load_screen(
        config.database_url,
        screen_dir=config.screen_dir,
        crawl_dir=config.crawl_dir,
        store_url=config.store_url,
        derivatives=config.derivatives_dir,
        now=utc_now(),
    )


def console_settings(config: Config) -> ConsoleSettings:
    """How the console of this configuration is served."""
    from triage.serve import ConsoleSettings

    return ConsoleSettings(
        database_url=config.database_url,
        derivatives=config.derivatives_dir,
        watchlist=config.watchlist.directory,
        host=config.console.host,
        port=config.console.port,
        media_port=config.console.media_port,
        origin=config.console.origin,
        media_origin=config.console.media_origin,
    )


def import_step(config: Config, named: Sequence[str]) -> list[Ad]:
    """Take a person's own media into the evidence store as ads; gives the ads of what is named."""
    from crawlers.folder import import_media
    from evidence.store import EvidenceStore

    paths = [path for name in named for path in _expand(name)]
    store = EvidenceStore(config.store_url)
    return import_media(paths, store=store, directory=config.crawl_dir, clock=utc_now)


def import_again_step(config: Config, ad_id: str, *, of: Config) -> list[Ad]:
    """Take an ad of a person's own media out of the evidence ``of`` an earlier run into that of this one."""
    from crawlers.folder import import_files, kept_media
    from evidence.store import EvidenceStore

    kept = kept_media(ad_id, store=EvidenceStore(of.store_url), directory=of.crawl_dir)
    return import_files([kept], store=EvidenceStore(config.store_url), directory=config.crawl_dir, clock=utc_now)


def ask_step(config: Config, ads: Sequence[Ad], *, by: str, why: str) -> frozenset[str]:
    """Note with the watchlist who asks whom these own media show, and why; gives the ids of the ads that may then say it."""
    from watchlist.disclosures import note

    media = [ad.raw.sha256 for ad in ads]
    note(config.watchlist.directory, by=by, account=account(), why=why, media=media, at=utc_now())
    return frozenset(ad.ad_id for ad in ads)


def screen_step(
    config: Config,
    beam_args: Sequence[str],
    *,
    file: Path | None,
    without: Sequence[str] = (),
    asked: Collection[str] = (),
) -> RunReport:
    """Screen what the crawl of this configuration kept; at a terminal, a line counts the creatives. ``file`` is the
    configuration's own, None for a person's own media: findings state it in the command that makes them again. The detectors
    ``without`` are left out; ``asked`` are the ads of which ``ask_step`` allowed to say who is in them.

    Whoever's review is overdue is named in the log first."""
    from pipelines.reproduction import Origin
    from pipelines.screen import screen
    from qalqan.reviews import warn_of_overdue_reviews

    settings = replace(
        screen_settings(config, without=without),
        origin=Origin(data_dir=config.data_dir, config=file, crawl=config.crawl.name),
    )
    warn_of_overdue_reviews(settings.watchlist_dir, now=settings.now)
    words, console = "Screening: {} creatives examined", Console(stderr=True)
    with counting(words, lambda: analyses_in(settings.cache_dir), console=console):
        return screen(settings, beam_args=beam_args, clock=utc_now, asked=asked)


def screen_settings(config: Config, *, without: Sequence[str] = ()) -> ScreenSettings:
    """The part of the configuration that a screening job needs; the detectors ``without`` are left out."""
    from detectors.patience import CAP_S
    from pipelines.tools import ScreenSettings

    return ScreenSettings(
        crawl_dir=config.crawl_dir,
        out_dir=config.screen_dir,
        store_url=config.store_url,
        watchlist_dir=config.watchlist.directory,
        cache_dir=config.cache_dir,
        campaigns_dir=config.campaigns_dir,
        pack=config.screen.pack,
        networks=config.detectors.networks,
        speech=config.screen.speech,
        feeds=config.detectors.feeds,
        registrations=config.detectors.registrations,
        lure_weights=config.detectors.lure_weights,
        fusion=config.detectors.fusion,
        cap_s=CAP_S if config.detectors.cap_s is None else config.detectors.cap_s,
        without=tuple(sorted(set(without))),
        now=utc_now().replace(hour=0, minute=0, second=0, microsecond=0),
    )


def _expand(name: str) -> list[Path]:
    """The paths that a word of the command line stands for; a pattern that matches nothing is an error of the caller."""
    path = Path(name)
    if path.exists() or not set(name) & set("*?["):
        return [path]
    anchor = Path(path.anchor)
    found = sorted(anchor.glob(str(path.relative_to(anchor))))
    if not found:
        raise FileNotFoundError(f"no file matches {name!r}; quote the pattern and check the folder")
    return found
