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


def test_links_that_all_lead_to_one_place() -> None:
    links = (
        "".join(f'<a href="http://offer2.example/go?n={n}">x</a>' for n in range(9))
        + '<a href="/about">about</a><a href="#top">top</a>'
    )
    page = read_page(links, URL)
    assert (page.one_target, page.links) == ("http://offer2.example/go", 10)
    assert page.one_target_share == pytest.approx(0.9)


def test_links_that_only_lead_down_to_a_form() -> None:
    down = '<a href="#order">x</a>' * 5 + '<div id="order"><form><input></form></div>'
    page = read_page(down + '<a href="#top">x</a><a href="/about">x</a>', URL)
    assert (page.anchors, page.anchors_to_forms) == (7, 5)


def test_a_few_links_say_nothing() -> None:
    assert read_page('<a href="/a">x</a>' * 3, URL).one_target is None


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
