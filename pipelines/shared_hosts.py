"""Whose place on the web a URL is: a domain, an account, a link of somebody's own, or a host that tells nothing.

What is shared by people who have nothing to do with one another stands in ``data/shared_hosts.toml``.
"""

from __future__ import annotations

import functools
import ipaddress
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import tldextract

from detectors.hosts import host_of, is_under

LONGEST_URL = 2_000
LONGEST_VALUE = 200
_LONGEST_HOST = 253
"""Characters of a host name, by RFC 1035."""
_HOST = re.compile(r"\w(?:[\w-]{0,61}\w)?(?:\.\w(?:[\w-]{0,61}\w)?)+")
_TELEGRAM = ("t.me", "telegram.me", "telegram.dog")
_WHATSAPP = ("wa.me", "whatsapp.com")


class PlaceKind(StrEnum):
    """What of a URL tells whose it is."""

    DOMAIN = "domain"
    ACCOUNT = "account"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Somebody's place on the web. ``value`` is what is compared: equal values, equal places."""

    kind: PlaceKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedHosts:
    """The lists of the data file, as sets."""

    nobodys: frozenset[str]
    accounts: frozenset[str]
    links: frozenset[str]
    builders: frozenset[str]
    not_accounts: frozenset[str]
    not_phones: frozenset[str]


@functools.cache
def shared_hosts() -> SharedHosts:
    """The lists, read once per process."""
    text = Path(__file__).with_name("data").joinpath("shared_hosts.toml").read_text()
    return SharedHosts(**{name: frozenset(entries) for name, entries in tomllib.loads(text).items()})


def place_of(url: str) -> Place | None:
    """Whose place the URL is; None where its host is shared by all, of this machine, or no host. Takes ``host/path`` too."""
    host = public_host(url)
    if host is None:
        return None
    lists = shared_hosts()
    path, query = _path_and_query(url)
    if is_under(host, _WHATSAPP):
        number = phone(path[0] if path and path[0] != "send" else next(iter(parse_qs(query).get("phone", [])), ""))
        return None if number is None else Place(kind=PlaceKind.ACCOUNT, value=number)
    if is_under(host, _TELEGRAM):
        return _account("t.me", _telegram_path(path))
    if (shared := _of(host, lists.accounts)) is not None:
        return _account(shared, path)
    if (shared := _of(host, lists.links)) is not None:
        return Place(kind=PlaceKind.LINK, value=f"{shared}/{'/'.join(path)}"[:LONGEST_VALUE]) if path else None
    if _of(host, lists.nobodys) is not None:
        return None
    return Place(kind=PlaceKind.DOMAIN, value=owned_domain(host))


def public_host(url: str) -> str | None:
    """The URL's host in Unicode, lower case; None for what is no host name and for addresses of this machine or network."""
    host = host_of(url[:LONGEST_URL])
    if host is None:
        return None
    try:
        return host if ipaddress.ip_address(host).is_global else None
    except ValueError:
        return host if len(host) <= _LONGEST_HOST and _HOST.fullmatch(host) else None


def owned_domain(host: str) -> str:
    """The part of a host name that one owner has: ``a.shop.github.io`` → ``shop.github.io``. An address stays whole."""
    builder = _of(host, shared_hosts().builders)
    if builder is not None:
        return ".".join(host.split(".")[-1 - len(builder.split(".")) :])
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return _extract()(host).top_domain_under_public_suffix or ".".join(host.split(".")[-2:])


def phone(text: str) -> str | None:
    """``+994 50 555-12-13`` → ``+994505551213``; None for what has not 9 to 15 digits and for examples out of forms."""
    digits = "".join(letter for letter in text[:40] if letter.isascii() and letter.isdigit())
    if not 9 <= len(digits) <= 15 or any(example in digits for example in shared_hosts().not_phones):
        return None
    return f"+{digits}"


def _account(host: str, path: list[str]) -> Place | None:
    if not path or path[0].lower() in shared_hosts().not_accounts:
        return None
    # Names of accounts know no capitals; invitations do
    name = path[0] if path[0].startswith("+") else path[0].lower()
    return Place(kind=PlaceKind.ACCOUNT, value=f"{host}/{name}"[:LONGEST_VALUE])


def _telegram_path(path: list[str]) -> list[str]:
    """``s/NAME`` is a preview of NAME, ``joinchat/X`` and ``+X`` are one invitation, ``c/NUMBER`` needs membership."""
    match path:
        case ["s" | "c", *rest]:
            return rest
        case ["joinchat", invitation, *_]:
            return [f"+{invitation}"]
        case _:
            return path


def _path_and_query(url: str) -> tuple[list[str], str]:
    cut = url[:LONGEST_URL]
    parts = urlsplit(cut if "://" in cut else f"//{cut}")
    return [part.removeprefix("@") for part in parts.path.split("/") if part.strip(" .@")], parts.query


def _of(host: str, listed: frozenset[str]) -> str | None:
    """The listed host that this one is, or is below; the nearest."""
    return next((name for name in _and_above(host) if name in listed), None)


def _and_above(host: str) -> Iterator[str]:
    labels = host.split(".")
    for start in range(len(labels)):
        yield ".".join(labels[start:])


@functools.cache
def _extract() -> tldextract.TLDExtract:
    # An empty list of URLs keeps it from fetching; without a cache directory it writes nothing. Private suffixes are those
    # under which strangers rent names, github.io for one.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
