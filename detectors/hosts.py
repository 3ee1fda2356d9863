"""Whose domain a URL is on, by the public suffix list that comes with tldextract; never asks the network."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

import tldextract


def host_of(url: str) -> str | None:
    """The URL's host, lower case, IDNA-decoded where it can be; None if the URL has none. Takes ``host/path`` too."""
    try:
        host = urlsplit(url if "://" in url else f"//{url}").hostname
    except ValueError:
        return None
    if not host:
        return None
    try:
        return host.encode("ascii").decode("idna").rstrip(".").lower()
    except UnicodeError:
        return host.rstrip(".").lower()


def registrable_domain(host: str) -> str:
    """``shop.example.com.az`` → ``example.com.az``. An address stays whole; under an unknown suffix the last two labels."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        pass
    known = _extract()(host).top_domain_under_public_suffix
    return known or ".".join(host.split(".")[-2:])


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
