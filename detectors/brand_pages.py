"""Addresses and pages that pose as a brand's: the findings of ``brand_use`` that need no word of the ad itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from detectors.hosts import defanged, host_of
from detectors.lookalike_domains import BrandAddresses, Lookalike
from detectors.name_edits import Likeness
from detectors.page_html import read_page
from detectors.records import Axis, Bearing, Finding
from detectors.subject import AdSubject

_BETWEEN = re.compile(r"\s[-:/]\s|[|–—·•»«→]")
_MOST_SEGMENTS = 8

Say = Callable[..., Finding]


def posing(
    subject: AdSubject, addresses: BrandAddresses, *, alike: Mapping[str, Sequence[Lookalike]], say: Say
) -> Iterator[Finding]:
    """Findings about the addresses in ``alike`` (each with what it is like) and the landing pages of the ad."""
    worst: dict[tuple[str, bool], tuple[Lookalike, str]] = {}
    for url, found in alike.items():
        for one in found:
            key = one.brand_id, one.likeness is Likeness.IN_PATH
            if key not in worst or (one.strong and not worst[key][0].strong):
                worst[key] = one, url
    names = {brand.brand_id: brand.names[0] for brand in subject.gallery.brands}
    for one, url in worst.values():
        yield _lookalike(one, url, whose=names[one.brand_id], say=say)
    titled: dict[str, str] = {}
    fed: dict[str, str] = {}
    for landing in subject.landings:
        if landing.html is not None:
            url = landing.capture.final_url or landing.capture.requested_url
            _add_page(landing.html, url, addresses, titled=titled, fed=fed)
    yield from _titles(titled, names, say=say)
    yield from _assets(fed, names, say=say)


def _lookalike(one: Lookalike, url: str, *, whose: str, say: Say) -> Finding:
    host = defanged(host_of(url) or url)
    meant = f"the official domain {defanged(one.official)} of {whose}" if one.official else f"the name of {whose}"
    in_path = one.likeness is Likeness.IN_PATH
    return say(
        axis=Axis.LURE,
        modality="page",
        bearing=Bearing.SUPPORTS if one.strong else Bearing.INCONCLUSIVE,
        claim="brand_in_path" if in_path else "lookalike_domain",
        brand_id=one.brand_id,
        observation=f"{host} is like {meant}: {one.likeness} (“{defanged(one.part[:80])}”).",
        quality_limits=() if one.strong else ("honest addresses are often as like",),
        innocent_explanations=(
            "A site of the brand for another country or product, or a domain that the watchlist does not list.",
            "A reseller, a partner, a fan page, or a translation or archive service that keeps the name.",
            "Another firm with a like name.",
        ),
    )


def _add_page(html: str, url: str, addresses: BrandAddresses, *, titled: dict[str, str], fed: dict[str, str]) -> None:
    page, host = read_page(html, url), host_of(url)
    here = addresses.owner(host) if host is not None else None
    for where, name in page.titles:
        for segment in _BETWEEN.split(name)[:_MOST_SEGMENTS]:
            for brand in addresses.named(segment):
                if here is None or here.brand_id != brand.brand_id:
                    titled.setdefault(brand.brand_id, f"“{name[:120]}” ({where}) on {defanged(host or url)}")
    for source, count in page.asset_hosts.items():
        owner = addresses.owner(source)
        if owner is not None and (here is None or here.brand_id != owner.brand_id):
            fed.setdefault(owner.brand_id, f"{count} from {defanged(source)} on {defanged(host or url)}")


def _titles(titled: Mapping[str, str], names: Mapping[str, str], *, say: Say) -> Iterator[Finding]:
    for brand_id, where in titled.items():
        yield say(
            axis=Axis.LURE,
            modality="page",
            bearing=Bearing.SUPPORTS,
            claim="page_titled_as_brand",
            brand_id=brand_id,
            observation=f"A page calls itself by the name of {names[brand_id]}: {where}, which is no domain of the brand.",
            innocent_explanations=(
                "A shop, a directory or a newspaper that has a page about the brand.",
                "A domain of the brand that the watchlist does not list.",
            ),
        )


def _assets(fed: Mapping[str, str], names: Mapping[str, str], *, say: Say) -> Iterator[Finding]:
    for brand_id, where in fed.items():
        yield say(
            axis=Axis.LURE,
            modality="page",
            bearing=Bearing.INCONCLUSIVE,
            claim="assets_from_brand",
            brand_id=brand_id,
            observation=f"The page takes pictures, styles or scripts straight from {names[brand_id]}: {where}.",
            innocent_explanations=("A partner or a widget of the brand; a copied page does it too.",),
        )
