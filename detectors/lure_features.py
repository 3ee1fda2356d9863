"""What the lure classifier sees of a text: hashed n-grams of its letters and the cues of the word list, disguises undone.

``detectors.normalise`` has folded look-alikes, marks and invisible characters; here follow the disguises that change the length
or the digits of a text: letters set apart (``q a z a n c``) and digits in place of letters (``g3lir``, ``д0ход``). Sums are
reduced to their length (``5000`` → ``0000``): what is said about a sum is to be learned, not which sum. Pictograms go: they are
too easily copied.
"""

from __future__ import annotations

import itertools
import re
import zlib
from array import array
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detectors.disguises import misread_numbers
from detectors.lexicon import lexicon, misread_lexicon
from detectors.lure_reading import read_texts
from detectors.normalise import Folded, fold
from detectors.promises import read_figures
from embeddings.records import TextPlace

BUCKETS = 1 << 16
_NGRAMS = (2, 3, 4, 5)
CUE_VALUE = 0.2
"""Of each cue of the word list, beside n-grams that together have the length one."""
_MOST_AMOUNTS = 3
"""Texts with more sums than that count as texts with as many."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W_][ .\-_*·]){3,}[^\W_](?![^\W_])")
_TOKEN = re.compile(r"[^\W_](?:[^\W_]|[@$](?=[^\W_]))*")
_WORD = re.compile(r"[^\W_]+")
_TO_LATIN = str.maketrans("0134578@$", "oieastbas")
_TO_CYRILLIC = str.maketrans("01346@$", "оізчбас")
_KEPT = frozenset("%$€£₼₸₽₺!?@:/+\"'")
_QUOTES = frozenset("«»“”„")


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """``text[i]`` came from character ``places[i]`` of ``folded.text``; a space at either end, single spaces between.
    ``revealed`` is the text with its disguises undone, figures and punctuation as they were."""

    folded: Folded
    revealed: str
    text: str
    places: array[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` (not empty) stands in the original text."""
        return self.folded.original_span(self.places[start], self.places[end - 1] + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """``values`` in the sorted, unique ``buckets``; ``occurring``, ``starts``, ``ends`` say for every single n-gram its bucket
    and where it stands in the prepared text. Cues of the word list have a bucket and no place."""

    buckets: NDArray[np.int64]
    values: NDArray[np.float32]
    occurring: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def prepare(text: str, *, by_machine: bool = False) -> Prepared:
    """The text as the classifier reads it, letters in numbers read as digits where a machine may have misread them.

    Takes linear time whatever the text; at most ``LONGEST_TEXT`` characters are read."""
    folded = replace(fold(text), by_machine=by_machine)
    if not folded.text:
        return Prepared(folded, "", "", array("l"))
    joined, places = _without(folded.text, _separators(folded.text))
    numbers = misread_numbers(joined) if by_machine else joined
    letters = _TOKEN.sub(lambda found: _unleet(found[0]), numbers)
    kept: list[str] = [" "]
    kept_places = array("l", [places[0]])
    for letter, place in zip(letters, places, strict=True):
        plain = _plain(letter)
        if plain != " " or kept[-1] != " ":
            kept.append(plain)
            kept_places.append(place)
    if kept[-1] != " ":
        kept.append(" ")
        kept_places.append(places[-1])
    return Prepared(folded, letters, "".join(kept), kept_places)


def features(prepared: Prepared) -> Features:
    """The n-grams of a prepared text, words and pairs of words among them, and what the word list finds in it."""
    text = prepared.text
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    hashes, starts, ends = [], [], []
    for size in _NGRAMS:
        count = len(codes) - size + 1
        if count < 1:
            continue
        mixed = np.full(count, size, dtype=np.uint64)
        for offset in range(size):
            mixed = (mixed ^ codes[offset : offset + count]) * _FACTOR
            mixed ^= mixed >> np.uint64(29)
        hashes.append((mixed % np.uint64(BUCKETS)).astype(np.int64))
        starts.append(np.arange(count))
        ends.append(np.arange(size, count + size))
    words = [(found[0], found.start(), found.end()) for found in _WORD.finditer(text)]
    pairs = [(f"{a[0]} {b[0]}", a[1], b[2]) for a, b in itertools.pairwise(words)]
    hashes.append(np.array([zlib.crc32(word.encode()) % BUCKETS for word, _, _ in words + pairs], dtype=np.int64))
    starts.append(np.array([start for _, start, _ in words + pairs], dtype=np.int64))
    ends.append(np.array([end for _, _, end in words + pairs], dtype=np.int64))
    occurring = np.concatenate(hashes)
    buckets, counts = np.unique(occurring, return_counts=True)
    values = 1 + np.log(counts)
    cues = [
        zlib.crc32(b"\0" + cue.encode()) % BUCKETS
        for cue in sorted(_cues(prepared.revealed, by_machine=prepared.folded.by_machine))
    ]
    every, where = np.unique(np.concatenate((buckets, np.array(cues, dtype=np.int64))), return_inverse=True)
    summed = np.zeros(len(every), dtype=np.float32)
    np.add.at(summed, where[: len(buckets)], values / max(float(np.linalg.norm(values)), 1.0))
    np.add.at(summed, where[len(buckets) :], CUE_VALUE)
    return Features(every, summed, occurring, np.concatenate(starts), np.concatenate(ends))


def _cues(text: str, *, by_machine: bool) -> set[str]:
    """What ``lure_reading`` and its word list say of the text, as names: the same in every language."""
    reading = read_texts({TextPlace.FRAMES if by_machine else "text": text}, has_link=False)
    folded = fold(text)
    found = (misread_lexicon() if by_machine else lexicon()).cues(folded)
    amounts = read_figures(folded.text, found, lexicon()).amounts
    cues = {f"label {cue.label}" for cue in found} | {f"sign {sign}" for sign in reading.signs}
    cues |= {f"amount {'rate' if amount.unit == '%' else 'sum'} {amount.period}" for amount in amounts}
    return cues | {f"amounts {min(len(amounts), _MOST_AMOUNTS)}", f"verdict {reading.verdict.value}"}


def _separators(text: str) -> list[int]:
    """Places of what stands between letters that are set apart."""
    return [place for found in _SPACED.finditer(text) for place in range(found.start() + 1, found.end(), 2)]


def _without(text: str, dropped: list[int]) -> tuple[str, array[int]]:
    gone = set(dropped)
    places = array("l", [place for place in range(len(text)) if place not in gone])
    return "".join(text[place] for place in places), places


def _unleet(token: str) -> str:
    """Digits read as letters, in a token that is mostly letters; numbers with a unit (``250azn``) stay. Keeps the length."""
    body = token.strip("0123456789")
    lead = len(token) - len(token.lstrip("0123456789"))
    tail = len(token) - len(token.rstrip("0123456789"))
    letters = sum(letter.isalpha() for letter in body)
    inside = any(not letter.isalpha() for letter in body)
    if letters < 3 or not (inside or lead == 1 or tail == 1):
        return token
    start = 0 if lead <= 1 else lead
    end = len(token) if tail <= 1 else len(token) - tail
    cyrillic = sum("\u0400" <= letter <= "\u052f" for letter in body) * 2 > letters
    read = token[start:end].translate(_TO_CYRILLIC if cyrillic else _TO_LATIN)
    return token[:start] + read + token[end:]


def _plain(letter: str) -> str:
    if letter.isalpha():
        return letter
    if letter.isdigit():
        return "0"
    if letter in _QUOTES:
        return '"'
    return letter if letter in _KEPT else " "
