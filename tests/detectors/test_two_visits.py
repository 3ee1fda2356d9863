"""What two visitors were shown, beside each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.subject import LandingPage
from detectors.two_visits import Difference, compare, pages_that_count, shared_text
from evidence.records import Outcome, Visitor
from tests.detectors.subjects import landing
from tests.detectors.test_page_html import CARD

LURE = "SOCAR platforması: gündə 500 AZN qazanın. Qeydiyyatdan keçin!"
GARDEN = "Evdə gül becərmək üçün torpaq, işıq və su haqqında qısa məsləhətlər: nə vaxt əkmək, nə vaxt suvarmaq."


def pair(first: LandingPage, second: LandingPage) -> tuple[LandingPage, LandingPage]:
    """The second page as a telephone's."""
    capture = second.capture
    seen = landing(
        second.html,
        second.text,
        visitor=Visitor.TELEPHONE,
        final_url=capture.final_url,
        outcome=capture.outcome,
        reason=capture.reason,
    )
    return first, seen


def test_the_share_of_the_text() -> None:
    assert shared_text(GARDEN, GARDEN.upper().replace("İ", "i")) is not None
    assert shared_text("Balans: 250 AZN", "balans: 251 azn") == 1.0
    assert shared_text("one two three four", "one two three five") == pytest.approx(1 / 3)
    assert shared_text("one", "two") == 0.0
    assert shared_text("", "two") == 0.0
    assert shared_text(" ", "!") is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_share_does_not_depend_on_who_came_first(one: str, other: str) -> None:
    shared = shared_text(one, other)
    assert shared == shared_text(other, one)
    assert shared is None or 0.0 <= shared <= 1.0


def test_an_offer_for_telephones_and_a_garden_for_computers() -> None:
    found = compare(*pair(landing("<p>", GARDEN), landing(CARD, LURE)))
    assert found.difference is Difference.WHOLE
    assert found.only_first == ()
    assert found.only_second == ("a text that lures", "a form for card data")
    back = compare(*pair(landing(CARD, LURE), landing("<p>", GARDEN)))
    assert (back.difference, back.only_second) == (Difference.WHOLE, ())


def test_another_domain_with_another_text_is_another_page_and_with_the_same_text_is_a_mirror() -> None:
    there = "http://elsewhere.example/"
    found = compare(*pair(landing("<p>", GARDEN), landing("<p>", "Sizi xəbərlər gözləyir, buyurun", final_url=there)))
    assert (found.difference, found.other_domain) == (Difference.WHOLE, "elsewhere.example")
    assert compare(*pair(landing("<p>", GARDEN), landing("<p>", GARDEN, final_url=there))).difference is Difference.SOME


def test_what_differs_in_part_is_not_another_page() -> None:
    longer = f"{GARDEN} Bütün məqalələr, əlaqə, axtarış və reklam."
    assert compare(*pair(landing("<p>", longer), landing("<p>", GARDEN))).difference is Difference.SOME
    # A text in another language shares nothing, and neither lures
    assert compare(*pair(landing("<p>", GARDEN), landing("<p>", "How to grow roses"))).difference is Difference.SOME
    # The same text with a form more
    with_form = compare(*pair(landing("<p>", LURE), landing(CARD, LURE)))
    assert with_form.difference is Difference.SOME
    assert "a form for card data" in with_form.only_second


def test_the_same_page_is_the_same() -> None:
    found = compare(*pair(landing(CARD, f"{LURE} 10:31"), landing(CARD, f"{LURE} 10:32")))
    assert (found.difference, found.shared, found.other_domain) == (Difference.NONE, 1.0, None)
    assert compare(*pair(landing("", ""), landing("", ""))).difference is Difference.NONE


def test_pages_that_were_not_seen_are_not_compared() -> None:
    gone = landing(None, None, outcome=Outcome.FAILED, reason="the server answered 404", body=None)
    assert compare(*pair(gone, landing(CARD, LURE))).difference is Difference.UNSEEN
    assert compare(*pair(landing(CARD, LURE), gone)).difference is Difference.UNSEEN


def test_one_page_counts_where_both_saw_it_and_both_where_they_differ() -> None:
    first, second = pair(landing(CARD, LURE), landing(CARD, LURE))
    (whole,) = pages_that_count(first, second)
    assert (whole.capture, whole.other) == (first.capture, second)
    first, second = pair(landing("<p>", GARDEN), landing(CARD, LURE))
    whole, other = pages_that_count(first, second)
    assert (whole.other, other.other) == (second, None)


def test_the_only_page_with_content_counts() -> None:
    for empty in (landing("", ""), landing(None, None, outcome=Outcome.BLOCKED, reason="403", body=None)):
        first, second = pair(empty, landing(CARD, LURE))
        (whole,) = pages_that_count(first, second)
        assert (whole.capture.visitor, whole.other) == (Visitor.TELEPHONE, first)
    # What is in a picture may be the lure
    assert len(pages_that_count(*pair(landing("<img src='/offer.png'>", ""), landing("<p>", GARDEN)))) == 2
    first, second = pair(landing(CARD, LURE), landing("", ""))
    (whole,) = pages_that_count(first, second)
    assert (whole.capture.visitor, whole.other) == (Visitor.COMPUTER, second)
