"""The ways in which a name is made out of another to be taken for it, and which one it was."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from enum import StrEnum

from detectors.skeletons import skeleton

_SHORTEST_LEFT = 4
_VOWELS = frozenset("aeiouy" + "l")
"""In skeletons i is l."""
_ADDED = (
    "invest investment investments qazanc gelir profit money trade trading bonus pay payment platform official "
    "resmi app online bank az kz ru tr com www my the oil gas neft neftqaz energy capital finance income cash login "
    "giris secure kredit credit kart card pul portal kabinet cabinet account hesab support help news xeber project "
    "layihe web net org info pro vip 24 "
)


class Likeness(StrEnum):
    """In what way an address is like a brand's; the first ones fool more people than the last."""

    OFFICIAL_AS_PREFIX = "the official domain stands before somebody else's"
    OFFICIAL_AS_USER = "the official domain stands before an @"
    HOMOGLYPH = "letters are replaced by ones that look the same"
    OTHER_ENDING = "the same name under another ending"
    HYPHENATION = "the same name with hyphens put in or left out"
    DOT_INSERTED = "the same name with a dot put in"
    ADDED_WORDS = "the name with words added"
    TRANSPOSITION = "two letters are swapped"
    REPETITION = "a letter is doubled"
    OMISSION = "a letter is left out"
    INSERTION = "a letter is put in"
    VOWEL_SWAP = "a vowel is replaced by another"
    BITSQUAT = "a letter is replaced by one that differs in a single bit"
    REPLACEMENT = "a letter is replaced"
    IN_SUBDOMAIN = "the name stands in a sub-domain"
    IN_PATH = "the name stands in the path"


def one_taken_out(shape: str) -> set[str]:
    """The name itself, and what is left of it without each one of its letters."""
    return {shape, *(shape[:at] + shape[at + 1 :] for at in range(len(shape)))}


def is_one_edit(seen: str, meant: str) -> bool:
    """One letter more, fewer or other, or two neighbours swapped; not the same."""
    if len(seen) == len(meant):
        apart = [at for at in range(len(seen)) if seen[at] != meant[at]]
        return len(apart) == 1 or (
            len(apart) == 2
            and apart[1] == apart[0] + 1
            and seen[apart[0]] + seen[apart[1]] == meant[apart[1]] + meant[apart[0]]
        )
    longer, shorter = (seen, meant) if len(seen) > len(meant) else (meant, seen)
    return len(longer) == len(shorter) + 1 and shorter in one_taken_out(longer)


def edit(seen: str, meant: str) -> Likeness:
    """Which edit makes ``seen`` out of ``meant``; both are skeletons and one edit away from each other."""
    at = next(
        (at for at, (one, other) in enumerate(zip(seen, meant, strict=False)) if one != other),
        min(len(seen), len(meant)),
    )
    if len(seen) < len(meant):
        return Likeness.OMISSION
    if len(seen) > len(meant):
        return Likeness.REPETITION if at and seen[at] == seen[at - 1] else Likeness.INSERTION
    if seen[at + 1 :] != meant[at + 1 :]:
        return Likeness.TRANSPOSITION
    if seen[at] in _VOWELS and meant[at] in _VOWELS:
        return Likeness.VOWEL_SWAP
    return Likeness.BITSQUAT if (ord(seen[at]) ^ ord(meant[at])).bit_count() == 1 else Likeness.REPLACEMENT


@functools.cache
def _added_words() -> frozenset[str]:
    return frozenset(map(skeleton, _ADDED.split()))


def is_added(rest: str) -> bool:
    """Whether this skeleton is a number or a word that is often put beside a brand's name."""
    return rest in _added_words() or rest.translate(str.maketrans("lo", "10")).isdigit()


def without_added(joined: str) -> Iterator[str]:
    """The label without a word that is often added at its beginning or its end."""
    for word in _ADDED.split():
        if len(joined) - len(word) >= _SHORTEST_LEFT:
            if joined.startswith(word):
                yield joined[len(word) :]
            if joined.endswith(word):
                yield joined[: -len(word)]
