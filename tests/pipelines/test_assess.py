"""One ad with the analyses of its creatives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from detectors.records import Axis, Bearing
from detectors.tables import ad_detectors
from evidence.records import AccessMode, Capture, CaptureKind, Outcome, Visitor
from evidence.store import EvidenceStore
from pipelines.assess import AdFile, AdWithAnalyses, landing_pages, screen_ad
from pipelines.records import AxisState, CreativeAnalysis
from pipelines.tools import AdTools
from tests.factories import (
    make_ad,
    make_blob_ref,
    make_brand,
    make_capture,
    make_creative,
    make_finding,
    make_match,
    make_model_pack,
    make_person,
    make_text_line,
)
from watchlist.gallery import Gallery

MEDIA = make_blob_ref(b"media", media_type="video/mp4")
SCAM = "Gündə 500 AZN qazanc zəmanətlidir! SOCAR platforması. İndi qeydiyyatdan keçin, 250 AZN yatırın."


@pytest.fixture
def tools(tmp_path: Path) -> AdTools:
    pack = make_model_pack()
    return AdTools(
        store=EvidenceStore(str(tmp_path)),
        gallery=Gallery.of(pack, persons=[make_person()], brands=[make_brand()]),
        detectors=tuple(ad_detectors()),
    )


def analysis(*, matched: bool) -> CreativeAnalysis:
    matches = (make_match(creative_sha256=MEDIA.sha256),) if matched else ()
    creative = make_creative(sha256=MEDIA.sha256)
    return CreativeAnalysis(creative=creative, faces=(), trails=(), voices=(), matches=matches, findings=())


def test_a_lure_with_a_protected_face_is_a_candidate(tools: AdTools) -> None:
    file = AdFile(ad=make_ad(body=SCAM), captures=(make_capture(body=MEDIA),))
    screened = screen_ad(AdWithAnalyses(file=file, analyses=(analysis(matched=True),)), tools)
    assert screened.candidate is not None
    assert screened.candidate.person_ids == ("aysel-quliyeva",)
    assert screened.candidate.creative_sha256 == MEDIA.sha256
    assert {f.ad_id for f in screened.findings} == {file.ad.ad_id}


def test_own_media_without_a_text_are_flagged_by_the_words_in_them(tools: AdTools) -> None:
    lines = (
        make_text_line(source_sha256=MEDIA.sha256, text=SCAM),
        make_text_line(source_sha256=MEDIA.sha256, line=1, text="t.me/socar_qazanc"),
    )
    own = {"access_mode": AccessMode.ANALYST_IMPORT, "body": None, "cta_text": None, "link_url": None}
    file = AdFile(ad=make_ad(title="film.mp4", **own), captures=(make_capture(body=MEDIA),))
    read = replace(analysis(matched=True), lines=lines)
    screened = screen_ad(AdWithAnalyses(file=file, analyses=(read,)), tools)
    assert screened.candidate is not None
    assert "written in the pictures" in screened.assessment.axes[2].summary
    assert {f.claim for f in screened.findings if f.brand_id} == {"brand_impersonation"}
    unread = replace(analysis(matched=True), unread=("Its frames were not read: Tesseract is missing.",))
    screened = screen_ad(AdWithAnalyses(file=file, analyses=(unread,)), tools)
    assert screened.assessment.axes[2].state is AxisState.CANNOT_TELL
    assert "Tesseract is missing" in screened.assessment.axes[2].summary


def test_who_is_in_own_media_is_told_where_there_is_a_lure_and_a_reason(tools: AdTools) -> None:
    own = {"access_mode": AccessMode.ANALYST_IMPORT, "cta_text": None, "link_url": None}
    lure = SCAM + " t.me/socar_qazanc"
    for body, asked, told in (
        (None, True, False),
        ("Fresh bread every morning.", True, False),
        (lure, False, False),
        (lure, True, True),
    ):
        media = (make_capture(body=MEDIA),)
        file = AdFile(ad=make_ad(title="film.mp4", body=body, **own), captures=media, asked=asked)
        same = make_finding(
            creative_sha256=MEDIA.sha256,
            ad_id=None,
            axis=Axis.ALTERATION,
            bearing=Bearing.AGAINST,
            method="genuine_source",
            claim="same_as_genuine",
            person_id="aysel-quliyeva",
            reference_sha256="a" * 64,
        )
        seen = replace(analysis(matched=True), findings=(same,))
        screened = screen_ad(AdWithAnalyses(file=file, analyses=(seen,)), tools)
        assert screened.assessment.axes[0].state is AxisState.YES
        assert (screened.candidate is not None) is (body == lure), "it is flagged all the same"
        assert ("uliyeva" in repr(screened.candidate)) is told
        assert ("Aysel Quliyeva" in screened.assessment.axes[0].summary) is told
        assert screened.withheld is not told
        (genuine,) = [one for one in screened.findings if one.claim == "genuine_creative"]
        assert ("Aysel Quliyeva" in genuine.observation) is told
        assert (genuine.person_id == "aysel-quliyeva") is told
        assert screened.creatives == (MEDIA.sha256,)


def test_the_landing_page_is_read_from_the_store(tools: AdTools) -> None:
    page = tools.store.put(
        b"<form action='http://elsewhere.example/'><input name='card-number'><input name='cvv'></form>",
        media_type="text/html",
    )
    text = tools.store.put(SCAM.encode(), media_type="text/plain")
    landing = make_capture(kind=CaptureKind.LANDING, requested_url="http://socar-qazanc.example/", body=page, text=text)
    file = AdFile(ad=make_ad(body=SCAM), captures=(landing,))
    screened = screen_ad(AdWithAnalyses(file=file, analyses=()), tools)
    assert screened.candidate is not None
    assert "leads to a card form" in screened.candidate.headline
    assert screened.candidate.creative_sha256 is None


HONEST = "Evdə gül becərmək üçün torpaq, işıq və su haqqında qısa məsləhətlər."
CARD = b"<form action='http://elsewhere.example/'><input name='card-number'><input name='cvv'></form>"


def visit(tools: AdTools, visitor: Visitor, html: bytes, text: str) -> Capture:
    """What one visitor was shown at one address."""
    return make_capture(
        kind=CaptureKind.LANDING,
        requested_url="http://bag-evi.example/",
        visitor=visitor,
        body=tools.store.put(html, media_type="text/html"),
        text=tools.store.put(text.encode(), media_type="text/plain"),
    )


def test_a_lure_that_only_telephones_are_shown_counts(tools: AdTools) -> None:
    first = visit(tools, Visitor.COMPUTER, b"<p>", HONEST)
    second = visit(tools, Visitor.TELEPHONE, CARD, SCAM)
    ad = make_ad(title="Bağ evi", body="Daha çox öyrənin", link_caption=None)
    for captures in ((first, second), (second, first)):
        screened = screen_ad(AdWithAnalyses(file=AdFile(ad=ad, captures=captures), analyses=()), tools)
        assert screened.candidate is not None
        assert screened.candidate.brand_ids == ("socar",)
        (differs,) = [one for one in screened.findings if one.claim == "visitors_see_different_pages"]
        assert differs.bearing is Bearing.SUPPORTS
        assert differs.finding_id in screened.assessment.axes[2].finding_ids
    alone = screen_ad(AdWithAnalyses(file=AdFile(ad=ad, captures=(first,)), analyses=()), tools)
    assert alone.candidate is None
    assert [one.claim for one in alone.findings if one.claim == "visited_once"] == ["visited_once"]


def test_a_page_that_two_visitors_saw_counts_once(tools: AdTools) -> None:
    first = visit(tools, Visitor.COMPUTER, CARD, SCAM)
    second = visit(tools, Visitor.TELEPHONE, CARD + b"<!-- 2 -->", SCAM)
    (page,) = landing_pages(AdFile(ad=make_ad(), captures=(second, first)), tools.store)
    assert page.capture == first
    assert page.other is not None
    assert page.other.capture == second


def test_media_that_could_not_be_had_make_likeness_cannot_tell(tools: AdTools) -> None:
    missing = make_capture(outcome=Outcome.BLOCKED, reason="the egress proxy refused 169.254.169.254", body=None)
    file = AdFile(ad=make_ad(body="Gözəl mebel"), captures=(missing,))
    screened = screen_ad(AdWithAnalyses(file=file, analyses=()), tools)
    assert screened.assessment.axes[0].state is AxisState.CANNOT_TELL
    assert "169.254.169.254" in screened.assessment.axes[0].summary


def test_each_creative_counts_once() -> None:
    first, second = make_capture(body=MEDIA), make_capture(body=MEDIA, requested_url="http://cdn.example/again.mp4")
    assert AdFile(ad=make_ad(), captures=(first, second)).creatives() == (MEDIA,)
