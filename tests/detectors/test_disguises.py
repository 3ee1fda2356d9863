"""Disguises are undone, numbers are left alone, and the way back to the original stays exact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.disguises import reveal
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


@pytest.mark.parametrize("piece", ["a ", "0o", "l|", "a0", "3а", "a.", "q-"])
def test_a_megabyte_comes_back(piece: str) -> None:
    assert shown(piece * 500_000, by_machine=True)
