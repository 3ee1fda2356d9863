"""The axis of the lure: whether the words of an ad, the page behind it, or both together draw money out of people.

Words count by what the word list says of them and by what the classifier makes of all of them together; a page counts whatever
its words where it pretends and takes. A warning excuses the words of whoever gives it, and nobody else's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from detectors.finding import supports
from detectors.lure_model import RATIO_BOUND, SPEAKS_FROM
from detectors.lure_reading import CUT_TEXT
from detectors.patience import CUT_SHORT
from detectors.records import Axis, Bearing, Finding, page_field
from evidence.records import Visitor
from pipelines.records import AxisReading, AxisState

LURE_CLAIMS = ("investment_lure", "landing_lure_text")
"""A text, of the ad or of its landing page, that promises profit and asks for something."""

TYPED = frozenset({"title", "body", "cta_text", *(page_field("landing", visitor) for visitor in Visitor)})
"""Fields of texts that somebody typed, which the likelihood ratios of text classifiers are about."""

CHEAP = 1 / SPEAKS_FROM
"""The least that one text counts: whoever shows a reviewer a harmless page must not clear the scam before it."""

AD, PAGE = "text", "page"
"""The modalities of findings about what is typed in an ad and on a landing page."""

WARNING, PAGE_WARNING = "warning_or_news", "landing_warning_or_news"
"""The words of an ad, or of a page, warn of fraud or report on it."""

CARD_CLAIM = "card_form"
PAGE_CLAIMS = ("card_form", "growing_balance", "lead_form")
PRETENCES = ("growing_balance", "clone_of")
"""What a page shows that is not so: a balance that a script makes grow, another site's name."""

TAKINGS = ("card_form", "lead_form", "personal_data_form", "telegram_bot", "single_target_links")
"""What a page leads its visitors to. A pretence that takes something is a lure, whatever its words."""

PROMISES = frozenset({"promise_of_profit", "guaranteed_profit"})
"""Labels of the words that promise. A report quotes them, and has no use for what a page takes."""

UNREAD_PAGE_CLAIM = "landing_unreadable"
WAYS_AROUND = ("contact_handle", "card_data_request")
"""By which the words of a lure take people away from an official page without any link."""
CALLS = ("contact_phone", "personal_data_request")
"""By which a lure's words reach people without a page. An official page has these as well; anybody's page with a copied creative
and a link to its owner must not."""

BRAND_CLAIM = "brand_impersonation"
MOST_IN_A_SUMMARY = 4
"""Observations that the summary of an axis quotes."""


def read_lure(findings: Sequence[Finding]) -> AxisReading:
    """The axis of one ad, from its findings on the lure."""
    warned = any(f.claim == WARNING for f in findings)
    excused = _excused(findings) if warned else ()
    weighed = [f for f in findings if f.likelihood_ratio is not None and f.modality not in excused]
    ratio = _together(weighed)
    listed = [f for f in findings if supports(f, *LURE_CLAIMS) and not _overruled(f, findings)]
    telling = sorted((f for f in weighed if (f.likelihood_ratio or 0) > 1), key=lambda f: -(f.likelihood_ratio or 0))
    classified = telling if ratio >= SPEAKS_FROM else []
    lures = [*listed, *classified]
    signs = [f for f in findings if f.bearing is Bearing.SUPPORTS and f not in lures and f.claim != BRAND_CLAIM]
    trap = _trap(signs)
    guise = _guise(findings, signs)
    unread = [f.observation for f in findings if f.claim == UNREAD_PAGE_CLAIM]
    cut_short = [f.observation for f in findings if f.claim in (CUT_SHORT, CUT_TEXT)]
    if guise and not (lures or trap):
        state = AxisState.YES
        told = " ".join(dict.fromkeys(f.observation for f in guise[:MOST_IN_A_SUMMARY]))
        summary = f"The page warns of fraud, and promises profit and takes something itself. {told}"
    elif lures or trap:
        state = AxisState.YES
        shown = [*lures, *trap, *(sign for sign in signs if sign not in trap)]
        summary = " ".join(dict.fromkeys(f.observation for f in shown[:MOST_IN_A_SUMMARY]))
        if classified:
            stated = _round(min(ratio, RATIO_BOUND))
            summary += (
                f" Together these words are some {stated} times more to be expected of a scam than of other texts."
            )
    elif unread:
        state = AxisState.CANNOT_TELL
        own = "warn or report" if warned else "promise nothing"
        summary = f"Cannot tell: the ad's own words {own}, and the page behind it is not known. {unread[0]}"
    elif cut_short:
        state, summary = AxisState.CANNOT_TELL, cut_short[0]
    elif warned:
        state, summary = AxisState.NO, "The ad speaks about fraud: it warns or reports, and asks for nothing itself."
    elif findings and all(f.bearing is Bearing.INCONCLUSIVE for f in findings):
        reasons = " ".join(dict.fromkeys(f.observation for f in findings[:MOST_IN_A_SUMMARY]))
        state = AxisState.CANNOT_TELL
        summary = reasons if reasons.startswith("Cannot tell") else f"Cannot tell: {reasons}"
    else:
        state, summary = AxisState.NO, "No promise of profit with a call to act was found."
    ids = tuple(finding.finding_id for finding in findings)
    return AxisReading(axis=Axis.LURE, state=state, summary=summary, finding_ids=ids)


def lures_away(findings: Iterable[Finding]) -> bool:
    """Whether the words of a lure lead to a messenger or ask for card data."""
    return any(f.axis is Axis.LURE and supports(f, *WAYS_AROUND) for f in findings)


def calls_away(findings: Iterable[Finding]) -> bool:
    """Whether the words of a lure give a telephone number or ask for personal data."""
    return any(f.axis is Axis.LURE and supports(f, *CALLS) for f in findings)


def _guise(findings: Sequence[Finding], signs: Sequence[Finding]) -> list[Finding]:
    """The signs of a page that takes something behind a warning in which promises stand; nothing where there is no such page."""
    warnings = [f for f in findings if f.claim == PAGE_WARNING]
    promised = any(span.label in PROMISES for warning in warnings for span in warning.spans)
    takings = [sign for sign in signs if sign.claim in TAKINGS]
    return [*takings, *warnings] if promised and takings else []


def _excused(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Whose words, of an ad that warns or of its pages, are taken for those of a fraud that they quote, by modality.

    The ad's own, if no page takes anything; those of the pages, if every one of them warns as well and none has so much as a form
    that could take something. A warning is cheap: one that is written into an ad excuses no page.
    """
    if any(supports(f, *PAGE_CLAIMS, *TAKINGS) for f in findings):
        return ()
    methods = {f.method for f in findings if f.likelihood_ratio is not None}
    pages = max((_pages_read(findings, by=method) for method in methods), default=0)
    warning = sum(f.claim == PAGE_WARNING for f in findings)
    if warning < max(pages, 1) or any(f.claim in TAKINGS for f in findings):
        return (AD,)
    return (AD, PAGE)


def _pages_read(findings: Sequence[Finding], *, by: str) -> int:
    return sum(f.method == by and f.modality == PAGE for f in findings)


def _together(weighed: Sequence[Finding]) -> float:
    """The likelihood ratio of the ad's typed words and of its page's, multiplied as if they were independent, by the method that
    makes the most of them; 1 where nothing was weighed. Of several pages the most luring counts, and no text speaks against a
    lure by more than ``CHEAP``: harmless words cost nobody anything."""
    best: dict[str, dict[str, float]] = {}
    for one in weighed:
        places = best.setdefault(one.method, {})
        places[one.modality] = max(places.get(one.modality, CHEAP), one.likelihood_ratio or 0.0)
    return max((math.prod(places.values()) for places in best.values()), default=1.0)


def _overruled(lure: Finding, findings: Sequence[Finding]) -> bool:
    """Whether the very text that the word list calls a lure was weighed and is less to be expected of scams than of others.

    No other text can talk it down: harmless words beside it cost nobody anything. What stands in pictures alone no classifier
    weighed, and of several pages it is not known which one is meant, so that all must have been.
    """
    if not all(span.field in TYPED for span in lure.spans):
        return False
    methods = {f.method for f in findings if f.likelihood_ratio is not None}
    there = [f for f in findings if f.method in methods and f.modality == lure.modality]
    ratios = [f.likelihood_ratio for f in there if f.likelihood_ratio is not None]
    whole = lure.modality != PAGE or len(ratios) == len(there)
    return whole and max(ratios, default=1.0) < 1


def _round(ratio: float) -> str:
    """Two digits are more than it is known to."""
    return f"{float(f'{ratio:.1g}'):,.0f}"


def _trap(signs: Sequence[Finding]) -> list[Finding]:
    """The signs of a page that pretends and takes; nothing where it does only one of both, as honest pages do too."""
    pretences = [sign for sign in signs if sign.claim in PRETENCES]
    takings = [sign for sign in signs if sign.claim in TAKINGS]
    return [*pretences, *takings] if pretences and takings else []
