"""Pages that call themselves by a brand's name or wear its pictures, on somebody else's domain."""

from __future__ import annotations

import pytest

from detectors.brand_use import BrandUse
from detectors.records import Bearing, Finding
from tests.detectors.subjects import landing, subject
from tests.factories import make_ad


def examine(html: str, *, url: str = "http://offer.example/") -> dict[tuple[str, str | None], Finding]:
    ad = make_ad(title=None, body="Salam", link_url=url, link_caption=None)
    return {(one.claim, one.brand_id): one for one in BrandUse().examine(subject(ad, landing(html, "", url=url)))}


@pytest.mark.parametrize(
    "html",
    [
        "<title>Kapital Bank</title>",
        "<title>Giriş | KAPITAL BANK</title>",
        "<title>Kapital Bank - onlayn</title>",
        '<meta property="og:site_name" content="Капитал Банк">',
    ],
)
def test_a_page_that_calls_itself_by_the_name(html: str) -> None:
    found = examine(html)["page_titled_as_brand", "kapital-bank"]
    assert found.bearing is Bearing.SUPPORTS
    assert "offer[.]example" in found.observation


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ("<title>Kapital Bank yeni filial açdı | Xəbər</title>", "http://news.example/"),
        ("<title>Kapital Bank</title>", "https://www.kapitalbank.az/"),
        ("<title>" + "| Kapital " * 20_000 + "</title>", "http://offer.example/"),
    ],
)
def test_news_and_the_brand_itself_do_not(html: str, url: str) -> None:
    assert ("page_titled_as_brand", "kapital-bank") not in examine(html, url=url)


def test_pictures_straight_from_the_brand() -> None:
    html = '<img src="https://static.kapitalbank.az/logo.png">'
    found = examine(html)["assets_from_brand", "kapital-bank"]
    assert found.bearing is Bearing.INCONCLUSIVE
    assert "static[.]kapitalbank[.]az" in found.observation
    assert ("assets_from_brand", "kapital-bank") not in examine(html, url="https://kapitalbank.az/")


def test_the_worst_address_on_the_way_is_told() -> None:
    url = "http://offer.example/"
    ad = make_ad(title=None, body="Salam", link_url="http://sokar.example/", link_caption=None)
    page = landing("", "", url=url, redirect_chain=("http://s0car-invest.example/",))
    [one] = [one for one in BrandUse().examine(subject(ad, page)) if one.claim == "lookalike_domain"]
    assert one.bearing is Bearing.SUPPORTS
    assert "s0car-invest[.]example" in one.observation
