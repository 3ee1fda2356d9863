"""Asks whether an ad comes from an official page of a protected person or brand, or from a known genuine creative.

Claims, all on the axis ``source``:

- ``official_page`` (``person_id`` or ``brand_id`` set): supports; page URL, or page id and source, is exactly one that is known;
- ``official_domain`` (``person_id`` or ``brand_id`` set): supports; every place the ad leads to, the addresses in its words
  included, is on an official domain;
- ``leads_elsewhere``: supports the caution; the page is official but the ad leads to a domain that is nobody's official one, or
  the page at an official domain sends card data to one that is not;
- ``name_looks_official``: inconclusive, a warning; the page bears a protected name but is no official page;
- ``genuine_creative`` (``person_id`` set): inconclusive; by ``genuine_source`` a creative is enrolled genuine footage and nothing
  in it was changed, which anybody can copy;
- ``allowed_creative`` (``person_id`` or ``brand_id`` set): supports; every medium of the ad is one that was verified to be
  theirs, byte for byte or as a copy that ``verified_copy`` recognised; excuses an ad only together with ``official_domain``;
- ``news_publisher``: supports; by id or address it is a page of a news publisher whom the operator trusts, and leads only to
  their domains; inconclusive where it leads elsewhere. It lowers the priority and clears nothing;
- ``name_looks_like_news``: inconclusive, a warning; the page bears a trusted publisher's name but is none of their pages;
- ``not_official``: against; neither page nor domain is official;
- ``publisher_unknown``: inconclusive; the source names neither page id nor page URL.

An official page can be taken over, so these lower the priority of an ad; they do not make its promises honest.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypedDict

from detectors.finding import Method, finding
from detectors.genuine_source import GenuineSource
from detectors.hosts import defanged, has_public_suffix, host_of, is_under
from detectors.landing_forms import sent_away
from detectors.lure_text import ad_command
from detectors.names import mentions
from detectors.normalise import LONGEST_TEXT, fold
from detectors.page_html import read_page
from detectors.publisher import destinations, is_official_page
from detectors.records import Axis, Bearing, Finding
from detectors.subject import AdSubject
from detectors.validation import Declaration, NotValidated
from detectors.verified_copy import VerifiedCopy
from evidence.records import Outcome
from watchlist.records import AllowedCreative, Brand, Person

_METHOD = Method(name="official_source", version="6")
_TAKEN_OVER = "Or the page was taken over: an official page lowers the priority, it clears nothing."
MOST_QUOTED = 2
MOST_WRITTEN = 50
_WRITTEN = re.compile(r"(?<![@\w./-])(https?://|www\.)?((?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24})(?![\w@])")
_UNCHANGED = ("same_as_genuine", "sound_as_genuine", "sound_not_compared")
"""What ``genuine_source`` says of footage in which nothing was changed."""

Say = Callable[..., Finding]


class _Whose(TypedDict, total=False):
    person_id: str
    brand_id: str


class OfficialSource:
    """Findings about the publisher of an ad and the domain that it leads to."""

    name = _METHOD.name
    version = _METHOD.version
    declared = (
        Declaration(
            of="publisher and destination",
            on=NotValidated(why="it compares ids, domains and hashes exactly with the watchlist and estimates nothing"),
            command=None,
        ),
    )

    def examine(self, subject: AdSubject) -> Iterable[Finding]:
        """Findings; exactly one of ``official_page``, ``official_domain``, ``not_official``, ``publisher_unknown`` at least."""
        ad = subject.ad
        say = functools.partial(
            finding,
            method=_METHOD,
            ad_id=ad.ad_id,
            axis=Axis.SOURCE,
            modality="page",
            reproduce=ad_command(ad.ad_id),
        )
        known: list[Person | Brand] = [*subject.gallery.persons, *subject.gallery.brands]
        owners = [one for one in known if is_official_page(ad, one.official_pages)]
        pages = [_official_page(one, say=say) for one in owners]
        domains = list(_official_domains(known, subject, say=say))
        yield from pages
        yield from domains
        yield from _allowed_creatives(known, subject, say=say)
        if pages or domains:
            yield from _leads_elsewhere(known, subject, say=say)
        if ad.page_id is None and ad.page_url is None:
            yield say(
                bearing=Bearing.INCONCLUSIVE,
                claim="publisher_unknown",
                observation="Cannot tell who published it because the source gives neither a page id nor a page address.",
            )
        elif not pages:
            yield from _lookalike_names(known, subject, say=say)
        if not pages and not domains:
            yield say(
                bearing=Bearing.AGAINST,
                claim="not_official",
                observation=f"The page {ad.page_name or ad.page_id or 'of the ad'} and the place it leads to are nobody's "
                "official ones on the watchlist.",
                quality_limits=("only pages and domains that the watchlist lists are known",),
            )
        yield from _genuine_creatives(subject, say=say)
        yield from _news(subject, say=say)


def _whose(one: Person | Brand) -> _Whose:
    return {"person_id": one.person_id} if isinstance(one, Person) else {"brand_id": one.brand_id}


def _official_page(one: Person | Brand, *, say: Say) -> Finding:
    return say(
        bearing=Bearing.SUPPORTS,
        claim="official_page",
        observation=f"It was published by an official page of {one.names[0]}, known by its id or address.",
        innocent_explanations=(_TAKEN_OVER,),
        **_whose(one),
    )


def _official_domains(known: Iterable[Person | Brand], subject: AdSubject, *, say: Say) -> Iterator[Finding]:
    hosts = _hosts(subject)
    opened = any(landing.capture.final_url is not None for landing in subject.landings)
    for one in known:
        if hosts and all(is_under(host, one.official_domains) for host in hosts):
            yield say(
                bearing=Bearing.SUPPORTS,
                claim="official_domain",
                observation=f"It leads to {defanged(hosts[0])}, an official domain of {one.names[0]}.",
                quality_limits=() if opened else ("the page was not opened: the link may lead on",),
                innocent_explanations=("Anybody can link to an official page.",),
                **_whose(one),
            )


def _allowed_creatives(known: Iterable[Person | Brand], subject: AdSubject, *, say: Say) -> Iterator[Finding]:
    shown = set(subject.creatives)
    for one in known:
        whose = _whose(one)
        own = {item.sha256 for item in subject.gallery.allowed if _is_whose(item, whose)}
        copies = {
            found.creative_sha256: found
            for found in subject.creative_findings
            if found.method == VerifiedCopy.name and found.bearing is Bearing.SUPPORTS and _is_whose(found, whose)
        }
        if shown and shown <= own | copies.keys():
            copied = sorted(shown - own)
            how = f"a copy of what was verified to be {one.names[0]}'s own. " + " ".join(
                copies[sha256].observation for sha256 in copied[:MOST_QUOTED]
            )
            yield say(
                bearing=Bearing.SUPPORTS,
                claim="allowed_creative",
                observation=f"What it shows is {how}"
                if copied
                else f"What it shows is, byte for byte, what was verified to be {one.names[0]}'s own.",
                reference_sha256=copies[copied[0]].reference_sha256 if copied else min(shown),
                quality_limits=("its text and its link were not verified with it",),
                innocent_explanations=("Anybody can copy a creative and put another text and link to it.",),
                **whose,
            )


def _is_whose(allowed: AllowedCreative | Finding, whose: _Whose) -> bool:
    return (allowed.person_id, allowed.brand_id) == (whose.get("person_id"), whose.get("brand_id"))


def _leads_elsewhere(known: Iterable[Person | Brand], subject: AdSubject, *, say: Say) -> Iterator[Finding]:
    official = [domain for one in known for domain in one.official_domains]
    hosts = _hosts(subject)
    away = [host for host in hosts if not is_under(host, official)]
    cards = _card_data_sent_to(subject, official) if hosts and not away else []
    if cards:
        yield say(
            bearing=Bearing.SUPPORTS,
            claim="leads_elsewhere",
            observation=f"The page at {defanged(hosts[0])} is official but sends card data to {defanged(cards[0])}, "
            "which is not: perhaps it was taken over.",
            propositions=("Card data leaves the official domains.", "Card data stays on official domains."),
            innocent_explanations=(
                "A payment provider's domain, or an official one that the watchlist does not list.",
            ),
        )
    if away:
        yield say(
            bearing=Bearing.SUPPORTS,
            claim="leads_elsewhere",
            observation=f"The page is official but leads to {defanged(away[0])}, which is not: perhaps it was taken over.",
            propositions=("The ad leads away from official domains.", "The ad stays on official domains."),
            innocent_explanations=(
                "A partner's site, a form service, or an official domain that the watchlist does not list.",
            ),
        )


def _lookalike_names(known: Iterable[Person | Brand], subject: AdSubject, *, say: Say) -> Iterator[Finding]:
    folded = fold(subject.ad.page_name or "")
    for one in known:
        if mentions(folded, one.names):
            yield say(
                bearing=Bearing.INCONCLUSIVE,
                claim="name_looks_official",
                observation=(
                    f"Warning: the page calls itself “{subject.ad.page_name}”, but it is not an official page of {one.names[0]}."
                ),
                quality_limits=("a display name proves nothing: anybody can choose one",),
                innocent_explanations=(
                    "A fan page, a namesake, or an official page that the watchlist does not list.",
                ),
                **_whose(one),
            )


def _genuine_creatives(subject: AdSubject, *, say: Say) -> Iterator[Finding]:
    compared: dict[tuple[str, str], list[Finding]] = {}
    for found in subject.creative_findings:
        if found.method == GenuineSource.name and found.creative_sha256 and found.person_id:
            compared.setdefault((found.creative_sha256, found.person_id), []).append(found)
    for (creative_sha256, person_id), said in compared.items():
        # That nothing was altered speaks against an alteration, not for one
        same = [found for found in said if found.claim == "same_as_genuine" and found.bearing is Bearing.AGAINST]
        if not same or any(found.claim not in _UNCHANGED for found in said):
            continue
        own_sound = all(found.bearing is Bearing.AGAINST for found in said)
        sound = "" if own_sound else "; whether its sound is the footage's own was not told"
        yield say(
            bearing=Bearing.INCONCLUSIVE,
            claim="genuine_creative",
            creative_sha256=creative_sha256,
            person_id=person_id,
            reference_sha256=same[0].reference_sha256,
            observation=f"What creative {creative_sha256[:12]} shows of {subject.gallery.person(person_id).names[0]} is enrolled "
            f"genuine footage{sound}. Anybody can copy that: it is not enough.",
            quality_limits=("only stretches that show the face were compared with footage",),
        )


def _card_data_sent_to(subject: AdSubject, official: Iterable[str]) -> list[str]:
    """The domains, none of them ``official``, to which the captured pages' forms for card data are sent."""
    sent: list[str] = []
    for landing in subject.landings:
        if landing.html is not None and landing.capture.outcome is Outcome.CAPTURED:
            url = landing.capture.final_url or landing.capture.requested_url
            page = read_page(landing.html, url)
            sent += sent_away(page, url, [form for form in page.forms if form.card_fields])
    return [domain for domain in dict.fromkeys(sent) if not is_under(domain, official)]


def _news(subject: AdSubject, *, say: Say) -> Iterator[Finding]:
    ad, folded = subject.ad, fold(subject.ad.page_name or "")
    propositions = ("A page of the news publisher published the ad.", "Somebody else published the ad.")
    for one in subject.gallery.publishers:
        name = one.names[0]
        if is_official_page(ad, one.pages):
            away = [host for host in _hosts(subject) if not is_under(host, one.domains)]
            away += _card_data_sent_to(subject, one.domains)
            leads = f" But it leads to {defanged(away[0])}, which is none of their domains." if away else ""
            yield say(
                bearing=Bearing.INCONCLUSIVE if away else Bearing.SUPPORTS,
                claim="news_publisher",
                observation=f"It was published by a page of the news publisher {name}, known by its id or address.{leads} "
                "Pages of newspapers are taken over too: this clears no lure.",
                propositions=propositions,
                quality_limits=("that the publisher is trusted was the operator's decision",),
                innocent_explanations=("Or the page was taken over, or sells its space to whoever pays.",),
            )
        elif mentions(folded, one.names):
            yield say(
                bearing=Bearing.INCONCLUSIVE,
                claim="name_looks_like_news",
                observation=f"Warning: the page calls itself “{ad.page_name}”, but it is no known page of the news publisher "
                f"{name}.",
                propositions=propositions,
                quality_limits=("a display name proves nothing: anybody can choose one",),
                innocent_explanations=("A namesake, or a page of theirs that the watchlist does not list.",),
            )


def _hosts(subject: AdSubject) -> list[str]:
    """Where it leads: by its link, and by the addresses that its words spell out."""
    led = [host for url in destinations(subject) if (host := host_of(url))]
    return list(dict.fromkeys([*led, *_written(subject)]))


def _written(subject: AdSubject) -> Iterator[str]:
    for text in (subject.ad.title, subject.ad.body):
        found = _WRITTEN.finditer((text or "")[:LONGEST_TEXT].lower())
        for address in itertools.islice(found, MOST_WRITTEN):
            host = host_of(address[2])
            # ``alın.indi`` is a sentence without a space
            if host and (address[1] or has_public_suffix(host)):
                yield host.removeprefix("www.")
