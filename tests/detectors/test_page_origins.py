"""Who a page says it is and where its parts come from."""

from __future__ import annotations

import pytest

from detectors.page_html import read_page
from tests.detectors.test_page_html import URL


def test_where_the_page_says_it_comes_from() -> None:
    html = """<!-- saved from url=(0023)https://report.az/economy/1 --><head><link rel="canonical" href="https://report.az/economy/1">
    <meta property="og:url" content="https://report.az/economy/1"><base href="https://report.az/"></head>"""
    assert {how for how, _ in read_page(html, URL).claims_to_be} == {
        "canonical link",
        "og:url",
        "base address",
        "saved-from comment",
    }


def test_the_names_that_a_page_gives_itself() -> None:
    html = """<title> Kapital
    Bank | Giriş</title><meta property="og:site_name" content="Kapital Bank"><meta property="og:title" content="Qazan">
    <meta name="application-name" content="">"""
    assert read_page(html, URL).titles == (
        ("title", "Kapital Bank | Giriş"),
        ("site name", "Kapital Bank"),
        ("shared title", "Qazan"),
    )


def test_where_pictures_and_styles_come_from() -> None:
    html = """<img src="https://cdn.socar.az/a.png"><img src="/b.png"><script src="//cdn.socar.az/c.js"></script>
    <link rel="stylesheet" href="https://fonts.example/x.css"><a href="https://other.example/">x</a>
    <img src="data:image/png;base64,x">"""
    assert read_page(html, URL).asset_hosts == {"cdn.socar.az": 2, "offer.example": 1, "fonts.example": 1}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("VÖEN 1234567891", True),
        ("Əlaqə", True),
        ("Политика конфиденциальности", True),
        ("Байланыс", True),
        ("Qazan!", False),
        ("", False),
    ],
)
def test_whether_anybody_answers_for_the_page(text: str, named: bool) -> None:
    assert read_page(f"<p>{text}", URL).names_somebody is named


@pytest.mark.parametrize(
    "html", ["saved from url=" * 9_000, "mirrored from " + "a" * 100_000, "<!-- saved from url=(9)http://[x"]
)
def test_hostile_comments_are_read_without_harm(html: str) -> None:
    assert len(read_page(html, URL).claims_to_be) <= 1
