"""Facts about a landing page's HTML: forms, links, scripts, where it says it comes from. Parsed, never executed.

At most ``LONGEST_HTML`` characters are read. Scripts in other files are not seen here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from detectors.hosts import host_of
from detectors.lexicon import lexicon, tokens_of
from detectors.normalise import fold_key
from detectors.trackers import TrackerId, tracker_ids

LONGEST_HTML = 2_000_000
LONGEST_SCRIPT = 200_000
_MOST_NODES = 5_000
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
FEWEST_LINKS = 4
"""Below this many links, "all lead to one place" says nothing."""

_CARD = re.compile(
    r"card[ _-]?(?:num|no\b)|cardnumber|cc[ _-]?num|\bcc-(?:number|csc|exp)|\bpan\b|kart[ _-]?n[oö]m|kart[ _-]?numara|"
    r"номер\w* карт|карта нөмірі|\bcvv|\bcvc|\bcsc\b|(?:\d{4} ){3}\d{4}",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\bphone|\btel\b|telefon|mobil|nömrə|телефон|нөмір", re.IGNORECASE)
_WHO = re.compile(r"name\b|\bad\b|\bsoyad|e-?mail|e-?poçt|имя|фамилия|почта|аты|есім", re.IGNORECASE)
_LEAD_TOOLS = re.compile(r"intl-?tel-?input|\biti__", re.IGNORECASE)
_LEAD_FIELDS = re.compile(r"^(?:country|ip|aff\w*|offer\w*|sub_?id\w*|clickid|funnel)$", re.IGNORECASE)
_SAVED_FROM = re.compile(r"saved from url=(?:\(\d{1,6}\))?(\S{1,300})|mirrored from (\S{1,300})", re.IGNORECASE)

_TIMER = re.compile(r"\b(?:setInterval|setTimeout|requestAnimationFrame)\s?\(")
_GROWS = re.compile(r"\+=|\+\+|Math\.random")
_WRITES = re.compile(r"\.(?:textContent|innerText|innerHTML|value)\s?\+?=[^=]|\.(?:text|html|val)\(")
_ELEMENT = re.compile(r"(?:getElementById\(\s?['\"]|querySelector\(\s?['\"]#)([\w-]{1,60})['\"]")
_MONEY_WORD = re.compile(
    r"balan[cs]|баланс|profit|earn|[€£₼₸₽₺]|qazanc|gəlir|gelir|доход|прибыл|заработ|табыс|пайда|kazan|wallet|payout|income",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form, or (``loose``) the fields that stand outside any form."""

    loose: bool
    target: str | None
    """Where it posts, as an absolute URL; None where a script decides."""
    card_fields: tuple[str, ...]
    asks_phone: bool
    asks_who: bool
    has_password: bool
    lead_marks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the HTML holds. ``one_target`` is the link that most anchors lead to, ``one_target_share`` their share."""

    forms: tuple[Form, ...]
    links: int
    one_target: str | None
    one_target_share: float
    claims_to_be: tuple[tuple[str, str], ...]
    """(how, URL): canonical, og:url, base, saved-from comment."""
    growing_balance: str | None
    """The stretch of script that makes a sum of money grow."""
    trackers: tuple[TrackerId, ...]
    has_outside_scripts: bool
    cut: bool


def read_page(html: str, url: str) -> Page:
    """Read the HTML of the page at ``url``; odd markup is read as a browser would, and never raises."""
    read = _harmless(html[:LONGEST_HTML])
    tree = LexborHTMLParser(read)
    links = _links(tree, url)
    target, share = _one_target(links)
    scripts = [node.text() for node in tree.css("script")[:_MOST_NODES]]
    return Page(
        forms=tuple(_forms(tree, url)),
        links=len(links),
        one_target=target,
        one_target_share=share,
        claims_to_be=tuple(_claimed_origins(tree, read, url)),
        growing_balance=next((grown for script in scripts if (grown := _growing(script[:LONGEST_SCRIPT], tree))), None),
        trackers=tracker_ids(read),
        has_outside_scripts=tree.css_first("script[src]") is not None,
        cut=len(html) > len(read),
    )


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


def _forms(tree: LexborHTMLParser, url: str) -> list[Form]:
    forms = []
    for node in tree.css("form")[:_MOST_NODES]:
        action = _attribute(node, "action")
        target = _absolute(url, action) if action and not action.lower().startswith("javascript:") else None
        forms.append(_form(node, node.css("input, select"), target=target, loose=False))
    loose = [node for node in tree.css("input")[:_MOST_NODES] if not _in_form(node)]
    if loose:
        forms.append(_form(None, loose, target=None, loose=True))
    return forms


def _in_form(node: LexborNode) -> bool:
    parent = node.parent
    for _ in range(64):
        if parent is None:
            return False
        if parent.tag == "form":
            return True
        parent = parent.parent
    return False


def _form(node: LexborNode | None, fields: Sequence[LexborNode], *, target: str | None, loose: bool) -> Form:
    visible = [field for field in fields[:_MOST_NODES] if _attribute(field, "type").lower() != "hidden"]
    hidden = [field for field in fields[:_MOST_NODES] if _attribute(field, "type").lower() == "hidden"]
    described = [(field, _description(field)) for field in visible]
    marks = [name for field in hidden if _LEAD_FIELDS.match(name := _attribute(field, "name"))]
    if node is not None and _LEAD_TOOLS.search((node.html or "")[:20_000]):
        marks.append("intl-tel-input")
    types = {_attribute(field, "type").lower() for field in visible}
    return Form(
        loose=loose,
        target=target,
        card_fields=tuple(_label(field) for field, words in described if _is_card(field, words)),
        asks_phone="tel" in types or any(_PHONE.search(words) for _, words in described),
        asks_who="email" in types or any(_WHO.search(words) for _, words in described),
        has_password="password" in types and not any(_is_card(field, words) for field, words in described),
        lead_marks=tuple(marks),
    )


def _is_card(field: LexborNode, words: str) -> bool:
    return _attribute(field, "autocomplete").lower().startswith("cc-") or bool(_CARD.search(words))


def _description(field: LexborNode) -> str:
    names = ("name", "id", "placeholder", "aria-label", "autocomplete")
    return " ".join(_attribute(field, name)[:100] for name in names)


def _label(field: LexborNode) -> str:
    names = ("name", "id", "placeholder", "autocomplete")
    return next((value[:60] for name in names if (value := _attribute(field, name))), "unnamed field")


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _absolute(base: str, link: str) -> str | None:
    try:
        joined = urldefrag(urljoin(base, link.strip())).url
        return joined if urlsplit(joined).scheme in {"http", "https"} else None
    except ValueError:
        return None


def _links(tree: LexborHTMLParser, url: str) -> list[str]:
    """Targets of the anchors that lead away from this very page."""
    here = urldefrag(url).url
    targets = (_absolute(url, _attribute(node, "href")) for node in tree.css("a[href]")[:_MOST_NODES])
    return [target for target in targets if target is not None and target != here]


def _one_target(links: list[str]) -> tuple[str | None, float]:
    """Links are compared without their query, which often only numbers the link."""
    if len(links) < FEWEST_LINKS:
        return None, 0.0
    target, count = Counter(link.split("?")[0] for link in links).most_common(1)[0]
    return target, count / len(links)


def _claimed_origins(tree: LexborHTMLParser, html: str, url: str) -> list[tuple[str, str]]:
    places = (
        ("canonical link", 'link[rel="canonical"]', "href"),
        ("og:url", 'meta[property="og:url"]', "content"),
        ("base address", "base[href]", "href"),
    )
    found = []
    for how, selector, attribute in places:
        node = tree.css_first(selector)
        origin = _absolute(url, _attribute(node, attribute)) if node is not None else None
        if origin is not None:
            found.append((how, origin))
    saved = _SAVED_FROM.search(html)
    if saved:
        origin = (saved[1] or saved[2]).rstrip("->")
        if host_of(origin):
            found.append(("saved-from comment", origin))
    return found


def _growing(script: str, tree: LexborHTMLParser) -> str | None:
    """A timer, a number that only grows and a place where it is written, all in one script, and money: a word for it in the
    script, or a currency beside the element that is written to."""
    timer = _TIMER.search(script)
    if timer is None or not (_GROWS.search(script) and _WRITES.search(script)):
        return None
    word = _MONEY_WORD.search(script)
    if word is None and not any(_beside_money(tree, found[1]) for found in islice(_ELEMENT.finditer(script), 20)):
        return None
    shown = word or timer
    return " ".join(script[max(0, shown.start() - 40) : shown.end() + 80].split())


def _beside_money(tree: LexborHTMLParser, element_id: str) -> bool:
    node = tree.css_first(f'[id="{element_id}"]')
    if node is None:
        return False
    around = (node.parent or node).text()[:300]
    currencies = lexicon().currencies
    return (
        "$" in around
        or bool(_MONEY_WORD.search(around))
        or any(currencies.meaning(t.word) for t in tokens_of(fold_key(around)))
    )
