"""The guess is right for plain sentences and absent where there is nothing to go by."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from detectors.language import LANGUAGES, guess_language

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
