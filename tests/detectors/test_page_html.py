"""Facts are read from real markup; nothing runs and nothing breaks on markup that is hostile."""

from __future__ import annotations

import pytest

from detectors.page_html import LONGEST_HTML, read_page

URL = "http://offer.example/start"

CARD = """<form action="https://pay.elsewhere.example/take" method="post">
<input type="text" autocomplete="cc-number" placeholder="1234 5678 9012 3456">
<input name="exp" placeholder="MM/YY"><input type="password" name="cvv"></form>"""

LEAD = """<form action="/lead"><input type="hidden" name="aff_id" value="7"><input name="first_name">
<input type="email" name="email"><input type="tel" name="phone" class="iti__tel-input"></form>"""

BALANCE = """<b id="b">250 AZN</b><script>
var balance = 250; setInterval(function () { balance += Math.random() * 40;
document.getElementById('b').textContent = balance.toFixed(2) + ' AZN'; }, 900);</script>"""


def test_card_fields_and_where_they_are_sent() -> None:
    [form] = read_page(CARD, URL).forms
    assert form.target == "https://pay.elsewhere.example/take"
    assert len(form.card_fields) == 2
    assert not form.has_password


def test_card_fields_outside_any_form() -> None:
    [form] = read_page('<input placeholder="Kart nömrəsi"><input placeholder="CVV">', URL).forms
    assert form.loose
    assert form.target is None
    assert len(form.card_fields) == 2


def test_a_lead_form_and_its_marks() -> None:
    [form] = read_page(LEAD, URL).forms
    assert form.asks_phone
    assert form.asks_who
    assert form.lead_marks == ("aff_id", "intl-tel-input")
    assert form.target == "http://offer.example/lead"


def test_a_login_and_a_search_are_neither() -> None:
    forms = read_page(
        '<form><input name="username"><input type="password"></form><form><input type="search"></form>', URL
    ).forms
    assert not any(form.card_fields or form.asks_phone for form in forms)
    assert forms[0].has_password


def test_a_growing_balance_is_seen() -> None:
    grown = read_page(BALANCE, URL).scripts.growing_balance
    assert grown is not None
    assert "balance" in grown


def test_a_number_that_grows_beside_a_currency_is_a_balance_too() -> None:
    script = "var n = 250, at = document.getElementById('amount'); setInterval(function () { n += 3; at.textContent = n; }, 400);"
    beside = '<p>Sizin hesab: <b id="amount">250</b> AZN</p>'
    assert read_page(f"{beside}<script>{script}</script>", URL).scripts.growing_balance is not None
    visitors = '<p>Bu gün <b id="amount">250</b> nəfər</p>'
    assert read_page(f"{visitors}<script>{script}</script>", URL).scripts.growing_balance is None


@pytest.mark.parametrize(
    "script",
    [
        "setInterval(function () { left -= 1; timer.textContent = left; }, 1000);",
        "var balance = 250; show.textContent = balance;",
        "setInterval(function () { i++; slide.style.left = i; }, 1000);",
        "",
    ],
)
def test_countdowns_balances_that_stand_still_and_slides_do_not_grow(script: str) -> None:
    assert read_page(f"<script>{script}</script>", URL).scripts.growing_balance is None


def test_links_that_all_lead_to_one_place() -> None:
    links = (
        "".join(f'<a href="http://offer2.example/go?n={n}">x</a>' for n in range(9))
        + '<a href="/about">about</a><a href="#top">top</a>'
    )
    page = read_page(links, URL)
    assert (page.one_target, page.links) == ("http://offer2.example/go", 10)
    assert page.one_target_share == pytest.approx(0.9)


def test_a_few_links_say_nothing() -> None:
    assert read_page('<a href="/a">x</a>' * 3, URL).one_target is None


def test_where_the_page_says_it_comes_from() -> None:
    html = """<!-- saved from url=(0023)https://report.az/economy/1 --><head><link rel="canonical" href="https://report.az/economy/1">
    <meta property="og:url" content="https://report.az/economy/1"><base href="https://report.az/"></head>"""
    assert {how for how, _ in read_page(html, URL).claims_to_be} == {
        "canonical link",
        "og:url",
        "base address",
        "saved-from comment",
    }


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000,
        "".join(f"<b id={n}>" for n in range(2_000)) + "<p>x" * 50_000,
        "<script>" * 100_000,
        "<form><input name=card>" * 20_000,
        "<a href='http://[::broken'>x</a>" * 10,
        "<script>setInterval(" + "balance += " * 50_000,
        "facebook.com/tr?" * 50_000,
        "\x00\ud800<<<>>><!--",
        "<base href='javascript:alert(1)'><a href='java\nscript:x'>y</a>",
        "",
    ],
)
def test_hostile_markup_is_read_without_harm(html: str) -> None:
    read_page(html, URL)


def test_a_page_nested_deeper_than_any_browser_renders_is_cut_there() -> None:
    page = read_page("<div>" * 50_000 + CARD, URL)
    assert page.cut
    assert page.forms == ()
    script = "<script>" + "s = '<div>';" * 2_000 + "</script>"
    assert len(read_page(script + CARD, URL).forms) == 1


def test_a_huge_page_is_cut_and_says_so() -> None:
    assert read_page("x" * (LONGEST_HTML + 1), URL).cut
