"""Official means an id or address on the watchlist; a name, a copy or a link alone does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from detectors.official_source import OfficialSource
from detectors.records import Axis, Bearing, Finding
from detectors.subject import LandingPage
from tests.detectors.subjects import by_claim, landing, subject
from tests.factories import (
    make_ad,
    make_allowed_creative,
    make_brand,
    make_model_pack,
    make_news_publisher,
    make_person,
    sha,
)
from watchlist.gallery import Gallery

OFFICIAL_PAGE = "http://adlibrary.example/page/500000000000001"


def examine(*pages: LandingPage, **changes: Any) -> dict[str, Finding]:
    found = list(OfficialSource().examine(subject(make_ad(**changes), *pages)))
    assert all(one.axis is Axis.SOURCE for one in found)
    return by_claim(found)


def test_an_official_page_and_domain() -> None:
    found = examine(landing("", "", url="http://www.gov-demo.example/"), page_url=OFFICIAL_PAGE)
    assert found.keys() == {"official_page", "official_domain"}
    assert all(one.bearing is Bearing.SUPPORTS and one.person_id == "aysel-quliyeva" for one in found.values())


def test_an_official_page_by_id() -> None:
    found = examine(page_id="700000000000001", link_url=None)
    assert found["official_page"].brand_id == "socar"


def test_an_official_page_that_leads_elsewhere_is_cautioned() -> None:
    found = examine(landing("", "", url="http://socar-qazanc.example/"), page_url=OFFICIAL_PAGE)
    assert found["leads_elsewhere"].bearing is Bearing.SUPPORTS
    assert "taken over" in found["leads_elsewhere"].observation


def test_an_official_domain_that_sends_card_data_elsewhere_is_cautioned() -> None:
    form = '<form action="http://{}/take"><input name="card_number"><input name="cvv"></form>'

    def lead_to(host: str, **changes: Any) -> dict[str, Finding]:
        return examine(landing(form.format(host), "", url="http://www.gov-demo.example/"), **changes)

    found = lead_to("pay-gate.example", page_url=OFFICIAL_PAGE)
    assert {"official_page", "official_domain"} < found.keys()
    assert "sends card data to pay-gate[.]example" in found["leads_elsewhere"].observation
    assert "leads_elsewhere" in lead_to("pay-gate.example")
    for own in ("pay.gov-demo.example", "socar.az"):
        assert "leads_elsewhere" not in lead_to(own, page_url=OFFICIAL_PAGE)


def test_a_name_is_a_warning_and_no_proof() -> None:
    found = examine(page_name="Aysel Quliyeva (rəsmi)")
    assert found["name_looks_official"].bearing is Bearing.INCONCLUSIVE
    assert "Warning" in found["name_looks_official"].observation
    assert found["not_official"].bearing is Bearing.AGAINST


def test_a_strangers_link_to_an_official_domain() -> None:
    found = examine(link_url="https://www.kapitalbank.az/")
    assert found["official_domain"].brand_id == "kapital-bank"
    assert found["official_domain"].quality_limits
    assert "official_page" not in found


def test_a_domain_that_only_looks_official() -> None:
    assert "official_domain" not in examine(link_url="http://gov-demo.example.offer.example/")


def test_addresses_that_its_words_spell_out_lead_somewhere_too() -> None:
    home = landing("", "", url="http://www.gov-demo.example/")
    for away in ("Yazın: https://qazanc.example/x", "www.qazanc.example", "Qazanın: neft-qazanc.com!"):
        assert "official_domain" not in examine(home, body=away)
        assert "leads_elsewhere" in examine(home, body=away, page_url=OFFICIAL_PAGE)
    for own in ("Ətraflı: https://www.gov-demo.example/a.", "Alın.indi 5.000 azn, a@qazanc.com", None):
        assert "official_domain" in examine(home, body=own)


def test_a_verified_creative_is_known_by_its_bytes_and_only_if_there_is_no_other() -> None:
    own = (make_allowed_creative(), make_allowed_creative(person_id=None, brand_id="socar", sha256=sha("spot")))

    def shown(*creatives: str) -> dict[str, Finding]:
        gallery = Gallery.of(make_model_pack(), persons=(make_person(),), brands=(make_brand(),), allowed=own)
        seen = replace(subject(make_ad()), gallery=gallery, creatives=creatives)
        return by_claim(list(OfficialSource().examine(seen)))

    found = shown(sha("own advert"))["allowed_creative"]
    assert (found.bearing, found.person_id, found.brand_id) == (Bearing.SUPPORTS, "aysel-quliyeva", None)
    assert found.quality_limits
    assert shown(sha("spot"))["allowed_creative"].brand_id == "socar"
    for others in ((), (sha("other"),), (sha("own advert"), sha("other")), (sha("own advert"), sha("spot"))):
        assert "allowed_creative" not in shown(*others)


def test_a_trusted_news_publisher_is_known_by_page_and_led_home() -> None:
    gallery = Gallery.of(make_model_pack(), persons=(), publishers=(make_news_publisher(),))

    def published(*pages: LandingPage, **changes: Any) -> dict[str, Finding]:
        return by_claim(list(OfficialSource().examine(replace(subject(make_ad(**changes), *pages), gallery=gallery))))

    own = {"page_id": "700000000000077", "page_name": "Xəbərlər"}
    found = published(link_url="http://www.gununxeberi.example/a", **own)
    assert found["news_publisher"].bearing is Bearing.SUPPORTS
    assert "clears no lure" in found["news_publisher"].observation
    assert "not_official" in found
    assert published(link_url=None, **own)["news_publisher"].bearing is Bearing.SUPPORTS
    away = published(link_url="http://socar-qazanc.example/", **own)["news_publisher"]
    assert away.bearing is Bearing.INCONCLUSIVE
    assert "leads to socar-qazanc[.]example" in away.observation
    named = published(page_name="Günün Xəbəri 24")
    assert "news_publisher" not in named
    assert named["name_looks_like_news"].bearing is Bearing.INCONCLUSIVE


def test_a_publisher_that_the_source_does_not_name() -> None:
    found = examine(page_id=None, page_url=None)
    assert found["publisher_unknown"].bearing is Bearing.INCONCLUSIVE
    assert "because" in found["publisher_unknown"].observation
