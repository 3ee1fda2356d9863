"""Look-alikes of any script are read as what they look like; what is really written in a script stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.lexicon import lexicon
from detectors.look_alikes import one_script_per_word, other_reading, twin
from detectors.lure_reading import Verdict, read_texts
from detectors.names import mentions
from detectors.normalise import LONGEST_TEXT, fold


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Ꮶapital BᎪNK", "kapital bank"),  # Cherokee
        ("ꓗꓮꓑꓲꓔꓮꓡ ꓐꓮꓠꓗ", "kapital bank"),  # Lisu, no other letter
        ("Kօpital Հalyk", "kopital halyk"),  # Armenian
        ("ՏՕCᎪR", "socar"),
        ("ΚΑΡΙΤΑL", "kapital"),  # Greek, by its capitals
        ("ΠΡИБЫЛЬ", "прибыль"),  # Greek in a Cyrillic word
        ("ᴋᴀᴘɪᴛᴀʟ ɡəlir", "kapital gelir"),
        ("🅺🅰🅿🅸🆃🅰🅻", "kapital"),
        ("κai ρay", "kai pay"),
    ],
)
def test_a_letter_of_another_script_is_what_it_looks_like(written: str, meant: str) -> None:
    assert fold(written).text == meant


@pytest.mark.parametrize("text", ["ειδησεισ λογο", "გამარჯობა", "新聞を読む", "شركة", "qazanc карта", "қазақ ұлттық"])
def test_words_that_are_really_of_a_script_stay(text: str) -> None:
    assert (fold(text).text, fold(text).mixed) == (text, 0)


def test_what_wears_look_alikes_is_counted() -> None:
    assert fold("ՏՕCᎪR ꓗꓮꓑꓲꓔꓮꓡ α łódź ρ=2").mixed == 2


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("каріта", "kapita"),
        ("аррӏе", "apple"),
        ("kapta", "карта"),
        ("сокар", "cokap"),
        ("рауснеск", "paycheck"),
        ("карта2", None),
        ("qazanc", None),
        ("доход", None),
        ("как", None),
        ("", None),
    ],
)
def test_a_word_in_twins_alone_has_another_reading(word: str, other: str | None) -> None:
    assert other_reading(word) == other


def test_brands_and_cues_are_found_in_the_other_reading() -> None:
    assert len(mentions(fold("Инвест: ѕосаr и СОСАК"), ["Socar", "Cocak"])) == 2
    assert [cue.label for cue in lexicon().cues(fold("CEKPET"))] == ["secret"]  # Latin letters
    assert {cue.label for cue in lexicon().cues(fold("ѕсам"))} == {cue.label for cue in lexicon().cues(fold("scam"))}


def test_a_lure_in_cherokee_letters_is_read_and_greek_is_not() -> None:
    plain = "GARANTIA: INVEST 200 AZN, GUARANTEED PROFIT 900 AZN PER DAY. REGISTER NOW"
    disguised = plain.translate(str.maketrans("ABCEGHKLMPRSTWZ", "ᎪᏴᏟᎬᏀᎻᏦᏞᎷᏢᏒᏚᎢᎳᏃ"))
    assert read_texts({"body": plain}, has_link=True).verdict is Verdict.LURE
    read = read_texts({"body": disguised}, has_link=True)
    assert (read.verdict, read.mixed_words > 5) == (Verdict.LURE, True)
    greek = "Ειδήσεις και λόγος από το κέντρο της Αθήνας για το νέο πρόγραμμα"
    assert read_texts({"body": greek}, has_link=True).verdict is Verdict.UNREADABLE


def test_honest_words_in_twins_alone_mean_nothing_else() -> None:
    words = "мост океан рост потом тема сатана космос акт cook mute сөхә құмбат attack base"
    assert lexicon().cues(fold(words)) == []
    assert mentions(fold(words), ["Pocom", "Socar", "Kapital Bank"]) == []


@pytest.mark.parametrize("piece", ["Ꮶα", "漢字", "ΚΑ ", "аa", "ѕосаr", "ﷺ"])
def test_a_megabyte_of_look_alikes_is_cut_and_comes_back(piece: str) -> None:
    assert len(fold(piece * (1_000_000 // len(piece))).original) >= LONGEST_TEXT


@given(st.text(max_size=100))
def test_any_text_keeps_its_length(text: str) -> None:
    straight, disguised = one_script_per_word(text)
    assert len(straight) == len(text)
    assert disguised >= 0
    assert all(twin(letter) is None or len(twin(letter) or "") == 1 for letter in text)
