"""Pages are known by id or address, never by name; destinations are where one really ends up."""

from __future__ import annotations

from detectors.publisher import destinations, is_official_page
from evidence.records import Outcome
from tests.detectors.subjects import landing, subject
from tests.factories import make_ad


def test_a_page_is_known_by_id_or_address() -> None:
    ad = make_ad(page_id="42", page_url="https://www.facebook.com/kapitalbank/")
    assert is_official_page(ad, ["42"])
    assert is_official_page(ad, ["http://facebook.com/kapitalbank"])
    assert not is_official_page(ad, ["43", "http://facebook.com/kapitalbank2", "kapitalbank"])


def test_an_id_is_a_page_of_one_library_only() -> None:
    elsewhere = make_ad(source="telegram_preview", page_id="42", page_url=None)
    assert not is_official_page(elsewhere, ["42", "meta_library/42"])
    assert is_official_page(elsewhere, ["telegram_preview/42"])
    assert is_official_page(make_ad(page_id="42", page_url=None), ["meta_library/42"])


def test_a_display_name_is_no_page() -> None:
    assert not is_official_page(make_ad(page_id=None, page_url=None, page_name="SOCAR"), ["SOCAR"])


def test_destinations_are_final_addresses() -> None:
    page = landing("", "", url="http://short.example/", final_url="http://offer.example/")
    assert destinations(subject(make_ad(), page, page)) == ["http://offer.example/"]


def test_where_no_page_was_opened_the_bare_link_counts() -> None:
    blocked = landing(None, None, outcome=Outcome.BLOCKED, reason="refused", final_url=None)
    assert destinations(subject(make_ad(link_url="http://x.example/"), blocked)) == ["http://x.example/"]
    assert destinations(subject(make_ad(link_url=None))) == []


def test_a_visitor_who_is_turned_away_elsewhere_was_led_there() -> None:
    home = landing("", "", url="http://short.example/", final_url="http://gov-demo.example/")
    walled = landing(
        None,
        None,
        url="http://short.example/",
        final_url="http://offer.example/",
        outcome=Outcome.BLOCKED,
        reason="wall",
    )
    assert destinations(subject(make_ad(), home, walled)) == ["http://gov-demo.example/", "http://offer.example/"]
