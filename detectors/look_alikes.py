"""Letters that are taken for others, in whole texts: each word gets one script, and words in look-alikes can be read in two.

After Unicode's UTS 39 (the table comes with ``confusable-homoglyphs``), with what that table takes for variants and a reader does
not: small capitals, Greek vowels, the Azerbaijani Cyrillic letters. Three cases, word by word:

- Letters that are neither Latin nor Cyrillic (Greek, Armenian, Cherokee, Lisu …) become what they look like, unless the word
  consists of such letters and one of them looks like nothing of ours: then it is a word of that script.
- A word that mixes Latin and Cyrillic takes the script of the letters that have no twin in the other; without any, of most.
- A word that is wholly Cyrillic or wholly Latin stays. If every letter of it has a twin, ``other_reading`` says what it would
  be in the other script: ``карта`` and Latin ``KAPTA`` cannot be told apart by looking, so that both are looked up.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+")
_TO_LATIN = str.maketrans("аеорсухкмтвніѕјһԁԛԝәөүғҝҹӏѵԍ", "aeopcyxkmtbhisjhdqweougkclvg")
_ALL_TO_LATIN = _TO_LATIN | str.maketrans("гп", "rn")
"""``г`` and ``п`` are alike only to a hurried eye: they make no word Latin, but in one that is Latin they are meant so."""
_TO_CYRILLIC = str.maketrans("aeopcyxkmtbhinru", "аеорсухкмтвніпги")
_FROM_LATIN = str.maketrans("aeopcyxkmtbhij", "аеорсухкмтвніј")
_BY_EYE = dict(zip("ανουρτικεηχω", "avouptikenxw", strict=True))
"""Where the table goes by the shape that a letter has in one typeface."""
_SHORTEST_READ_TWICE = 4
_FEWEST_OF_ANOTHER = 3
"""A word of fewer foreign letters, as in a formula, is no disguise; it is folded all the same."""
_LATIN_IN_NAME = re.compile(r"(?:LATIN LETTER SMALL CAPITAL|NEGATIVE (?:SQUARED|CIRCLED) LATIN CAPITAL LETTER) ([A-Z])")


def one_script_per_word(text: str) -> tuple[str, int]:
    """The text with look-alikes folded, of the same length and in small letters, and the number of words that wore them."""
    if text.isascii():
        return text, 0
    disguised = 0

    def straighten(found: re.Match[str]) -> str:
        nonlocal disguised
        word, strange = found[0], 0
        if word.isascii():
            return word
        if not all(_ours(letter) for letter in word):
            word, strange = _without_strange(word)
        latin = [letter for letter in word if "a" <= letter <= "z"]
        cyrillic = [letter for letter in word if _is_cyrillic(letter)]
        mixed = bool(latin and cyrillic) or 0 < strange < len(word)
        disguised += mixed or strange >= _FEWEST_OF_ANOTHER
        if not latin or not cyrillic:
            return word
        # A letter with no twin in the other script tells which script was meant; without one, the majority does.
        sure_latin = sum(ord(letter) not in _TO_CYRILLIC for letter in latin)
        sure_cyrillic = sum(ord(letter) not in _TO_LATIN for letter in cyrillic)
        if (sure_latin, len(latin)) >= (sure_cyrillic, len(cyrillic)):
            return word.translate(_ALL_TO_LATIN)
        return word.translate(_TO_CYRILLIC)

    return _WORD.sub(straighten, text), disguised


def other_reading(word: str) -> str | None:
    """What a folded word of one script would be in the other, if every letter of it looks like one of the other."""
    if len(word) < _SHORTEST_READ_TWICE:
        return None
    table = _FROM_LATIN if word.isascii() else _ALL_TO_LATIN
    return word.translate(table) if all(ord(letter) in table for letter in word) else None


@functools.lru_cache(maxsize=4096)
def twin(letter: str) -> str | None:
    """The small Latin letter, or else the small Cyrillic one, that a letter of any other kind is taken for; None if none."""
    for one in dict.fromkeys((letter, _small(letter))):
        if (seen := _BY_EYE.get(one) or _named(one) or _tabled(one)) is not None:
            return seen
    return None


def _ours(letter: str) -> bool:
    return "a" <= letter <= "z" or _is_cyrillic(letter)


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u052f"


def _without_strange(word: str) -> tuple[str, int]:
    """The word in letters of ours as far as its letters look like them, and how many were exchanged."""
    twins = [letter if _ours(letter) else twin(letter) for letter in word]
    foreign = not any(_ours(letter) for letter in word)
    if foreign and None in twins:
        return _small(word), 0
    exchanged = sum(seen is not None and seen != letter for seen, letter in zip(twins, word, strict=True))
    return "".join(seen or _small(letter) for seen, letter in zip(twins, word, strict=True)), exchanged


def _small(letters: Iterable[str]) -> str:
    """In small letters, as many as there were."""
    folded = ((letter.casefold(), letter) for letter in letters)
    return "".join(small if len(small) == 1 else letter for small, letter in folded)


def _named(letter: str) -> str | None:
    named = _LATIN_IN_NAME.fullmatch(unicodedata.name(letter, ""))
    return named[1].lower() if named else None


def _tabled(letter: str) -> str | None:
    # Imported late: it reads a megabyte of tables.
    from confusable_homoglyphs.confusables import confusables_data

    seen = [str(one["c"]) for one in confusables_data.get(letter, ())]
    seen += [name for one in seen if len(one) == 1 and (name := _named(one)) is not None]
    # ł and ø are a letter and a stroke; what looks like two letters is none.
    plain = [unicodedata.normalize("NFD", one)[0].lower() for one in seen if _letters(one) == 1]
    latin = next((one for one in plain if "a" <= one <= "z"), None)
    if latin == "l" and unicodedata.name(letter, "").rpartition(" ")[2].startswith("I"):
        return "i"  # the table has one shape for I and l
    return latin or next((one for one in plain if _is_cyrillic(one)), None)


def _letters(text: str) -> int:
    return sum(unicodedata.category(letter) != "Mn" for letter in text)
