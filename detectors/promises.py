"""Sums, rates and multiples in a text, and which of them promise a profit that nobody honest promises.

A sum per day or a percentage per day is such a promise, and so is a month's percentage, a year's percentage or a bare sum above
the bounds in ``data/lure.toml``. A deposit at ten per cent a year, an instalment, a wage or a discount is not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from detectors.lexicon import Cue, Lexicon, sentence_ends

_NUMBER = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:[ .,']\d{3}){1,4}|\d{1,12})(?:[.,]\d{1,2})?(?![\d])")
_AFTER = re.compile(r"[ -]?([^\W\d_]{1,20}|[₼$€£₸₽₺%])\.?")
_BEFORE = re.compile(r"([^\W\d_]{1,20}|[₼$€£₸₽₺%]) ?$")
_MULTIPLE = re.compile(
    r"(?<!\w)(?:[xх] ?\d{1,3}|\d{1,3} ?[xх]|(?:в )?\d{1,3}[ -](?:раза?|defe|есе|есеге|kat|qat|times)"
    r"|(?:ikiqat|вдвое|втрое|екі есе))(?!\w)"
)
_NEAR = 45
"""Characters between a sum and its period."""
_PERIODS = ("day", "week", "month", "year")
_NOBODYS_INCOME = 1e9
"""A sum that no advert promises to one reader, in any of the currencies: a company's or a country's."""
_HUGE_PERCENT = 100.0
_LARGE_PERCENT = 30.0


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money (``unit`` is a currency code) or a percentage (``unit`` is ``%``) at ``start..end`` of a folded text."""

    value: float
    unit: str
    start: int
    end: int
    period: str | None
    """``day``, ``week``, ``month``, ``year`` where one stands nearby in the same sentence."""

    @property
    def measure(self) -> str:
        """The unit in words: ``AZN per day``."""
        return f"{self.unit} per {self.period}" if self.period else self.unit


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise of profit at ``start..end``. ``strong`` ones stand for themselves; others need company (see lure_reading)."""

    start: int
    end: int
    strong: bool
    amount: Amount | None
    period: tuple[int, int] | None = None
    """Where the words for its period stand."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the numbers of a text say."""

    amounts: tuple[Amount, ...]
    promises: tuple[Promise, ...]
    honest_rates: tuple[Amount, ...]
    """Percentages per month or year that an honest bank pays or asks."""


def read_figures(text: str, cues: Sequence[Cue], lexicon: Lexicon) -> Figures:
    """The amounts of a folded text, sorted into promises and honest rates with the help of the cues around them."""
    context = _Context(text, cues)
    amounts = tuple(_amounts(text, lexicon, context))
    judged = [(amount, _judge(amount, context, lexicon)) for amount in amounts]
    promises = [_promise(amount, strong, context) for amount, strong in judged if strong is not None]
    promises += _multiples(text, context)
    rates = tuple(amount for amount, strong in judged if strong is None and _honest_rate(amount, lexicon))
    return Figures(amounts, tuple(sorted(promises, key=lambda promise: promise.start)), rates)


class _Context:
    """Which cues stand in which sentence of a text."""

    def __init__(self, text: str, cues: Sequence[Cue]) -> None:
        self._ends = sentence_ends(text)
        self._labels: dict[int, set[str]] = {}
        self._periods: dict[int, list[Cue]] = {}
        self.anywhere = {cue.label for cue in cues}
        for cue in cues:
            sentence = self._sentence(cue.start)
            self._labels.setdefault(sentence, set()).add(cue.label)
            if cue.label in _PERIODS:
                self._periods.setdefault(sentence, []).append(cue)

    def _sentence(self, at: int) -> int:
        return bisect_left(self._ends, at + 1)

    def near(self, at: int) -> set[str]:
        """Labels of the cues in the sentence that ``at`` is in."""
        return self._labels.get(self._sentence(at), set())

    def period(self, start: int, end: int) -> Cue | None:
        """The nearest period in the same sentence."""
        periods = self._periods.get(self._sentence(start), [])
        # A sentence without end may hold thousands of periods: look only at those around the sum.
        first = bisect_left(periods, start - _NEAR - 20, key=lambda cue: cue.start)
        close = [cue for cue in periods[first : first + 12] if max(cue.start - end, start - cue.end) <= _NEAR]
        return min(close, key=lambda cue: max(cue.start - end, start - cue.end), default=None)


def _amounts(text: str, lexicon: Lexicon, context: _Context) -> list[Amount]:
    amounts = []
    for number in _NUMBER.finditer(text):
        start, end = number.span()
        value, unit = _value(number[0]), None
        after = _AFTER.match(text, end)
        factor = lexicon.multipliers.meaning(after[1]) if after else None
        if after and factor:
            value, end = value * int(factor), after.end(1)
            after = _AFTER.match(text, after.end())
        if after:
            unit = _unit(after[1], lexicon)
            end = after.end(1) if unit else end
        before = _BEFORE.search(text, max(0, start - 22), start)
        if unit is None and before and (unit := _unit(before[1], lexicon)):
            start = before.start(1)
        if unit is not None:
            period = context.period(start, end)
            amounts.append(Amount(value, unit, start, end, period.label if period else None))
    return amounts


def _unit(word: str, lexicon: Lexicon) -> str | None:
    return "%" if lexicon.percent.meaning(word) else lexicon.currencies.meaning(word)


def _value(digits: str) -> float:
    """``1 500 000``, ``1.500``, ``1,5``: groups of three are thousands, a shorter last group is a fraction."""
    groups = re.split(r"[ .,']", digits)
    if len(groups) > 1 and len(groups[-1]) < 3:
        return float("".join(groups[:-1]) + "." + groups[-1])
    return float("".join(groups))


def _judge(amount: Amount, context: _Context, lexicon: Lexicon) -> bool | None:
    """True for a strong promise, False for a weak one, None for none."""
    near = context.near(amount.start)
    gains = bool(near & {"earn", "profit", "passive"})
    if amount.unit == "%":
        return _judge_rate(amount, context, near=near, gains=gains, lexicon=lexicon)
    if amount.value >= _NOBODYS_INCOME:
        return None
    if "job" in context.anywhere and not context.anywhere & {"invest", "deposit", "authority", "multiple"}:
        return None
    if {"receive", "invest"} <= near and "price" not in near:
        return True
    if gains:
        if amount.period in {"day", "week"} or (
            amount.period == "month" and not ("price" in near and "earn" not in near)
        ):
            return True
        # A company's yearly profit, a bonus to be won in a shop, a deposit's yield.
        return None if "price" in near or amount.period == "year" else "earn" in near
    bound = lexicon.bounds["day" if amount.period in {"day", "week"} else "month"].get(amount.unit)
    if amount.period in {"day", "week", "month"} and not near & {"price", "job"} and bound is not None:
        return True if amount.value >= bound else None
    return None


def _judge_rate(amount: Amount, context: _Context, *, near: set[str], gains: bool, lexicon: Lexicon) -> bool | None:
    money = bool(
        context.anywhere & {"earn", "profit", "passive", "invest", "deposit", "multiple"} or "guarantee" in near
    )
    money = money or amount.value > _HUGE_PERCENT
    if "price" in near and not gains:
        return None
    if amount.period in {"day", "week"}:
        return True if money else None
    if amount.period in {"month", "year"}:
        return True if money and amount.value > lexicon.bounds["percent"][amount.period] else None
    if not gains:
        return None
    if amount.value > _HUGE_PERCENT:
        return True
    return False if amount.value >= _LARGE_PERCENT and "guarantee" not in near else None


def _honest_rate(amount: Amount, lexicon: Lexicon) -> bool:
    bound = lexicon.bounds["percent"].get(amount.period or "")
    return amount.unit == "%" and bound is not None and amount.value <= bound


def _promise(amount: Amount, strong: bool, context: _Context) -> Promise:
    """The sum together with its period: what to highlight."""
    period = context.period(amount.start, amount.end)
    if period is None:
        return Promise(amount.start, amount.end, strong, amount)
    start, end = min(amount.start, period.start), max(amount.end, period.end)
    return Promise(start, end, strong, amount, (period.start, period.end))


def _multiples(text: str, context: _Context) -> list[Promise]:
    return [
        Promise(found.start(), found.end(), True, None)
        for found in _MULTIPLE.finditer(text)
        if context.near(found.start()) & {"earn", "profit", "passive", "invest"}
        and not context.near(found.start()) & {"price"}
    ]
