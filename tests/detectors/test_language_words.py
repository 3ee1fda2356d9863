"""Languages in words: each with how many sentences and how sure, and plainly where it is not known."""

from __future__ import annotations

import re

from detectors.language_words import languages_in_words, sentence_of


def test_one_sentence_is_told_with_how_sure_it_is() -> None:
    assert re.fullmatch(r"Azerbaijani \(\d+ %\)", languages_in_words("Gündə beş yüz manat qazanın."))


def test_sentences_that_differ_are_counted_and_a_single_one_is_quoted() -> None:
    text = "Gündə beş yüz manat qazanın. Hər gün pulunuz olacaq. Зарегистрируйтесь сегодня и получайте прибыль! ᚠᚢᚦᚨᚱᚲ ᚠᚢᚦᚨᚱᚲ"
    told = languages_in_words(text)
    assert re.fullmatch(
        r"Azerbaijani \(2 sentences, [\d–]+ %\) and Russian \(“Зарегистрируйтесь сегодня и п…”, \d+ %\)"
        r" and not known \(“ᚠᚢᚦᚨᚱᚲ ᚠᚢᚦᚨᚱᚲ”\)",
        told,
    ), told


def test_addresses_are_in_no_language_and_are_not_quoted() -> None:
    text = "Gündə beş yüz manat qazanın.\nhttp://qazanc.example/yes/register/now\nnews@qazanc.example @qazanc_official_channel"
    assert re.fullmatch(r"Azerbaijani \(\d+ %\)", languages_in_words(text))
    told = languages_in_words(f"{text}\nwww.qazanc.example Зарегистрируйтесь сегодня")
    assert re.search(r"Russian \(“Зарегистрируйтесь сегодня”, \d+ %\)", told), told
    assert languages_in_words("https://qazanc.example/register/now") == "not known"


def test_what_letters_alone_decide_states_no_number() -> None:
    assert languages_in_words("Азәрбајҹан Республикасы") == "Azerbaijani"


def test_nothing_to_go_by_is_not_known() -> None:
    assert languages_in_words("OK") == "not known"
    assert languages_in_words("ᚠᚢᚦᚨᚱᚲ ᚠᚢᚦᚨᚱᚲ") == "not known"


def test_of_a_long_text_the_beginning_is_told() -> None:
    assert languages_in_words("və bu da hamıya " * 1000).endswith(", of its beginning")
    assert languages_in_words("Gündə beş yüz manat.\n" * 100).endswith(", of its beginning")


def test_every_field_has_its_part_in_the_sentence() -> None:
    assert sentence_of({}) == ""
    assert (
        sentence_of({"title": "Russian (99 %)", "frames": "not known"})
        == "Language of the title: Russian (99 %); of what is written in the pictures: not known."
    )
