"""A brand's name in somebody else's ad, in words or in the address."""

from __future__ import annotations

from typing import Any

import pytest

from detectors.brand_use import BrandUse, domain_part
from detectors.records import Axis, Bearing, Finding
from detectors.subject import LandingPage
from evidence.records import Ad
from tests.detectors.subjects import KAPITAL, SOCAR, landing, subject
from tests.factories import make_ad


def quiet_ad(**changes: Any) -> Ad:
    """An ad that names nobody."""
    return make_ad(
        **{"title": None, "body": "Salam", "link_url": "http://shop.example/", "link_caption": None, **changes}
    )


def examine(ad: Ad, *pages: LandingPage) -> list[Finding]:
    return list(BrandUse().examine(subject(ad, *pages)))


def of_brand(found: list[Finding], brand_id: str) -> Finding:
    [one] = [finding for finding in found if finding.brand_id == brand_id]
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
    ("url", "part"),
    [
        ("http://kapital-bank-az.example/", "kapital-bank-az"),
        ("http://kapitalbank.invest.example/", "kapitalbank"),
        ("http://mykapitalbanking.example/", "mykapitalbanking"),
        ("http://offer.example/kapitalbank/start", "kapitalbank"),
        ("http://kapitalbank.az/", None),
        ("http://online.kapitalbank.az/kapitalbank", None),
        ("http://kapital.example/bank", None),
        ("http://[broken", None),
    ],
)
def test_a_brand_in_an_address(url: str, part: str | None) -> None:
    assert domain_part(url, KAPITAL) == part


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("http://socar-qazanc.example/", True),
        ("http://socarinvest.example/", True),
        ("http://socareer.example/", False),
        ("http://xn--ocar-f9d.example/", True),  # Cyrillic first letter
    ],
)
def test_a_short_brand_must_stand_by_itself(url: str, there: bool) -> None:
    assert (domain_part(url, SOCAR) is not None) is there
