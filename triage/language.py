"""A hint at the language of a short text, from its letters alone: enough to route a case to who reads it, not to quote."""

from __future__ import annotations

LANGUAGES = {
    "az": "Azerbaijani",
    "kk": "Kazakh",
    "ru": "Russian or other Cyrillic",
    "en": "English or other Latin",
}

_AZERBAIJANI = frozenset("əƏğĞıİşŞ")
_KAZAKH = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")


def language_hint(text: str) -> str | None:
    """``az``, ``kk``, ``ru`` or ``en``; None where there are no Latin or Cyrillic letters."""
    cyrillic = sum("Ѐ" <= letter <= "ӿ" for letter in text)
    latin = sum(letter.isalpha() and letter < "ɐ" for letter in text)
    if not cyrillic and not latin:
        return None
    if cyrillic >= latin:
        return "kk" if any(letter in _KAZAKH for letter in text) else "ru"
    return "az" if any(letter in _AZERBAIJANI for letter in text) else "en"
