"""Hostile text made harmless and honest: escaped, hidden characters shown, lures marked, URLs that cannot be followed."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup, escape

from detectors.records import Span

MIXED_ALPHABETS = "letters of two alphabets in one word"
_WORD = re.compile(r"\w{2,}")
_LATIN = re.compile(r"[A-Za-zƏəĞğİıŞşÇçÖöÜü]")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):(//)?", re.IGNORECASE)
_FOLLOWED = re.compile(r"\bhttp(?=s?://)", re.IGNORECASE)
_INVISIBLE = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2028\u2029")


def is_hidden(character: str) -> bool:
    """Whether a character draws nothing or reorders what is around it (line breaks and tabs aside)."""
    if character in "\n\t":
        return False
    return character in _INVISIBLE or unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Cn"}


def visible(text: str) -> Markup:
    """The text escaped, each hidden character replaced by a box with its code point and its name."""
    parts = []
    for character in text.replace("\r\n", "\n"):
        if is_hidden(character):
            name = unicodedata.name(character, "CONTROL CHARACTER")
            code = f"U+{ord(character):04X}"
            parts.append(Markup('<span class="hidden-character" title="{}">{}</span>').format(name, code))
        else:
            parts.append(escape(character))
    return Markup("").join(parts)


def highlighted(text: str, spans: Sequence[Span]) -> Markup:
    """The text as ``visible`` shows it, with every span marked and named, and addresses in it that no program will follow.

    Spans may overlap and may reach beyond the text.
    """
    # The offsets count the characters of the text as it was captured, so whatever is replaced must keep its length
    text = _FOLLOWED.sub("hxxp", text)
    marks = [(max(0, s.start), min(len(text), s.end), s.label.replace("_", " ")) for s in spans]
    marks += [(m.start(), m.end(), MIXED_ALPHABETS) for m in _WORD.finditer(text) if _mixes_alphabets(m.group())]
    marks = sorted({mark for mark in marks if mark[0] < mark[1]})
    cuts = sorted({0, len(text)} | {edge for start, end, _ in marks for edge in (start, end)})
    parts: list[Markup] = []
    waiting = deque(marks)
    here: list[
        tuple[int, int, str]
    ] = []  # a text can have as many marks as words, so each is looked at only where it is
    for start, end in pairwise(cuts):
        here = [mark for mark in here if mark[1] > start]
        while waiting and waiting[0][0] == start:
            here.append(waiting.popleft())
        labels = [label for _, _, label in here]
        piece = visible(text[start:end])
        if labels:
            ending = [label for _, right, label in here if right == end]
            names = Markup("").join(
                Markup('<span class="mark-label">{}</span>').format(n) for n in dict.fromkeys(ending)
            )
            piece = Markup('<mark title="{}">{}</mark>{}').format("; ".join(dict.fromkeys(labels)), piece, names)
        parts.append(piece)
    return Markup("").join(parts)


def _mixes_alphabets(word: str) -> bool:
    return bool(_LATIN.search(word) and _CYRILLIC.search(word))


def defanged(url: str) -> Markup:
    """The URL so that neither a browser nor a chat program can follow it: ``hxxps://evil[.]example/path``."""
    scheme = _SCHEME.match(url)
    if scheme is None:
        return visible(url.replace(".", "[.]"))
    rest = url[scheme.end() :]
    if scheme.group(2) is None:
        return visible(f"{scheme.group(1)}[:]{rest}")
    host_end = next((i for i, character in enumerate(rest) if character in "/?#\\"), len(rest))
    harmless = re.sub("^http", "hxxp", scheme.group(1), flags=re.IGNORECASE)
    return visible(f"{harmless}://{rest[:host_end].replace('.', '[.]')}{rest[host_end:]}")
