"""The words of ads: texts of the lure corpus by language and kind, whether they name a protected brand, and their disguises.

Half of the ideas of the corpus go into every second ad, the other half into the others: what was mended while the errors on the
first were read can be checked on the second.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from tests.lure_corpus import DISGUISES, CorpusText, read_corpus

LANGUAGES = ("az", "ru", "kk", "tr", "en")
KINDS = ("scam", "warning", "news", "parody", "honest_finance", "other")
BUTTONS = {"az": "Ətraflı", "ru": "Подробнее", "kk": "Толығырақ", "tr": "Daha fazla", "en": "Learn more"}

BRANDS = {
    "socar": ("socar", "сокар"),
    "kapital-bank": ("kapital bank", "kapitalbank", "капитал банк", "капиталбанк"),
    "kazmunaygas": ("kazmunay", "qazmunay", "казмунай", "казмұнай", "қазмұнай"),
}
"""Brand → how its name begins, in small letters, in the corpus: enough to know which text names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text with what is true of it. ``brands`` are the protected ones that it names."""

    text: str
    language: str
    kind: str
    group: str
    brands: tuple[str, ...]
    half: str
    disguise: str | None = None


def brands_in(text: str) -> tuple[str, ...]:
    """The protected brands that an undisguised text names."""
    small = text.replace("İ", "i").casefold()
    return tuple(brand for brand, beginnings in BRANDS.items() if any(one in small for one in beginnings))


class Texts:
    """Draws texts from one half of the corpus."""

    def __init__(self, half: str) -> None:
        self.half = half
        corpus = [text for text in read_corpus() if text.half == half]
        self._by_kind: dict[tuple[str, str], list[Words]] = {}
        for text in corpus:
            self._by_kind.setdefault((text.language, text.label), []).append(_words(text, half))

    def draw(self, language: str, kind: str, rng: random.Random, *, branded: bool | None = None) -> Words:
        """A text of that kind; ``branded`` asks for one that names a protected brand, or for one that names none."""
        texts = self._by_kind[language, kind]
        return rng.choice([text for text in texts if branded is None or bool(text.brands) is branded])


def disguised(words: Words, rng: random.Random) -> Words:
    """The same text in one of the disguises of the corpus."""
    name = rng.choice(sorted(DISGUISES))
    return replace(words, text=DISGUISES[name](words.text, rng), disguise=name)


def _words(text: CorpusText, half: str) -> Words:
    brands = brands_in(text.text)
    return Words(text=text.text, language=text.language, kind=text.label, group=text.group, brands=brands, half=half)
