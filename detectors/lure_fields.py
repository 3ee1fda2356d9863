"""What stands in one field of an ad or a page, before anybody asks what it is after: cues, promises, ways to write or to call.

A "not" undoes the cues beside it, and what stands in quotation marks is told apart from the field's own words.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from detectors.disguises import reveal
from detectors.lexicon import Cue, Token, lexicon, misread_lexicon, sentence_ends, tokens_of
from detectors.normalise import Folded, fold
from detectors.promises import Amount, Promise, read_figures
from detectors.records import Span
from detectors.text_lines import READ_BY_MACHINE

_PHONE = r"\+?\d(?:[ \-()]{0,2}\d){8,14}(?!\d)"
_MESSENGERS = "telegram|teleqram|телеграмм?|whats ?app|vatsap|ватсап|вотсап|вацап|viber|вайбер|instagram|инстаграм"
HANDLES = re.compile(
    r"(?<![\w.])(?:(?:t\.me|telegram\.me)/[a-z0-9_+]{4,64}|wa\.me/\d{8,15}|api\.whatsapp\.com/send/?\?phone=\d{8,15}"
    rf"|(?:{_MESSENGERS})\w{{0,4}}[ :\-–—]{{1,3}}(?:@[a-z0-9_.]{{4,32}}|{_PHONE}))"
)
PHONES = re.compile(rf"(?<![\w.,+/]){_PHONE}")
"""A number of nine digits or more, as telephone numbers are written; sums have their unit beside them."""
_UNDONE_BY_NEGATION = frozenset({"warning", "call", "guarantee", "multiple", "passive"})
_QUOTED = re.compile(r"«[^«»]{1,400}»|“[^“”]{1,400}”|„[^„“”]{1,400}[“”]|\"[^\"]{1,400}\"")
_BESIDE = 16
"""Characters between the words for a deposit and its sum."""


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What was read in the field ``name``; places are characters of the folded text, in order."""

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
        """Whether the character stands in quotation marks."""
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
        """A place as characters of the original text."""
        first, last = self.folded.original_span(start, end)
        return Span(field=self.name, start=first, end=last, label=label)


def read_field(name: str, text: str) -> FieldReading:
    """Read one field; what a machine read in pictures is searched for misread words, too."""
    as_written = fold(text)
    folded = reveal(as_written, by_machine=name in READ_BY_MACHINE)
    words = misread_lexicon() if folded.by_machine else lexicon()
    cues = _without_negated(words.cues(folded), folded.text)
    figures = read_figures(folded.text, cues, lexicon())
    handles = [found.span() for found in HANDLES.finditer(folded.text)]
    return FieldReading(
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


def _phones(text: str, *, besides: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    taken = sorted(besides)
    found = []
    for one in PHONES.finditer(text):
        before = bisect_right(taken, one.start(), key=lambda place: place[0])
        near = taken[max(0, before - 1) : before + 1]
        if not any(start < one.end() and end > one.start() for start, end in near):
            found.append(one.span())
    return found
