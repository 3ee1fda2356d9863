"""Undoes what hides words from a word list and folding leaves alone: letters set apart, digits for letters, letters misread.

``q a z a n c`` becomes ``qazanc`` and ``g3lir`` ``gelir``; numbers stay what they are. At either end of a word a digit may be
a number (``5manat``) or a letter (``8ank``): the text stays, and ``edge_readings`` says what the word would be. In text that a
machine read, ``5OO`` is 500: there, and only there, letters between digits are digits.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import replace

from detectors.look_alikes import one_script_per_word
from detectors.normalise import Folded

_SET_APART = re.compile(r"(?<![^\W_])(?:[^\W_][ .\-_*·]){3,200}[^\W_](?![^\W_])")
_MONEY = "(?:azn|man[ae]t|usd|eur|doll?ar|kzt|teng|rub|try|lira|тен[гқ]|теңг|руб|ман[ае]т|долл|евро)"
_INSIDE = re.compile(rf"(?<=[^\W\d_])[013456789@$€](?=[^\W\d_])(?!{_MONEY})")
_DOLLAR_FOR_S = re.compile(r"(?<![\w$])\$(?=[a-z]{4})|(?<=[a-z]{3})\$(?![\w$])(?! ?\d)")
_EDGED = re.compile(r"\d?[^\W\d_]{3,40}\d?")
_CYRILLIC_START = re.compile(r"(?<![\w.,])[03](?=[\u0430-\u052f]{4})")
_UNIT = re.compile(
    "мес|нед|год|лет|дн|ден|час|мин|раз|тыс|млн|руб|тен|тең|ман|дол|евр|проц|пайы|шаг|эта|күн|апта|жыл|есе|сағ|ҝүн|дәф"
)
"""How a word begins that a number may be written straight before."""
_LATIN = dict(zip("01345789@$€", "oieastbgase", strict=True))
_CYRILLIC = dict(zip("01346789@€", "оізчбтвяае", strict=True))
_MISREAD = re.compile(r"(?<![^\W_])[\doоil|]{2,12}(?![^\W_])")
_DIGITS = str.maketrans("oоil|", "00111")


def reveal(folded: Folded, *, by_machine: bool) -> Folded:
    """The folded text with its disguises undone, still leading back to the original; counted in ``set_apart`` and ``digits``."""
    joined = _together(folded)
    text = _MISREAD.sub(_as_number, joined.text) if by_machine else joined.text
    plain = _DOLLAR_FOR_S.sub("s", _CYRILLIC_START.sub(_as_first_letter, _INSIDE.sub(_as_letter, text)))
    digits = sum(one != other for one, other in zip(text, plain, strict=True))
    return replace(joined, text=plain, digits=digits, by_machine=by_machine)


def edge_readings(word: str) -> tuple[str, ...]:
    """What a folded word would be if the digits at its ends were letters: ``profi7`` → ``profit``; nothing if it has none."""
    if word.isalpha() or not _EDGED.fullmatch(word):
        return ()
    table = _CYRILLIC if "\u0400" <= word[1] <= "\u052f" else _LATIN
    first, last = word[0], word[-1]
    firsts = [first] if first.isalpha() else [table.get(first, ""), *("l" if first == "1" and table is _LATIN else "")]
    last = last if last.isalpha() else table.get(last, "")
    return tuple(one + word[1:-1] + last for one in firsts if one and last)


def _together(folded: Folded) -> Folded:
    """Without what stands between letters that are set apart."""
    found = list(_SET_APART.finditer(folded.text))
    found = [one for one in found if any(letter.isalpha() for letter in one[0])]
    if not found:
        return folded
    gone = {place for one in found for place in range(one.start() + 1, one.end(), 2)}
    kept = [place for place in range(len(folded.text)) if place not in gone]
    # Letters that stood alone had no word to tell their script.
    straight, _ = one_script_per_word("".join(folded.text[place] for place in kept))
    return replace(
        folded,
        text=straight,
        starts=array("l", (folded.starts[place] for place in kept)),
        ends=array("l", (folded.ends[place] for place in kept)),
        set_apart=len(found),
    )


def _as_letter(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1]
    return (_CYRILLIC if "\u0400" <= before <= "\u052f" else _LATIN).get(found[0], found[0])


def _as_first_letter(found: re.Match[str]) -> str:
    """``3арабатывай`` begins with a letter, ``3месяца`` with a number."""
    return found[0] if _UNIT.match(found.string, found.end()) else _CYRILLIC[found[0]]


def _as_number(found: re.Match[str]) -> str:
    digits = sum(sign.isdigit() for sign in found[0])
    # ``l0`` may be anything; ``5oo`` and ``l000`` are sums.
    noughts = all(sign.isdigit() or sign in "oо" for sign in found[0])
    return found[0].translate(_DIGITS) if digits >= 2 or (digits and noughts) else found[0]
