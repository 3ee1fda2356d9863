"""What a name looks like: names that a hurried eye takes for one another have one skeleton.

After Unicode's UTS 39: letters go to what they can be confused with (the table comes with ``confusable-homoglyphs``), marks go.
Besides, as registrants of lookalike domains do it: ``i``, ``l`` and ``1`` are one, ``o`` and ``0``, ``rn`` and ``m``, ``vv`` and
``w``; ə is e, as Azerbaijani is typed without its letters. A skeleton is for comparing only, never for showing.
"""

from __future__ import annotations

import functools
import unicodedata

_ALIKE = str.maketrans(
    {"1": "l", "i": "l", "0": "o", "ə": "e", "ә": "e", "ı": "l"} | dict(zip("ĸᴛʜʍʙ", "kthmb", strict=True))
)
_PAIRS = (("rn", "m"), ("vv", "w"))
LONGEST_NAME = 1_000


def skeleton(name: str) -> str:
    """The skeleton of the first ``LONGEST_NAME`` characters: one for ``kapital``, ``kap1tal`` and that with a Cyrillic а."""
    folded = unicodedata.normalize("NFKC", name[:LONGEST_NAME]).casefold()
    if not folded.isascii():
        folded = "".join(_letter(letter) for letter in unicodedata.normalize("NFD", folded)).casefold()
    shape = folded.translate(_ALIKE)
    for pair, one in _PAIRS:
        shape = shape.replace(pair, one)
    return shape


@functools.lru_cache(maxsize=4096)
def _letter(letter: str) -> str:
    if letter.isascii() or letter in "əәı":
        return letter
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return ""
    # Imported late: it reads a megabyte of tables.
    from confusable_homoglyphs.confusables import confusables_data

    twins = [str(twin["c"]) for twin in confusables_data.get(letter, ())]
    plain = next((twin for twin in twins if twin.isascii() and twin.isalnum()), None)
    if plain is not None:
        return plain
    # A letter with one twin is a variant of it; one with several is what the others are variants of.
    known = twins[0] if len(twins) == 1 else letter
    return "".join(mark for mark in unicodedata.normalize("NFD", known) if unicodedata.category(mark) != "Mn")
