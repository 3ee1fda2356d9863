"""Lists of warned-of domains and firms, read from local files; nothing is fetched.

What a file is follows from what is in it: CERT.PL's list (plain text, hosts or adblock lines, CSV, JSON), IOSCO's I-SCAN (CSV or
JSON), a regulator's CSV of warned firms as New Zealand's FMA gives it (``Entity Name, Date, Content``), or JSON lines with such
keys. A damaged row is counted and passed over, entries that were taken off a list are left out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from detectors.feed_rows import Damage, Entry, entries
from detectors.hosts import has_public_suffix, host_of, page_key, registrable_domain
from detectors.names import name_words

LARGEST_BYTES = 64_000_000
MOST_ROWS = 2_000_000
_SHORTEST_FIRM = 6
"""Letters; a shorter name is too often somebody else's."""

_ADDRESS = re.compile(
    r"(?<![@\w.-])(?:https?://)?(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}\b(?![@\w])(?:/[^\s,;|\"'<>]{0,300})?"
)
_PLAIN = re.compile(r"(?!.*xn--)[A-Za-z0-9.-]+")
"""Hosts that are themselves: most of a long list."""
SHARED_HOSTS = frozenset(
    {
        "facebook.com",
        "instagram.com",
        "t.me",
        "telegram.me",
        "telegram.org",
        "wa.me",
        "whatsapp.com",
        "youtube.com",
        "youtu.be",
    }
    | {
        "tiktok.com",
        "twitter.com",
        "x.com",
        "linkedin.com",
        "google.com",
        "goo.gl",
        "apple.com",
        "vk.com",
        "ok.ru",
        "medium.com",
    }
    | {"github.com", "github.io", "reddit.com", "pinterest.com", "linktr.ee", "bit.ly", "tinyurl.com", "wordpress.com"}
    | {"blogspot.com", "wixsite.com", "weebly.com", "notion.site", "discord.com", "discord.gg", "trustpilot.com"}
)
"""Domains of which everybody has pages: there a page is listed, never the domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One entry. ``what`` is the domain, page or firm as the list has it; ``by`` the authority, where the list names one."""

    what: str
    in_prose: bool
    """Whether it is only named in the words of a warning, where the honest are named too."""
    since: date | None
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Feed:
    """A list as it was read. ``dated`` is the day of its newest entry, or else of the file; ``problems`` are sentences."""

    name: str
    sha256: str
    dated: date
    domains: Mapping[str, Listing]
    pages: Mapping[str, Listing]
    firms: Mapping[str, Listing]
    problems: tuple[str, ...]

    def domain(self, url: str) -> Listing | None:
        """The entry of the address: of its page, its host or a domain above it."""
        host = host_of(url)
        if host is None:
            return None
        page = self.pages.get(page_key(url))
        if page is not None:
            return page
        labels = host.removeprefix("www.").split(".")
        last = len(registrable_domain(host).split("."))
        tails = (".".join(labels[at:]) for at in range(max(1, len(labels) - last + 1)))
        return next((self.domains[tail] for tail in tails if tail in self.domains), None)

    def firm(self, name: str) -> Listing | None:
        """The entry of a firm of exactly this name."""
        return self.firms.get("".join(name_words(name)))


@dataclass(slots=True)
class _Draft:
    domains: dict[str, Listing] = field(default_factory=dict)
    pages: dict[str, Listing] = field(default_factory=dict)
    firms: dict[str, Listing] = field(default_factory=dict)


def read_feed(path: Path) -> Feed:
    """Read one list. Raises ``ValueError`` for a file that is too large or no list; ``OSError`` passes through."""
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"the list {path} is larger than {LARGEST_BYTES // 1_000_000} MB: give a list of domains")
    data = path.read_bytes()
    text = data.decode("utf-8-sig", errors="replace").replace("\0", "")
    draft, damage = _Draft(), Damage()
    for number, entry in enumerate(entries(text, damage)):
        if number >= MOST_ROWS:
            damage.rows += 1
            break
        if not entry.ended:
            damage.rows += not _add(entry, draft)
    if not (draft.domains or draft.pages or draft.firms):
        raise ValueError(
            f"the list {path} holds no domain and no firm: give a text, CSV or JSON list as the README describes"
        )
    days = [one.since for kind in (draft.domains, draft.pages, draft.firms) for one in kind.values() if one.since]
    return Feed(
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        dated=max(days, default=datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()),
        domains=draft.domains,
        pages=draft.pages,
        firms=draft.firms,
        problems=(f"{damage.rows} rows of the list {path.name} could not be read",) if damage.rows else (),
    )


def _add(entry: Entry, draft: _Draft) -> bool:
    """Whether there was anything in it."""
    found = False
    for texts, in_prose in ((entry.addresses, False), (entry.prose, True)):
        for address in (match[0].rstrip(".") for text in texts for match in _ADDRESS.finditer(text)):
            if not in_prose or has_public_suffix(host_of(address) or ""):
                listing = Listing(what=address, in_prose=in_prose, since=entry.since, by=entry.by)
                found = _add_address(address, draft, listing) or found
    for text in entry.firms:
        name = "".join(name_words(text[:200]))
        if len(name) >= _SHORTEST_FIRM:
            draft.firms.setdefault(name, Listing(what=text[:200], in_prose=False, since=entry.since, by=entry.by))
            found = True
    return found


def _add_address(address: str, draft: _Draft, listing: Listing) -> bool:
    host = address.lower() if _PLAIN.fullmatch(address) else host_of(address)
    if host is None or "." not in host:
        return False
    host = host.removeprefix("www.")
    shared = ".".join(host.split(".")[-2:])
    if shared not in SHARED_HOSTS:
        draft.domains.setdefault(host, listing)
    elif page_key(address).strip("/") != shared:
        draft.pages.setdefault(page_key(address), listing)
    # A shared domain by itself would list everybody.
    return True
