"""Findings about what different visitors of a landing page are shown. The crawl visits a page once, as a computer, and a second
time, as a telephone, where the configuration says so.

Claims, all on the axis ``lure``:

- ``visitors_see_different_pages``: supports where the two share little of their text, and one was sent to another domain or alone
  was shown a lure or a form for card data; inconclusive where they differ in some of this only;
- ``visitors_see_the_same``, ``visitors_not_compared`` (one of the two could not be looked at) and ``visited_once``: inconclusive,
  for who sorts visitors may take both of ours for machines;
- ``visitors_sorted``: inconclusive; a script or an address has the marks of sorting visitors, as honest pages have too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detectors.hosts import defanged
from detectors.landing_forms import Say
from detectors.page_html import Page
from detectors.records import Bearing, Finding
from detectors.subject import LandingPage
from detectors.two_visits import Comparison, Difference, compare, was_seen
from evidence.records import Visitor
from evidence.visitor_sorting import marked_address

PROPOSITIONS = ("The page shows some visitors another page than others.", "Everybody is shown the same page.")
INNOCENT = (
    "Telephones get another layout, another shop of the same firm, or an app store.",
    "Trials of two versions, consent walls, advertisements and news that change, pages chosen by country or language.",
)
_WHO = {Visitor.COMPUTER: "a computer", Visitor.TELEPHONE: "a telephone"}
_BY_HAND = "by how much texts have to differ was chosen by hand; not calibrated"
_ALIKE = "both visits came from the same network: a page may take both for machines, and show people another"


def visitor_findings(page: Page, landing: LandingPage, *, say: Say) -> Iterator[Finding]:
    """The marks of sorting on a page that was seen, and what its visitors were shown."""
    yield from _marks(page, landing, say=say)
    yield from visit_findings(landing, say=say)


def visit_findings(landing: LandingPage, *, say: Say) -> Iterator[Finding]:
    """What the two visitors of the page were shown, or that there was one. A page that is itself the second visitor's, beside the
    first one's, was compared there."""
    visitor, other = landing.capture.visitor, landing.other
    if other is None:
        if landing.capture.is_first_visit and was_seen(landing):
            yield say(
                claim="visited_once",
                bearing=Bearing.INCONCLUSIVE,
                observation=f"{defanged(_address(landing))} was visited once only, as {_WHO[visitor]}: "
                "what other visitors are shown was not seen.",
                propositions=PROPOSITIONS,
            )
        return
    first, second = (landing, other) if landing.capture.is_first_visit else (other, landing)
    found = compare(first, second)
    if found.difference is Difference.UNSEEN:
        yield _not_compared(first, second, say=say)
    elif found.difference is Difference.NONE:
        yield say(
            claim="visitors_see_the_same",
            bearing=Bearing.INCONCLUSIVE,
            observation=f"A computer and a telephone were shown the same page on {defanged(_address(first))}"
            f"{_shared(found)}.",
            measurement=found.shared,
            unit=None if found.shared is None else "share of three-word runs",
            propositions=PROPOSITIONS,
            quality_limits=(_ALIKE, _BY_HAND),
        )
    else:
        whole = found.difference is Difference.WHOLE
        yield say(
            claim="visitors_see_different_pages",
            bearing=Bearing.SUPPORTS if whole else Bearing.INCONCLUSIVE,
            observation=_differences(first, second, found),
            measurement=found.shared,
            unit=None if found.shared is None else "share of three-word runs",
            propositions=PROPOSITIONS,
            quality_limits=(_BY_HAND,),
            innocent_explanations=INNOCENT,
        )


def _not_compared(first: LandingPage, second: LandingPage, *, say: Say) -> Finding:
    seen = [one for one in (first, second) if was_seen(one)]
    why = "; ".join(
        f"{_WHO[one.capture.visitor]} saw no page ({_why(one)})" for one in (first, second) if one not in seen
    )
    shown = f", {_WHO[seen[0].capture.visitor]} saw one on {defanged(_address(seen[0]))}" if seen else ""
    return say(
        claim="visitors_not_compared",
        bearing=Bearing.INCONCLUSIVE,
        observation=f"Cannot tell whether visitors are shown different pages because {why}{shown}.",
        propositions=PROPOSITIONS,
        innocent_explanations=(
            "A server that was down for a moment, or that takes a second visit so soon for an attack.",
        ),
    )


def _why(landing: LandingPage) -> str:
    return (landing.capture.reason or "it was captured without its HTML").rstrip(".")


def _differences(first: LandingPage, second: LandingPage, found: Comparison) -> str:
    """``A computer was shown a page on …, with …; a telephone one on …, with …; they share 3% of their text.``"""
    how = "different pages" if found.difference is Difference.WHOLE else "pages that differ somewhat"
    pages = (
        f"{_WHO[one.capture.visitor]} saw {defanged(_address(one))[:200]}{_status(one)}{_alone(only)}"
        for one, only in ((first, found.only_first), (second, found.only_second))
    )
    domain = f", on another domain, {defanged(found.other_domain)}" if found.other_domain else ""
    return f"Two visitors of one address were shown {how}: {', '.join(pages)}{domain}{_shared(found)}."


def _status(landing: LandingPage) -> str:
    return "" if landing.capture.status is None else f" (HTTP {landing.capture.status})"


def _alone(only: Sequence[str]) -> str:
    return f" with {', '.join(only)}, which the other did not see" if only else ""


def _shared(found: Comparison) -> str:
    return "; neither has any words" if found.shared is None else f"; they share {found.shared:.0%} of their text"


def _address(landing: LandingPage) -> str:
    return landing.capture.final_url or landing.capture.requested_url


def _marks(page: Page, landing: LandingPage, *, say: Say) -> Iterator[Finding]:
    capture = landing.capture
    marked = marked_address((capture.requested_url, *capture.redirect_chain, capture.final_url or ""))
    signs = ["a script looks at the visitor and can send them elsewhere"] if page.scripts.sorts_visitors else []
    if marked is not None:
        signs.append(f"the address {defanged(marked)[:200]} has the marks of a tool that sorts visitors")
    if signs:
        once = landing.other is None and capture.is_first_visit
        yield say(
            claim="visitors_sorted",
            bearing=Bearing.INCONCLUSIVE,
            observation=f"Other visitors may be shown another page: {'; '.join(signs)}.",
            quality_limits=("the page was opened once; what others are shown was not seen",) if once else (_ALIKE,),
            innocent_explanations=(
                "Sites choose language and telephone layout in this way, and honest advertisers count clicks.",
            ),
        )
