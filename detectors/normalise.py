"""Text as it is compared: one spelling for what looks or means the same, with a way back to the original characters.

What happens, in this order: NFKC; invisible characters (zero width, bidi controls, soft hyphens, variation selectors) go; case is
folded, and dotted and dotless i (İ, I, ı, i) become one letter; marks on Latin letters go (ö → o, ə → e: scams are often
typed without them); ё becomes е. Cyrillic letters, the Kazakh ones among them, stay as they are, except in a word that mixes
scripts; letters of other scripts become what they look like (``detectors.look_alikes``).
"""

from __future__ import annotations

import functools
import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.look_alikes import one_script_per_word, twin

LONGEST_TEXT = 100_000
"""Characters that are read of one text; a longer one is cut, and ``Folded.cut`` says so."""
_MOST_MARKS = 8
"""Combining marks that are composed with one letter: Python's normalisation takes quadratic time in their number."""

_BLANK_FILLERS = frozenset("\u2800\u3164\uffa0\u115f\u1160")
_APOSTROPHES = frozenset("’‘ʼ`´ʻ")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Folded:
    """``text[i]`` came from ``original[starts[i]:ends[i]]``. ``hidden`` counts places inside words where invisible
    characters stood, ``mixed`` the words in look-alikes of another script; both are ways to slip past a filter."""

    original: str
    text: str
    starts: array[int]
    ends: array[int]
    cut: bool
    hidden: int
    mixed: int
    set_apart: int = 0
    """Words whose letters were set apart, and digits that stood for letters (``detectors.disguises``)."""
    digits: int = 0
    by_machine: bool = False
    """Whether letters may have been taken for others that look alike."""

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` (not empty) stands in the original: (start, end) in characters."""
        if not 0 <= start < end <= len(self.text):
            raise IndexError(f"{start}..{end} is no stretch of a folded text of {len(self.text)} characters")
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """The text folded for comparison, at most ``LONGEST_TEXT`` characters of it. Takes linear time whatever the text."""
    read = text[:LONGEST_TEXT]
    letters: list[str] = []
    starts, ends = array("l"), array("l")
    hidden, gap = 0, False
    for start, end in _clusters(read):
        cluster = read[start:end]
        if _invisible(cluster[0]):
            gap = True
            continue
        hidden += gap and bool(letters) and letters[-1].isalpha() and cluster[0].isalpha()
        gap = False
        for letter in _fold_cluster(cluster):
            letters.append(letter)
            starts.append(start)
            ends.append(end)
    straight, mixed = one_script_per_word("".join(letters))
    return Folded(
        original=text, text=straight, starts=starts, ends=ends, cut=len(text) > len(read), hidden=hidden, mixed=mixed
    )


def fold_key(text: str) -> str:
    """The folded text alone, with single spaces: the key under which a word list is looked up."""
    return " ".join(fold(text).text.split())


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """A character with the combining marks after it, at most ``_MOST_MARKS`` of them."""
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and end - start <= _MOST_MARKS and unicodedata.combining(text[end]):
            end += 1
        yield start, end
        start = end


def _invisible(letter: str) -> bool:
    if letter in "\n\r\t":
        return False
    return unicodedata.category(letter) in {"Cf", "Mn", "Me", "Cc", "Cs"}


def _fold_cluster(cluster: str) -> str:
    if len(cluster) == 1 and cluster.isascii():
        return cluster.lower()
    composed = unicodedata.normalize("NFKC", cluster)
    folded = "".join(_fold_letter(letter) for letter in composed)
    # Case folding and compatibility forms can bring marks and capitals of their own (İ → i + dot).
    return "".join(letter for letter in folded if unicodedata.category(letter) not in {"Mn", "Me", "Cf"})


@functools.lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    if letter.isspace() or letter in _BLANK_FILLERS:
        return "\n" if letter in "\n\r\u2028\u2029" else " "
    if letter in _APOSTROPHES:
        return "'"
    kind = unicodedata.name(letter, "").partition(" ")[0]
    if letter.isalpha() and kind not in {"LATIN", "CYRILLIC"}:
        # Its capital may look like another letter than its small one does: the word decides.
        return unicodedata.normalize("NFD", letter)[0]
    folded = letter.casefold()
    if folded == "ə":
        return "e"
    if folded == "ı":
        return "i"
    if folded == "ё":
        return "е"
    base = unicodedata.normalize("NFD", folded)[0]
    if "a" <= base <= "z" and len(folded) == 1:
        return base
    return (twin(letter) or folded) if kind in {"LATIN", "NEGATIVE"} and len(folded) == 1 else folded
