"""What is on record about the domains that an ad leads to: lists of warned-of domains and firms, and the day of registration.

All from local files (see ``domain_feeds`` and ``domain_registrations``). Claims, all on the axis ``lure``:

- ``domain_listed``: supports; the domain or page is on a list; inconclusive where it is only named in the words of a warning;
- ``firm_listed``: inconclusive; the advertiser's name is that of a firm on a list;
- ``young_domain``: supports; registered less than ``YOUNG_DAYS`` days before the ad was seen;
- ``domain_age``: inconclusive; registered earlier;
- ``domain_not_listed``: inconclusive; on none of the lists that were searched, which it names. That a domain is on no list
  means nothing: new ones are on none;
- ``domain_not_looked_up``: inconclusive; which of the two questions could not be asked, and why.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from detectors.domain_feeds import Feed, Listing, read_feed
from detectors.domain_registrations import Registrations, read_registrations
from detectors.finding import Method, finding
from detectors.hosts import defanged, host_of, is_under, registrable_domain
from detectors.lure_text import ad_command
from detectors.publisher import destinations
from detectors.records import Axis, Bearing, Finding
from detectors.subject import AdSubject
from detectors.validation import Declaration, NotValidated

_METHOD = Method(name="domain_record", version="2")
YOUNG_DAYS = 90
STALE_DAYS = 30
"""A list whose newest entry is this much older than the ad misses the newest frauds."""
_MOST_HOPS = 20
_MOST_NAMED = 4
_MOST_LIMITS = 20

Say = Callable[..., Finding]


class DomainRecord:
    """Findings from lists and registrations. Without files it says that it could not look."""

    name = _METHOD.name
    version = _METHOD.version
    declared = (
        Declaration(
            of="lists and registrations",
            on=NotValidated(why="it looks domains up exactly in files that you name, and is as right as they are"),
            command=None,
        ),
    )

    def __init__(self, feeds: Sequence[Feed] = (), registrations: Registrations | None = None) -> None:
        self._feeds = tuple(feeds)
        self._registrations = registrations

    @classmethod
    def of(cls, feeds: Iterable[Path], registrations: Path | None = None) -> DomainRecord:
        """From files. Raises ``ValueError`` for a file that holds nothing of the kind; ``OSError`` passes through."""
        return cls(
            [read_feed(path) for path in feeds], None if registrations is None else read_registrations(registrations)
        )

    def examine(self, subject: AdSubject) -> Iterable[Finding]:
        """Findings about the addresses on the ad's way; those of the watchlist's own domains are not asked about."""
        ad = subject.ad
        say = functools.partial(
            finding, method=_METHOD, ad_id=ad.ad_id, axis=Axis.LURE, modality="page", reproduce=ad_command(ad.ad_id)
        )
        official = [domain for brand in subject.gallery.brands for domain in brand.official_domains]
        urls = [url for url in _addresses(subject) if (host := host_of(url)) and not is_under(host, official)]
        hits = [found for feed in self._feeds for found in _listed(feed, urls, subject, say=say)]
        yield from hits
        if self._feeds and urls and not any(found.claim == "domain_listed" for found in hits):
            yield _not_listed(self._feeds, urls, ad.observed_at, say=say)
        unasked = [] if self._feeds else ["no list of warned-of domains is configured"]
        if self._registrations is None:
            unasked.append("domain ages were not looked up")
        else:
            yield from _ages(self._registrations, urls, ad.observed_at, say=say)
        if not urls:
            known = any(host_of(url) for url in _addresses(subject))
            where = "nowhere but to domains of the watchlist's brands" if known else "to no address with a domain"
            yield say(
                claim="domain_not_looked_up",
                bearing=Bearing.INCONCLUSIVE,
                observation=f"There was no domain to look up: the ad leads {where}.",
            )
        elif unasked:
            yield say(
                claim="domain_not_looked_up",
                bearing=Bearing.INCONCLUSIVE,
                observation=f"Could not look: {'; '.join(unasked)}.",
            )


def _addresses(subject: AdSubject) -> list[str]:
    hops = (url for landing in subject.landings for url in landing.capture.redirect_chain[:_MOST_HOPS])
    link = (subject.ad.link_url,) if subject.ad.link_url is not None else ()
    return list(dict.fromkeys([*destinations(subject), *link, *hops]))


def _listed(feed: Feed, urls: Sequence[str], subject: AdSubject, *, say: Say) -> Iterator[Finding]:
    """At most one finding about domains and one about the advertiser's name for each list."""
    method = Method(name=_METHOD.name, version=_METHOD.version, model_sha256=feed.sha256)
    limits = (*feed.problems, *_staleness(feed, subject.ad.observed_at))
    listed = next(((url, listing) for url in urls if (listing := feed.domain(url)) is not None), None)
    if listed is not None:
        url, listing = listed
        yield say(
            method=method,
            claim="domain_listed",
            bearing=Bearing.INCONCLUSIVE if listing.in_prose else Bearing.SUPPORTS,
            observation=f"{defanged(host_of(url) or url)} is {_where(feed, listing)}.",
            quality_limits=("named in the words of the warning, perhaps as its victim", *limits)
            if listing.in_prose
            else limits,
            innocent_explanations=("A domain that was listed in error, or has had a new owner since.",),
        )
    name = subject.ad.page_name
    firm = feed.firm(name) if name else None
    if firm is not None:
        yield say(
            method=method,
            claim="firm_listed",
            bearing=Bearing.INCONCLUSIVE,
            observation=f"The advertiser's name, “{name}”, is {_where(feed, firm)}.",
            quality_limits=limits,
            innocent_explanations=("Another firm of the same name, perhaps the one that the fraud copied.",),
        )


def _not_listed(feeds: Sequence[Feed], urls: Sequence[str], observed_at: datetime, *, say: Say) -> Finding:
    domains = list(dict.fromkeys(defanged(host) for url in urls if (host := host_of(url))))
    others = f" and {len(domains) - _MOST_NAMED} others" if len(domains) > _MOST_NAMED else ""
    known = ", ".join(f"{feed.name} (of {feed.dated.isoformat()})" for feed in feeds[:_MOST_NAMED])
    more = f" and {len(feeds) - _MOST_NAMED} others" if len(feeds) > _MOST_NAMED else ""
    return say(
        claim="domain_not_listed",
        bearing=Bearing.INCONCLUSIVE,
        observation=f"On none of the lists that were searched: {', '.join(domains[:_MOST_NAMED])}{others}. "
        f"Searched: {known}{more}. That means nothing: new frauds are on no list yet.",
        measurement=float(len(feeds)),
        unit="lists searched",
        quality_limits=tuple(
            limit for feed in feeds for limit in (*feed.problems, *_staleness(feed, observed_at)) if limit
        )[:_MOST_LIMITS],
    )


def _where(feed: Feed, listing: Listing) -> str:
    since = f"since {listing.since.isoformat()}" if listing.since else "since an unknown day"
    by = f" by {listing.by}" if listing.by else ""
    return f"on the list {feed.name}{by} as “{defanged(listing.what[:120])}”, {since}"


def _staleness(feed: Feed, observed_at: datetime) -> tuple[str, ...]:
    days = (observed_at.date() - feed.dated).days
    dated = f"the list {feed.name} is of {feed.dated.isoformat()}"
    return (f"{dated}, {days} days older than the ad",) if days > STALE_DAYS else (dated,)


def _ages(registrations: Registrations, urls: Sequence[str], observed_at: datetime, *, say: Say) -> Iterator[Finding]:
    domains = dict.fromkeys(registrable_domain(host) for url in urls if (host := host_of(url)))
    known = {domain: at for domain in domains if (at := _registered(registrations, domain)) is not None}
    unknown = [defanged(domain) for domain in domains if domain not in known]
    if known:
        # The youngest domain on the way is the one that was made for it.
        domain, at = max(known.items(), key=lambda item: item[1])
        days = (observed_at - at).days
        young = 0 <= days < YOUNG_DAYS
        yield say(
            claim="young_domain" if young else "domain_age",
            bearing=Bearing.SUPPORTS if young else Bearing.INCONCLUSIVE,
            observation=f"{defanged(domain)} was registered on {at.date().isoformat()}, {days} days before the ad was seen.",
            measurement=float(days),
            unit="days",
            quality_limits=(f"from {registrations.name}",),
            innocent_explanations=("New businesses and campaigns register new domains.",),
        )
    elif unknown:
        yield say(
            claim="domain_age",
            bearing=Bearing.INCONCLUSIVE,
            observation=f"Cannot tell the age of {', '.join(unknown[:4])} because {registrations.name} has no answer for it.",
        )


def _registered(registrations: Registrations, domain: str) -> datetime | None:
    """Also under the name's ``xn--`` form, in which RDAP writes it."""
    found = registrations.registered.get(domain)
    if found is None and not domain.isascii():
        labels = [
            label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in domain.split(".")
        ]
        found = registrations.registered.get(".".join(labels))
    return found
