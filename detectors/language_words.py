"""In which languages a text is written, in words: for each language how many sentences, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detectors.language import Segment, is_looked_at_whole, language_segments, segment_languages, without_addresses
from embeddings.records import TextPlace

NAMES = {"az": "Azerbaijani", "ru": "Russian", "kk": "Kazakh", "tr": "Turkish", "en": "English"}
NOT_KNOWN = "not known"

_WHAT = {
    "title": "the title",
    "body": "the text",
    "cta_text": "the button",
    "landing": "the page's text",
    TextPlace.FRAMES: "what is written in the pictures",
    TextPlace.SPEECH: "what is said",
    TextPlace.SCREENSHOT: "what is written in the screenshot",
}
_LONGEST_QUOTE = 30


def languages_in_words(text: str) -> str:
    """``Azerbaijani (2 sentences, 97–100 %) and Russian (“Зарегистрируйтесь…”, 99 %)``; ``not known`` where none can be told.

    Where sentences differ, those of each language are counted, and a single one is quoted by its beginning, without addresses."""
    segments = language_segments(text)
    told = []
    for language in (*segment_languages(text), None):
        group = [segment for segment in segments if segment.language == language]
        if group:
            which = "" if len(group) == len(segments) == 1 else _which(text, group)
            about = ", ".join(one for one in (which, confidence_in_words(group)) if one)
            told.append(f"{name_of(language)} ({about})" if about else name_of(language))
    return (" and ".join(told) or NOT_KNOWN) + ("" if is_looked_at_whole(text) else ", of its beginning")


def name_of(language: str | None) -> str:
    """A language in English, or that it is not known."""
    return NOT_KNOWN if language is None else NAMES[language]


def confidence_in_words(segments: Sequence[Segment]) -> str:
    """``97 %``, or from the least to the most as ``97–100 %``; "" where none states how sure it is."""
    sure = sorted(segment.confidence for segment in segments if segment.confidence is not None)
    if not sure:
        return ""
    least, most = f"{100 * sure[0]:.0f}", f"{100 * sure[-1]:.0f}"
    return f"{least} %" if least == most else f"{least}–{most} %"


def sentence_of(languages: Mapping[str, str]) -> str:
    """A sentence of what ``languages_in_words`` says of each field; "" without any."""
    told = "; ".join(f"of {_WHAT[field]}: {words}" for field, words in languages.items())
    return f"Language {told}." if told else ""


def _which(text: str, group: Sequence[Segment]) -> str:
    if len(group) > 1:
        return f"{len(group)} sentences"
    words = " ".join(without_addresses(text[group[0].start : group[0].end]).split())
    return f"“{words}”" if len(words) <= _LONGEST_QUOTE else f"“{words[: _LONGEST_QUOTE - 1]}…”"
