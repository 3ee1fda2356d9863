"""What is said of what different visitors are shown."""

from __future__ import annotations

from detectors.landing_page import LandingPageSigns
from detectors.records import Bearing, Finding
from detectors.subject import LandingPage
from detectors.two_visits import pages_that_count
from evidence.records import Outcome
from tests.detectors.subjects import landing, subject
from tests.detectors.test_page_html import CARD
from tests.detectors.test_two_visits import GARDEN, LURE, pair
from tests.factories import make_ad

OF_VISITORS = {"visitors_see_different_pages", "visitors_see_the_same", "visitors_not_compared", "visited_once"}


def examine(*pages: LandingPage) -> list[Finding]:
    found = list(LandingPageSigns().examine(subject(make_ad(link_caption=None), *pages)))
    assert len({one.finding_id for one in found}) == len(found)
    return found


def of_visitors(*pages: LandingPage) -> Finding:
    """The one finding about visitors."""
    (found,) = [one for one in examine(*pages) if one.claim in OF_VISITORS]
    assert found.weight == 0.0
    return found


def two(first: LandingPage, second: LandingPage) -> tuple[LandingPage, ...]:
    return pages_that_count(*pair(first, second))


def test_what_one_saw_and_the_other_did_not_is_said_in_words() -> None:
    pages = two(landing("<p>", GARDEN), landing(CARD, LURE))
    found = of_visitors(*pages)
    assert (found.claim, found.bearing) == ("visitors_see_different_pages", Bearing.SUPPORTS)
    assert found.observation == (
        "Two visitors of one address were shown different pages: a computer saw hxxp://offer[.]example/ (HTTP 200), "
        "a telephone saw hxxp://offer[.]example/ (HTTP 200) with a text that lures, a form for card data, "
        "which the other did not see; they share 0% of their text."
    )
    assert (found.measurement, found.unit) == (0.0, "share of three-word runs")
    innocent = " ".join(found.innocent_explanations)
    for words in ("another layout", "app store", "Trials of two versions", "consent walls", "by country"):
        assert words in innocent


def test_a_lure_counts_whoever_was_shown_it_and_points_into_that_text() -> None:
    for pages in (
        two(landing("<p>", GARDEN), landing(CARD, LURE)),
        two(landing(CARD, LURE), landing("<p>", GARDEN)),
        two(landing("", ""), landing(CARD, LURE)),
    ):
        lures = [one for one in examine(*pages) if one.claim == "landing_lure_text"]
        assert [one.bearing for one in lures] == [Bearing.SUPPORTS]
        (page,) = [page for page in pages if page.text == LURE]
        field = "landing" if page.capture.is_first_visit else "landing:telephone"
        assert {span.field for span in lures[0].spans} == {field}


def test_the_same_page_is_examined_once() -> None:
    found = examine(*two(landing(CARD, LURE), landing(CARD, LURE)))
    assert [one.claim for one in found].count("card_form") == 1
    same = of_visitors(*two(landing(CARD, LURE), landing(CARD, LURE)))
    assert (same.claim, same.bearing) == ("visitors_see_the_same", Bearing.INCONCLUSIVE)
    assert "share 100% of their text" in same.observation
    assert any("same network" in limit for limit in same.quality_limits)


def test_what_differs_somewhat_does_not_accuse() -> None:
    found = of_visitors(
        *two(landing("<p>", GARDEN), landing("<p>", f"{GARDEN} Bütün məqalələr, əlaqə, axtarış, reklam"))
    )
    assert (found.claim, found.bearing) == ("visitors_see_different_pages", Bearing.INCONCLUSIVE)
    assert "differ somewhat" in found.observation


def test_another_domain_is_named() -> None:
    away = landing("<p>", "Sizi xəbərlər gözləyir, buyurun", final_url="http://elsewhere.example/x")
    found = of_visitors(*two(landing("<p>", GARDEN), away))
    assert found.bearing is Bearing.SUPPORTS
    assert "on another domain, elsewhere[.]example" in found.observation


def test_a_page_that_one_of_them_could_not_see() -> None:
    gone = landing(None, None, outcome=Outcome.BLOCKED, reason="the server answered 403", body=None)
    for pages, words in (
        (
            two(gone, landing(CARD, LURE)),
            "because a computer saw no page (the server answered 403), a telephone saw one",
        ),
        (
            two(landing(CARD, LURE), gone),
            "because a telephone saw no page (the server answered 403), a computer saw one",
        ),
        (two(gone, gone), "a computer saw no page (the server answered 403); a telephone saw no page"),
    ):
        found = of_visitors(*pages)
        assert (found.claim, found.bearing) == ("visitors_not_compared", Bearing.INCONCLUSIVE)
        assert words in found.observation


def test_a_page_that_was_visited_once_says_so() -> None:
    found = of_visitors(landing("<p>", GARDEN))
    assert (found.claim, found.bearing) == ("visited_once", Bearing.INCONCLUSIVE)
    assert "visited once only, as a computer" in found.observation


def test_marks_of_sorting_say_whether_anybody_looked_again() -> None:
    marked = landing("<p>", GARDEN, redirect_chain=("http://t.example/click.php?key=abc",))
    for pages, limit in (((marked,), "opened once"), (two(marked, landing("<p>", GARDEN)), "same network")):
        (found,) = [one for one in examine(*pages) if one.claim == "visitors_sorted"]
        assert limit in found.quality_limits[0]
