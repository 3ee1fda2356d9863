"""In which languages a text of the case is written: in one line, and sentence by sentence where there are several."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from detectors.language import language_segments, without_addresses
from detectors.language_words import confidence_in_words, languages_in_words, name_of
from triage.visible_text import highlighted

_LONGEST_SENTENCE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceView:
    """A sentence by its beginning, its language in words, and how sure that is, where that is known."""

    text: Markup
    language: str
    sure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguagesView:
    """The languages of one text; ``sentences`` is empty where ``summary`` says it all."""

    summary: Markup
    sentences: tuple[SentenceView, ...]


def languages_view(text: str) -> LanguagesView | None:
    """None where there are no letters: numbers, signs and addresses are in no language."""
    if not any(map(str.isalpha, without_addresses(text))):
        return None
    segments = language_segments(text)
    sentences = [
        SentenceView(
            text=highlighted(_beginning(text[segment.start : segment.end]), ()),
            language=name_of(segment.language),
            sure=confidence_in_words([segment]),
        )
        for segment in segments
    ]
    return LanguagesView(
        summary=highlighted(languages_in_words(text), ()), sentences=tuple(sentences) if len(sentences) > 1 else ()
    )


def _beginning(sentence: str) -> str:
    words = " ".join(sentence.split())
    return words if len(words) <= _LONGEST_SENTENCE else words[: _LONGEST_SENTENCE - 1] + "…"
