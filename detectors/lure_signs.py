"""The signs that the fields of an ad or a page bear, each with its places in the texts, and what exactly is promised."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from detectors.lexicon import Cue
from detectors.lure_fields import FieldReading
from detectors.promises import Amount
from detectors.records import Span

SIGNS = (
    "promise_of_profit",
    "guaranteed_profit",
    "urgency",
    "claimed_authority",
    "call_to_invest",
    "minimum_deposit",
    "contact_handle",
    "card_data_request",
    "personal_data_request",
    "contact_phone",
)
ANYBODYS = frozenset({"contact_phone"})
"""Signs that honest texts, and warnings above all, have as often: they are shown and count for nothing."""
COUNTER_SIGNS = ("warning_cue", "news_cue", "parody_cue", "honest_finance_cue")

FIGURES = ("promised_sum", "promised_rate", "promised_period")
"""What a promise consists of, each with spans of its own; the signs above are what counts."""
DEPOSIT = "minimum_deposit"

_SIGN_OF = {
    "passive": "promise_of_profit",
    "multiple": "promise_of_profit",
    "urgency": "urgency",
    "authority": "claimed_authority",
    "call": "call_to_invest",
    "deposit": "minimum_deposit",
    "card": "card_data_request",
    "personal": "personal_data_request",
    "warning": "warning_cue",
    "news": "news_cue",
    "crime": "news_cue",
    "parody": "parody_cue",
    "honest": "honest_finance_cue",
}
_NEAR = 60
"""Characters between a guarantee and the gain that it guarantees."""
MOST_SPANS = 200
"""Places that are shown of one sign; a text of a hundred thousand characters can hold more than anybody reads."""
_GAINS = frozenset({"earn", "profit", "passive", "invest", "multiple"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum, a rate or a period in the original text; a period has no amount."""

    span: Span
    amount: Amount | None


def signs_of(fields: Sequence[FieldReading]) -> dict[str, tuple[Span, ...]]:
    """Each of ``SIGNS`` and ``COUNTER_SIGNS`` that is there, with at most ``MOST_SPANS`` places."""
    found: dict[str, list[Span]] = {}
    for field in fields:
        gains = [cue.start for cue in field.cues if cue.label in _GAINS]
        for cue in field.cues:
            sign = _SIGN_OF.get(cue.label)
            if sign is None and cue.label == "guarantee" and _guarantees_profit(gains, cue):
                sign = "guaranteed_profit"
            if sign == DEPOSIT:
                found.setdefault(sign, []).append(field.span(*_with_sum(cue, field.sum_beside(cue)), sign))
            elif sign is not None:
                found.setdefault(sign, []).append(field.span(cue.start, cue.end, sign))
        for promise in field.promises:
            found.setdefault("promise_of_profit", []).append(
                field.span(promise.start, promise.end, "promise_of_profit")
            )
        for sign, places in (("contact_handle", field.handles), ("contact_phone", field.phones)):
            if places:
                found.setdefault(sign, []).extend(field.span(start, end, sign) for start, end in places)
    order = (*SIGNS, *COUNTER_SIGNS)
    return {sign: _merged(found[sign]) for sign in order if sign in found}


def figures_of(fields: Sequence[FieldReading]) -> dict[str, tuple[Figure, ...]]:
    """Each of ``FIGURES`` and ``DEPOSIT`` that is there, with at most ``MOST_SPANS`` places."""
    found: dict[str, dict[Span, Figure]] = {}

    def add(label: str, field: FieldReading, place: tuple[int, int], amount: Amount | None) -> None:
        span = field.span(*place, label)
        found.setdefault(label, {}).setdefault(span, Figure(span, amount))

    for field in fields:
        named = (field.sum_beside(cue) for cue in field.cues if _SIGN_OF.get(cue.label) == DEPOSIT)
        deposits = dict.fromkeys(amount for amount in named if amount is not None)
        for deposit in deposits:
            add(DEPOSIT, field, (deposit.start, deposit.end), deposit)
        for promise in field.promises:
            amount = promise.amount
            # What is to be paid in stands beside what is promised, and is not promised.
            if amount is not None and amount not in deposits:
                label = "promised_rate" if amount.unit == "%" else "promised_sum"
                add(label, field, (amount.start, amount.end), amount)
            if promise.period is not None:
                add("promised_period", field, promise.period, None)
    return {label: tuple(found[label].values())[:MOST_SPANS] for label in (*FIGURES, DEPOSIT) if label in found}


def _with_sum(deposit: Cue, amount: Amount | None) -> tuple[int, int]:
    """The words that name a deposit together with the sum beside them."""
    if amount is None:
        return deposit.start, deposit.end
    return min(deposit.start, amount.start), max(deposit.end, amount.end)


def _guarantees_profit(gains: Sequence[int], guarantee: Cue) -> bool:
    """A warranty is a guarantee too: only one with talk of gain (starting at one of ``gains``) nearby counts."""
    after = bisect_left(gains, guarantee.start - _NEAR)
    return after < len(gains) and gains[after] <= guarantee.end + _NEAR


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Overlapping spans of one field become one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.field, span.start, span.end)):
        last = merged[-1] if merged else None
        if last is not None and last.field == span.field and span.start < last.end:
            merged[-1] = Span(field=last.field, start=last.start, end=max(last.end, span.end), label=last.label)
        else:
            merged.append(span)
    return tuple(merged[:MOST_SPANS])
