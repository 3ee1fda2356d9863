"""Both scripts of Azerbaijani and Kazakh."""

from __future__ import annotations

from detectors.transliteration import azerbaijani_in_cyrillic, kazakh_in_latin


def test_azerbaijani_letter_by_letter() -> None:
    assert azerbaijani_in_cyrillic("gündə qazanın, cəmi 5 çox") == "ҝүндә газанын, ҹәми 5 чох"
    assert azerbaijani_in_cyrillic("minimum depozit*") == "минимум депозит*"


def test_kazakh_as_it_is_written_and_as_it_is_typed() -> None:
    assert kazakh_in_latin("тіркеліңіз*") == ("tirkeliniz*",)
    assert kazakh_in_latin("қазір баста*") == ("qazir basta*", "kazir basta*")
    assert kazakh_in_latin("әкелушы") == ("akelusy", "akelushy")
