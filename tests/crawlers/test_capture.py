from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawlers.capture import Capturer
from crawlers.landing import LandingLimits
from crawlers.pace import Pace
from crawlers.plan import CrawlPlan, SecondVisit
from crawlers.sources import FoundAd
from detectors.subject import LandingPage
from detectors.two_visits import Difference, compare
from evidence.journal import Journal
from evidence.records import Capture, CaptureKind, Outcome, Visitor, content_id
from evidence.store import EvidenceStore
from tests.fakes.world import LIMITS, NOW, Looking

FOUND = FoundAd(
    source_ad_id="1",
    raw=b"{}",
    raw_media_type="application/json",
    ad_url=None,
    media_urls=tuple(f"http://cdn.example/ok/{n}.jpg" for n in range(4)),
)


def make_capturer(looking: Looking, **changes: Any) -> Capturer:
    plan = CrawlPlan(
        sources=(),
        egress=looking.world.policy,
        legal_decision="test",
        landing=False,
        max_media_per_ad=3,
        fetch_limits=LIMITS,
        landing_limits=LandingLimits(settle_s=0.2),
    )
    plan = replace(plan, **changes)
    return Capturer(
        plan=plan,
        proxy_url=looking.proxy_url,
        http_client=looking.tools.http,
        browser=looking.browser,
        pace=Pace(0.0, now=lambda: 0.0, sleep=lambda _: None),
        clock=lambda: NOW,
    )


def test_media_beyond_the_maximum_are_recorded_as_skipped(looking: Looking, tmp_path: Path) -> None:
    store = EvidenceStore(str(tmp_path / "evidence"))
    with Journal(tmp_path / "crawl", store, clock=lambda: NOW) as journal, journal.entry("a") as entry:
        captures = make_capturer(looking).capture_all(FOUND, ad_id="a", entry=entry)
    assert [c.outcome for c in captures] == [Outcome.CAPTURED] * 3 + [Outcome.SKIPPED]
    assert "first 3" in (captures[-1].reason or "")


def test_only_what_was_committed_is_shared(looking: Looking, tmp_path: Path) -> None:
    """Two ads with one picture: without ``remember`` it is fetched twice, with it once; each ad has its own record."""
    capturer = make_capturer(looking)
    store = EvidenceStore(str(tmp_path / "evidence"))
    one = replace(FOUND, media_urls=("http://cdn.example/ok/shared.jpg",))

    def times_asked() -> int:
        return sum(asked.path == "/ok/shared.jpg" for asked in looking.world.files.asked)

    with Journal(tmp_path / "crawl", store, clock=lambda: NOW) as journal:
        for ad_id in ("a", "b"):
            with journal.entry(ad_id) as entry:
                (capture,) = capturer.capture_all(one, ad_id=ad_id, entry=entry)
        assert times_asked() == 2
        capturer.remember([capture])
        with journal.entry("c") as entry:
            (shared,) = capturer.capture_all(one, ad_id="c", entry=entry)
    assert times_asked() == 2
    assert (shared.ad_id, shared.kind, shared.body) == ("c", CaptureKind.MEDIA, capture.body)
    assert shared.capture_id != capture.capture_id


MARKED = "http://offer.example/sorted?sub_id=7"
PLAIN = "http://offer.example/wall"


def capture_page(capturer: Capturer, url: str, directory: Path, *, ad_id: str = "a") -> tuple[list[Capture], set[str]]:
    """The captures of one landing page, and the bytes that the store holds afterwards."""
    store = EvidenceStore(str(directory / "evidence"))
    found = replace(FOUND, media_urls=(), link_url=url)
    with Journal(directory / "crawl", store, clock=lambda: NOW) as journal:
        with journal.entry(ad_id) as entry:
            captures = capturer.capture_all(found, ad_id=ad_id, entry=entry)
            for capture in captures:
                entry.add(capture)
        assert journal.records(Capture) == captures
    return captures, set(store.hashes())


def test_a_page_with_the_marks_of_sorting_is_visited_by_two(looking: Looking, tmp_path: Path) -> None:
    capturer = make_capturer(looking, landing=True)
    captures, kept = capture_page(capturer, MARKED, tmp_path)
    first, second = captures
    assert (first.visitor, second.visitor) == (Visitor.COMPUTER, Visitor.TELEPHONE)
    assert first.capture_id == content_id("a", CaptureKind.LANDING, MARKED)
    assert second.capture_id == content_id("a", CaptureKind.LANDING, MARKED, "telephone")
    for name in ("body", "text", "screenshot", "har"):
        one, other = getattr(first, name), getattr(second, name)
        assert one != other
        assert {one.sha256, other.sha256} <= kept
    store = EvidenceStore(str(tmp_path / "evidence"))
    pages = [
        LandingPage(capture=one, html=store.read(one.body).decode(), text=store.read(one.text).decode())
        for one in captures
        if one.body is not None and one.text is not None
    ]
    compared = compare(*pages)
    assert compared.difference is Difference.WHOLE
    assert "a form for card data" in compared.only_second
    asked = len(looking.world.pages.asked)
    capturer.remember(captures)
    shared, _ = capture_page(capturer, MARKED, tmp_path / "later", ad_id="b")
    assert [capture.visitor for capture in shared] == list(Visitor)
    assert len({capture.capture_id for capture in (*captures, *shared)}) == 4
    assert len(looking.world.pages.asked) == asked


@pytest.mark.parametrize(
    ("url", "choice", "visits"),
    [
        (PLAIN, SecondVisit.MARKED, 1),
        (MARKED, SecondVisit.NEVER, 1),
        (PLAIN, SecondVisit.ALWAYS, 2),
        ("https://absent.invalid/", SecondVisit.ALWAYS, 1),
    ],
)
def test_who_visits_is_for_the_plan_to_say(
    looking: Looking, tmp_path: Path, url: str, choice: SecondVisit, visits: int
) -> None:
    captures, _ = capture_page(make_capturer(looking, landing=True, second_visit=choice), url, tmp_path)
    assert [capture.visitor for capture in captures] == list(Visitor)[:visits]
