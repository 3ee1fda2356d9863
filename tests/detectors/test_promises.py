"""Which sums and rates are promises, and which are prices, wages and honest interest."""

from __future__ import annotations

import pytest

from detectors.lexicon import lexicon
from detectors.normalise import fold
from detectors.promises import Figures, read_figures


def figures(text: str) -> Figures:
    folded = fold(text)
    return read_figures(folded.text, lexicon().cues(folded), lexicon())


@pytest.mark.parametrize(
    ("text", "value", "unit", "period"),
    [
        ("gündə 500 AZN", 500, "AZN", "day"),
        ("300% в месяц", 300, "%", "month"),
        ("айына 1 500 000 теңге", 1_500_000, "KZT", "month"),
        ("earn $900 a day", 900, "USD", "day"),
        ("həftəlik gəlir 1.200,50 manat", 1200.50, "AZN", "week"),
        ("зарабатывай 50 тыс. тенге в день", 50_000, "KZT", "day"),
        ("günde 3.000 TL kazanın", 3_000, "TRY", "day"),
        ("profit 2% daily", 2, "%", "day"),
        ("500AZN qazanın", 500, "AZN", None),
    ],
)
def test_promises_are_read_with_value_and_period(text: str, value: float, unit: str, period: str | None) -> None:
    [promise] = figures(text).promises
    assert promise.amount is not None
    assert (promise.amount.value, promise.amount.unit, promise.amount.period) == (value, unit, period)
    assert promise.strong


@pytest.mark.parametrize(
    "text",
    [
        "illik 10% gəlirlə əmanət",
        "ayda 89 AZN, hissə-hissə ödəniş",
        "скидка 30% только в день открытия",
        "аренда 15 000 тенге в день",
        "kuryer: gündə 60 AZN",
        "mənfəət ayda 2 mlrd manat",
        "100% pambıq",
        "yıllık %42 faiz",
        "telefon 050 123 45 67",
    ],
)
def test_honest_figures_are_no_promises(text: str) -> None:
    assert figures(text).promises == ()


def test_an_honest_rate_is_remembered() -> None:
    [rate] = figures("Əmanət illik 10%").honest_rates
    assert (rate.value, rate.period) == (10, "year")


def test_a_multiple_promises_only_beside_money() -> None:
    assert figures("Вложите и получите в 5 раз больше").promises
    assert not figures("Теперь в 5 раз больше вкуса").promises


@pytest.mark.parametrize(
    "text", ["1 " * 50_000, "1" * 100_000, "111 " * 25_000, "%1" * 50_000, "$" * 100_000, "1,1." * 25_000]
)
def test_hostile_numbers_give_no_promise_and_come_back(text: str) -> None:
    assert not figures(text).promises
