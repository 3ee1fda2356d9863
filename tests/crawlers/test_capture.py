from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from crawlers.capture import Capturer
from crawlers.pace import Pace
from crawlers.plan import CrawlPlan
from crawlers.sources import FoundAd
from evidence.journal import Journal
from evidence.records import CaptureKind, Outcome
from evidence.store import EvidenceStore
from tests.fakes.world import LIMITS, NOW, Looking

FOUND = FoundAd(
    source_ad_id="1",
    raw=b"{}",
    raw_media_type="application/json",
    ad_url=None,
    media_urls=tuple(f"http://cdn.example/ok/{n}.jpg" for n in range(4)),
)


def make_capturer(looking: Looking) -> Capturer:
    plan = CrawlPlan(
        sources=(),
        egress=looking.world.policy,
        legal_decision="test",
        landing=False,
        max_media_per_ad=3,
        fetch_limits=LIMITS,
    )
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
