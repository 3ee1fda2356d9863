"""What the page behind an ad shows, and what it means together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from detectors.landing_page import LandingPageSigns
from detectors.records import Bearing, Finding
from detectors.subject import LandingPage
from embeddings.records import TextPlace
from evidence.records import Ad, Outcome
from tests.detectors.subjects import by_claim, landing, subject
from tests.detectors.test_page_html import BALANCE, CARD, LEAD
from tests.factories import make_ad, make_text_line

LURE = "SOCAR platforması: gündə 500 AZN qazanın. Qeydiyyatdan keçin!"


def examine(*pages: LandingPage, ad: Ad | None = None) -> dict[str, Finding]:
    return by_claim(list(LandingPageSigns().examine(subject(ad or make_ad(link_caption=None), *pages))))


def test_an_offer_page_shows_all_its_signs() -> None:
    found = examine(landing(BALANCE + CARD + LEAD, LURE))
    wanted = {"card_form", "growing_balance", "lead_form", "landing_lure_text"}
    assert wanted == {claim for claim, one in found.items() if one.bearing is Bearing.SUPPORTS}
    assert "pay[.]elsewhere" not in found["card_form"].observation
    assert "elsewhere[.]example" in found["card_form"].observation
    [span] = [span for span in found["landing_lure_text"].spans if span.label == "promise_of_profit"]
    assert (span.field, LURE[span.start : span.end]) == ("landing", "gündə 500 AZN")


def test_a_cloned_article_gives_itself_away() -> None:
    html = '<link rel="canonical" href="https://report.az/x">' + '<a href="http://offer.example/">x</a>' * 8
    found = examine(landing(html, "Xəbər", url="http://azxeber-24.example/x"))
    assert found["clone_of"].bearing is Bearing.SUPPORTS
    assert found["single_target_links"].bearing is Bearing.SUPPORTS
    assert found["single_target_links"].measurement == 1.0


def test_a_shop_that_takes_cards_and_calls_back_is_not_accused() -> None:
    pay, call = '<input name="card_number">', '<input name="name"><input type="tel">'
    shop = f'<form action="/pay">{pay}</form><form action="/call">{call}</form>'
    found = examine(landing(shop, "Divanlar 20% endirim, pulsuz çatdırılma"))
    assert found["card_form"].bearing is Bearing.INCONCLUSIVE
    assert found["lead_form"].bearing is Bearing.INCONCLUSIVE
    assert found["no_landing_signs"].bearing is Bearing.AGAINST


def test_an_article_about_fraud_speaks_against() -> None:
    found = examine(
        landing("<p>", "Fırıldaqçılar saxta saytlarda gündə 500 AZN vəd edir. Polis xəbərdarlıq edir: inanmayın.")
    )
    assert found["landing_warning_or_news"].bearing is Bearing.AGAINST


def test_a_page_that_could_not_be_seen_says_why() -> None:
    blocked = landing(
        None, None, url="http://login.example/", outcome=Outcome.BLOCKED, reason="it asks to log in", body=None
    )
    found = examine(blocked)
    assert found["landing_unreadable"].bearing is Bearing.INCONCLUSIVE
    assert "because it asks to log in (blocked)" in found["landing_unreadable"].observation
    assert "no_landing_signs" not in found


def test_no_page_and_no_link_are_different() -> None:
    assert "was not captured" in examine()["no_landing_page"].observation
    assert "has no link" in examine(ad=make_ad(link_url=None))["no_landing_page"].observation


def test_a_link_that_ends_elsewhere() -> None:
    page = landing(
        "<p>x",
        "x",
        url="http://short.example/1",
        final_url="http://offer2.example/",
        redirect_chain=("http://short.example/1",),
    )
    found = examine(page, ad=make_ad(link_caption="kapitalbank.az"))
    assert found["redirect_to_other_domain"].bearing is Bearing.INCONCLUSIVE
    assert found["shown_link_differs"].bearing is Bearing.SUPPORTS
    assert "kapitalbank[.]az" in found["shown_link_differs"].observation


def test_a_blank_page_speaks_for_nothing_and_against_nothing() -> None:
    for html, text in (("", ""), ("<html><body></body></html>", " \u200b\n"), ("<script src='/app.js'></script>", "")):
        found = examine(landing(html, text))
        assert found["landing_unreadable"].bearing is Bearing.INCONCLUSIVE
        assert "because the page was blank" in found["landing_unreadable"].observation
        assert "no_landing_signs" not in found
    for html, text in (("", "Salam"), ('<a href="/a">›</a>', ""), ('<form><input name="q"></form>', "")):
        assert "no_landing_signs" in examine(landing(html, text))


def test_a_page_of_which_the_end_was_not_read_is_not_called_harmless() -> None:
    found = examine(landing("<p>Salam", "Bakıda hava yaxşıdır və dəniz sakitdir. " * 25_000 + LURE))
    assert "no_landing_signs" not in found
    assert found["text_not_read_whole"].bearing is Bearing.INCONCLUSIVE
    assert found["text_not_read_whole"].observation.startswith("Cannot tell")


def test_a_cycle_of_redirects_that_ends_on_nothing_is_told_and_on_a_page_is_just_a_page() -> None:
    way: dict[str, Any] = {
        "url": "http://a.example/",
        "redirect_chain": ("http://a.example/", "http://b.example/") * 50,
    }
    found = examine(landing("", "", **way))
    assert "it kept redirecting, 98 times" in found["landing_unreadable"].observation
    assert "no_landing_signs" not in found
    assert "no_landing_signs" in examine(landing("<p>Salam", "Salam", **way))


def test_trackers_identify_and_do_not_accuse() -> None:
    found = examine(landing("<script>fbq('init', '123456789012345')</script>", "x"))
    assert found["tracker_ids"].bearing is Bearing.INCONCLUSIVE
    assert "meta_pixel 123456789012345" in found["tracker_ids"].observation


def test_the_same_sign_on_two_pages_is_two_findings() -> None:
    pages = (landing(CARD, "", url="http://one.example/"), landing(CARD, "", url="http://two.example/"))
    found = [one for one in LandingPageSigns().examine(subject(make_ad(), *pages)) if one.claim == "card_form"]
    assert len({one.finding_id for one in found}) == 2


def test_scripts_in_other_files_are_named_as_a_limit() -> None:
    found = examine(landing('<script src="/app.js"></script>', "x"))
    assert found["no_landing_signs"].quality_limits == ("scripts in other files were not read",)


def test_links_that_only_lead_to_a_form_are_told_and_not_accused() -> None:
    found = examine(landing('<a href="#f">x</a>' * 6 + '<form id="f"><input name="q"></form>', "x"))
    assert found["single_target_links"].bearing is Bearing.INCONCLUSIVE
    assert found["single_target_links"].measurement == 1.0


def test_haste_and_namelessness_do_not_accuse() -> None:
    clock = "<script>setInterval(function () { left -= 1; timer.textContent = left; }, 1000)</script>"
    form = '<form action="/call"><input name="name"><input type="tel"></form>'
    found = examine(landing(form + clock, "x"))
    assert found["countdown"].bearing is Bearing.INCONCLUSIVE
    assert found["no_imprint"].bearing is Bearing.INCONCLUSIVE
    assert "no_landing_signs" in found
    assert "no_imprint" not in examine(landing(form + "<p>Əlaqə: Bakı", "x"))
    assert "no_imprint" not in examine(landing("<p>x", "x"))


def test_a_page_that_may_differ_for_others_says_so() -> None:
    script = "<script>if (!navigator.userAgent.match('FBAN')) location.replace('/safe')</script>"
    assert "looks at the visitor" in examine(landing(script, "x"))["visitors_sorted"].observation
    tracked = landing("<p>x", "x", redirect_chain=("http://t.example/click.php?key=abc",))
    assert "tool that sorts visitors" in examine(tracked)["visitors_sorted"].observation
    assert "visitors_sorted" not in examine(landing("<p>x", "x"))


def test_the_menu_of_a_site_is_no_way_to_follow_a_promise() -> None:
    article = "People in our town earn $5,000 a month with it."
    menu = "".join(f'<a href="/{name}">{name}</a>' for name in "abcdefgh")
    assert "landing_lure_text" not in examine(landing(menu, article))
    assert "landing_lure_text" in examine(landing(menu + LEAD, article))
    assert "landing_lure_text" in examine(landing('<a href="http://elsewhere.example/">on</a>' * 8, article))
    assert "landing_lure_text" in examine(landing('<a href="http://elsewhere.example/">on</a>', article))


def test_what_is_written_in_the_screenshot_belongs_to_the_page() -> None:
    line = make_text_line(
        place=TextPlace.SCREENSHOT,
        text="Gündə 500 AZN qazanın! İndi qeydiyyatdan keçin",
        start_s=None,
        end_s=None,
    )
    page = replace(
        landing("<p>Salam", "Salam"), lines=(line,), unread=("Of the screenshot: the lower 30% of it was not read.",)
    )
    found = by_claim(list(LandingPageSigns().examine(subject(make_ad(), page))))["landing_lure_text"]
    assert "written in the screenshot" in found.observation
    assert {span.field for span in found.spans} == {"screenshot"}
    assert any("lower 30%" in limit for limit in found.quality_limits)
