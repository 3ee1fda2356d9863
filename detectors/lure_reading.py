"""What a text wants of its reader: to invest, to beware, or something else. Shared by the ad's text and the landing page's.

A text is a **lure** when it promises a profit that nobody honest promises (or a guaranteed profit with a sum) and gives a way to
follow: a call, a deposit, a handle, a request for card data, a link. It **speaks about** fraud when warnings and reports in it
outweigh the signs of a lure and it does not itself call anybody to invest; what stands in quotation marks is then somebody
else's call. Everything else is **no lure**: a bank's deposit at an honest rate, a wage, a shop's instalments, a joke.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from detectors.language import unknown_script
from detectors.language_words import languages_in_words
from detectors.lure_fields import FieldReading, read_field
from detectors.lure_signs import ANYBODYS, SIGNS, Figure, figures_of, signs_of
from detectors.normalise import LONGEST_TEXT
from detectors.promises import Amount
from detectors.records import Span
from detectors.skeletons import skeleton

CUT_TEXT = "text_not_read_whole"
"""Claim of a finding that the end of a text, which is no lure as far as it was read, was not read."""
BUTTON = "cta_text"
"""The field of the platform's button: its words are the platform's, offered to every advertiser."""
_CLICK = "a call to click"
_BUTTON_WAY = "the platform's button"
_LINK = "a link"


class Verdict(StrEnum):
    """What the text is, as a whole."""

    LURE = "investment_lure"
    ABOUT_FRAUD = "warning_or_news"
    NO_LURE = "no_lure"
    NO_TEXT = "no_text"
    UNREADABLE = "text_unreadable"
    """There is text, in a script that is not read here."""


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


def read_texts(texts: Mapping[str, str | None], *, has_link: bool) -> Reading:
    """Read the fields (name → text) of one ad or page together. ``has_link`` says whether it leads anywhere."""
    there = {name: text for name, text in texts.items() if text is not None and text.strip()}
    unknown = {name: script for name, text in there.items() if (script := unknown_script(text)) is not None}
    fields = [read_field(name, text) for name, text in there.items() if name not in unknown]
    signs = signs_of(fields)
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
        figures=figures_of(fields),
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


def _judge(
    fields: Sequence[FieldReading], signs: Mapping[str, tuple[Span, ...]], *, has_link: bool
) -> tuple[Verdict, str]:
    if not fields:
        return Verdict.NO_TEXT, "cannot tell because the ad has no text"
    own_call = any(field.own("call") for field in fields if field.name != BUTTON)
    urges = own_call or any(field.own("earn_now") for field in fields)
    route = _route(fields, signs, own_call=own_call, has_link=has_link)
    of_fraud = any(cue.label in {"warning", "crime"} for field in fields for cue in field.cues)
    about = _about_fraud(fields, signs)
    lures = sum(sign in signs for sign in SIGNS if sign not in ANYBODYS)
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


def _about_fraud(fields: Sequence[FieldReading], signs: Mapping[str, tuple[Span, ...]]) -> int:
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
    fields: Sequence[FieldReading], signs: Mapping[str, tuple[Span, ...]], *, own_call: bool, has_link: bool
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


def _promise(fields: Sequence[FieldReading], signs: Mapping[str, tuple[Span, ...]], *, own_call: bool) -> str | None:
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
