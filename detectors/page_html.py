"""Facts about a landing page's HTML: forms, links, scripts, where it says it comes from. Parsed, never executed.

At most ``LONGEST_HTML`` characters are read. Scripts in other files are not seen here.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag

from selectolax.lexbor import LexborHTMLParser

from detectors.page_forms import MOST_NODES, Form, absolute, attribute, read_forms
from detectors.page_origins import asset_hosts, claimed_origins, names_somebody, titles
from detectors.page_scripts import Scripts, read_scripts
from detectors.trackers import TrackerId, tracker_ids

LONGEST_HTML = 2_000_000
_DEEPEST = 600
"""Elements within elements; a browser's own limit is near this. Building a tree takes quadratic time in the depth."""
_MOST_TAGS = 150_000
_MOST_UNCLOSED_STYLES = 32
"""Unclosed <b>, <font> …: by HTML's rules each is repeated in every later paragraph."""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_CLOSED_BY_THEMSELVES = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
    | {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "html", "head", "body"}
)
_STYLES = frozenset({"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"})
_IDENTIFIER = re.compile(r"[\w-]{1,60}")
FEWEST_LINKS = 4
"""Below this many links, "all lead to one place" says nothing."""

SINGLE_TARGET_SHARE = 0.8
"""So many links of a page that lead to one place are nearly all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the HTML holds. ``one_target`` is the link that most anchors lead to, ``one_target_share`` their share."""

    forms: tuple[Form, ...]
    links: int
    one_target: str | None
    one_target_share: float
    claims_to_be: tuple[tuple[str, str], ...]
    """(how, URL): canonical, og:url, base, saved-from comment."""
    anchors: int
    anchors_to_forms: int
    """Of all links, those that only lead down to a form on the same page."""
    titles: tuple[tuple[str, str], ...]
    """(where, name) of the names that the page gives itself."""
    asset_hosts: Mapping[str, int]
    names_somebody: bool
    """Whether there is any word of who answers for the page: imprint, contacts, terms."""
    scripts: Scripts
    trackers: tuple[TrackerId, ...]
    has_outside_scripts: bool
    cut: bool


@functools.lru_cache(maxsize=4)
def read_page(html: str, url: str) -> Page:
    """Read the HTML of the page at ``url``; odd markup is read as a browser would, and never raises. The last few pages are
    remembered: several detectors read each."""
    read = _harmless(html[:LONGEST_HTML])
    tree = LexborHTMLParser(read)
    links = _links(tree, url)
    target, share = _one_target(links)
    return Page(
        forms=tuple(read_forms(tree, url)),
        links=len(links),
        one_target=target,
        one_target_share=share,
        claims_to_be=tuple(claimed_origins(tree, read, url)),
        anchors=len(tree.css("a[href]")[:MOST_NODES]),
        anchors_to_forms=_anchors_to_forms(tree),
        titles=titles(tree),
        asset_hosts=asset_hosts(tree, url),
        names_somebody=names_somebody(tree),
        scripts=read_scripts(tree),
        trackers=tracker_ids(read),
        has_outside_scripts=tree.css_first("script[src]") is not None,
        cut=len(html) > len(read),
    )


def leads_on(page: Page) -> bool:
    """Whether the page leads its visitors somewhere: by a form that asks them for something, by links that nearly all go to one
    place, or by the few that it has. The menu of a whole site is no way to follow a promise: every newspaper has one."""
    asks = any(form.card_fields or form.personal_fields or form.asks_phone or form.asks_who for form in page.forms)
    one_place = page.one_target is not None and page.one_target_share >= SINGLE_TARGET_SHARE
    return asks or one_place or page.anchors_to_forms > 0 or 0 < page.links < FEWEST_LINKS


def _harmless(html: str) -> str:
    """The HTML up to where it nests deeper, or has more tags, than an honest page that a browser has rendered."""
    depth = styles = tags = at = 0
    while found := _TAG.search(html, at):
        at = found.end()
        name, step = found[2].lower(), -1 if found[1] else 1
        tags += 1
        if name == "script" and step == 1:
            at = html.find("</script", at)
            if at < 0:
                return html
            continue
        if name not in _CLOSED_BY_THEMSELVES:
            depth = max(0, depth + step)
            styles = max(0, styles + step) if name in _STYLES else styles
        if depth > _DEEPEST or styles > _MOST_UNCLOSED_STYLES or tags > _MOST_TAGS:
            return html[: found.start()]
    return html


def _anchors_to_forms(tree: LexborHTMLParser) -> int:
    places = Counter(attribute(node, "href") for node in tree.css('a[href^="#"]')[:MOST_NODES])
    return sum(count for place, count in places.most_common(50) if _is_at_a_form(tree, place[1:]))


def _is_at_a_form(tree: LexborHTMLParser, identifier: str) -> bool:
    if not _IDENTIFIER.fullmatch(identifier):
        return False
    node = tree.css_first(f'[id="{identifier}"]')
    return node is not None and (node.tag in {"form", "input"} or node.css_first("form, input, select") is not None)


def _links(tree: LexborHTMLParser, url: str) -> list[str]:
    """Targets of the anchors that lead away from this very page."""
    here = urldefrag(url).url
    targets = (absolute(url, attribute(node, "href")) for node in tree.css("a[href]")[:MOST_NODES])
    return [target for target in targets if target is not None and target != here]


def _one_target(links: list[str]) -> tuple[str | None, float]:
    """Links are compared without their query, which often only numbers the link."""
    if len(links) < FEWEST_LINKS:
        return None, 0.0
    target, count = Counter(link.split("?")[0] for link in links).most_common(1)[0]
    return target, count / len(links)
