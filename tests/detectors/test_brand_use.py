"""A brand's name in somebody else's ad, in words or in the address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from detectors.brand_use import BrandUse
from detectors.records import Axis, Bearing, Finding
from detectors.subject import LandingPage
from embeddings.records import TextPlace
from evidence.records import Ad
from tests.detectors.subjects import landing, subject
from tests.factories import make_ad, make_text_line


def quiet_ad(**changes: Any) -> Ad:
    """An ad that names nobody."""
    return make_ad(
        **{"title": None, "body": "Salam", "link_url": "http://shop.example/", "link_caption": None, **changes}
    )


def examine(ad: Ad, *pages: LandingPage) -> list[Finding]:
    return list(BrandUse().examine(subject(ad, *pages)))


def of_brand(found: list[Finding], brand_id: str) -> Finding:
    [one] = [finding for finding in found if finding.brand_id == brand_id and finding.claim.startswith("brand_")]
    return one


def test_a_brand_in_a_strangers_ad_is_impersonated() -> None:
    body = "Kapital Bankın investisiya layihəsi"
    one = of_brand(examine(quiet_ad(body=body)), "kapital-bank")
    assert (one.claim, one.bearing, one.axis) == ("brand_impersonation", Bearing.SUPPORTS, Axis.LURE)
    assert [body[span.start : span.end] for span in one.spans] == ["Kapital Bankın"]


@pytest.mark.parametrize("place", ["title", "cta_text", "page_name"])
def test_a_brand_is_found_in_every_field(place: str) -> None:
    one = of_brand(examine(quiet_ad(**{place: "SOCAR-da qazanc"})), "socar")
    assert [(span.field, span.start, span.end) for span in one.spans] == [(place, 0, 8)]


def test_a_brand_is_found_on_the_page_and_in_its_address() -> None:
    one = of_brand(examine(quiet_ad(), landing("", "SOCAR rəsmi", url="http://socar-qazanc.example/")), "socar")
    assert one.claim == "brand_impersonation"
    assert {span.field for span in one.spans} == {"landing"}
    assert "socar-qazanc[.]example" in one.observation


def test_the_brands_own_page_is_its_own() -> None:
    ad = quiet_ad(body="SOCAR yanacaq kartı", page_id="700000000000001", link_url="https://www.socar.az/kart")
    one = of_brand(examine(ad), "socar")
    assert (one.claim, one.bearing) == ("brand_own_page", Bearing.AGAINST)


def test_the_own_page_that_leads_elsewhere_is_not_trusted() -> None:
    ad = quiet_ad(body="SOCAR səhmləri", page_id="700000000000001", link_url="http://offer.example/")
    assert of_brand(examine(ad), "socar").claim == "brand_impersonation"


def test_somebody_else_may_lead_to_the_brand() -> None:
    one = of_brand(
        examine(quiet_ad(body="Kapital Bank kartı", link_url="https://online.kapitalbank.az/")), "kapital-bank"
    )
    assert (one.claim, one.bearing) == ("brand_official_link", Bearing.AGAINST)


def test_an_ad_about_fraud_names_the_brand_without_posing_as_it() -> None:
    body = "Diqqətli olun! SOCAR-ın adından saxta elanlar yayılır, inanmayın."
    one = of_brand(examine(quiet_ad(body=body)), "socar")
    assert (one.claim, one.bearing) == ("brand_named", Bearing.INCONCLUSIVE)


def test_without_page_and_link_nothing_can_be_told() -> None:
    one = of_brand(examine(quiet_ad(body="SOCAR", page_id=None, page_url=None, link_url=None)), "socar")
    assert one.bearing is Bearing.INCONCLUSIVE
    assert "cannot tell because" in one.observation


def test_nobody_named_is_said() -> None:
    [one] = examine(quiet_ad())
    assert (one.claim, one.bearing) == ("no_brand_named", Bearing.INCONCLUSIVE)


def test_a_persons_name_is_not_a_likeness() -> None:
    found = examine(quiet_ad(body="Айсель Кулиевой доверяют"))
    [one] = [finding for finding in found if finding.claim == "person_named"]
    assert (one.axis, one.person_id, one.bearing) == (Axis.LIKENESS, "aysel-quliyeva", Bearing.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("url", "claim", "bearing"),
    [
        ("http://kapita1-bank.example/", "lookalike_domain", Bearing.SUPPORTS),
        ("http://kapitalbank.az.evil.example/", "lookalike_domain", Bearing.SUPPORTS),
        ("http://oscar.example/", "lookalike_domain", Bearing.INCONCLUSIVE),
        ("http://news.example/kapitalbank", "brand_in_path", Bearing.INCONCLUSIVE),
    ],
)
def test_an_address_that_is_like_a_brands(url: str, claim: str, bearing: Bearing) -> None:
    [one] = [one for one in examine(quiet_ad(link_url=url)) if one.claim == claim]
    assert one.bearing is bearing
    assert "kapitalbank[.]az" in one.observation or "socar[.]az" in one.observation


def test_an_address_one_letter_away_from_a_short_name_is_no_impersonation() -> None:
    claims = {one.claim for one in examine(quiet_ad(link_url="http://oscar.example/"))}
    assert claims == {"lookalike_domain"}


def test_a_lookalike_on_the_way_is_seen_too() -> None:
    page = landing("", "", url="http://x.example/", redirect_chain=("http://kapitalbanq.az/",))
    [one] = [one for one in examine(quiet_ad(), page) if one.claim == "lookalike_domain"]
    assert "kapitalbanq[.]az" in one.observation
    assert one.brand_id == "kapital-bank"


def test_a_brand_in_the_picture_or_the_speech_is_named() -> None:
    lines = (
        make_text_line(text="KapitaI Bankın layihəsi"),
        make_text_line(place=TextPlace.SPEECH, text="SOCAR hamıya gəlir verir", start_s=4.0, end_s=6.0, region=None),
    )
    ad = replace(subject(make_ad(title=None, body="Yeni layihə", cta_text=None)), lines=lines)
    found = [one for one in BrandUse().examine(ad) if one.claim == "brand_impersonation"]
    told = {one.brand_id: one.observation for one in found}
    assert "written in the pictures at 0:01–0:04" in told["kapital-bank"]
    assert "said at 0:04–0:06" in told["socar"]
