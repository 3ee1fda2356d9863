"""The word list of lures, warnings and reports (``data/lure.toml``) and how it is looked up.

Terms are found word by word through a table of beginnings, never by one large regular expression: the time is linear in the
text, whatever the text and however long the list.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from detectors.disguises import edge_readings
from detectors.language import LANGUAGES
from detectors.look_alikes import other_reading
from detectors.normalise import Folded, fold_key
from detectors.skeletons import skeleton
from detectors.transliteration import azerbaijani_in_cyrillic, kazakh_in_latin

TOKEN = re.compile(r"[^\W_]+")
_LONGEST_WORD = 40
_WIDEST_GAP = 3
"""Characters between two words of one term: a space, perhaps a comma or a hyphen."""
_MOST_BETWEEN = 3
# A point in a number or after a shortened word (50 тыс. тенге) ends nothing.
_SENTENCE_END = re.compile(r"[!?…\n]|(?<!тыс)(?<!млн)(?<!млрд)(?<!mln)(?<!mlrd)\.(?!\d)")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a folded text, by its place there; ``others`` is what it may be meant as: a word of the other script that it
    looks like, or one whose first or last letter is written as a digit."""

    word: str
    start: int
    end: int
    others: tuple[str, ...] = ()

    @property
    def readings(self) -> tuple[str, ...]:
        """The word and what else it may be."""
        return (self.word, *self.others)


@dataclass(frozen=True, slots=True)
class Cue:
    """A term that was found: ``start..end`` in the folded text; ``first`` and ``last`` are its tokens' numbers."""

    label: str
    language: str
    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    word: str
    stem: bool
    gap: bool
    """Whether other words may stand before this one."""

    def fits(self, token: Token) -> bool:
        return any(word.startswith(self.word) if self.stem else word == self.word for word in token.readings)


@dataclass(frozen=True, slots=True)
class _Term:
    label: str
    language: str
    patterns: tuple[_Pattern, ...]


class WordTable:
    """Words and beginnings of words (``manat*``) that each stand for something."""

    def __init__(self, meanings: Mapping[str, Iterable[str]]) -> None:
        self._exact: dict[str, str] = {}
        self._stems: dict[str, str] = {}
        for meaning, words in meanings.items():
            for word in words:
                table = self._stems if word.endswith("*") else self._exact
                table[fold_key(word.removesuffix("*"))] = meaning

    def meaning(self, word: str) -> str | None:
        """What the folded word stands for, the longest beginning winning; None if it is not in the table."""
        if word in self._exact:
            return self._exact[word]
        for length in range(min(len(word), _LONGEST_WORD), 1, -1):
            if word[:length] in self._stems:
                return self._stems[word[:length]]
        return None


class Lexicon:
    """The terms of all languages. They are all looked for in every text, since ads mix languages."""

    def __init__(self, table: Mapping[str, Any], *, shape: Callable[[str], str] | None = None) -> None:
        """With a ``shape``, words are compared by it (their skeleton) instead of letter by letter."""
        self._shape = shape
        self._exact: dict[str, list[_Term]] = {}
        self._stems: dict[str, list[_Term]] = {}
        for language in LANGUAGES:
            for label, terms in table[language].items():
                spellings = (spelling for written in terms for spelling in _spellings(written, language))
                for spelling in dict.fromkeys(spellings):
                    self._add(_term(label, language, spelling, shape=shape))
        self.currencies = WordTable(table["currency"])
        self.multipliers = WordTable(table["multiplier"])
        self.percent = WordTable({"percent": table["percent"]["words"]})
        self.bounds: Mapping[str, Mapping[str, float]] = table["bounds"]

    def _add(self, term: _Term) -> None:
        first = term.patterns[0]
        (self._stems if first.stem else self._exact).setdefault(first.word, []).append(term)

    def cues(self, folded: Folded) -> list[Cue]:
        """Every term in the text, in order; of overlapping terms with one label, only the longest."""
        tokens = tokens_of(folded.text)
        if self._shape is not None:
            tokens = [replace(token, word=self._shape(token.word), others=()) for token in tokens]
        found = [cue for number in range(len(tokens)) for cue in self._starting_at(tokens, number, folded.text)]
        return _longest(found)

    def _starting_at(self, tokens: list[Token], number: int, text: str) -> Iterable[Cue]:
        terms: list[_Term] = []
        for word in tokens[number].readings:
            terms += self._exact.get(word, ())
            for length in range(1, min(len(word), _LONGEST_WORD) + 1):
                terms += self._stems.get(word[:length], ())
        for term in terms:
            last = _follow(term, tokens, number, text)
            if last is not None:
                yield Cue(term.label, term.language, tokens[number].start, tokens[last].end, number, last)


def tokens_of(text: str) -> list[Token]:
    """The words of a folded text; apostrophes and hyphens part words."""
    return [Token(found[0], found.start(), found.end(), _others(found[0])) for found in TOKEN.finditer(text)]


@functools.lru_cache(maxsize=65_536)
def _others(word: str) -> tuple[str, ...]:
    seen = other_reading(word)
    return edge_readings(word) if seen is None else (seen,)


def sentence_ends(text: str) -> list[int]:
    """Where sentences of a folded text end, in order; the end of the text is not among them."""
    return [found.end() for found in _SENTENCE_END.finditer(text)]


@functools.cache
def lexicon() -> Lexicon:
    """The word list that comes with Qalqan; read once per process."""
    return Lexicon(tomllib.loads((files("detectors") / "data" / "lure.toml").read_text(encoding="utf-8")))


@functools.cache
def misread_lexicon() -> Lexicon:
    """The same for text that a machine read: words that look alike are the same (``rn`` and ``m``, ``l``, ``i`` and ``1``)."""
    table = tomllib.loads((files("detectors") / "data" / "lure.toml").read_text(encoding="utf-8"))
    return Lexicon(table, shape=functools.lru_cache(maxsize=65_536)(skeleton))


def _spellings(written: str, language: str) -> tuple[str, ...]:
    """A term as it stands in the list, and in the other script of its language."""
    if language == "az":
        return written, azerbaijani_in_cyrillic(written)
    if language == "kk":
        return written, *kazakh_in_latin(written)
    return (written,)


_folded = functools.cache(fold_key)
"""Of the words of the list alone, which two lexicons are made of."""


def _term(label: str, language: str, written: str, *, shape: Callable[[str], str] | None) -> _Term:
    patterns: list[_Pattern] = []
    gap = False
    for part in written.replace("'", " ").split():
        if part == "...":
            gap = True
            continue
        word = _folded(part.removesuffix("*"))
        patterns.append(_Pattern(word if shape is None else shape(word), part.endswith("*"), gap))
        gap = False
    if not patterns or not all(TOKEN.fullmatch(pattern.word) for pattern in patterns):
        raise ValueError(f"lure.toml, {language}.{label}: {written!r} is no term: write words, * and ... only")
    return _Term(label, language, tuple(patterns))


def _follow(term: _Term, tokens: list[Token], number: int, text: str) -> int | None:
    """The number of the term's last token if the whole term starts at ``number``."""
    at = number
    for pattern in term.patterns[1:]:
        for step in range(1, (_MOST_BETWEEN if pattern.gap else 0) + 2):
            if at + step >= len(tokens) or not _adjacent(tokens[at + step - 1], tokens[at + step], text):
                return None
            if pattern.fits(tokens[at + step]):
                at += step
                break
        else:
            return None
    return at


def _adjacent(left: Token, right: Token, text: str) -> bool:
    return right.start - left.end <= _WIDEST_GAP and not _SENTENCE_END.search(text, left.end, right.start)


def _longest(cues: list[Cue]) -> list[Cue]:
    kept: dict[str, list[Cue]] = {}
    for cue in sorted(cues, key=lambda cue: (cue.start, -cue.end)):
        same = kept.setdefault(cue.label, [])
        if not same or cue.start >= same[-1].end:
            same.append(cue)
        elif cue.end - cue.start > same[-1].end - same[-1].start:
            same[-1] = cue
    return sorted((cue for same in kept.values() for cue in same), key=lambda cue: (cue.start, cue.end, cue.label))
