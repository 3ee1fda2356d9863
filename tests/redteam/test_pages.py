"""The pages have what their truth says, as the job's own reader sees it."""

from __future__ import annotations

import random

from detectors.page_html import read_page
from tests.redteam import pages

WORDS = "Deposit 250 dollars & earn <5000> a month"


def test_an_offer_asks_for_telephone_and_card_and_sends_both_away() -> None:
    page = pages.card_offer(WORDS, "en", random.Random(1))
    assert page.html is not None
    assert page.url is not None
    read = read_page(page.html, page.url)
    assert [bool(form.card_fields) for form in read.forms] == [False, True]
    assert read.forms[0].asks_phone
    assert read.forms[1].target == pages.PAY_GATE
    assert read.scripts.growing_balance is not None
    assert set(page.facts) == {pages.GROWING_BALANCE, pages.CARD_FORM, pages.LEAD_FORM, pages.LURE_TEXT}
    assert page.text is not None
    assert WORDS in page.text


def test_a_clone_has_one_target_on_another_domain() -> None:
    page = pages.news_clone(WORDS, "ru", random.Random(1))
    assert page.html is not None
    assert page.url is not None
    read = read_page(page.html, page.url)
    assert read.one_target is not None
    assert read.one_target_share == 1.0
    assert read.one_target.split("/")[2] in pages.SCAM_HOSTS


def test_an_honest_page_keeps_its_forms_to_itself_and_says_who_it_is() -> None:
    page = pages.honest_page(WORDS, "az", host="shop-1.example", form="card")
    assert page.html is not None
    assert page.url is not None
    read = read_page(page.html, page.url)
    assert read.forms[0].card_fields
    assert read.forms[0].target == "http://shop-1.example/checkout"
    assert read.names_somebody
    assert page.facts == ("card form",)
    assert pages.honest_page(WORDS, "tr", host="a.example", official=True).facts == (pages.OFFICIAL_DOMAIN,)


def test_some_links_lead_to_no_page() -> None:
    assert pages.messenger(random.Random(1)).html is None
    assert pages.walled(random.Random(1)).reason
    assert pages.nowhere().url is None
