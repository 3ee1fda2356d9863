"""Whose domain a URL is on, by the public suffix list that comes with tldextract; never asks the network."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

import tldextract

_LONGEST_LABEL = 63
_LONGEST_HOST = 1_000
"""No name that can be asked for is longer, however its letters are escaped."""
_INSIDE = "-_·\u0300\u0301\u0306\u0307\u0308\u200c\u200d"
"""Besides letters and digits: what may stand inside a name, marks that are written apart from their letter included."""


def host_of(url: str) -> str | None:
    """The URL's host, lower case, IDNA-decoded where it can be; None if it has none, or one that leads nowhere because it is too
    long. Takes ``host/path`` too."""
    try:
        host = urlsplit(url if "://" in url else f"//{url}").hostname
    except ValueError:
        return None
    if not host or len(host) > _LONGEST_HOST:
        return None
    return ".".join(map(_decoded, host.rstrip(".").lower().split(".")))


def _decoded(label: str) -> str:
    """One label of a host out of its ``xn--`` form. What does not decode, or not to a name, stays: it must not hide the rest."""
    if not label.startswith("xn--") or len(label) > _LONGEST_LABEL:
        return label
    try:
        name = label[4:].encode("ascii").decode("punycode").lower()
    except UnicodeError:
        return label
    return label if name.isascii() or not all(letter.isalnum() or letter in _INSIDE for letter in name) else name


def split_host(host: str) -> tuple[tuple[str, ...], str, str]:
    """``pay.shop.example.com.az`` → labels below the registered one, that label, public suffix: (pay, shop), example, com.az.

    An address is all label; under an unknown suffix the last label is the suffix."""
    domain = registrable_domain(host)
    below = tuple(host.removesuffix(domain).strip(".").split(".")) if host != domain else ()
    try:
        ipaddress.ip_address(domain)
    except ValueError:
        label, _, suffix = domain.partition(".")
        return below, label, suffix
    return (), domain, ""


def registrable_domain(host: str) -> str:
    """``shop.example.com.az`` → ``example.com.az``. An address stays whole; under an unknown suffix the last two labels."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        pass
    known = _extract()(host).top_domain_under_public_suffix
    return known or ".".join(host.split(".")[-2:])


def elsewhere(url: str, target: str | None) -> str | None:
    """The target's registrable domain if it is not that of ``url``; None otherwise, and where one of them has no host."""
    here, there = host_of(url), host_of(target) if target else None
    if here is None or there is None:
        return None
    domain = registrable_domain(there)
    return domain if domain != registrable_domain(here) else None


def has_public_suffix(host: str) -> bool:
    """Whether the host ends in a suffix that the public suffix list knows, with something before it."""
    return bool(_extract()(host).top_domain_under_public_suffix)


def is_under(host: str, domains: Iterable[str]) -> bool:
    """Whether the host is one of the domains or below one."""
    return any(host == domain or host.endswith(f".{domain}") for domain in map(str.lower, domains))


def page_key(url: str) -> str:
    """A page's URL without what does not tell pages apart: scheme, ``www.``, trailing slash, fragment, case of the host.

    What is no URL stays as it is."""
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
    except ValueError:
        return url
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def defanged(url: str) -> str:
    """The URL as it may be shown: not clickable."""
    return url.replace("http", "hxxp", 1).replace(".", "[.]")


@functools.cache
def _extract() -> tldextract.TLDExtract:
    # An empty list of URLs keeps it from fetching; without a cache directory it writes nothing.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
