from __future__ import annotations

from dataclasses import replace

import pytest

from crawlers.errors import CouldNotLook, Refusal
from crawlers.meta_library import MetaLibrary, search_url
from crawlers.sources import FoundAd, SourcePlan, Unreadable
from tests.fakes.world import Looking

PLAN = SourcePlan(source="meta_library", queries=(), base_url="http://adlibrary.example", timeout_s=30.0)


def search(looking: Looking, query: str, plan: SourcePlan = PLAN) -> list[FoundAd | Unreadable]:
    return list(MetaLibrary().search(query, plan=plan, tools=looking.tools))


def test_all_pages_are_read_by_scrolling(looking: Looking) -> None:
    ads = search(looking, "SOCAR")
    assert [ad.source_ad_id for ad in ads] == ["101", "102", "103", "104", "105", "106", "107"]
    calls = [asked for asked in looking.world.library.asked if asked.path == "/api/graphql/"]
    assert len(calls) == 2


def test_the_same_ad_in_several_countries_is_found_once(looking: Looking) -> None:
    ads = search(looking, "SOCAR", replace(PLAN, countries=("AZ", "KZ")))
    assert len(ads) == 7
    assert {a.query["country"] for a in looking.world.library.asked if "country" in a.query} >= {"AZ", "KZ"}


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("challenge", Refusal.CHALLENGE),
        ("login", Refusal.LOGIN_WALL),
        ("ratelimit", Refusal.RATE_LIMITED),
        ("noads", Refusal.SCHEMA_CHANGED),
    ],
)
def test_refusals_are_states_not_empty_answers(looking: Looking, query: str, refusal: Refusal) -> None:
    with pytest.raises(CouldNotLook) as caught:
        search(looking, query)
    assert caught.value.refusal is refusal


def test_nothing_found_is_an_answer(looking: Looking) -> None:
    assert search(looking, "empty") == []


def test_a_limit_in_the_middle_keeps_what_was_found(looking: Looking) -> None:
    answers = MetaLibrary().search("latelimit", plan=PLAN, tools=looking.tools)
    assert [next(answers).source_ad_id for _ in range(3)] == ["101", "102", "103"]
    with pytest.raises(CouldNotLook) as caught:
        next(answers)
    assert caught.value.refusal is Refusal.RATE_LIMITED


def test_a_page_that_promises_more_and_loads_nothing_has_changed(looking: Looking) -> None:
    with pytest.raises(CouldNotLook) as caught:
        search(looking, "stuck", replace(PLAN, timeout_s=3.0))
    assert caught.value.refusal is Refusal.SCHEMA_CHANGED


def test_one_ad_by_its_id(looking: Looking) -> None:
    assert [ad.source_ad_id for ad in search(looking, "id:103")] == ["103"]
    assert search(looking, "id:999") == []


def test_a_library_that_is_not_there_is_unreachable_or_refused(looking: Looking) -> None:
    with pytest.raises(CouldNotLook) as caught:
        search(looking, "x", replace(PLAN, base_url="http://127.0.0.1:8123"))
    assert caught.value.refusal is Refusal.EGRESS_REFUSED


def test_addresses_of_searches() -> None:
    base = "https://www.facebook.com"
    text = search_url(base, "SOCAR qazanc", country="AZ", active_status="active")
    assert text.startswith(f"{base}/ads/library/?active_status=active&ad_type=all&country=AZ")
    assert "q=SOCAR%20qazanc&search_type=keyword_unordered" in text
    assert "view_all_page_id=12" in search_url(base, "page:12", country="AZ", active_status="all")
    assert search_url(base, "id:5", country="AZ", active_status="all") == f"{base}/ads/library/?id=5"
