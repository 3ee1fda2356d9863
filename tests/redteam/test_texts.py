"""Texts come from one half of the corpus, and what is true of them survives their disguise."""

from __future__ import annotations

import random

import pytest

from tests.lure_corpus import HALVES
from tests.redteam.texts import KINDS, LANGUAGES, Texts, brands_in, disguised


def test_the_halves_share_no_idea() -> None:
    random_ = random.Random(1)
    sets = {half: Texts(half) for half in HALVES}
    drawn = {
        half: {texts.draw(language, kind, random_).group for language in LANGUAGES for kind in KINDS}
        for half, texts in sets.items()
    }
    assert not drawn["first"] & drawn["second"]


@pytest.mark.parametrize(
    ("text", "brands"),
    [
        ("Kapital Bankın adından", ("kapital-bank",)),
        ("SOCAR-da işləyirəm, ҚазМұнайГаз", ("socar", "kazmunaygas")),
        ("КАЗМУНАЙГАЗУ", ("kazmunaygas",)),
        ("Каспий теңізі", ()),
    ],
)
def test_brands_are_known_by_how_their_names_begin(text: str, brands: tuple[str, ...]) -> None:
    assert brands_in(text) == brands


def test_a_text_without_a_brand_can_be_asked_for() -> None:
    random_ = random.Random(2)
    texts = Texts("second")
    assert all(not texts.draw("ru", "scam", random_, branded=False).brands for _ in range(50))
    assert texts.draw("ru", "scam", random_, branded=True).brands


def test_a_disguise_changes_the_letters_and_nothing_else() -> None:
    words = Texts("first").draw("en", "scam", random.Random(3))
    hidden = disguised(words, random.Random(4))
    assert hidden.disguise is not None
    assert hidden.text != words.text
    assert (hidden.kind, hidden.brands, hidden.group) == (words.kind, words.brands, words.group)
