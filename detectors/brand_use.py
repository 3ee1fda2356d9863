"""Who is named: brands in the ad's text, its page name, its landing page and its domain; protected people in the text.

Claims:

- ``brand_impersonation`` (axis ``lure``, ``brand_id`` set): supports when the brand is named, or its name is in the domain or
  path, and neither the advertiser's page nor the landing domain is the brand's. Naming a brand is not a lure: the lure itself
  is what ``lure_text`` and ``landing_page`` find. Where the ad speaks *about* fraud it is ``brand_named`` instead (inconclusive);
- ``brand_own_page`` (axis ``lure``): against; the brand's own page advertises and leads nowhere but to the brand;
- ``brand_official_link`` (axis ``lure``): against; somebody else's page leads to the brand's own domain;
- ``no_brand_named`` (axis ``lure``): inconclusive; none of the watchlist's brands is in it;
- ``person_named`` (axis ``likeness``, ``person_id`` set): inconclusive; a name is not a likeness.

Only brands and people on the watchlist are looked for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from detectors.finding import Method, finding
from detectors.hosts import defanged, host_of, is_under
from detectors.lure_reading import MOST_SPANS, Verdict
from detectors.lure_text import ad_command, quoted, read_ad_text
from detectors.names import mentions, name_words
from detectors.normalise import Folded, fold, fold_key
from detectors.publisher import destinations, is_official_page
from detectors.records import Axis, Bearing, Finding, Span
from detectors.subject import AdSubject
from watchlist.records import Brand

_METHOD = Method(name="brand_use", version="1")
_TEXT_FIELDS = ("title", "body", "cta_text")
_SHORTEST_INSIDE = 6
"""A brand of fewer letters must be a part of the domain by itself (``socar-qazanc``), not letters within (``socareer``)."""
_ADDED = (
    "invest investment qazanc gelir profit money trade trading bonus pay platform official app online bank az kz ru tr com "
    "oil gas neft neftqaz energy capital finance income cash"
)
_ADDED_WORDS = frozenset(_ADDED.split())
_SHORTEST_BRAND = 4

Say = Callable[..., Finding]


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts that are searched, folded once."""

    folded: Mapping[str, Folded]

    def spans(self, names: tuple[str, ...], label: str) -> list[Span]:
        found = []
        for field, folded in self.folded.items():
            for mention in mentions(folded, names)[:MOST_SPANS]:
                start, end = folded.original_span(mention.start, mention.end)
                found.append(Span(field=field, start=start, end=end, label=label))
        return found

    def words(self, spans: list[Span]) -> str:
        return ", ".join(dict.fromkeys(f"“{quoted(self.folded[s.field].original, s)}”" for s in spans[:4]))


class BrandUse:
    """Findings about every brand and every protected person that an ad names."""

    name = _METHOD.name
    version = _METHOD.version

    def examine(self, subject: AdSubject) -> Iterable[Finding]:
        """Findings; spans have the fields ``title``, ``body``, ``cta_text``, ``page_name`` or ``landing``."""
        ad = subject.ad
        say = functools.partial(finding, method=_METHOD, ad_id=ad.ad_id, reproduce=ad_command(ad.ad_id))
        texts = _texts(subject)
        about_fraud = read_ad_text(ad).verdict is Verdict.ABOUT_FRAUD
        named = False
        for brand in subject.gallery.brands:
            for found in _brand(subject, brand, texts=texts, about_fraud=about_fraud, say=say):
                named = True
                yield found
        if not named:
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


def _texts(subject: AdSubject) -> _Texts:
    ad = subject.ad
    fields = {"title": ad.title, "body": ad.body, "cta_text": ad.cta_text, "page_name": ad.page_name}
    # Spans name no page: with several landing pages only the first text can be pointed at.
    fields["landing"] = next((landing.text for landing in subject.landings if landing.text), None)
    return _Texts({name: fold(text) for name, text in fields.items() if text})


def _brand(subject: AdSubject, brand: Brand, *, texts: _Texts, about_fraud: bool, say: Say) -> Iterator[Finding]:
    spans = texts.spans(brand.names, "brand_named")
    urls = destinations(subject)
    lookalikes = [url for url in urls if domain_part(url, brand)]
    if not spans and not lookalikes:
        return
    claim, bearing, why = _conclude(subject, brand, urls=urls, about_fraud=about_fraud)
    where = f" in {texts.words(spans)}" if spans else ""
    alike = f"; its name is in the address {defanged(lookalikes[0])}" if lookalikes else ""
    yield say(
        axis=Axis.LURE,
        modality="text" if spans else "page",
        bearing=bearing,
        claim=claim,
        brand_id=brand.brand_id,
        observation=f"{brand.names[0]} is named{where}{alike}: {why}.",
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


def domain_part(url: str, brand: Brand) -> str | None:
    """The part of the host or the path that is the brand's name; None if there is none or the domain is the brand's own."""
    host = host_of(url)
    if host is None or is_under(host, brand.official_domains):
        return None
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        path = ""
    keys = {"".join(name_words(name)) for name in brand.names}
    for label in [*host.split(".")[:-1], *path[:500].split("/")]:
        for key in keys:
            if len(key) >= _SHORTEST_BRAND and _holds(fold_key(label), key):
                return label
    return None


def _holds(label: str, key: str) -> bool:
    parts = label.replace("_", "-").split("-")
    if key in parts or key in label.replace("-", ""):
        return key in parts or len(key) >= _SHORTEST_INSIDE or _only_words_around(label.replace("-", ""), key)
    return False


def _only_words_around(label: str, key: str) -> bool:
    before, _, after = label.partition(key)
    return all(not rest or rest in _ADDED_WORDS or rest.isdigit() for rest in (before, after))
