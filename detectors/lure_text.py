"""Reads an ad's own words: title, body, button, and what is written in its pictures and said in them.

Claims, all on the axis ``lure``:

- of the whole text, exactly one: ``investment_lure`` (supports), ``warning_or_news`` (against: it speaks about fraud),
  ``no_lure`` (against; inconclusive where only a part of what an ad without text says could be read), ``no_text`` and
  ``text_unreadable`` (inconclusive);
- of each sign, with spans: ``promise_of_profit``, ``guaranteed_profit``, ``urgency``, ``claimed_authority``, ``call_to_invest``,
  ``minimum_deposit``, ``contact_handle``, ``card_data_request``, ``personal_data_request``, ``contact_phone``,
  ``obfuscated_spelling``, and of what is promised ``promised_sum``, ``promised_rate`` (the largest is the measurement) and
  ``promised_period``; ``minimum_deposit`` measures the smallest sum that it names. A sign
  supports only in a text that is a lure as a whole, and is inconclusive elsewhere: a warning quotes the promise it warns of;
- of each counter-sign, with spans: ``warning_cue``, ``news_cue``, ``parody_cue``, ``honest_finance_cue``: against, or
  inconclusive in a text that is a lure all the same.

Spans have the fields ``title``, ``body``, ``cta_text``, ``frames`` and ``speech`` (see ``text_lines``). A finding whose words are
only in one creative says when, and where in the picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from detectors.finding import Method, finding
from detectors.language_words import sentence_of
from detectors.lure_reading import CUT_TEXT, Reading, Verdict, read_texts
from detectors.lure_signs import COUNTER_SIGNS, DEPOSIT, FIGURES, SIGNS
from detectors.normalise import LONGEST_TEXT
from detectors.promises import Amount
from detectors.records import Axis, Bearing, Finding, Span
from detectors.subject import AdSubject
from detectors.text_lines import JoinedLines, places_of, spot, whereabouts
from detectors.validation import Declaration, NotValidated
from evidence.records import AccessMode, Ad

_METHOD = Method(name="lure_text", version="8")
_ADDRESS = re.compile(r"https?://\w", re.IGNORECASE)
INNOCENT = (
    "A warning or a report that quotes the scam.",
    "A parody, or marketing that exaggerates without asking for money.",
)
SAYS = {
    "promise_of_profit": "It promises profit",
    "promised_sum": "The sums that it promises",
    "promised_rate": "The rates that it promises",
    "promised_period": "How often or by when it promises to pay",
    "guaranteed_profit": "It guarantees the profit or denies any risk",
    "urgency": "It hurries the reader",
    "claimed_authority": "It claims the backing of an authority",
    "call_to_invest": "It calls on the reader to register, invest or apply",
    "minimum_deposit": "It names a minimum deposit",
    "contact_handle": "It gives a messenger contact",
    "card_data_request": "It asks for card data",
    "personal_data_request": "It asks for personal data",
    "contact_phone": "It gives a telephone number",
    "warning_cue": "It warns",
    "news_cue": "It reports",
    "parody_cue": "It is marked as a joke",
    "honest_finance_cue": "It uses the words of a licensed financial offer",
}
_BEARING = {
    Verdict.LURE: Bearing.SUPPORTS,
    Verdict.ABOUT_FRAUD: Bearing.AGAINST,
    Verdict.NO_LURE: Bearing.AGAINST,
    Verdict.NO_TEXT: Bearing.INCONCLUSIVE,
    Verdict.UNREADABLE: Bearing.INCONCLUSIVE,
}
_TYPED = ("title", "body", "cta_text")


class LureText:
    """One finding per sign, one about the text as a whole, and one if the end of it was not read."""

    name = _METHOD.name
    version = _METHOD.version
    declared = (
        Declaration(
            of="what the words are after",
            on=NotValidated(why="its words were chosen by hand, also by the texts on which it is measured"),
            command="python -m tests.train_lure --check",
        ),
    )

    def examine(self, subject: AdSubject) -> Iterable[Finding]:
        """Findings about the ad's text, the words in its pictures and in its speech; span offsets are characters of those."""
        words = ad_words(subject)
        yield _whole(subject, words)
        yield from _unread_end(subject.ad, words.reading)
        for sign, spans in words.reading.signs.items():
            yield _sign(subject, words, sign=sign, spans=spans)
        for sign in FIGURES:
            figures = words.reading.figures.get(sign, ())
            if figures:
                yield _sign(subject, words, sign=sign, spans=tuple(figure.span for figure in figures))
        yield from _obfuscation(subject.ad, words.reading)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdWords:
    """What an ad says and what it is after: ``texts`` by field, ``places`` those that nobody typed."""

    reading: Reading
    texts: Mapping[str, str]
    places: dict[str, JoinedLines]


def ad_words(subject: AdSubject) -> AdWords:
    """What the ad's own words are after; other detectors ask this too."""
    places = places_of(subject.lines)
    texts = {**typed_words(subject.ad), **{name: place.text for name, place in places.items()}}
    has_link = subject.ad.link_url is not None or any(_ADDRESS.search(text) for text in texts.values())
    return AdWords(reading=read_texts(texts, has_link=has_link), texts=texts, places=places)


def typed_words(ad: Ad) -> dict[str, str]:
    """What somebody typed in the ad, by field, without what is blank."""
    # The title of a person's own file is its name, which promises nothing to anybody.
    title = None if ad.access_mode is AccessMode.ANALYST_IMPORT else ad.title
    texts = zip(_TYPED, (title, ad.body, ad.cta_text), strict=True)
    return {name: text for name, text in texts if text is not None and text.strip()}


def ad_command(ad_id: str) -> str:
    """The command that makes the findings about an ad again, with the configuration of its crawl."""
    return f"qalqan screen --config CONFIG.toml  # then look for the ad {ad_id}"


def quoted(text: str, span: Span) -> str:
    """The words of a span, shortened, for a sentence."""
    words = " ".join(text[span.start : span.end].split())
    return words if len(words) <= 60 else words[:57] + "…"


def _whole(subject: AdSubject, words: AdWords) -> Finding:
    ad, reading = subject.ad, words.reading
    typed = any(name in words.texts for name in _TYPED)
    # An ad without text says what it says in its media: what of them was not read may be the lure.
    partly = reading.verdict is Verdict.NO_LURE and (bool(reading.cut) or (not typed and bool(subject.unread)))
    largest = reading.largest
    spans = [span for sign in SIGNS for span in reading.signs.get(sign, ())]
    at = spot(spans, words.places)
    return finding(
        method=_METHOD,
        ad_id=ad.ad_id,
        axis=Axis.LURE,
        bearing=Bearing.INCONCLUSIVE if partly else _BEARING[reading.verdict],
        claim=reading.verdict.value,
        observation=_told(subject, reading, partly=partly),
        reproduce=ad_command(ad.ad_id),
        modality="text",
        spans=spans,
        creative_sha256=at.creative_sha256,
        start_s=at.start_s,
        end_s=at.end_s,
        region=at.region,
        measurement=largest.value if largest else None,
        unit=largest.measure if largest else None,
        quality_limits=(
            *reading.limits,
            *(sentence.rstrip(".") for sentence in subject.unread),
            *(["letters in pictures and words in speech may have been misread"] if words.places else []),
            "a word list; not calibrated",
        ),
        innocent_explanations=INNOCENT,
    )


def _told(subject: AdSubject, reading: Reading, *, partly: bool) -> str:
    if reading.verdict is Verdict.NO_TEXT:
        reasons = ["the ad has no text"]
        if subject.creatives:
            reasons.append("nothing in its media was read that could be one")
        return f"Cannot tell because {' and '.join(reasons)}." + "".join(f" {sentence}" for sentence in subject.unread)
    told = f"The text as a whole: {reading.why}."
    if partly:
        unread = " ".join([*([_only_the_first(reading).capitalize()] if reading.cut else []), *subject.unread])
        told = f"Cannot tell: what was read is no lure ({reading.why}), but not all of it was read. {unread}"
    return f"{told} {sentence_of(reading.languages)}"


def _only_the_first(reading: Reading) -> str:
    return f"only the first {LONGEST_TEXT:,} characters of {' and '.join(reading.cut)} were read."


def _unread_end(ad: Ad, reading: Reading) -> Iterator[Finding]:
    """That a text which is no lure as far as it was read goes on: nobody writes so much in an ad but to be read no further."""
    if reading.cut and reading.verdict is not Verdict.LURE:
        yield finding(
            method=_METHOD,
            ad_id=ad.ad_id,
            axis=Axis.LURE,
            bearing=Bearing.INCONCLUSIVE,
            claim=CUT_TEXT,
            observation=f"Cannot tell whether the ad's words are a lure: {_only_the_first(reading)}",
            reproduce=ad_command(ad.ad_id),
            modality="text",
        )


def _sign(subject: AdSubject, words: AdWords, *, sign: str, spans: tuple[Span, ...]) -> Finding:
    ad, reading = subject.ad, words.reading
    quotes = ", ".join(f"“{quoted(words.texts[span.field], span)}”" for span in spans[:3])
    more = f" and {len(spans) - 3} more" if len(spans) > 3 else ""
    where = whereabouts(spans, words.places)
    at = spot(spans, words.places)
    amount = _amount(reading, sign)
    lure = reading.verdict is Verdict.LURE
    if sign in COUNTER_SIGNS:
        bearing = Bearing.INCONCLUSIVE if lure else Bearing.AGAINST
    else:
        bearing = Bearing.SUPPORTS if lure else Bearing.INCONCLUSIVE
    return finding(
        method=_METHOD,
        ad_id=ad.ad_id,
        axis=Axis.LURE,
        bearing=bearing,
        claim=sign,
        observation=f"{SAYS[sign]}: {quotes}{more}{f' ({where})' if where else ''}.",
        reproduce=ad_command(ad.ad_id),
        modality="text",
        spans=spans,
        creative_sha256=at.creative_sha256,
        start_s=at.start_s,
        end_s=at.end_s,
        region=at.region,
        measurement=float(len(spans)) if amount is None else amount.value,
        unit="places" if amount is None else amount.unit if sign == DEPOSIT else amount.measure,
        quality_limits=reading.limits,
        innocent_explanations=INNOCENT,
    )


def _amount(reading: Reading, sign: str) -> Amount | None:
    """What a sign measures: the most that is promised, the least that is to be paid. Amounts of other units are not compared."""
    amounts = [figure.amount for figure in reading.figures.get(sign, ()) if figure.amount is not None]
    if sign == DEPOSIT:
        return min(
            (one for one in amounts if one.unit == amounts[0].unit), key=lambda amount: amount.value, default=None
        )
    return max(
        (one for one in amounts if one.measure == amounts[0].measure), key=lambda amount: amount.value, default=None
    )


def _obfuscation(ad: Ad, reading: Reading) -> Iterator[Finding]:
    counts = {
        "words borrow letters of another script": reading.mixed_words,
        "words hide invisible characters": reading.hidden_characters,
        "words have their letters set apart": reading.set_apart,
        "digits stand for letters": reading.digits,
    }
    if not any(counts.values()):
        return
    yield finding(
        method=_METHOD,
        ad_id=ad.ad_id,
        axis=Axis.LURE,
        bearing=Bearing.SUPPORTS if reading.verdict is Verdict.LURE else Bearing.INCONCLUSIVE,
        claim="obfuscated_spelling",
        observation=f"{', '.join(f'{n} {what}' for what, n in counts.items() if n)}, which slips past word filters.",
        reproduce=ad_command(ad.ad_id),
        modality="text",
        measurement=float(sum(counts.values())),
        unit="words",
        quality_limits=reading.limits,
        innocent_explanations=("A keyboard with two layouts, or text copied from a formatted document.",),
    )
