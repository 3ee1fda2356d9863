"""What an ad of the maker is put together from, drawn at random or in turn."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.redteam import pages
from tests.redteam.creatives import Creative
from tests.redteam.material import Guarded
from tests.redteam.pages import Page
from tests.redteam.publishers import UNKNOWN_PAGES, Publisher
from tests.redteam.texts import Texts, Words, disguised

DISGUISED = 0.2
"""Of the texts of scams so many are obfuscated."""


class Draws:
    """Draws creatives, texts and publishers; the same seed draws the same, asked in the same order."""

    def __init__(
        self, creatives: Sequence[Creative], texts: Sequence[Texts], people: Sequence[Guarded], *, seed: int
    ) -> None:
        self.rng = random.Random(seed)
        self._halves = tuple(texts)
        self._texts = texts[0]
        self._people = {person.person_id: person for person in people}
        self._likenesses = [one for one in creatives if one.likeness and one.promise is None]
        self._promises = [one for one in creatives if one.promise is not None]
        self._others = [one for one in creatives if not one.likeness]
        self._turns: dict[str, int] = {}

    def turn_to(self, number: int) -> str:
        """Draw texts from the ``number``-th half from now on; what it is called."""
        self._texts = self._halves[number % len(self._halves)]
        return self._texts.half

    def has_promises(self) -> bool:
        """Whether any creative has a promise written over it."""
        return bool(self._promises)

    def likeness(self) -> Creative:
        """Somebody protected; every such creative in turn."""
        return self._next("likeness", self._likenesses)

    def other(self) -> Creative:
        """Nobody protected."""
        return self._next("other", self._others)

    def promise(self, language: str) -> Creative:
        """Somebody protected over a written promise."""
        return next((one for one in self._promises if one.promise == language), self._promises[0])

    def _next(self, name: str, creatives: Sequence[Creative]) -> Creative:
        turn = self._turns[name] = self._turns.get(name, -1) + 1
        return creatives[turn % len(creatives)]

    def person(self, creative: Creative) -> Guarded:
        """One of those who are seen or heard."""
        return self._people[(creative.faces or creative.voices)[0]]

    def text(self, language: str, kind: str, *, branded: bool | None = None) -> Words:
        return self._texts.draw(language, kind, self.rng, branded=branded)

    def scam_text(self, language: str, *, branded: bool | None = None) -> Words:
        """Words of a scam, some of them in disguise."""
        words = self.text(language, "scam", branded=branded)
        return disguised(words, self.rng) if self.rng.random() < DISGUISED else words

    def scam_page(self, language: str, *, branded: bool | None = None, linked: bool = False) -> Page:
        """Where scams lead, most often to an offer; ``linked`` asks for one that leads somewhere."""
        words = self.text(language, "scam", branded=branded).text
        draw = self.rng.random()
        if draw < 0.3:
            return pages.card_offer(words, language, self.rng)
        if draw < 0.5:
            return pages.lead_offer(words, language, self.rng)
        if draw < 0.7:
            return pages.news_clone(words, language, self.rng)
        if draw < 0.83:
            return pages.messenger(self.rng)
        if draw < 0.95 or linked:
            return pages.walled(self.rng)
        return pages.nowhere()

    def choice(self, names: Sequence[str]) -> str:
        return self.rng.choice(names)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def unknown(self) -> Publisher:
        """A page that nobody knows."""
        number = self.rng.randint(0, 40)
        return Publisher(kind="unknown", page_id=f"unknown-{number}", name=UNKNOWN_PAGES[number % len(UNKNOWN_PAGES)])
