"""Terms are found inflected and apart, by a bounded number of look-ups."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from detectors.language import LANGUAGES
from detectors.lexicon import Lexicon, WordTable, lexicon, tokens_of
from detectors.normalise import fold


def labels(text: str) -> list[tuple[str, str]]:
    folded = fold(text)
    return [(cue.label, folded.text[cue.start : cue.end]) for cue in lexicon().cues(folded)]


def test_a_stem_takes_any_ending() -> None:
    assert ("warning", "мошенниками") in labels("Их обманули: мошенниками оказались двое")


def test_words_may_stand_between_where_the_term_says_so() -> None:
    assert ("authority", "prezident yeni layiheni tesdiq") in labels("Prezident yeni layihəni təsdiq etdi")


def test_a_term_does_not_reach_over_the_end_of_a_sentence() -> None:
    assert not [label for label, _ in labels("Prezident gəldi. Sonra təsdiq etdi") if label == "authority"]


def test_the_longest_of_overlapping_terms_counts() -> None:
    assert [text for label, text in labels("Register now") if label == "call"] == ["register now"]


def test_every_language_has_every_label() -> None:
    table = tomllib.loads((files("detectors") / "data" / "lure.toml").read_text(encoding="utf-8"))
    wanted = set(table["en"]) - {"not_before"}
    for language in LANGUAGES:
        assert wanted <= set(table[language]), language


def test_currencies_and_multipliers_are_known_inflected() -> None:
    words = lexicon()
    assert words.currencies.meaning("manatdan") == "AZN"
    assert words.currencies.meaning("теңгеге") == "KZT"
    assert words.multipliers.meaning("тысяч") == "1_000"
    assert words.currencies.meaning("house") is None


def test_a_damaged_term_is_refused_by_name() -> None:
    table = tomllib.loads((files("detectors") / "data" / "lure.toml").read_text(encoding="utf-8"))
    table["az"]["earn"].append("t.me/x")
    with pytest.raises(ValueError, match=r"az\.earn"):
        Lexicon(table)


class CountingWord(str):
    """A word that counts how many of its beginnings are looked at."""

    looked = 0

    def __getitem__(self, key: object) -> str:
        CountingWord.looked += 1
        return super().__getitem__(key)  # type: ignore[index]


def test_the_number_of_look_ups_of_a_word_is_bounded() -> None:
    CountingWord.looked = 0
    assert WordTable({"AZN": ["manat*"]}).meaning(CountingWord("z" * 100_000)) is None
    assert CountingWord.looked <= 80


def test_tokens_part_at_hyphens_and_apostrophes() -> None:
    assert [token.word for token in tokens_of("socar-da kapital'in 500azn")] == [
        "socar",
        "da",
        "kapital",
        "in",
        "500azn",
    ]
