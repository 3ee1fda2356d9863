"""The plan of a set: which creative runs with which words, from whose page, leading where; and what is true of each ad."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.redteam.creatives import Creative
from tests.redteam.draws import Draws
from tests.redteam.kinds import MAKERS, SHARES, PlannedAd
from tests.redteam.material import Guarded
from tests.redteam.texts import LANGUAGES, Texts


class Plan:
    """Draws ads from creatives, texts and people; the same seed draws the same."""

    def __init__(
        self, creatives: Sequence[Creative], texts: Sequence[Texts], people: Sequence[Guarded], *, seed: int
    ) -> None:
        self._draws = Draws(creatives, texts, people, seed=seed)

    def draw(self, count: int) -> list[PlannedAd]:
        """So many ads: kinds by their share, languages and halves of the texts in turn."""
        draws = self._draws
        shares = {kind: share for kind, share in SHARES.items() if kind != "words" or draws.has_promises()}
        whole = sum(shares.values())
        kinds = [kind for kind, share in shares.items() for _ in range(round(count * share / whole))]
        kinds += draws.rng.choices(list(shares), list(shares.values()), k=max(0, count - len(kinds)))
        drawn = []
        for number, kind in enumerate(kinds[:count]):
            language, turn = LANGUAGES[number % len(LANGUAGES)], number // len(LANGUAGES)
            half = draws.turn_to(turn)
            drawn.append(replace(MAKERS[kind](draws, language), number=number, half=half))
        return drawn
