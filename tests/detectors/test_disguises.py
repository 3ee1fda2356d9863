"""Disguises are undone, numbers are left alone, and the way back to the original stays exact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.disguises import edge_readings, reveal
from detectors.lexicon import lexicon
from detectors.names import mentions
from detectors.normalise import fold


def shown(text: str, *, by_machine: bool = False) -> str:
    return reveal(fold(text), by_machine=by_machine).text


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("q a z a n c", "qazanc"),
        ("п.р.и.б.ы.л.ь", "прибыль"),
        ("g3lir", "gelir"),
        ("qaz4nın", "qazanin"),
        ("д0ход", "доход"),
        ("3арабатывай", "зарабатывай"),
        ("pr0f1t", "profit"),
        ("inve$t", "invest"),
        ("inves7isiya", "investisiya"),
        ("ka8inet", "kabinet"),
        ("re9ister", "register"),
        ("$tart bonu$", "start bonus"),
        ("q α z α n c", "qazanc"),
        ("инвес7иция", "инвестиция"),
        ("g€lir", "gelir"),
    ],
)
def test_a_disguise_is_undone(written: str, plain: str) -> None:
    assert shown(written) == plain


@pytest.mark.parametrize(
    "text",
    [
        "500azn",
        "gunde 50 azn",
        "3месяца",
        "24 saat",
        "10x",
        "5 000 000",
        "covid 19",
        "a b c",
        "1.2.3",
        "b2b",
        "30тенге",
        "250azn",
        "5k",
        "7 gun",
        "7gun",
        "24/7",
        "24/7 destek",
        "5manat",
        "9ay",
        "qazan5azn",
        "usd$ 500",
        "earn$500",
        "$5000",
        "8марта",
        "iphone 8",
        "g7",
        "top10",
    ],
)
def test_numbers_stay_numbers(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("read", "meant"),
    [("5OO AZN", "500 azn"), ("l000 AZN", "1000 azn"), ("2Ol6", "2016"), ("IO manat", "io manat"), ("OO", "oo")],
)
def test_letters_between_digits_are_digits_where_a_machine_read(read: str, meant: str) -> None:
    assert shown(read, by_machine=True) == meant
    assert shown("5OO AZN") == "5oo azn"


@pytest.mark.parametrize(
    ("word", "readings"),
    [
        ("8ank", ("bank",)),
        ("profi7", ("profit",)),
        ("1oan", ("ioan", "loan")),
        ("bonu5", ("bonus",)),
        ("9elir", ("gelir",)),
        ("0хотник", ("охотник",)),
        ("инвестици9", ("инвестиция",)),
        ("5tart7", ("startt",)),
        ("2otaqli", ()),
        ("7gun", ("tgun",)),
        ("24saat", ()),
        ("5k", ()),
        ("qazanc", ()),
        ("2026", ()),
        ("", ()),
    ],
)
def test_a_digit_at_the_end_of_a_word_may_be_a_letter(word: str, readings: tuple[str, ...]) -> None:
    assert edge_readings(word) == readings


def test_a_brand_and_a_cue_with_a_digit_at_the_edge_are_found() -> None:
    text = reveal(fold("Kapital 8ank: 1nvest, 500azn profi7"), by_machine=False)
    assert len(mentions(text, ["Kapital Bank"])) == 1
    assert {"invest", "profit"} <= {cue.label for cue in lexicon().cues(text)}
    assert "500azn" in text.text


def test_disguises_are_counted_and_lead_back() -> None:
    original = "İndi q.a.z.a.n, g3lir 500 AZN"
    found = reveal(fold(original), by_machine=False)
    assert (found.set_apart, found.digits) == (1, 1)
    at = found.text.index("qazan")
    start, end = found.original_span(at, at + 5)
    assert original[start:end] == "q.a.z.a.n"


@given(st.text(max_size=200), st.booleans())
def test_any_text_keeps_its_places(text: str, by_machine: bool) -> None:
    found = reveal(fold(text), by_machine=by_machine)
    assert len(found.text) == len(found.starts) == len(found.ends)
    assert list(found.starts) == sorted(found.starts)


@pytest.mark.parametrize("piece", ["a ", "0o", "l|", "a0", "3а", "a.", "q-", "a$", "7abc9 "])
def test_a_megabyte_comes_back(piece: str) -> None:
    assert shown(piece * 500_000, by_machine=True)
