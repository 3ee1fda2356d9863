from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Browser

from crawlers.crawl import _cleaned, _outcome, _taken, crawl
from crawlers.errors import BrowserMissing
from crawlers.fetch import FetchLimits
from crawlers.landing import LandingLimits
from crawlers.plan import CrawlPlan, CrawlResult
from crawlers.records import QueryTally
from crawlers.sources import FoundAd, SourcePlan, Tools, Unreadable
from crawlers.video import VideoLimits
from evidence.records import CAPTURE_SCHEMA, AccessMode, Ad, Capture, CaptureKind, Outcome, Visitor
from evidence.store import EvidenceStore
from evidence.tables import read_records, write_records
from tests.factories import make_capture
from tests.fakes.fbweb import ad_node
from tests.fakes.landing import ICON
from tests.fakes.world import World, open_world

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def video_of(number: int, url: str) -> dict[str, object]:
    return ad_node(number, snapshot={"videos": [{"video_hd_url": url}]})


def link_of(number: int, url: str) -> dict[str, object]:
    return ad_node(number, snapshot={"link_url": url})


NODES = [
    ad_node(1),
    ad_node(2),
    video_of(3, "http://cdn.example/empty.mp4"),
    video_of(4, "http://cdn.example/to-ssh.mp4"),
    video_of(5, "http://cdn.example/to-metadata.mp4"),
    link_of(6, "http://offer.example/wall"),
    ad_node(7, snapshot={"link_url": None, "videos": []}),
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with open_world() as world:
        world.library.nodes = NODES
        yield world


def make_plan(world: World, **changes: object) -> CrawlPlan:
    library = SourcePlan(
        source="meta_library",
        base_url="http://adlibrary.example",
        queries=("SOCAR", "Kapital", "challenge", "broken", "surrogate"),
        timeout_s=20.0,
    )
    channels = SourcePlan(source="telegram_preview", base_url="http://tg.example", queries=("qazanc", "private"))
    pages = SourcePlan(source="video_page", base_url="http://video.example", queries=("/watch/good",))
    plan = CrawlPlan(
        sources=(library, channels, pages),
        egress=world.policy,
        legal_decision="decided by the tests",
        delay_s=0.0,
        fetch_limits=FetchLimits(max_bytes=2_000_000, timeout_s=20.0),
        landing_limits=LandingLimits(settle_s=0.3),
        video_limits=VideoLimits(max_bytes=2_000_000),
    )
    return replace(plan, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def done(world: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[CrawlPlan, CrawlResult, EvidenceStore]:
    """One whole crawl, looked at by several tests."""
    home = tmp_path_factory.mktemp("crawl")
    plan, store = make_plan(world), EvidenceStore(str(home / "evidence"))
    return plan, crawl(plan, store=store, directory=home / "crawls" / "first", clock=lambda: START), store


def tally(result: CrawlResult, source: str, query: str) -> QueryTally:
    (found,) = [t for t in result.tallies if (t.source, t.query) == (source, query)]
    return found


def counts(found: QueryTally) -> tuple[int, int, int, int, int]:
    return found.found, found.captured, found.skipped, found.blocked, found.failed


def test_each_query_is_accounted_for(done: tuple[CrawlPlan, CrawlResult, EvidenceStore]) -> None:
    _, result, _ = done
    assert counts(tally(result, "meta_library", "SOCAR")) == (7, 3, 0, 3, 1)
    assert counts(tally(result, "meta_library", "Kapital")) == (7, 0, 7, 0, 0)
    challenge = tally(result, "meta_library", "challenge")
    assert (challenge.looked, challenge.found) == (False, 0)
    assert "challenge" in (challenge.why_not or "")
    assert counts(tally(result, "meta_library", "broken")) == (2, 1, 0, 0, 1)
    assert counts(tally(result, "meta_library", "surrogate")) == (1, 1, 0, 0, 0)
    assert counts(tally(result, "telegram_preview", "qazanc")) == (5, 5, 0, 0, 0)
    assert tally(result, "telegram_preview", "private").looked is False
    assert counts(tally(result, "video_page", "/watch/good")) == (1, 1, 0, 0, 0)


def test_every_capture_says_how_it_ended(done: tuple[CrawlPlan, CrawlResult, EvidenceStore]) -> None:
    _, result, store = done
    media = {c.requested_url: c for c in result.captures if c.kind is CaptureKind.MEDIA}
    assert media["http://cdn.example/empty.mp4"].outcome is Outcome.FAILED
    for path in ("to-ssh", "to-metadata"):
        refused = media[f"http://cdn.example/{path}.mp4"]
        assert refused.outcome is Outcome.BLOCKED
        assert "egress proxy refused" in (refused.reason or "")
    film = media["http://video.example/watch/good"]
    assert film.tool.startswith("yt-dlp/")
    assert film.body is not None
    assert store.read(film.body).endswith(b"/ok/film.mp4")


def test_a_page_that_many_ads_lead_to_is_visited_once(
    done: tuple[CrawlPlan, CrawlResult, EvidenceStore], world: World
) -> None:
    _, result, store = done
    landings = [c for c in result.captures if c.requested_url == "http://offer.example/plain"]
    assert len(landings) >= 6
    assert len({c.capture_id for c in landings}) == len({c.ad_id for c in landings}) == len(landings)
    assert len({c.body for c in landings}) == len({c.screenshot for c in landings}) == 1
    (icon,) = {c.icon for c in landings}
    assert icon is not None
    assert (store.read(icon), icon.media_type) == (ICON, "image/png")


def test_tables_and_report_agree_with_the_result(done: tuple[CrawlPlan, CrawlResult, EvidenceStore]) -> None:
    _, result, store = done
    assert read_records(result.directory / "ads.parquet", Ad) == list(result.ads)
    assert read_records(result.directory / "captures.parquet", Capture) == list(result.captures)
    assert read_records(result.directory / "tallies.parquet", QueryTally) == list(result.tallies)
    report = json.loads((result.directory / "report.json").read_text())
    assert report["legal_decision"] == "decided by the tests"
    assert len(report["could_not_look"]) == 2
    assert report["totals"]["found"] == sum(t.found for t in result.tallies)
    named = {ad.raw.sha256 for ad in result.ads}
    for capture in result.captures:
        named |= {
            ref.sha256
            for ref in (capture.body, capture.text, capture.screenshot, capture.har, capture.icon)
            if ref is not None
        }
    assert set(store.hashes()) == named


def test_running_again_changes_nothing(done: tuple[CrawlPlan, CrawlResult, EvidenceStore], world: World) -> None:
    plan, result, store = done
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in result.directory.rglob("*") if p.is_file()}
    asked = len(world.library.asked)
    again = crawl(plan, store=store, directory=result.directory, clock=lambda: datetime.now(UTC))
    assert again.finished_before
    assert (again.ads, again.captures, again.tallies) == (result.ads, result.captures, result.tallies)
    assert len(world.library.asked) == asked
    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in result.directory.rglob("*") if p.is_file()} == before


def test_another_plan_does_not_pass_for_the_finished_one(
    done: tuple[CrawlPlan, CrawlResult, EvidenceStore],
) -> None:
    plan, result, store = done
    with pytest.raises(ValueError, match="another name or run it fresh"):
        crawl(replace(plan, landing=False), store=store, directory=result.directory, clock=lambda: START)


def test_a_fresh_crawl_lives_beside_the_old_one(
    done: tuple[CrawlPlan, CrawlResult, EvidenceStore], world: World
) -> None:
    plan, result, store = done
    small = replace(plan, sources=(replace(plan.sources[1], queries=("qazanc",), max_ads=2),), landing=False)
    fresh = crawl(small, store=store, directory=result.directory, clock=lambda: START, fresh=True)
    assert fresh.directory == result.directory.with_name("first-2")
    assert len(fresh.ads) == 2
    assert "configured maximum of 2" in (fresh.tallies[0].why_not or "")


def test_an_answer_that_cannot_be_read_ends_one_query_only() -> None:
    class Odd:
        name, version, access_mode, needs_browser = "odd", "1", AccessMode.ANALYST_IMPORT, False

        def search(self, query: str, *, plan: SourcePlan, tools: Tools) -> Iterator[FoundAd | Unreadable]:
            yield Unreadable(source_ad_id=query, reason=urljoin("http://a.example/", "http://[odd"))

    plan = SourcePlan(source="odd", queries=("q",))
    with httpx.Client() as client:
        tools = Tools(
            http=client,
            browser=_no_browser,
            pause=lambda: None,
            clock=lambda: START,
            limits=FetchLimits(),
            user_agent=None,
        )
        taken, why_not, complete = _taken(Odd(), "q", plan, tools)
    assert (taken, complete) == ([], False)
    assert "schema_changed: an answer cannot be read" in (why_not or "")


def _no_browser() -> Browser:
    raise AssertionError("no browser is needed")


def test_text_that_no_file_takes_does_not_end_the_crawl(tmp_path: Path) -> None:
    capture = _cleaned(make_capture(reason="odd \ud800", notes=("a dialog: \udfff",)))
    assert (capture.reason, capture.notes) == ("odd ?", ("a dialog: ?",))
    assert write_records(tmp_path / "captures.parquet", [capture], CAPTURE_SCHEMA) == 1


def test_an_ad_was_seen_whatever_became_of_a_second_look() -> None:
    refused = make_capture(kind=CaptureKind.LANDING, outcome=Outcome.BLOCKED, reason="the server answered 403")
    again = replace(refused, visitor=Visitor.TELEPHONE)
    assert _outcome([make_capture(), again]) is Outcome.CAPTURED
    assert _outcome([make_capture(), refused]) is Outcome.BLOCKED


def test_reading_pages_by_machine_needs_a_recorded_decision(world: World, tmp_path: Path) -> None:
    plan = make_plan(world, legal_decision=" ")
    with pytest.raises(ValueError, match="legal_decision"):
        crawl(plan, store=EvidenceStore(str(tmp_path / "e")), directory=tmp_path / "c", clock=lambda: START)
    assert not (tmp_path / "c").exists()


def test_without_chromium_nothing_is_begun(world: World, tmp_path: Path) -> None:
    plan = make_plan(world, chromium="/absent/chromium")
    with pytest.raises(BrowserMissing, match="/absent/chromium"):
        crawl(plan, store=EvidenceStore(str(tmp_path / "e")), directory=tmp_path / "c", clock=lambda: START)
    assert not (tmp_path / "c").exists()


CHILD = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from crawlers.crawl import crawl
from crawlers.egress import AllowedOrigin, EgressPolicy
from crawlers.plan import CrawlPlan
from crawlers.sources import SourcePlan
from evidence.store import EvidenceStore
home, hosts = Path(sys.argv[1]), json.loads(sys.argv[2])
allow = tuple(AllowedOrigin(host=host, port=80, connect=connect) for host, connect in hosts.items())
policy = EgressPolicy(allow=allow, max_response_bytes=5_000_000, max_total_bytes=500_000_000, timeout_s=60.0)
source = SourcePlan(source="telegram_preview", base_url="http://tg.example", queries=("qazanc",))
plan = CrawlPlan(sources=(source,), egress=policy, legal_decision="test", landing=False, delay_s=0.05)
result = crawl(plan, store=EvidenceStore(str(home / "evidence")), directory=home / "crawl", clock=lambda: datetime.now(UTC))
print(json.dumps([len(result.ads), result.new_ads]))
"""


def test_a_killed_crawl_resumes_without_doubling(world: World, tmp_path: Path) -> None:
    hosts = {origin.host: origin.connect for origin in world.policy.allow}
    command = [sys.executable, "-c", CHILD, str(tmp_path), json.dumps(hosts)]
    journal = tmp_path / "crawl" / "journal.jsonl"
    child = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    patience_s = time.monotonic() + 30
    while not (journal.exists() and journal.stat().st_size > 0) and time.monotonic() < patience_s:
        time.sleep(0.005)
    os.killpg(child.pid, signal.SIGKILL)
    child.communicate()
    done = subprocess.run(command, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    ads, new = json.loads(done.stdout)
    assert ads == 5
    assert new < 5
    captures = read_records(tmp_path / "crawl" / "captures.parquet", Capture)
    assert len(captures) == len({c.capture_id for c in captures}) == 5
    (only,) = read_records(tmp_path / "crawl" / "tallies.parquet", QueryTally)
    assert counts(only) == (5, 5, 0, 0, 0)
    kept = {ad.raw.sha256 for ad in read_records(tmp_path / "crawl" / "ads.parquet", Ad)}
    kept |= {c.body.sha256 for c in captures if c.body is not None}
    assert set(EvidenceStore(str(tmp_path / "evidence")).hashes()) == kept
