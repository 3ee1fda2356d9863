"""How often the language of a text, and of a single sentence, is guessed right, per language and by how sure the guess is.

    python -m tests.language_rates

On the lure corpus (``detectors/data/lure_corpus``). Its texts in Azerbaijani Cyrillic and Kazakh Latin count as what they are.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from detectors.language import LANGUAGES, guess_language, language_segments
from tests.lure_corpus import read_corpus

_SENTENCE_END = re.compile(r"(?<=[.!?…:])\s+")
FEWEST_LETTERS = 12
_BANDS = (0.5, 0.7, 0.9, 0.97, 0.99, 0.999)
"""Of how sure a guess is, the last one with all above it."""


def main() -> None:
    """Print one line for texts and one for sentences."""
    texts = [(text.language, text.text) for text in read_corpus()]
    sentences = [
        (language, sentence)
        for language, text in texts
        for sentence in _SENTENCE_END.split(text)
        if sum(map(str.isalpha, sentence)) >= FEWEST_LETTERS
    ]
    for name, samples in (("texts", texts), ("sentences", sentences)):
        started = time.process_time()
        guesses = [guess_language(text) for _, text in samples]
        spent = (time.process_time() - started) / len(samples)
        right = [guess == language for guess, (language, _) in zip(guesses, samples, strict=True)]
        print(f"{len(samples)} {name}: {_share(right):.4f} right, {spent * 1e6:.0f} µs of processor each")
        for language in LANGUAGES:
            of_it = [one for one, (theirs, _) in zip(right, samples, strict=True) if theirs == language]
            print(f"    {language} {_share(of_it):.3f}")
    print("sentences by how sure the guess is, and how many of them it guesses right:")
    told = [(language, segments[0]) for language, text in sentences if len(segments := language_segments(text)) == 1]
    for low, high in zip(_BANDS, (*_BANDS[1:], 2.0), strict=True):
        inside = [
            segment.language == language
            for language, segment in told
            if segment.confidence is not None and low <= segment.confidence < high
        ]
        print(f"    from {low:.1%}: {len(inside)}, {_share(inside):.3f}")


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right)


if __name__ == "__main__":
    main()
