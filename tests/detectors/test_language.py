"""The guess is right for plain sentences and absent where there is nothing to go by."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from detectors.language import LANGUAGES, guess_language, language_segments, segment_languages, unknown_script

TEXTS = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))["text"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_of_the_collection_are_told_apart(language: str) -> None:
    texts = [text["text"] for text in TEXTS if text["language"] == language]
    wrong = [text for text in texts if guess_language(text) != language]
    assert not wrong, f"{language}: {len(texts) - len(wrong)} of {len(texts)} right"


@pytest.mark.parametrize("text", ["", "12 34", "👇👇👇", "OK"])
def test_too_little_is_no_language(text: str) -> None:
    assert guess_language(text) is None


def test_azerbaijani_in_cyrillic_is_azerbaijani() -> None:
    assert guess_language("Азәрбајҹан Республикасы") == "az"


def test_a_megabyte_is_read_only_in_part() -> None:
    assert guess_language("və bu " * 200_000) == "az"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("ᚠᚢᚦᚨᚱᚲ ᚠᚢᚦ", "Runic"),
        ("გარანტირებული მოგება", "Georgian"),
        ("Gündə 500 AZN", None),
        ("12 34", None),
        ("SОCАR", None),
    ],
)
def test_a_script_that_is_not_ours_has_a_name(text: str, script: str | None) -> None:
    assert unknown_script(text) == script
    if script is not None:
        assert guess_language(text) is None


def test_another_language_is_none_of_ours() -> None:
    assert guess_language("Garantierter Gewinn, registrieren Sie sich noch heute und verdienen Sie jeden Tag") is None


def test_each_segment_has_its_language() -> None:
    text = "Gündə beş yüz manat qazanın. Зарегистрируйтесь сегодня и получайте прибыль каждый месяц!\nOK"
    assert segment_languages(text) == ("ru", "az")
    assert segment_languages("və") == ()
    assert segment_languages("Gündə") == ("az",)


def test_each_segment_has_its_place_and_how_sure_its_language_is() -> None:
    text = "Gündə beş yüz manat qazanın. Вы получаете прибыль каждый месяц!\nᚠᚢᚦᚨᚱᚲ ᚠᚢᚦᚨᚱᚲ ᚠᚢᚦ\nOK\nТәҝлиф hамы үчүндүр"
    segments = language_segments(text)
    assert [segment.language for segment in segments] == ["az", "ru", None, "az"]
    assert [text[segment.start : segment.end].strip() for segment in segments][1:3] == [
        "Вы получаете прибыль каждый месяц!",
        "ᚠᚢᚦᚨᚱᚲ ᚠᚢᚦᚨᚱᚲ ᚠᚢᚦ",
    ]
    sure = [segment.confidence for segment in segments]
    assert sure[2:] == [None, None]  # nothing is known, and letters alone decide
    assert all(one is not None and 0.9 < one <= 1 for one in sure[:2])


def test_a_guess_that_is_rather_wrong_is_none_for_a_segment() -> None:
    text = "Depozit minimum 250 AZN."
    assert guess_language(text) is not None
    assert [segment.language for segment in language_segments(text)] == [None]


@pytest.mark.parametrize("piece", ["a. ", "və bu!\n", ". ", "ж"])
def test_a_megabyte_of_segments_comes_back(piece: str) -> None:
    segment_languages(piece * (1_000_000 // len(piece)))
