"""What a text wants of its reader: to invest, to beware, or something else. Shared by the ad's text and the landing page's.

A text is a **lure** when it promises a profit that nobody honest promises (or a guaranteed profit with a sum) and gives a way to
follow: a call, a deposit, a handle, a request for card data, a link. It **speaks about** fraud when warnings and reports in it
outweigh the signs of a lure and it does not itself call anybody to invest; what stands in quotation marks is then somebody
else's call. Everything else is **no lure**: a bank's deposit at an honest rate, a wage, a shop's instalments, a joke.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from detectors.disguises import reveal
from detectors.language import unknown_script
from detectors.language_words import languages_in_words
from detectors.lexicon import Cue, Token, lexicon, misread_lexicon, sentence_ends, tokens_of
from detectors.normalise import LONGEST_TEXT, Folded, fold
from detectors.promises import Amount, Promise, read_figures
from detectors.records import Span
from detectors.skeletons import skeleton
from detectors.text_lines import READ_BY_MACHINE

_PHONE = r"\+?\d(?:[ \-()]{0,2}\d){8,14}(?!\d)"
_MESSENGERS = "telegram|teleqram|телеграмм?|whats ?app|vatsap|ватсап|вотсап|вацап|viber|вайбер|instagram|инстаграм"
HANDLES = re.compile(
    r"(?<![\w.])(?:(?:t\.me|telegram\.me)/[a-z0-9_+]{4,64}|wa\.me/\d{8,15}|api\.whatsapp\.com/send/?\?phone=\d{8,15}"
    rf"|(?:{_MESSENGERS})\w{{0,4}}[ :\-–—]{{1,3}}(?:@[a-z0-9_.]{{4,32}}|{_PHONE}))"
)
PHONES = re.compile(rf"(?<![\w.,+/]){_PHONE}")
"""A number of nine digits or more, as telephone numbers are written; sums have their unit beside them."""
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
_ANYBODYS = frozenset({"contact_phone"})
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
_UNDONE_BY_NEGATION = frozenset({"warning", "call", "guarantee", "multiple", "passive"})
_QUOTED = re.compile(r"«[^«»]{1,400}»|“[^“”]{1,400}”|„[^„“”]{1,400}[“”]|\"[^\"]{1,400}\"")
CUT_TEXT = "text_not_read_whole"
"""Claim of a finding that the end of a text, which is no lure as far as it was read, was not read."""
BUTTON = "cta_text"
"""The field of the platform's button: its words are the platform's, offered to every advertiser."""
_CLICK = "a call to click"
_BUTTON_WAY = "the platform's button"
_LINK = "a link"
_BESIDE = 16
"""Characters between the words for a deposit and its sum."""
_NEAR = 60
"""Characters between a guarantee and the gain that it guarantees."""
MOST_SPANS = 200
"""Places that are shown of one sign; a text of a hundred thousand characters can hold more than anybody reads."""
_GAINS = frozenset({"earn", "profit", "passive", "invest", "multiple"})


class Verdict(StrEnum):
    """What the text is, as a whole."""

    LURE = "investment_lure"
    ABOUT_FRAUD = "warning_or_news"
    NO_LURE = "no_lure"
    NO_TEXT = "no_text"
    UNREADABLE = "text_unreadable"
    """There is text, in a script that is not read here."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum, a rate or a period in the original text; a period has no amount."""

    span: Span
    amount: Amount | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The verdict with ``why`` in words; ``signs`` maps each sign to its spans in the original texts."""

    verdict: Verdict
    why: str
    signs: Mapping[str, tuple[Span, ...]]
    figures: Mapping[str, tuple[Figure, ...]]
    """``FIGURES`` of the promises, and the sums of ``DEPOSIT``, in the order of the texts."""
    languages: Mapping[str, str]
    """Field → the languages of its sentences in words, with how sure that is."""
    largest: Amount | None
    """The largest promised sum or rate."""
    limits: tuple[str, ...]
    cut: tuple[str, ...]
    """Fields of which the end was not read, because they are longer than ``LONGEST_TEXT``."""
    mixed_words: int
    hidden_characters: int
    set_apart: int
    digits: int
    """All four count what hides words from a filter, in texts that somebody typed: the first are words in look-alikes of another
    script, the last two words whose letters are set apart and digits that stand for letters."""


@dataclass(frozen=True, slots=True)
class _FieldReading:
    name: str
    folded: Folded
    cues: list[Cue]
    promises: tuple[Promise, ...]
    has_honest_rate: bool
    has_sum: bool
    amounts: tuple[Amount, ...]
    ends: list[int]
    """Of sentences."""
    handles: list[tuple[int, int]]
    phones: list[tuple[int, int]]
    quoted: list[tuple[int, int]]

    def own(self, label: str) -> list[Cue]:
        """The cues that are not somebody else's words."""
        return [cue for cue in self.cues if cue.label == label and not self.is_quoted(cue.start)]

    def is_quoted(self, at: int) -> bool:
        before = bisect_right(self.quoted, at, key=lambda quote: quote[0])
        return before > 0 and at < self.quoted[before - 1][1]

    def sum_beside(self, deposit: Cue) -> Amount | None:
        """The nearest sum of money in the same sentence as the words for a deposit."""
        first = bisect_left(self.amounts, deposit.start - 2 * _BESIDE, key=lambda amount: amount.start)
        near = {}
        for amount in self.amounts[first : first + 4]:
            between = min(deposit.end, amount.end), max(deposit.start, amount.start)
            ended = bisect_left(self.ends, between[0] + 1) < bisect_left(self.ends, between[1] + 1)
            if amount.unit != "%" and not ended and between[1] - between[0] <= _BESIDE:
                near[between[1] - between[0]] = amount
        return near[min(near)] if near else None

    def span(self, start: int, end: int, label: str) -> Span:
        first, last = self.folded.original_span(start, end)
        return Span(field=self.name, start=first, end=last, label=label)


def read_texts(texts: Mapping[str, str | None], *, has_link: bool) -> Reading:
    """Read the fields (name → text) of one ad or page together. ``has_link`` says whether it leads anywhere."""
    there = {name: text for name, text in texts.items() if text is not None and text.strip()}
    unknown = {name: script for name, text in there.items() if (script := unknown_script(text)) is not None}
    fields = [_read_field(name, text) for name, text in there.items() if name not in unknown]
    signs = _signs(fields)
    if unknown and not fields:
        verdict, why = (
            Verdict.UNREADABLE,
            f"cannot tell because it is written in a script that is not read ({_listed(unknown)})",
        )
    else:
        verdict, why = _judge(fields, signs, has_link=has_link)
    amounts = [promise.amount for field in fields for promise in field.promises if promise.amount is not None]
    cut = tuple(field.name for field in fields if field.folded.cut)
    typed = [field for field in fields if not field.folded.by_machine]
    return Reading(
        verdict=verdict,
        why=why,
        signs=signs,
        figures=_figures(fields),
        languages={name: languages_in_words(text) for name, text in there.items()},
        largest=max(amounts, key=lambda amount: amount.value, default=None),
        limits=(
            *(f"only the first {LONGEST_TEXT} characters of {name} were read" for name in cut),
            *(f"{name} was not read: its script is {script}" for name, script in unknown.items() if fields),
        ),
        mixed_words=sum(field.folded.mixed for field in typed),
        hidden_characters=sum(field.folded.hidden for field in typed),
        set_apart=sum(field.folded.set_apart for field in typed),
        digits=sum(field.folded.digits for field in typed),
        cut=cut,
    )


def _listed(unknown: Mapping[str, str]) -> str:
    return ", ".join(dict.fromkeys(unknown.values()))


def _read_field(name: str, text: str) -> _FieldReading:
    as_written = fold(text)
    folded = reveal(as_written, by_machine=name in READ_BY_MACHINE)
    words = misread_lexicon() if folded.by_machine else lexicon()
    cues = _without_negated(words.cues(folded), folded.text)
    figures = read_figures(folded.text, cues, lexicon())
    handles = [found.span() for found in HANDLES.finditer(folded.text)]
    return _FieldReading(
        name=name,
        folded=folded,
        cues=cues,
        promises=figures.promises,
        has_honest_rate=bool(figures.honest_rates),
        has_sum=any(amount.unit != "%" for amount in figures.amounts),
        amounts=figures.amounts,
        ends=sentence_ends(folded.text),
        handles=handles,
        phones=_phones(folded.text, besides=[*handles, *((amount.start, amount.end) for amount in figures.amounts)]),
        quoted=[found.span() for found in _QUOTED.finditer(folded.text)],
    )


def _without_negated(cues: list[Cue], text: str) -> list[Cue]:
    """Drop cues that a "not" undoes ("this is not a scam", "не регистрируйтесь"); a call undone becomes a warning."""
    tokens = tokens_of(text)
    before = {cue.last for cue in cues if cue.label == "not_before"}
    after = {cue.first for cue in cues if cue.label == "not_after"}
    # "no risk" is a term of its own: its "not" is spoken for, and does not undo what comes after.
    spoken = {
        number
        for cue in cues
        if cue.label == "guarantee" and cue.last > cue.first
        for number in range(cue.first, cue.last + 1)
    }
    before, after = before - spoken, after - spoken
    refused = {number for cue in cues if cue.label == "not_guaranteed" for number in range(cue.first, cue.last + 1)}
    kept = []
    for cue in cues:
        if cue.label == "guarantee" and cue.last in refused:
            continue
        preceded = cue.first - 1 in before or (cue.first - 2 in before and len(tokens[cue.first - 1].word) <= 4)
        followed = cue.last + 1 in after or (cue.last + 2 in after and _short_between(tokens, cue.last + 1))
        if cue.label not in _UNDONE_BY_NEGATION or not (preceded or followed):
            kept.append(cue)
        elif cue.label == "call":
            kept.append(Cue("warning", cue.language, cue.start, cue.end, cue.first, cue.last))
    return kept


def _short_between(tokens: Sequence[Token], number: int) -> bool:
    return number < len(tokens) and len(tokens[number].word) <= 4


def _signs(fields: Sequence[_FieldReading]) -> dict[str, tuple[Span, ...]]:
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


def _figures(fields: Sequence[_FieldReading]) -> dict[str, tuple[Figure, ...]]:
    found: dict[str, dict[Span, Figure]] = {}

    def add(label: str, field: _FieldReading, place: tuple[int, int], amount: Amount | None) -> None:
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


def _phones(text: str, *, besides: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    taken = sorted(besides)
    found = []
    for one in PHONES.finditer(text):
        before = bisect_right(taken, one.start(), key=lambda place: place[0])
        near = taken[max(0, before - 1) : before + 1]
        if not any(start < one.end() and end > one.start() for start, end in near):
            found.append(one.span())
    return found


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


def _judge(
    fields: Sequence[_FieldReading], signs: Mapping[str, tuple[Span, ...]], *, has_link: bool
) -> tuple[Verdict, str]:
    if not fields:
        return Verdict.NO_TEXT, "cannot tell because the ad has no text"
    own_call = any(field.own("call") for field in fields if field.name != BUTTON)
    urges = own_call or any(field.own("earn_now") for field in fields)
    route = _route(fields, signs, own_call=own_call, has_link=has_link)
    of_fraud = any(cue.label in {"warning", "crime"} for field in fields for cue in field.cues)
    about = _about_fraud(fields, signs)
    lures = sum(sign in signs for sign in SIGNS if sign not in _ANYBODYS)
    # Reporting alone does not count: the usual lure is dressed up as news.
    if of_fraud and not urges and (about >= 2 or about > lures):
        return Verdict.ABOUT_FRAUD, "warnings and reporting outweigh, and it does not itself call anybody to invest"
    if of_fraud and about > 2 * max(lures, 1) and not signs.keys() & {"minimum_deposit", "card_data_request"}:
        return Verdict.ABOUT_FRAUD, "warnings and reporting outweigh by far what could be a lure"
    passive = route in {None, _CLICK, _BUTTON_WAY, _LINK}
    if "parody_cue" in signs and not own_call and passive:
        return Verdict.NO_LURE, "it is marked as a joke and calls nobody to invest"
    if "news_cue" in signs and not urges and passive and lures <= 1:
        return Verdict.NO_LURE, "it reports a figure and calls nobody to invest"
    promise = _promise(fields, signs, own_call=own_call)
    if promise is None:
        return Verdict.NO_LURE, "it promises no profit beyond what honest offers state"
    if route is None:
        return Verdict.NO_LURE, f"it has {promise} but gives the reader no way to follow"
    return Verdict.LURE, f"{promise} together with {route}"


def _about_fraud(fields: Sequence[_FieldReading], signs: Mapping[str, tuple[Span, ...]]) -> int:
    """How many words warn or report. What a machine reads in a picture of a text that is there besides is not counted again."""
    texts = {field.name: field.folded.original for field in fields}
    typed = {field.name for field in fields if not field.folded.by_machine}
    spans = [span for cue in ("warning_cue", "news_cue") for span in signs.get(cue, ())]
    words = [
        (span.field in typed, skeleton(" ".join(texts[span.field][span.start : span.end].split()))) for span in spans
    ]
    said = {word for is_typed, word in words if is_typed}
    return sum(is_typed or word not in said for is_typed, word in words)


def _route(
    fields: Sequence[_FieldReading], signs: Mapping[str, tuple[Span, ...]], *, own_call: bool, has_link: bool
) -> str | None:
    """The way by which the reader is to follow, the most telling first."""
    ways = {
        "a request for card data": "card_data_request" in signs,
        "a minimum deposit": "minimum_deposit" in signs,
        "a call to register or to pay": own_call,
        "a contact handle": "contact_handle" in signs,
        _CLICK: any(field.own("generic_call") for field in fields if field.name != BUTTON),
        _BUTTON_WAY: any(field.name == BUTTON for field in fields),
        _LINK: has_link,
    }
    return next((way for way, there in ways.items() if there), None)


def _promise(fields: Sequence[_FieldReading], signs: Mapping[str, tuple[Span, ...]], *, own_call: bool) -> str | None:
    """The promise that makes a lure, in words; None if there is none. A weak promise needs company."""
    labels = {cue.label for field in fields for cue in field.cues}
    if any(promise.strong for field in fields for promise in field.promises):
        return "a promise of profit"
    multiplied = "multiple" in labels and labels & {"earn", "profit", "invest", "deposit"} and "price" not in labels
    if multiplied:
        return "a promise to multiply money"
    honest = "honest_finance_cue" in signs or "not_guaranteed" in labels or any(f.has_honest_rate for f in fields)
    if honest or "job" in labels:
        return None
    has_sum = any(field.has_sum for field in fields)
    weak = bool(labels & {"earn", "passive"}) or any(field.promises for field in fields)
    gains = weak or bool(labels & {"profit"})
    if "guaranteed_profit" in signs and (has_sum or gains):
        return "a guarantee of profit"
    company = {"claimed_authority", "minimum_deposit", "card_data_request"} & signs.keys()
    if gains and company and ("price" not in labels or "claimed_authority" in company):
        return f"talk of profit with a {min(company).replace('_', ' ')}"
    if gains and "invest" in labels and "price" not in labels and (own_call or "contact_handle" in signs):
        return "talk of profit from investing"
    return None
