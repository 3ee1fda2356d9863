"""Forms of a landing page: what they ask for, card and personal data above all, and where they send it. Nothing is filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

MOST_NODES = 5_000
_CARD = re.compile(
    r"card[ _-]?(?:num|no\b)|cardnumber|cc[ _-]?num|\bcc-(?:number|csc|exp)|\bpan\b|kart[ _-]?n[oö]m|kart[ _-]?numara|"
    r"номер\w* карт|карта нөмірі|\bcvv|\bcvc|\bcsc\b|(?:\d{4} ){3}\d{4}",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"fin[ _-]?kod|\bfin\b|şəxsiyyət|vəsiqə|seriya|passport|pasport|паспорт|удостоверен|жеке куәлік|tc[ _-]?kimlik|"
    r"\bиин\b|\biin\b|\bжсн\b|\bинн\b|birth|\bdob\b|doğum|рожден|туған|\bssn\b|\botp\b|(?:sms|смс)[ _-]?(?:code|kod|код)|\bpin\b",
    re.IGNORECASE,
)
"""Fields that say who somebody is before the state or the bank, codes that unlock an account included."""
_PHONE = re.compile(r"\bphone|\btel\b|telefon|mobil|nömrə|телефон|нөмір", re.IGNORECASE)
_WHO = re.compile(r"name\b|\bad\b|\bsoyad|e-?mail|e-?poçt|имя|фамилия|почта|аты|есім", re.IGNORECASE)
_LEAD_TOOLS = re.compile(r"intl-?tel-?input|\biti__", re.IGNORECASE)
_LEAD_FIELDS = re.compile(r"^(?:country|ip|aff\w*|offer\w*|sub_?id\w*|clickid|funnel)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form, or (``loose``) the fields that stand outside any form."""

    loose: bool
    target: str | None
    """Where it posts, as an absolute URL; None where a script decides."""
    card_fields: tuple[str, ...]
    personal_fields: tuple[str, ...]
    asks_phone: bool
    asks_who: bool
    has_password: bool
    lead_marks: tuple[str, ...]


def read_forms(tree: LexborHTMLParser, url: str) -> list[Form]:
    """The forms in the order of the page, then the fields that stand outside any."""
    forms = []
    for node in tree.css("form")[:MOST_NODES]:
        action = attribute(node, "action")
        target = absolute(url, action) if action and not action.lower().startswith("javascript:") else None
        forms.append(_form(node, node.css("input, select"), target=target, loose=False))
    loose = [node for node in tree.css("input")[:MOST_NODES] if not _in_form(node)]
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
    visible = [field for field in fields[:MOST_NODES] if attribute(field, "type").lower() != "hidden"]
    hidden = [field for field in fields[:MOST_NODES] if attribute(field, "type").lower() == "hidden"]
    described = [(field, _description(field)) for field in visible]
    marks = [name for field in hidden if _LEAD_FIELDS.match(name := attribute(field, "name"))]
    if node is not None and _LEAD_TOOLS.search((node.html or "")[:20_000]):
        marks.append("intl-tel-input")
    types = {attribute(field, "type").lower() for field in visible}
    return Form(
        loose=loose,
        target=target,
        card_fields=tuple(_label(field) for field, words in described if _is_card(field, words)),
        personal_fields=tuple(_label(field) for field, words in described if _PERSONAL.search(words)),
        asks_phone="tel" in types or any(_PHONE.search(words) for _, words in described),
        asks_who="email" in types or any(_WHO.search(words) for _, words in described),
        has_password="password" in types and not any(_is_card(field, words) for field, words in described),
        lead_marks=tuple(marks),
    )


def _is_card(field: LexborNode, words: str) -> bool:
    return attribute(field, "autocomplete").lower().startswith("cc-") or bool(_CARD.search(words))


def _description(field: LexborNode) -> str:
    names = ("name", "id", "placeholder", "aria-label", "autocomplete")
    return " ".join(attribute(field, name)[:100] for name in names)


def _label(field: LexborNode) -> str:
    names = ("name", "id", "placeholder", "autocomplete")
    return next((value[:60] for name in names if (value := attribute(field, name))), "unnamed field")


def attribute(node: LexborNode, name: str) -> str:
    """The attribute's value; empty if there is none."""
    return node.attributes.get(name) or ""


def absolute(base: str, link: str) -> str | None:
    """The link as a whole address without its fragment; None for what is no web address."""
    try:
        joined = urldefrag(urljoin(base, link.strip())).url
        return joined if urlsplit(joined).scheme in {"http", "https"} else None
    except ValueError:
        return None
