"""Who a page says it is: title, site name, the page it says it is a copy of, whose pictures it shows, who answers for it."""

from __future__ import annotations

import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser

from detectors.hosts import host_of
from detectors.page_forms import MOST_NODES, absolute, attribute

_LONGEST_NAME = 300
_SAVED_FROM = re.compile(r"saved from url=(?:\(\d{1,6}\))?(\S{1,300})|mirrored from (\S{1,300})", re.IGNORECASE)
_LONGEST_COMMENT_SEARCH = 200_000
_IMPRINT = re.compile(
    r"imprint|impressum|vöen|\bинн\b|\bбин\b|\bбсн\b|огрн|registered (?:in|office)|company (?:no|number|registration)|haqqımızda|"
    r"haqqında|əlaqə|about us|contact|privacy|məxfilik|конфиденциал|құпиялылық|контакт|реквизит|о компании|о нас|байланыс|"
    r"hakkımızda|iletişim|gizlilik|terms of|istifadə şərtləri|условия использ|lisenziya|лицензи",
    re.IGNORECASE,
)
_LONGEST_TEXT = 400_000


def titles(tree: LexborHTMLParser) -> tuple[tuple[str, str], ...]:
    """(where, name) of the names that the page gives itself: title, og:site_name, og:title, application name."""
    title = tree.css_first("title")
    found = [("title", title.text() if title is not None else "")]
    for where, selector in (
        ("site name", 'meta[property="og:site_name"]'),
        ("shared title", 'meta[property="og:title"]'),
        ("application name", 'meta[name="application-name"]'),
    ):
        node = tree.css_first(selector)
        found.append((where, attribute(node, "content") if node is not None else ""))
    return tuple((where, " ".join(name[:_LONGEST_NAME].split())) for where, name in found if name.strip())


def asset_hosts(tree: LexborHTMLParser, url: str) -> dict[str, int]:
    """How many pictures, styles and scripts the page takes from each host."""
    nodes = [
        *((node, "src") for node in tree.css("img[src], script[src]")[:MOST_NODES]),
        *((node, "href") for node in tree.css('link[rel="stylesheet"], link[rel*="icon"]')[:MOST_NODES]),
    ]
    addresses = (absolute(url, attribute(node, name)) for node, name in nodes)
    hosts = (host_of(address) for address in addresses if address is not None)
    return dict(Counter(host for host in hosts if host is not None))


def names_somebody(tree: LexborHTMLParser) -> bool:
    """Whether any word of an imprint, a company number, contacts or terms is on the page."""
    body = tree.body
    return body is not None and _IMPRINT.search(body.text(separator=" ")[:_LONGEST_TEXT]) is not None


def claimed_origins(tree: LexborHTMLParser, html: str, url: str) -> list[tuple[str, str]]:
    """(how, URL) of the pages that this one says it is."""
    places = (
        ("canonical link", 'link[rel="canonical"]', "href"),
        ("og:url", 'meta[property="og:url"]', "content"),
        ("base address", "base[href]", "href"),
    )
    found = []
    for how, selector, name in places:
        node = tree.css_first(selector)
        origin = absolute(url, attribute(node, name)) if node is not None else None
        if origin is not None:
            found.append((how, origin))
    saved = _SAVED_FROM.search(html)
    if saved:
        origin = (saved[1] or saved[2]).rstrip("->")
        if host_of(origin):
            found.append(("saved-from comment", origin))
    return found
