"""Reads the signs of a fraud on the page behind an ad. Nothing is executed or submitted.

Claims, all on the axis ``lure``. What supports:

- ``growing_balance``: a script makes a sum of money grow;
- ``single_target_links``: nearly all links lead to one place; supports when that is on another domain, inconclusive when it is
  on the same one or a form on the page itself;
- ``clone_of``: the page says that it is a page of another domain;
- ``card_form``, ``lead_form``, ``personal_data_form``, ``telegram_bot``: what it asks for and where that goes, see
  ``landing_forms``;
- ``landing_lure_text``: the page's text, or what is written in its screenshot, is a lure (spans have the field ``landing`` or
  ``screenshot``);
- ``shown_link_differs``: the ad shows one domain and leads to another;
- ``visitors_see_different_pages``: a computer and a telephone are shown different pages, see ``landing_visitors``.

What does not: ``redirect_to_other_domain`` and ``tracker_ids`` (inconclusive: they identify), ``countdown``, ``no_imprint`` and
what else ``landing_visitors`` says (inconclusive: honest pages do it too), ``landing_warning_or_news`` and ``no_landing_signs``
(against), ``text_not_read_whole``, ``landing_unreadable`` (a blank page too) and ``no_landing_page`` (inconclusive, "could not
look because").
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping

from detectors.finding import Method, finding
from detectors.hosts import defanged, elsewhere, host_of
from detectors.landing_forms import Say, form_findings, limits_of
from detectors.landing_visitors import visit_findings, visitor_findings
from detectors.language_words import sentence_of
from detectors.lure_reading import CUT_TEXT, Reading, Verdict, read_texts
from detectors.lure_signs import FIGURES
from detectors.lure_text import INNOCENT, ad_command, quoted
from detectors.page_html import FEWEST_LINKS, SINGLE_TARGET_SHARE, Page, leads_on, read_page
from detectors.records import Axis, Bearing, Finding
from detectors.subject import AdSubject, LandingPage
from detectors.text_lines import JoinedLines, places_of, whereabouts
from detectors.validation import Declaration, NotValidated
from evidence.records import Ad, Outcome

_METHOD = Method(name="landing_page", version="9")


class LandingPageSigns:
    """Findings about every captured landing page of an ad."""

    name = _METHOD.name
    version = _METHOD.version
    declared = (
        Declaration(
            of="signs of a fraud on a page",
            on=NotValidated(why="how often honest pages show these signs was measured in the end decision only"),
            command="qalqan evaluate candidates DIR",
        ),
    )

    def examine(self, subject: AdSubject) -> Iterable[Finding]:
        """Findings, the inconclusive ones for pages that could not be looked at included."""
        say = functools.partial(
            finding,
            method=_METHOD,
            ad_id=subject.ad.ad_id,
            axis=Axis.LURE,
            modality="page",
            reproduce=ad_command(subject.ad.ad_id),
        )
        if not subject.landings:
            why = "the ad has no link" if subject.ad.link_url is None else "the page behind the link was not captured"
            yield say(
                claim="no_landing_page", bearing=Bearing.INCONCLUSIVE, observation=f"Could not look because {why}."
            )
        for landing in subject.landings:
            for found in _examine_page(subject.ad, landing, say=say):
                yield landing.own(found)


def _examine_page(ad: Ad, landing: LandingPage, *, say: Say) -> Iterator[Finding]:
    capture = landing.capture
    url = capture.final_url or capture.requested_url
    if capture.outcome is not Outcome.CAPTURED or (landing.html is None and landing.text is None):
        reason = (capture.reason or "the page was captured without its HTML").rstrip(".")
        yield say(
            claim="landing_unreadable",
            bearing=Bearing.INCONCLUSIVE,
            observation=f"Could not look at {defanged(url)} because {reason} ({capture.outcome.value}).",
        )
        yield from _redirects(ad, landing, url, say=say)
        yield from visit_findings(landing, say=say)
        return
    page = read_page(landing.html or "", url)
    places = places_of(landing.lines)
    texts = {"landing": landing.text or ""} | {name: place.text for name, place in places.items()}
    reading = read_texts(texts, has_link=leads_on(page))
    signs = [
        *form_findings(page, url, reading=reading, say=say),
        *_balance(page, say=say),
        *_single_target(page, url, say=say),
        *_clone(page, url, say=say),
        *_text(texts, reading, places=places, unread=landing.unread, say=say),
        *_redirects(ad, landing, url, say=say),
        *visitor_findings(page, landing, say=say),
    ]
    yield from signs
    yield from _trackers(page, say=say)
    yield from _pressure(page, say=say)
    cut = [*(["text"] if reading.cut else []), *(["HTML"] if page.cut else [])]
    if cut and reading.verdict is not Verdict.LURE:
        yield say(
            claim=CUT_TEXT,
            bearing=Bearing.INCONCLUSIVE,
            observation=f"Cannot tell whether {defanged(url)} is a lure: of its {' and '.join(cut)} only the beginning was read.",
            quality_limits=(*reading.limits, *limits_of(page)),
            innocent_explanations=("A page that lists or archives very much.",),
        )
    if cut or any(sign.bearing is Bearing.SUPPORTS for sign in signs):
        return
    if _is_blank(page, texts):
        yield say(
            claim="landing_unreadable",
            bearing=Bearing.INCONCLUSIVE,
            observation=f"Cannot tell what {defanged(url)} is because {_why_blank(landing)}: no words, no links, no forms.",
            quality_limits=limits_of(page),
            innocent_explanations=("A page that was taken down, is still loading, or shows pictures alone.",),
        )
    else:
        yield say(
            claim="no_landing_signs",
            bearing=Bearing.AGAINST,
            observation=f"None of the signs that are looked for speaks for a fraud on {defanged(url)}.",
            quality_limits=limits_of(page),
        )


def _is_blank(page: Page, texts: Mapping[str, str]) -> bool:
    """Whether there is nothing that could speak for a fraud or against one."""
    return not (page.forms or page.links or any(letter.isalnum() for text in texts.values() for letter in text))


def _why_blank(landing: LandingPage) -> str:
    chain = landing.capture.redirect_chain
    again = len(chain) - len(set(chain))
    return f"it kept redirecting, {again} times to where it had been before" if again > 1 else "the page was blank"


def _balance(page: Page, *, say: Say) -> Iterator[Finding]:
    if page.scripts.growing_balance is not None:
        yield say(
            claim="growing_balance",
            bearing=Bearing.SUPPORTS,
            observation=f"A script on a timer makes a sum of money grow: “{page.scripts.growing_balance}”.",
            quality_limits=("read from the script's text; it was not run",),
            innocent_explanations=("A real account's live balance, a donation counter or a calculator.",),
        )


def _single_target(page: Page, url: str, *, say: Say) -> Iterator[Finding]:
    if page.anchors >= FEWEST_LINKS and page.anchors_to_forms / page.anchors >= SINGLE_TARGET_SHARE:
        yield say(
            claim="single_target_links",
            bearing=Bearing.INCONCLUSIVE,
            observation=f"{page.anchors_to_forms} of {page.anchors} links lead to a form on the page itself.",
            measurement=page.anchors_to_forms / page.anchors,
            unit="share of links",
            innocent_explanations=("A one-page site with one form.",),
        )
        return
    if page.one_target is None or page.one_target_share < SINGLE_TARGET_SHARE:
        return
    away = elsewhere(url, page.one_target)
    yield say(
        claim="single_target_links",
        bearing=Bearing.SUPPORTS if away else Bearing.INCONCLUSIVE,
        observation=(
            f"{page.one_target_share:.0%} of {page.links} links lead to one place, {defanged(page.one_target)}"
            + (", on another domain." if away else ", on the same domain.")
        ),
        measurement=page.one_target_share,
        unit="share of links",
        innocent_explanations=("A one-page site whose buttons all lead to its shop or app.",),
    )


def _clone(page: Page, url: str, *, say: Say) -> Iterator[Finding]:
    claimed = [(how, origin, away) for how, origin in page.claims_to_be if (away := elsewhere(url, origin))]
    if claimed:
        how, origin, away = claimed[0]
        yield say(
            claim="clone_of",
            bearing=Bearing.SUPPORTS,
            observation=f"Its {how} says that it is a page of {defanged(away)} ({defanged(origin)}), which it is not on.",
            innocent_explanations=("A syndicated or cached copy, or a site that has moved to another domain.",),
        )


def _text(
    texts: Mapping[str, str], reading: Reading, *, places: dict[str, JoinedLines], unread: tuple[str, ...], say: Say
) -> Iterator[Finding]:
    spans = [span for sign, found in reading.signs.items() if not sign.endswith("_cue") for span in found]
    figures = [figure.span for sign in FIGURES for figure in reading.figures.get(sign, ())]
    limits = (*reading.limits, *(sentence.rstrip(".") for sentence in unread), "a word list; not calibrated")
    language = sentence_of(reading.languages)
    common = {"spans": [*spans, *figures], "quality_limits": limits}
    if reading.verdict is Verdict.LURE:
        words = ", ".join(f"“{quoted(texts[span.field], span)}”" for span in spans[:4])
        where = whereabouts(spans, places)
        yield say(
            claim="landing_lure_text",
            bearing=Bearing.SUPPORTS,
            observation=f"The page's text is a lure, {reading.why}: {words}{f' ({where})' if where else ''}. {language}",
            innocent_explanations=INNOCENT,
            **common,
        )
    elif reading.verdict is Verdict.ABOUT_FRAUD:
        yield say(
            claim="landing_warning_or_news",
            bearing=Bearing.AGAINST,
            observation=f"The page speaks about fraud: {reading.why}. {language}",
            **common,
        )


def _redirects(ad: Ad, landing: LandingPage, url: str, *, say: Say) -> Iterator[Finding]:
    away = elsewhere(landing.capture.requested_url, url)
    if away:
        hops = len(landing.capture.redirect_chain)
        yield say(
            claim="redirect_to_other_domain",
            bearing=Bearing.INCONCLUSIVE,
            observation=f"The link {defanged(landing.capture.requested_url)} ends on another domain, {defanged(away)}.",
            measurement=float(hops),
            unit="redirects",
            innocent_explanations=("Link shorteners and advertising trackers do this.",),
        )
    caption = (ad.link_caption or "").strip()
    shown = host_of(caption) if caption and " " not in caption else None
    if shown and "." in shown and landing.capture.final_url is not None and (away := elsewhere(shown, url)):
        yield say(
            claim="shown_link_differs",
            bearing=Bearing.SUPPORTS,
            observation=f"The ad shows {defanged(shown)} and leads to {defanged(away)}.",
            innocent_explanations=("The advertiser owns both domains, or the caption is a name with a dot in it.",),
        )


def _trackers(page: Page, *, say: Say) -> Iterator[Finding]:
    if page.trackers:
        listed = ", ".join(map(str, page.trackers[:20]))
        yield say(
            claim="tracker_ids",
            bearing=Bearing.INCONCLUSIVE,
            observation=f"Accounts that the page reports to: {listed}.",
            measurement=float(len(page.trackers)),
            unit="accounts",
        )


def _pressure(page: Page, *, say: Say) -> Iterator[Finding]:
    if page.scripts.countdown is not None:
        yield say(
            claim="countdown",
            bearing=Bearing.INCONCLUSIVE,
            observation=f"A script counts down in sight of the visitor: “{page.scripts.countdown}”.",
            quality_limits=("read from the script's text; it was not run",),
            innocent_explanations=("Sales, auctions and events count down too.",),
        )
    asks = any(form.card_fields or form.personal_fields or (form.asks_phone and form.asks_who) for form in page.forms)
    if asks and not page.names_somebody:
        yield say(
            claim="no_imprint",
            bearing=Bearing.INCONCLUSIVE,
            observation="The page asks for data and does not say who answers for it: no imprint, contacts or terms were found.",
            quality_limits=("a word list in az, ru, kk, tr, en", *limits_of(page)),
            innocent_explanations=("They are on another page, in a picture, or in other words.",),
        )
