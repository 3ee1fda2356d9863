from __future__ import annotations

import json
from typing import Any

import pytest

from crawlers.meta_payload import found_ad, parse_graphql, parse_page
from crawlers.sources import FoundAd, Unreadable
from tests.fakes.fbweb import ad_node, camel_node, dco_node

BASE = "http://adlibrary.example"


def found(node: dict[str, Any]) -> FoundAd:
    ad = found_ad(node, base_url=BASE)
    assert isinstance(ad, FoundAd)
    return ad


def test_a_node_becomes_an_ad() -> None:
    ad = found(ad_node(555))
    assert ad.source_ad_id == "555"
    assert ad.ad_url == f"{BASE}/ads/library/?id=555"
    assert ad.media_urls == ("http://cdn.example/ok/555.mp4",)
    assert ad.link_url == "http://offer.example/plain"
    assert ad.body == "Qazanc 5000 AZN №555"
    assert ad.platforms == ("FACEBOOK", "INSTAGRAM")
    assert ad.is_active is True
    assert ad.started_at is not None
    assert ad.started_at.isoformat() == "2025-11-01T00:00:00+00:00"
    assert json.loads(ad.raw) == ad_node(555)


@pytest.mark.parametrize(("stated", "read"), [(True, True), (False, False), (None, None), ("true", None), (1, None)])
def test_the_platforms_label_is_read_as_it_is_stated(stated: object, read: bool | None) -> None:
    assert found(ad_node(1, contains_digital_created_media=stated)).labelled_ai is read
    assert found(ad_node(1, containsDigitalCreatedMedia=stated)).labelled_ai is read
    assert found(ad_node(1)).labelled_ai is None


def test_older_spelling_and_text_bodies_are_read() -> None:
    ad = found(camel_node(201))
    assert (ad.source_ad_id, ad.page_id, ad.body) == ("201", "100000000000001", "Köhnə yazılış")
    assert ad.media_urls == ("http://cdn.example/sd/201.mp4",)
    assert ad.ended_at is None


def test_templates_give_way_to_the_cards() -> None:
    ad = found(dco_node(301))
    assert ad.title == "Card 1\nCard 2"
    assert ad.body == "Gündə 100 AZN\nGündə 200 AZN"
    assert ad.link_url == "http://offer.example/plain"
    assert ad.media_urls == ("http://cdn.example/ok/301-1.jpg", "http://cdn.example/ok/301-2.jpg")


@pytest.mark.parametrize("body", [None, {"text": None}, {}, "", 7, ["x"], {"text": {"text": "deep"}}])
def test_any_body_is_survived(body: object) -> None:
    found(ad_node(1, snapshot={"body": body}))


@pytest.mark.parametrize("value", [None, 5, "text", {"a": 1}, [None, 5]])
def test_any_shape_of_lists_is_survived(value: object) -> None:
    found(ad_node(1, publisher_platform=value, snapshot={"videos": value, "cards": value, "images": value}))


@pytest.mark.parametrize("value", [10**30, "soon", -(10**20), True, None])
def test_odd_times_are_absent(value: object) -> None:
    found(ad_node(1, start_date=value))


def test_a_node_without_snapshot_is_unreadable_not_lost() -> None:
    assert isinstance(found_ad(ad_node(1) | {"snapshot": None}, base_url=BASE), Unreadable)


def test_calls_hold_several_documents_after_a_guard() -> None:
    connection = {"edges": [{"node": {"collated_results": [ad_node(1)]}}], "page_info": {"has_next_page": True}}
    text = "for (;;);" + json.dumps({"data": {"search_results_connection": connection}}) + "\n" + json.dumps({"x": 1})
    payload = parse_graphql(text)
    assert len(payload.nodes) == 1
    assert payload.recognised
    assert payload.has_next_page is True
    assert not payload.rate_limited


def test_rate_limit_is_recognised_by_its_code() -> None:
    assert parse_graphql(json.dumps({"errors": [{"code": 1675004}]})).rate_limited


def test_pages_without_data_and_deep_nesting_are_survived() -> None:
    assert parse_page("").nodes == ()
    deep = "[" * 100_000 + "]" * 100_000
    assert parse_page(f'<script type="application/json">{deep}</script>').nodes == ()
