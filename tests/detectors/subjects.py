"""Ads, pages and a gallery for the tests of the ad detectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from detectors.records import Finding
from detectors.subject import AdSubject, LandingPage
from evidence.records import Ad, CaptureKind
from tests.factories import make_ad, make_brand, make_capture, make_model_pack, make_person
from watchlist.gallery import Gallery

SOCAR = make_brand(official_pages=("700000000000001",))
KAPITAL = make_brand(
    brand_id="kapital-bank",
    names=("Kapital Bank", "Капитал Банк"),
    official_pages=("https://www.facebook.com/kapitalbank/",),
    official_domains=("kapitalbank.az",),
)


def subject(ad: Ad | None = None, *landings: LandingPage, findings: tuple[Finding, ...] = ()) -> AdSubject:
    """An ad before a gallery that knows one person and two brands by name, and nobody by face or voice."""
    return AdSubject(
        ad=ad or make_ad(),
        landings=landings,
        creatives=(),
        matches=(),
        creative_findings=findings,
        gallery=Gallery.of(make_model_pack(), persons=(make_person(),), brands=(SOCAR, KAPITAL)),
    )


def landing(
    html: str | None = "", text: str | None = "", *, url: str = "http://offer.example/", **changes: Any
) -> LandingPage:
    """A page that was captured without trouble, unless the changes to its capture say otherwise."""
    capture = make_capture(**{"kind": CaptureKind.LANDING, "requested_url": url, "final_url": url, **changes})
    return LandingPage(capture=capture, html=html, text=text)


def by_claim(findings: Sequence[Finding]) -> dict[str, Finding]:
    """The findings by claim; ids must differ."""
    assert len({found.finding_id for found in findings}) == len(findings)
    return {found.claim: found for found in findings}
