"""When words and pages are a lure, and what the axis says of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detectors.landing_page import LandingPageSigns
from detectors.lure_classifier import LureClassifier
from detectors.lure_text import LureText
from detectors.records import Axis, Bearing, Finding, Span
from detectors.subject import AdDetector
from pipelines.lure_axis import calls_away, lures_away, read_lure
from pipelines.records import AxisState
from tests.detectors.subjects import landing, subject
from tests.factories import make_ad, make_finding

LURE = make_finding(claim="investment_lure", observation="It promises profit and asks to register.")
PAGE_LURE = make_finding(claim="landing_lure_text", method="landing_page", modality="page", observation="It is a lure.")
WARNS = make_finding(claim="warning_or_news", bearing=Bearing.AGAINST)
UNSURE = make_finding(
    claim="reads_as_scam", bearing=Bearing.INCONCLUSIVE, likelihood_ratio=5.0, observation="It reads like a lure."
)
PLAIN_SCAM = replace(UNSURE, bearing=Bearing.SUPPORTS, likelihood_ratio=100.0)
UNSURE_PAGE = replace(UNSURE, modality="page", observation="The page reads like a lure.")

BALANCE = make_finding(claim="growing_balance", observation="A sum of money grows.")
CARDS = make_finding(claim="card_form", observation="It asks for card data.")


FAR_TOO_LONG = (
    "Bakıda hava yaxşıdır və dəniz sakitdir. " * 25_000 + "Gündə 500 AZN qazanın, zəmanət! Qeydiyyatdan keçin"
)


def test_behind_a_hundred_thousand_harmless_letters_nobody_knows_what_follows() -> None:
    detectors: tuple[AdDetector, ...] = (LureText(), LureClassifier(), LandingPageSigns())
    for ad, pages in ((make_ad(body=FAR_TOO_LONG), []), (make_ad(body="Salam"), [landing("<p>Salam", FAR_TOO_LONG)])):
        findings = [one for detector in detectors for one in detector.examine(subject(ad, *pages))]
        read = read_lure(findings)
        assert read.state is AxisState.CANNOT_TELL
        assert read.summary.startswith("Cannot tell")


@pytest.mark.parametrize(
    ("findings", "state"),
    [
        ([BALANCE, CARDS], AxisState.YES),
        ([make_finding(claim="clone_of"), make_finding(claim="single_target_links")], AxisState.YES),
        ([BALANCE, CARDS, make_finding(claim="warning_or_news", bearing=Bearing.AGAINST)], AxisState.YES),
        ([PAGE_LURE, make_finding(claim="telegram_bot"), WARNS], AxisState.YES),
        ([BALANCE], AxisState.NO),
        ([CARDS, make_finding(claim="lead_form")], AxisState.NO),
        ([BALANCE, make_finding(claim="card_form", bearing=Bearing.INCONCLUSIVE)], AxisState.NO),
    ],
    ids=[
        "balance and cards",
        "clone with one way out",
        "behind a warning",
        "a lure with a bot behind a warning",
        "balance alone",
        "a shop",
        "own card form",
    ],
)
def test_a_page_that_pretends_and_takes_is_a_lure_whatever_its_words(findings: list[Finding], state: AxisState) -> None:
    assert read_lure(findings).state is state


def test_a_page_that_could_not_be_read_is_not_said_to_promise_nothing() -> None:
    words = make_finding(claim="no_lure", bearing=Bearing.AGAINST)
    walled = make_finding(
        claim="landing_unreadable", bearing=Bearing.INCONCLUSIVE, observation="Could not look because of a challenge."
    )
    reading = read_lure([words, walled])
    assert reading.state is AxisState.CANNOT_TELL
    assert reading.summary.endswith("Could not look because of a challenge.")
    assert read_lure([LURE, walled]).state is AxisState.YES
    warning = read_lure([WARNS, walled])
    assert (warning.state, "the ad's own words warn" in warning.summary) == (AxisState.CANNOT_TELL, True)


def test_a_text_that_was_not_read_to_the_end_is_not_said_to_promise_nothing() -> None:
    words = make_finding(claim="no_lure", bearing=Bearing.AGAINST)
    cut = make_finding(
        claim="examination_cut_short", bearing=Bearing.INCONCLUSIVE, observation="Cannot tell because it took too long."
    )
    assert (read_lure([words, cut]).state, read_lure([LURE, cut]).state) == (AxisState.CANNOT_TELL, AxisState.YES)
    assert read_lure([words, cut]).summary == "Cannot tell because it took too long."


LURING_PAGE = replace(UNSURE_PAGE, claim="reads_as_scam", bearing=Bearing.SUPPORTS, likelihood_ratio=40.0)
PAGE_WARNS = make_finding(
    claim="landing_warning_or_news", method="landing_page", spans=(), modality="page", bearing=Bearing.AGAINST
)
QUOTES = replace(PAGE_WARNS, spans=(Span(field="landing", start=0, end=4, label="promise_of_profit"),))
OWN_FORM = make_finding(claim="lead_form", modality="page", bearing=Bearing.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("findings", "state"),
    [
        ([PLAIN_SCAM, WARNS], AxisState.NO),
        ([PLAIN_SCAM, WARNS, UNSURE_PAGE], AxisState.NO),
        ([WARNS, PAGE_LURE], AxisState.YES),
        ([WARNS, LURING_PAGE], AxisState.YES),
        ([WARNS, replace(UNSURE, likelihood_ratio=0.01), LURING_PAGE], AxisState.YES),
        ([WARNS, LURING_PAGE, PAGE_WARNS], AxisState.NO),
        ([WARNS, LURING_PAGE, PAGE_WARNS, OWN_FORM], AxisState.YES),
        ([WARNS, LURING_PAGE, replace(LURING_PAGE, likelihood_ratio=0.01), PAGE_WARNS], AxisState.YES),
        ([LURING_PAGE, PAGE_WARNS], AxisState.YES),
        ([PLAIN_SCAM, PAGE_WARNS], AxisState.YES),
        ([WARNS, QUOTES, CARDS], AxisState.YES),
        ([WARNS, QUOTES, OWN_FORM], AxisState.NO),
        ([WARNS, PAGE_WARNS, CARDS], AxisState.NO),
    ],
    ids=[
        "a warning that reads like a scam",
        "the same before a page that may be one",
        "a warning before a page that is a lure by the word list",
        "a warning before a page that reads like a scam",
        "a warning that reads like none before such a page",
        "a warning before a page that warns and quotes",
        "a warning before a page that warns and has a form",
        "a warning before two pages of which one warns",
        "no warning before a page that warns and reads like a scam",
        "a scam before a page that warns",
        "a page that warns, promises and takes cards",
        "a page that warns, quotes and has a form of its own",
        "a page that warns and takes cards",
    ],
)
def test_a_warning_excuses_the_words_of_whoever_gives_it(findings: list[Finding], state: AxisState) -> None:
    assert read_lure(findings).state is state


def test_no_larger_ratio_is_stated_than_the_corpus_can_show() -> None:
    sure = [replace(one, likelihood_ratio=100.0) for one in (UNSURE, UNSURE_PAGE)]
    assert "are some 100 times more to be expected of a scam" in read_lure(sure).summary
    assert "are some 20 times more" in read_lure([UNSURE, replace(UNSURE_PAGE, likelihood_ratio=4.0)]).summary


def test_words_that_lead_to_a_messenger_lead_away_and_a_telephone_number_calls() -> None:
    handle, phone = (make_finding(claim=claim) for claim in ("contact_handle", "contact_phone"))
    assert (lures_away([handle]), calls_away([handle])) == (True, False)
    assert (lures_away([phone]), calls_away([phone])) == (False, True)
    quoted = replace(handle, bearing=Bearing.INCONCLUSIVE)
    assert not lures_away([quoted])


SCAM = "SOCAR ilə gündə 500 AZN qazanın! Zəmanətli gəlir, minimum depozit 250 AZN. İndi qeydiyyatdan keçin."
WARNING = "Fırıldaqçılardan qorunun! Polis xəbərdarlıq edir: saxta investisiya saytlarına inanmayın."
ARTICLE = (
    "Polis xəbərdarlıq edir: fırıldaqçılar nazirin saxta videosu ilə «gündə 500 AZN qazanın, indi qeydiyyatdan keçin» vəd edir. "
    "Cinayət işi açılıb, saxta sayt bağlanıb. İnanmayın, kart məlumatlarınızı heç kimə verməyin."
)


@pytest.mark.parametrize(
    ("body", "page", "state"),
    [
        (WARNING, ARTICLE, AxisState.NO),
        (ARTICLE, "Xəbərlər. İdman. Hava. " + ARTICLE, AxisState.NO),
        (ARTICLE, "Xəbərlər, idman, hava və mədəniyyət.", AxisState.NO),
        (WARNING, SCAM, AxisState.YES),
        (f"SOCAR ilə gündə 500 AZN qazanın! {WARNING} Fırıldaqçılara inanmayın.", SCAM, AxisState.YES),
    ],
    ids=[
        "an honest warning before an article",
        "news that quotes before the newspaper that quotes",
        "news that quotes before a newspaper's front page",
        "a warning before an offer",
        "an offer under a warning before an offer",
    ],
)
def test_a_warning_written_into_an_ad_does_not_clear_the_page_behind_it(body: str, page: str, state: AxisState) -> None:
    detectors: tuple[AdDetector, ...] = (LureText(), LureClassifier(), LandingPageSigns())
    asked = subject(make_ad(title=None, body=body, cta_text=None), landing(f'<p>{page}</p><a href="/a">x</a>', page))
    findings = [one for detector in detectors for one in detector.examine(asked) if one.axis is Axis.LURE]
    assert any(one.claim == "warning_or_news" for one in findings)
    assert read_lure(findings).state is state
