"""In which of our languages something is written: each segment by itself, since ads mix languages.

Letters decide where they can: ҹ, ҝ and ј are Azerbaijani in Cyrillic. Everything else is told by py3langid among our five; it is
right about 97 % of the sentences of the lure corpus (``python -m tests.language_rates``). What a text is written in is shown and
bounds what other methods claim; it decides nothing by itself.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

from detectors.normalise import fold

LANGUAGES = ("az", "ru", "kk", "tr", "en")

_READ = 4_000
_LONGEST_SEGMENT = 400
_MOST_SEGMENTS = 60
_WORD = re.compile(r"[^\W\d_]+")
_SEGMENT_END = re.compile(r"[.!?…]+\s+|[\n\r\u2028\u2029]+")
_FEWEST_LETTERS = 3
_FEWEST_IN_SEGMENT = 12
_AZERBAIJANI_CYRILLIC = frozenset("ҹҝј")
_LATIN_AND_CYRILLIC = re.compile("[A-Za-zÀ-ɏəƏḀ-ỿЀ-ԯ]")
_ENOUGH_LETTERS = 40
_OURS = 1e-3
"""A text of so many letters whose chance of being in one of our languages, among a hundred, is below this is in another."""

_KNOWN_SHARE = 0.5
"""Below this share of letters in our scripts a text is in none that is read here."""
_ALIKE_SHARE = 0.9
"""From this share on of letters that are ours once look-alikes are folded, it is in disguise."""


def guess_language(text: str) -> str | None:
    """One of ``LANGUAGES``, or None where there is too little to go by or the script is none of theirs."""
    words = _WORD.findall(text[:_READ])
    letters = "".join(words)
    if len(letters) < _FEWEST_LETTERS or unknown_script(text) is not None:
        return None
    if _AZERBAIJANI_CYRILLIC & set(letters.casefold()):
        return "az"
    # Capitals and digits tell nothing, and İ would come out as two letters.
    plain = " ".join(words).replace("İ", "i").lower()
    chances = dict(_identifier().rank(plain))
    ours = {language: float(chances[language]) for language in LANGUAGES}
    if len(letters) >= _ENOUGH_LETTERS and sum(ours.values()) < _OURS:
        return None
    return max(ours, key=lambda language: ours[language])


@functools.lru_cache(maxsize=16)  # several detectors ask about the text at hand
def segment_languages(text: str) -> tuple[str, ...]:
    """The languages of a text's sentences and lines, the one of most letters first; short ones do not count for themselves."""
    letters: Counter[str] = Counter()
    for segment in _segments(text):
        language = guess_language(segment)
        if language is not None:
            letters[language] += sum(map(str.isalpha, segment))
    if letters:
        return tuple(language for language, _ in letters.most_common())
    whole = guess_language(text)
    return () if whole is None else (whole,)


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


def _segments(text: str) -> Iterator[str]:
    start, count = 0, 0
    read = text[:_READ]
    ends = [found.end() for found in _SEGMENT_END.finditer(read)]
    for end in [*ends, len(read)]:
        segment = read[start : min(end, start + _LONGEST_SEGMENT)]
        start = end
        if sum(map(str.isalpha, segment)) >= _FEWEST_IN_SEGMENT:
            yield segment
            count += 1
        if count == _MOST_SEGMENTS:
            return


@functools.cache
def _identifier() -> Any:
    """Read once per process; imported late, since it reads some megabytes."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
