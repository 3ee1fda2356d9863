"""A logo on a landing page is told with its place, and beside a lure it is the brand that is used."""

from __future__ import annotations

from dataclasses import replace

from detectors.brand_use import BrandUse
from detectors.page_logo import PageLogo
from detectors.records import Bearing, Finding
from detectors.screenshot_logos import LogoOnPage, PageLogos
from detectors.subject import LandingPage
from embeddings.records import Region
from tests.detectors.subjects import by_claim, landing, subject
from tests.factories import make_ad, make_blob_ref

SHOWN = LogoOnPage(
    brand_id="socar", sha256="a" * 64, region=Region(left=0.1, top=0.25, width=0.2, height=0.05), agreeing=31
)
FOUND = PageLogos(seen=(SHOWN,), sought=2, problems=("the lower 40% of the screenshot was not searched",))
PICTURE = make_blob_ref(b"png", media_type="image/png")


def page(logos: PageLogos | None, *, url: str = "http://offer.example/") -> LandingPage:
    return replace(landing("<p>Salam", "Salam", url=url, screenshot=PICTURE), logos=logos)


def examine(*pages: LandingPage) -> list[Finding]:
    return list(PageLogo().examine(subject(make_ad(), *pages)))


def test_a_logo_is_told_with_its_place_on_each_page() -> None:
    found = examine(page(FOUND), page(FOUND, url="http://other.example/"))
    assert [(one.claim, one.brand_id, one.bearing) for one in found] == [
        ("logo_on_page", "socar", Bearing.INCONCLUSIVE)
    ] * 2
    assert len({one.finding_id for one in found}) == 2
    assert "SOCAR is in the screenshot of http://offer[.]example/, 25% of the way down" in found[0].observation.replace(
        "hxxp", "http"
    )
    assert found[0].region == SHOWN.region
    assert "the lower 40% of the screenshot was not searched" in found[0].quality_limits


def test_none_found_and_not_looked_for_are_different() -> None:
    none = by_claim(examine(page(PageLogos(seen=(), sought=2, problems=()))))
    assert set(none) == {"no_logo_on_page"}
    for logos, why in ((None, "was not searched"), (PageLogos(seen=(), sought=0, problems=()), "could be recognised")):
        assert why in by_claim(examine(page(logos)))["page_logos_not_looked_for"].observation
    bare = examine(landing("<p>Salam", "Salam"))
    assert "there is no screenshot" in by_claim(bare)["page_logos_not_looked_for"].observation
    assert "no landing page was captured" in by_claim(examine())["page_logos_not_looked_for"].observation


def test_a_logo_on_the_page_beside_no_word_is_the_brand_that_is_used() -> None:
    ad = make_ad(title=None, body="Salam", link_url="http://offer.example/", link_caption=None)

    def used(shown: LandingPage) -> list[Finding]:
        return [one for one in BrandUse().examine(subject(ad, shown)) if one.brand_id == "socar"]

    (one,) = used(page(FOUND))
    assert (one.claim, one.modality) == ("brand_impersonation", "page")
    assert "its logo is on the landing page" in one.observation
    assert [home.claim for home in used(page(FOUND, url="https://socar.az/"))] == ["brand_official_link"]
    assert used(page(None)) == []
