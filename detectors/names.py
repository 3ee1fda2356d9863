"""Finds names of people and brands in text, inflected as Azerbaijani, Turkish, Kazakh and Russian inflect them.

``Kapital Bankın``, ``SOCAR-ın``, ``SOCAR'da``, ``СОКАР-да``, ``#KapitalBank``, ``Айсель Кулиевой`` are found; ``Каспий`` is
no ``Каспи``: what follows the name must be an ending.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from detectors.lexicon import Token, tokens_of
from detectors.normalise import Folded, fold_key
from detectors.skeletons import skeleton

_LATIN = (
    "in un nin nun i u ni nu si su sinin sunun a e ya ye na ne sina sine da de ta te nda nde sinda sinde dan den tan ten ndan "
    "nden sindan sinden la le ile yla yle lar ler lari leri larin lerin li lu ci cu ca ce daki deki ki dir dur s"
)
_CYRILLIC = (
    "а у ом е ы и ов ам ами ах я ю ем ой ою ей ский ского скому ская ской ские "
    "ның нің дың дің тың тің ға ге қа ке на не да де та те нда нде дан ден тан тен нан нен ды ді ты ті ны ні сы сі мен бен пен "
    "дағы дегі тағы тегі лар лер дар дер тар тер ын ин ун үн дан дән ин ә я"
)
_AS_WRITTEN = (_LATIN + " " + _CYRILLIC).split()
_ENDINGS = frozenset(_AS_WRITTEN) | {skeleton(ending) for ending in _AS_WRITTEN}
_LAST_VOWEL_ENDINGS = frozenset({"ой", "ою", "ей", "ею", "у", "ю", "ы", "и", "е"})
_SHORTEST_STEM = 4
_WIDEST_GAP = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a folded text, ending included."""

    start: int
    end: int


def mentions(folded: Folded, names: Iterable[str]) -> list[Mention]:
    """Where any of the names stands, in order, without overlaps."""
    tokens = _tokens_of(folded.text, folded.by_machine)
    by_word = _beginnings(folded.text, folded.by_machine)
    found: list[Mention] = []
    for name in names:
        words = _shapes_of(name) if folded.by_machine else name_words(name)
        if not words:
            continue
        joined = "".join(words)
        for number in by_word.get(words[0][:2], ()):
            last = _last_token(words, joined, tokens, number)
            if last is not None:
                found.append(Mention(tokens[number].start, _with_detached_ending(folded.text, tokens, last)))
    return _without_overlaps(found)


@functools.lru_cache(maxsize=65_536)
def name_words(name: str) -> tuple[str, ...]:
    """The folded words of a name."""
    return tuple(token.word for token in tokens_of(fold_key(name)))


@functools.lru_cache(maxsize=65_536)
def _shapes_of(name: str) -> tuple[str, ...]:
    """The skeletons of a name's words: what a machine has read may have taken letters for others that look alike."""
    return tuple(skeleton(word) for word in name_words(name))


@functools.lru_cache(maxsize=8)
def _tokens_of(text: str, by_machine: bool) -> tuple[Token, ...]:
    """Kept for the few texts at hand: each is searched for many names."""
    tokens = tokens_of(text)
    return tuple(replace(token, word=skeleton(token.word), others=()) if by_machine else token for token in tokens)


@functools.lru_cache(maxsize=8)
def _beginnings(text: str, by_machine: bool) -> dict[str, list[int]]:
    """The numbers of the tokens by their first two letters."""
    by_word: dict[str, list[int]] = {}
    for number, token in enumerate(_tokens_of(text, by_machine)):
        for beginning in {word[:2] for word in token.readings}:
            by_word.setdefault(beginning, []).append(number)
    return by_word


def _last_token(words: Sequence[str], joined: str, tokens: Sequence[Token], number: int) -> int | None:
    """The number of the last token of the name that starts at ``number``, written apart or as one word; None if none does."""
    if _is_form_of(tokens[number], joined, inflected=True):
        return number
    last = len(words) - 1
    for position, word in enumerate(words):
        at = number + position
        if at >= len(tokens) or (position and tokens[at].start - tokens[at - 1].end > _WIDEST_GAP):
            return None
        if not _is_form_of(tokens[at], word, inflected=position == last or not word.isascii()):
            return None
    return number + last


def _is_form_of(token: Token, name: str, *, inflected: bool) -> bool:
    return any(_inflects(word, name, inflected=inflected) for word in token.readings)


def _inflects(word: str, name: str, *, inflected: bool) -> bool:
    if word == name:
        return True
    if not inflected or len(name) < _SHORTEST_STEM:
        return False
    if word.startswith(name):
        return word[len(name) :] in _ENDINGS
    # Кулиева → Кулиевой: Russian puts its ending in the place of the last vowel.
    stem = name[:-1]
    return name[-1] in "аяоьый" and word.startswith(stem) and word[len(stem) :] in _LAST_VOWEL_ENDINGS


def _with_detached_ending(text: str, tokens: Sequence[Token], last: int) -> int:
    """``SOCAR-ın``, ``SOCAR'da``: a hyphen or an apostrophe, and an ending after it."""
    end = tokens[last].end
    follows = last + 1 < len(tokens) and tokens[last + 1].start == end + 1 and text[end] in "-'"
    return tokens[last + 1].end if follows and tokens[last + 1].word in _ENDINGS else end


def _without_overlaps(found: Iterable[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept
