"""Folding finds what was hidden, and always knows the way back to the original characters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.normalise import LONGEST_TEXT, fold, fold_key

CLEF = "\N{MUSICAL SYMBOL G CLEF}"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("KAPİTAL BANKIN", "kapital bankin"),
        ("Kapital Bankın", "kapital bankin"),
        ("SОCАR", "socar"),  # Cyrillic О and А
        ("gündә", "gunde"),  # Cyrillic schwa
        ("пpибыль", "прибыль"),  # Latin p
        ("ＳＯＣＡＲ", "socar"),
        ("𝐒𝐎𝐂𝐀𝐑", "socar"),
        ("S\u200bO\u00adC\u2060AR", "socar"),
        ("\u202eS\u202cOCAR", "socar"),
        ("şəhər", "seher"),
        ("счёт", "счет"),
        ("қазақ ұлттық үкімет", "қазақ ұлттық үкімет"),
        ("SOCAR-да", "socar-да"),
        ("1\u00a0500\u202f000", "1 500 000"),
        ("SOCAR’ın", "socar'in"),
    ],
)
def test_spellings_of_one_word_have_one_key(written: str, key: str) -> None:
    assert fold_key(written) == key


def test_the_map_leads_back_to_the_exact_original_characters() -> None:
    original = f"{CLEF}İndi S\u200bO\u200bCAR ilə"
    folded = fold(original)
    at = folded.text.index("socar")
    start, end = folded.original_span(at, at + 5)
    assert original[start:end] == "S\u200bO\u200bCAR"


def test_letters_that_expand_or_combine_keep_their_place() -> None:
    folded = fold("ﬁnance e\u0301t\u0301")
    assert folded.text == "finance et"
    assert folded.original_span(0, 2) == (0, 1)
    assert folded.original_span(8, 9) == (7, 9)


def test_hidden_characters_and_mixed_words_are_counted() -> None:
    folded = fold("qaz\u200b\u200banc SОCAR iş \u200b 👨\u200d👩")
    assert (folded.hidden, folded.mixed) == (1, 1)


def test_a_stretch_outside_the_text_is_refused() -> None:
    with pytest.raises(IndexError, match="3 characters"):
        fold("abc").original_span(2, 4)


def test_a_megabyte_is_cut_and_says_so() -> None:
    folded = fold("gündə 500 AZN " * 80_000)
    assert folded.cut
    assert len(folded.text) <= LONGEST_TEXT
    assert not fold("short").cut


def test_a_mountain_of_marks_takes_no_quadratic_work() -> None:
    # Every cluster that is composed holds at most nine characters, so the work is bounded by the length.
    folded = fold("a" + "\u0301\u0327" * 40_000)
    assert folded.text == "a"


@given(st.text(max_size=200))
def test_any_text_folds_and_every_character_has_a_place(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    assert not any(unicodedata.category(letter) == "Cf" for letter in folded.text)
