"""In which of our languages something is written: each segment by itself, since ads mix languages.

Letters decide where they can: ҹ, ҝ and ј are Azerbaijani in Cyrillic. Everything else is told by py3langid among our five; it is
right about 97 % of the sentences of the lure corpus, and how sure it says it is comes true there (both are printed by
``python -m tests.language_rates``). What a text is written in is shown and bounds what other methods claim; it decides nothing
by itself.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from detectors.normalise import fold

LANGUAGES = ("az", "ru", "kk", "tr", "en")
_READ = 4_000
_LONGEST_SEGMENT = 400
_MOST_SEGMENTS = 60
_WORD = re.compile(r"[^\W\d_]+")
_SEGMENT_END = re.compile(r"[.!?…]+\s+|[\n\r\u2028\u2029]+")
_TOKEN = re.compile(r"\S+")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\W*")
_FEWEST_LETTERS = 3
_FEWEST_IN_SEGMENT = 12
_AZERBAIJANI_CYRILLIC = frozenset("ҹҝј")
_LATIN_AND_CYRILLIC = re.compile("[A-Za-zÀ-ɏəƏḀ-ỿЀ-ԯ]")
_ENOUGH_LETTERS = 40
_AS_LIKELY_AS_NOT = 0.5
_OURS = 1e-3
"""A text of so many letters whose chance of being in one of our languages, among a hundred, is below this is in another."""

_KNOWN_SHARE = 0.5
"""Below this share of letters in our scripts a text is in none that is read here."""
_ALIKE_SHARE = 0.9
"""From this share on of letters that are ours once look-alikes are folded, it is in disguise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One of ``LANGUAGES``; ``confidence`` in [0, 1] is its chance among them, None where letters alone decide."""

    language: str
    confidence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The sentence or line ``start..end`` of a text; no guess where there is too little to go by, where it is more likely wrong
    than right, and where the language is none of ours."""

    start: int
    end: int
    letters: int
    guess: Guess | None

    @property
    def language(self) -> str | None:
        """One of ``LANGUAGES``, None where it is not known."""
        return None if self.guess is None else self.guess.language

    @property
    def confidence(self) -> float | None:
        """Of the guess."""
        return None if self.guess is None else self.guess.confidence


def without_addresses(text: str) -> str:
    """The text with spaces in place of addresses, as many as letters: they are in no language."""
    return _TOKEN.sub(lambda found: " " * len(found[0]) if _is_address(found[0]) else found[0], text)


def guess_language(text: str) -> str | None:
    """One of ``LANGUAGES``, or None where there is too little to go by or the script is none of theirs."""
    guess = _guess(text)
    return None if guess is None else guess.language


@functools.lru_cache(maxsize=64)  # several detectors ask about the text at hand, and pages about those of a case
def language_segments(text: str) -> tuple[Segment, ...]:
    """The sentences and lines of a text, each with its language; short ones are none, unless the text is nothing but that."""
    segments = tuple(_segments(text))
    if any(segment.guess is not None for segment in segments):
        return segments
    whole = _likely(text)
    if whole is not None:
        read = text[:_READ]
        return (Segment(start=0, end=len(read), letters=sum(map(str.isalpha, read)), guess=whole),)
    return segments


def segment_languages(text: str) -> tuple[str, ...]:
    """The languages of a text's sentences and lines, the one of most letters first; short ones do not count for themselves."""
    letters: Counter[str] = Counter()
    for segment in language_segments(text):
        if segment.language is not None:
            letters[segment.language] += segment.letters
    return tuple(language for language, _ in letters.most_common())


def _is_address(token: str) -> bool:
    return "://" in token or token.lower().startswith(("www.", "@")) or _MAIL.fullmatch(token) is not None


def _likely(text: str) -> Guess | None:
    guess = _guess(text)
    return guess if guess is None or guess.confidence is None or guess.confidence >= _AS_LIKELY_AS_NOT else None


def _guess(text: str) -> Guess | None:
    words = _WORD.findall(without_addresses(text[:_READ]))
    letters = "".join(words)
    if len(letters) < _FEWEST_LETTERS or unknown_script(text) is not None:
        return None
    if _AZERBAIJANI_CYRILLIC & set(letters.casefold()):
        return Guess(language="az", confidence=None)
    # Capitals and digits tell nothing, and İ would come out as two letters.
    plain = " ".join(words).replace("İ", "i").lower()
    chances = dict(_identifier().rank(plain))
    ours = {language: float(chances[language]) for language in LANGUAGES}
    together = sum(ours.values())
    if len(letters) >= _ENOUGH_LETTERS and together < _OURS:
        return None
    best = max(ours, key=lambda language: ours[language])
    return Guess(language=best, confidence=ours[best] / together if together else None)


def is_looked_at_whole(text: str) -> bool:
    """Whether ``language_segments`` goes to the end of the text."""
    return len(text) <= _READ and len(language_segments(text)) < _MOST_SEGMENTS


def unknown_script(text: str) -> str | None:
    """The name of the script in which most of a text is written, if it is neither Latin nor Cyrillic (Greek ones are).

    A text in another script's look-alikes of our letters (Cherokee, Lisu) is not: of what is really written in another script,
    much looks like nothing of ours."""
    letters = [letter for word in _WORD.findall(text[:_READ]) for letter in unicodedata.normalize("NFKC", word)]
    letters = [letter for letter in letters if letter.isalpha()]
    known = sum(bool(_LATIN_AND_CYRILLIC.match(letter)) for letter in letters)
    if not letters or known >= _KNOWN_SHARE * len(letters):
        return None
    alike = [letter for letter in fold(text[:_READ]).text if letter.isalpha()]
    if sum(bool(_LATIN_AND_CYRILLIC.match(letter)) for letter in alike) >= _ALIKE_SHARE * len(alike):
        return None
    names = Counter(unicodedata.name(letter, "UNKNOWN").split()[0].capitalize() for letter in letters)
    return names.most_common(1)[0][0]


def _segments(text: str) -> Iterator[Segment]:
    start, count = 0, 0
    read = without_addresses(text[:_READ])
    ends = [found.end() for found in _SEGMENT_END.finditer(read)]
    for end in [*ends, len(read)]:
        segment = read[start : min(end, start + _LONGEST_SEGMENT)]
        letters = sum(map(str.isalpha, segment))
        if letters >= _FEWEST_IN_SEGMENT:
            yield Segment(start=start, end=start + len(segment), letters=letters, guess=_likely(segment))
            count += 1
        start = end
        if count == _MOST_SEGMENTS:
            return


@functools.cache
def _identifier() -> Any:
    """Read once per process; imported late, since it reads some megabytes."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
