"""When words and pages are a lure, and what the axis says of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detectors.records import Bearing, Finding
from pipelines.lure_axis import calls_away, lures_away, read_lure
from pipelines.records import AxisState
from tests.factories import make_finding

LURE = make_finding(claim="investment_lure", observation="It promises profit and asks to register.")
PAGE_LURE = make_finding(claim="landing_lure_text", method="landing_page", modality="page", observation="It is a lure.")
WARNS = make_finding(claim="warning_or_news", bearing=Bearing.AGAINST)
UNSURE = make_finding(
    claim="reads_as_scam", bearing=Bearing.INCONCLUSIVE, likelihood_ratio=5.0, observation="It reads like a lure."
)
UNSURE_PAGE = replace(UNSURE, modality="page", observation="The page reads like a lure.")

BALANCE = make_finding(claim="growing_balance", observation="A sum of money grows.")
CARDS = make_finding(claim="card_form", observation="It asks for card data.")


@pytest.mark.parametrize(
    ("findings", "state"),
    [
        ([BALANCE, CARDS], AxisState.YES),
        ([make_finding(claim="clone_of"), make_finding(claim="single_target_links")], AxisState.YES),
        ([BALANCE, CARDS, make_finding(claim="warning_or_news", bearing=Bearing.AGAINST)], AxisState.YES),
        ([PAGE_LURE, make_finding(claim="telegram_bot"), WARNS], AxisState.YES),
        ([PAGE_LURE, WARNS], AxisState.NO),
        ([BALANCE], AxisState.NO),
        ([CARDS, make_finding(claim="lead_form")], AxisState.NO),
        ([BALANCE, make_finding(claim="card_form", bearing=Bearing.INCONCLUSIVE)], AxisState.NO),
    ],
    ids=[
        "balance and cards",
        "clone with one way out",
        "behind a warning",
        "a lure with a bot behind a warning",
        "a quotation behind a warning",
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
    warning = make_finding(claim="warning_or_news", bearing=Bearing.AGAINST)
    assert read_lure([warning, walled]).state is AxisState.NO


def test_a_text_that_was_not_read_to_the_end_is_not_said_to_promise_nothing() -> None:
    words = make_finding(claim="no_lure", bearing=Bearing.AGAINST)
    cut = make_finding(
        claim="examination_cut_short", bearing=Bearing.INCONCLUSIVE, observation="Cannot tell because it took too long."
    )
    assert (read_lure([words, cut]).state, read_lure([LURE, cut]).state) == (AxisState.CANNOT_TELL, AxisState.YES)
    assert read_lure([words, cut]).summary == "Cannot tell because it took too long."


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
