"""Who is named: brands in the ad's text, its pictures and speech, its page name, its landing page and its domain; protected
people in the text.

Claims:

- ``brand_impersonation`` (axis ``lure``, ``brand_id`` set): supports when the brand is named, its logo is shown in a creative or
  on a landing page, or its name is in the domain or path, and neither the advertiser's page nor the landing domain is the
  brand's. Naming a brand is not a lure: the lure itself is what ``lure_text`` and ``landing_page`` find. Where the ad speaks
  *about* fraud it is ``brand_named`` instead (inconclusive);
- ``brand_own_page`` (axis ``lure``): against; the brand's own page advertises and leads nowhere but to the brand;
- ``brand_official_link`` (axis ``lure``): against; somebody else's page leads to the brand's own domain;
- ``lookalike_domain`` (axis ``lure``): an address is like the brand's (see ``lookalike_domains``); inconclusive where honest
  addresses are often as like; ``brand_in_path``, inconclusive, where only the path has the name;
- ``page_titled_as_brand`` (axis ``lure``): supports; the page calls itself by the brand's name and is not on its domain;
- ``assets_from_brand`` (axis ``lure``): inconclusive; the page shows pictures and styles straight from the brand's own domain;
- ``no_brand_named`` (axis ``lure``): inconclusive; none of the watchlist's brands is in it;
- ``person_named`` (axis ``likeness``, ``person_id`` set): inconclusive; a name is not a likeness.

Only brands and people on the watchlist are looked for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from detectors.brand_pages import posing
from detectors.disguises import reveal
from detectors.finding import Method, finding
from detectors.hosts import defanged, host_of, is_under
from detectors.lookalike_domains import BrandAddresses, Lookalike
from detectors.lure_reading import Verdict
from detectors.lure_signs import MOST_SPANS
from detectors.lure_text import ad_command, ad_words, quoted
from detectors.name_edits import Likeness
from detectors.names import mentions
from detectors.normalise import Folded, fold
from detectors.publisher import destinations, is_official_page
from detectors.records import Axis, Bearing, Finding, Span, page_field
from detectors.subject import AdSubject
from detectors.text_lines import READ_BY_MACHINE, JoinedLines, places_of, whereabouts
from detectors.validation import Declaration, NotValidated
from watchlist.records import Brand

_METHOD = Method(name="brand_use", version="9")
_TEXT_FIELDS = ("title", "body", "cta_text")
_MOST_HOPS = 20

Say = Callable[..., Finding]


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts that are searched, folded once."""

    folded: Mapping[str, Folded]
    places: dict[str, JoinedLines]

    def spans(self, names: tuple[str, ...], label: str) -> list[Span]:
        found = []
        for field, folded in self.folded.items():
            for mention in mentions(folded, names)[:MOST_SPANS]:
                start, end = folded.original_span(mention.start, mention.end)
                found.append(Span(field=field, start=start, end=end, label=label))
        return found

    def words(self, spans: list[Span]) -> str:
        quotes = ", ".join(dict.fromkeys(f"“{quoted(self.folded[s.field].original, s)}”" for s in spans[:4]))
        where = whereabouts(spans, self.places)
        return f"{quotes} ({where})" if where else quotes


class BrandUse:
    """Findings about every brand and every protected person that an ad names."""

    name = _METHOD.name
    version = _METHOD.version
    declared = (
        Declaration(
            of="names and addresses of brands",
            on=NotValidated(
                why="how often honest names and domains are as alike was measured in the end decision only"
            ),
            command="qalqan evaluate candidates DIR",
        ),
    )

    def __init__(self) -> None:
        self._compared: tuple[Sequence[Brand], BrandAddresses] | None = None

    def examine(self, subject: AdSubject) -> Iterable[Finding]:
        """Findings; spans have the fields ``title``, ``body``, ``cta_text``, ``page_name``, ``landing``, ``frames``, ``speech``,
        ``screenshot``."""
        ad = subject.ad
        say = functools.partial(finding, method=_METHOD, ad_id=ad.ad_id, reproduce=ad_command(ad.ad_id))
        texts = _texts(subject)
        about_fraud = ad_words(subject).reading.verdict is Verdict.ABOUT_FRAUD
        addresses = self._addresses(subject.gallery.brands)
        alike = {url: addresses.lookalikes(url) for url in _addresses_of(subject)}
        found = [*posing(subject, addresses, alike=alike, say=say)]
        for brand in subject.gallery.brands:
            found += _brand(subject, brand, texts=texts, alike=alike, about_fraud=about_fraud, say=say)
        yield from found
        if not found:
            yield say(
                axis=Axis.LURE,
                modality="text",
                bearing=Bearing.INCONCLUSIVE,
                claim="no_brand_named",
                observation=f"None of the {len(subject.gallery.brands)} brands on the watchlist is named.",
            )
        for person in subject.gallery.persons:
            spans = texts.spans(person.names, "person_named")
            if spans:
                yield say(
                    axis=Axis.LIKENESS,
                    modality="text",
                    bearing=Bearing.INCONCLUSIVE,
                    claim="person_named",
                    person_id=person.person_id,
                    observation=f"{person.names[0]} is named: {texts.words(spans)}. A name is not a likeness.",
                    spans=spans,
                    innocent_explanations=("News, and people of the same name.",),
                )

    def _addresses(self, brands: Sequence[Brand]) -> BrandAddresses:
        """Made once for a watchlist, not once for an ad."""
        if self._compared is None or self._compared[0] is not brands:
            self._compared = brands, BrandAddresses(brands)
        return self._compared[1]


def _texts(subject: AdSubject) -> _Texts:
    ad = subject.ad
    fields = {"title": ad.title, "body": ad.body, "cta_text": ad.cta_text, "page_name": ad.page_name}
    # Spans name the visitor, not the page: with several pages of one visitor only the first text can be pointed at.
    for landing in subject.landings:
        if landing.text:
            fields.setdefault(page_field("landing", landing.capture.visitor), landing.text)
    lines = [*subject.lines, *next((landing.lines for landing in subject.landings if landing.lines), ())]
    places = places_of(lines)
    fields |= {name: place.text for name, place in places.items()}
    return _Texts(
        {name: reveal(fold(text), by_machine=name in READ_BY_MACHINE) for name, text in fields.items() if text}, places
    )


def _addresses_of(subject: AdSubject) -> list[str]:
    """Every address on the ad's way, the last ones first."""
    hops = (url for landing in subject.landings for url in landing.capture.redirect_chain[:_MOST_HOPS])
    link = (subject.ad.link_url,) if subject.ad.link_url is not None else ()
    return list(dict.fromkeys([*destinations(subject), *link, *hops]))


def _brand(
    subject: AdSubject,
    brand: Brand,
    *,
    texts: _Texts,
    alike: Mapping[str, Sequence[Lookalike]],
    about_fraud: bool,
    say: Say,
) -> Iterator[Finding]:
    spans = texts.spans(brand.names, "brand_named")
    urls = destinations(subject)
    lookalikes = [url for url in urls if any(one.brand_id == brand.brand_id and _poses(one) for one in alike[url])]
    logos = [
        found for found in subject.creative_findings if found.claim == "logo_shown" and found.brand_id == brand.brand_id
    ]
    on_page = any(
        shown.brand_id == brand.brand_id
        for landing in subject.landings
        if landing.logos is not None
        for shown in landing.logos.seen
    )
    if not spans and not lookalikes and not logos and not on_page:
        return
    claim, bearing, why = _conclude(subject, brand, urls=urls, about_fraud=about_fraud)
    where = f" in {texts.words(spans)}" if spans else ""
    shown = "; its logo is shown" if logos else "; its logo is on the landing page" if on_page else ""
    address = f"; its name is in the address {defanged(lookalikes[0])}" if lookalikes else ""
    yield say(
        axis=Axis.LURE,
        modality="text" if spans else "picture" if logos and not lookalikes else "page",
        bearing=bearing,
        claim=claim,
        brand_id=brand.brand_id,
        observation=f"{brand.names[0]} is named{where}{address}{shown}: {why}.",
        spans=spans,
        measurement=float(len(spans)),
        unit="mentions",
        innocent_explanations=(
            "A dealer, a partner, an employer or a journalist may name a brand.",
            "An official page or domain that the watchlist does not list.",
        ),
    )


def _conclude(subject: AdSubject, brand: Brand, *, urls: list[str], about_fraud: bool) -> tuple[str, Bearing, str]:
    ad = subject.ad
    own_page = is_official_page(ad, brand.official_pages)
    hosts = [host for url in urls if (host := host_of(url))]
    own_links = bool(hosts) and all(is_under(host, brand.official_domains) for host in hosts)
    if own_page and (own_links or not hosts):
        return "brand_own_page", Bearing.AGAINST, "the brand's own page advertises"
    if own_links:
        return "brand_official_link", Bearing.AGAINST, "the link leads to the brand's own domain"
    if about_fraud:
        return "brand_named", Bearing.INCONCLUSIVE, "the ad speaks about fraud, not for the brand"
    if ad.page_id is None and ad.page_url is None and not hosts:
        return "brand_named", Bearing.INCONCLUSIVE, "cannot tell because neither the page nor a link is known"
    if own_page:
        return "brand_impersonation", Bearing.SUPPORTS, "the brand's own page leads to a domain that is not the brand's"
    return "brand_impersonation", Bearing.SUPPORTS, "neither the page nor the link is the brand's"


def _poses(one: Lookalike) -> bool:
    return one.strong or one.likeness is Likeness.IN_PATH
