"""Azerbaijani as it was written in Cyrillic, and Kazakh as it is written in Latin: the word list is kept in one script of each.

Azerbaijani: the alphabet of 1958–1991, letter by letter. Kazakh: the Latin alphabet of 2021, and what people type without its
special letters.
"""

from __future__ import annotations

_AZERBAIJANI = str.maketrans(
    dict(zip("abcçdeəfgğhxıijkqlmnoöprsştuüvyz", "абҹчдеәфҝғһхыижкглмноөпрсштуүвјз", strict=True))
)
_SHARED = dict(zip("аәбвгғдезиклмнңоөпрстуұүфһыіэ", "aabvggdeziklmnnooprstuuufhyie", strict=True))
_SHARED |= {"ъ": "", "ь": "", "ё": "io", "ч": "ch", "ц": "ts"}
_KAZAKH_2021 = str.maketrans(
    _SHARED | {"қ": "q", "й": "i", "ш": "s", "щ": "s", "ж": "j", "х": "h", "я": "ia", "ю": "iu"}
)
_KAZAKH_TYPED = str.maketrans(
    _SHARED | {"қ": "k", "й": "y", "ш": "sh", "щ": "sh", "ж": "zh", "х": "kh", "я": "ya", "ю": "yu"}
)


def azerbaijani_in_cyrillic(text: str) -> str:
    """``gündə`` → ``ҝүндә``; what is no letter of that alphabet stays."""
    return text.translate(_AZERBAIJANI)


def kazakh_in_latin(text: str) -> tuple[str, ...]:
    """``тіркеліңіз`` → ``tirkeliniz``, marks left out as in folded text; both spellings where they differ."""
    return tuple(dict.fromkeys((text.translate(_KAZAKH_2021), text.translate(_KAZAKH_TYPED))))
