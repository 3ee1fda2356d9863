from __future__ import annotations

import pytest

from crawlers.errors import CouldNotLook, Refusal
from crawlers.sources import FoundAd, MediaTool, SourcePlan
from crawlers.video_page import VideoPage, found_page
from tests.fakes.world import Looking

PLAN = SourcePlan(source="video_page", queries=(), base_url="http://video.example")


def test_a_watch_page_becomes_one_ad(looking: Looking) -> None:
    (ad,) = VideoPage().search("/watch/good", plan=PLAN, tools=looking.tools)
    assert isinstance(ad, FoundAd)
    assert ad.source_ad_id == ad.ad_url == "http://video.example/watch/good"
    assert (ad.title, ad.body) == ("SOCAR platforması", "Gündə 300 AZN qazanın")
    assert ad.page_name == "Xəbər TV"
    assert ad.link_url == "http://offer.example/plain"
    assert ad.media_tool is MediaTool.YT_DLP
    assert ad.media_urls == (ad.ad_url,)
    assert b"<video>" in ad.raw


@pytest.mark.parametrize(
    ("query", "refusal"),
    [("/watch/absent", Refusal.UNREACHABLE), ("http://169.254.169.254/", Refusal.EGRESS_REFUSED)],
)
def test_a_page_that_cannot_be_read_is_no_empty_answer(looking: Looking, query: str, refusal: Refusal) -> None:
    with pytest.raises(CouldNotLook) as caught:
        list(VideoPage().search(query, plan=PLAN, tools=looking.tools))
    assert caught.value.refusal is refusal


def test_a_bare_file_is_an_ad_without_words() -> None:
    ad = found_page("http://video.example/a.mp4", b"\x00\xff", media_type="video/mp4")
    assert (ad.title, ad.body, ad.link_url) == (None, None, None)
    assert ad.raw == b"http://video.example/a.mp4"
