from __future__ import annotations

from dataclasses import replace

import pytest

from crawlers.errors import CouldNotLook, Refusal
from crawlers.sources import FoundAd, SourcePlan
from crawlers.telegram_preview import TelegramPreview
from tests.fakes.world import Looking

PLAN = SourcePlan(source="telegram_preview", queries=(), base_url="http://tg.example")


def search(looking: Looking, query: str, plan: SourcePlan = PLAN) -> list[FoundAd]:
    ads = list(TelegramPreview().search(query, plan=plan, tools=looking.tools))
    assert all(isinstance(ad, FoundAd) for ad in ads)
    return [ad for ad in ads if isinstance(ad, FoundAd)]


def test_posts_with_media_or_links_are_read_page_by_page_newest_first(looking: Looking) -> None:
    ads = search(looking, "@qazanc")
    assert [ad.source_ad_id for ad in ads] == ["qazanc/7", "qazanc/5", "qazanc/4", "qazanc/2", "qazanc/1"]
    pages = [a.query.get("before") for a in looking.world.channels.asked if a.path == "/s/qazanc"]
    assert pages == [None, "5", "2"]


def test_a_post_becomes_an_ad(looking: Looking) -> None:
    video, photo, *_ = search(looking, "qazanc")
    assert video.media_urls == ("http://cdn.example/ok/7.mp4",)
    assert video.body == "Post 7: gündə 300 AZN\nQeydiyyat #qazanc buraya"
    assert video.link_url == "http://offer.example/plain?post=7"
    assert video.page_name == "Qazanc kanalı"
    assert video.ad_url == "http://tg.example/qazanc/7"
    assert video.reach == 1200
    assert video.started_at is not None
    assert video.started_at.isoformat() == "2026-11-07T06:00:00+00:00"
    assert b'data-post="qazanc/7"' in video.raw
    assert photo.media_urls == ("http://cdn.example/ok/5.jpg",)
    assert photo.link_url is None


def test_an_empty_channel_was_looked_at(looking: Looking) -> None:
    assert search(looking, "silent") == []


@pytest.mark.parametrize(
    ("channel", "refusal"),
    [
        ("private", Refusal.NO_PREVIEW),
        ("absent", Refusal.NO_PREVIEW),
        ("redesigned", Refusal.SCHEMA_CHANGED),
        ("busy", Refusal.RATE_LIMITED),
    ],
)
def test_refusals_are_states(looking: Looking, channel: str, refusal: Refusal) -> None:
    with pytest.raises(CouldNotLook) as caught:
        search(looking, channel)
    assert caught.value.refusal is refusal


def test_a_forbidden_address_is_refused_by_the_proxy(looking: Looking) -> None:
    with pytest.raises(CouldNotLook) as caught:
        search(looking, "qazanc", replace(PLAN, base_url="http://127.0.0.1:9"))
    assert caught.value.refusal is Refusal.EGRESS_REFUSED
