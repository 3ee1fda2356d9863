"""What two visitors of one address were shown, held side by side: where it ended, the text, the forms, whether it lures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from detectors.hosts import elsewhere
from detectors.lure_reading import Verdict, read_texts
from detectors.page_forms import Form
from detectors.page_html import Page, leads_on, read_page
from detectors.subject import LandingPage
from evidence.records import Outcome

LITTLE = 0.2
"""Two pages that share less of their text have little in common; chosen by hand, as is the other."""

ALMOST_ALL = 0.8
"""Two pages that share so much of it say the same: a counter, a date or a menu differs."""

MOST_WORDS = 20_000
_RUN = 3
_WORD = re.compile(r"\w{1,60}")
_PICTURES = re.compile(r"<(?:img|picture|svg|canvas|video|iframe|object|embed)\b|\burl\(", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


class Difference(StrEnum):
    """How much two visitors' pages differ."""

    NONE = "none"
    SOME = "some"
    WHOLE = "whole"
    """Little of the text is shared, and the pages are on different domains, or one of them alone lures or asks for a card."""
    UNSEEN = "unseen"
    """One of the two could not be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``shared`` is the share of all runs of three words that both pages have, in [0, 1]; None where a page was not seen or both
    are without words. ``only_first`` and ``only_second`` say, in words, what one visitor alone was shown."""

    difference: Difference
    shared: float | None
    other_domain: str | None
    """The registrable domain on which the second visitor ended, if the first did not."""
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def compare(first: LandingPage, second: LandingPage) -> Comparison:
    """The page that the second visitor was shown beside the first one's; never raises for odd pages."""
    away = elsewhere(_address(first), _address(second))
    if not (was_seen(first) and was_seen(second)):
        return Comparison(difference=Difference.UNSEEN, shared=None, other_domain=away, only_first=(), only_second=())
    shared = shared_text(first.text or "", second.text or "")
    one, two = _shown(first), _shown(second)
    only_first, only_second = tuple(w for w in one if w not in two), tuple(w for w in two if w not in one)
    little = shared is not None and shared < LITTLE
    if little and (away or _takes(only_first) or _takes(only_second)):
        difference = Difference.WHOLE
    elif away or only_first or only_second or (shared is not None and shared < ALMOST_ALL):
        difference = Difference.SOME
    else:
        difference = Difference.NONE
    return Comparison(
        difference=difference, shared=shared, other_domain=away, only_first=only_first, only_second=only_second
    )


def pages_that_count(first: LandingPage, second: LandingPage) -> tuple[LandingPage, ...]:
    """What an ad's address shows: one page, with what the other visitor was shown beside it, where both were shown the same or
    only one was shown anything; else both pages, so that what either of them shows counts and nothing counts twice."""
    if not _has_content(second):
        return (replace(first, other=second),)
    if not _has_content(first):
        return (replace(second, other=first),)
    whole = replace(first, other=second)
    return (whole,) if compare(first, second).difference is Difference.NONE else (whole, second)


def was_seen(landing: LandingPage) -> bool:
    """Whether there is a page to compare, be it a blank one."""
    return landing.capture.outcome is Outcome.CAPTURED and (landing.html is not None or landing.text is not None)


def shared_text(one: str, other: str) -> float | None:
    """The share of all runs of three words that both texts have, case and digits aside; None where neither has words."""
    runs, others = runs_of_words(one), runs_of_words(other)
    return len(runs & others) / len(runs | others) if runs | others else None


def runs_of_words(text: str) -> frozenset[tuple[str, ...]]:
    """All runs of three words in the first ``MOST_WORDS``, case aside; a shorter text is one run. Digits are taken for
    one another: counters count."""
    words = [_DIGITS.sub("0", found[0].lower()) for found in islice(_WORD.finditer(text), MOST_WORDS)]
    return frozenset(tuple(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1)) if words)


def _address(landing: LandingPage) -> str:
    return landing.capture.final_url or landing.capture.requested_url


def _has_content(landing: LandingPage) -> bool:
    if not was_seen(landing):
        return False
    page = _page(landing)
    words = any(map(str.isalnum, landing.text or ""))
    return words or bool(page.forms or page.links or _PICTURES.search(landing.html or ""))


def _page(landing: LandingPage) -> Page:
    return read_page(landing.html or "", _address(landing))


_LURE, _CARD = "a text that lures", "a form for card data"


def _shown(landing: LandingPage) -> list[str]:
    """What of note a visitor was shown, in words."""
    page = _page(landing)
    lures = read_texts({"landing": landing.text or ""}, has_link=leads_on(page)).verdict is Verdict.LURE
    return ([_LURE] if lures else []) + _asked(page.forms)


def _asked(forms: Sequence[Form]) -> list[str]:
    asks = (
        (_CARD, any(form.card_fields for form in forms)),
        ("a form for data that identify a person", any(form.personal_fields for form in forms)),
        ("a form for a name and a telephone number", any(form.asks_phone and form.asks_who for form in forms)),
    )
    return [words for words, so in asks if so]


def _takes(shown: Sequence[str]) -> bool:
    return _LURE in shown or _CARD in shown
