"""Reads an ad's own words: title, body and button.

Claims, all on the axis ``lure``:

- of the whole text, exactly one: ``investment_lure`` (supports), ``warning_or_news`` (against: it speaks about fraud),
  ``no_lure`` (against), ``no_text`` (inconclusive);
- of each sign, with spans: ``promise_of_profit``, ``guaranteed_profit``, ``urgency``, ``claimed_authority``, ``call_to_invest``,
  ``minimum_deposit``, ``contact_handle``, ``card_data_request``, ``personal_data_request``, ``obfuscated_spelling``. A sign
  supports only in a text that is a lure as a whole, and is inconclusive elsewhere: a warning quotes the promise it warns of;
- of each counter-sign, with spans: ``warning_cue``, ``news_cue``, ``parody_cue``, ``honest_finance_cue``: against, or
  inconclusive in a text that is a lure all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from detectors.finding import Method, finding
from detectors.lure_reading import COUNTER_SIGNS, SIGNS, Reading, Verdict, read_texts
from detectors.records import Axis, Bearing, Finding, Span
from detectors.subject import AdSubject
from evidence.records import AccessMode, Ad

_METHOD = Method(name="lure_text", version="2")
_ADDRESS = re.compile(r"https?://\w", re.IGNORECASE)
INNOCENT = (
    "A warning or a report that quotes the scam.",
    "A parody, or marketing that exaggerates without asking for money.",
)
SAYS = {
    "promise_of_profit": "It promises profit",
    "guaranteed_profit": "It guarantees the profit or denies any risk",
    "urgency": "It hurries the reader",
    "claimed_authority": "It claims the backing of an authority",
    "call_to_invest": "It calls on the reader to register, invest or apply",
    "minimum_deposit": "It names a minimum deposit",
    "contact_handle": "It gives a messenger contact",
    "card_data_request": "It asks for card data",
    "personal_data_request": "It asks for personal data",
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
}


class LureText:
    """One finding per sign, and one about the text as a whole."""

    name = _METHOD.name
    version = _METHOD.version

    def examine(self, subject: AdSubject) -> Iterable[Finding]:
        """Findings about ``title``, ``body`` and ``cta_text``; span offsets are characters of those fields."""
        reading = read_ad_text(subject.ad)
        yield _whole(subject.ad, reading)
        for sign, spans in reading.signs.items():
            yield _sign(subject.ad, reading, sign=sign, spans=spans)
        yield from _obfuscation(subject.ad, reading)


def read_ad_text(ad: Ad) -> Reading:
    """What the ad's own words are after; other detectors ask this too."""
    # The title of a person's own file is its name, which promises nothing to anybody.
    title = None if ad.access_mode is AccessMode.ANALYST_IMPORT else ad.title
    has_link = ad.link_url is not None or _ADDRESS.search(ad.body or "") is not None
    return read_texts({"title": title, "body": ad.body, "cta_text": ad.cta_text}, has_link=has_link)


def ad_command(ad_id: str) -> str:
    """The command that makes the findings about an ad again, with the configuration of its crawl."""
    return f"qalqan screen --config CONFIG.toml  # then look for the ad {ad_id}"


def quoted(text: str, span: Span) -> str:
    """The words of a span, shortened, for a sentence."""
    words = " ".join(text[span.start : span.end].split())
    return words if len(words) <= 60 else words[:57] + "…"


def _whole(ad: Ad, reading: Reading) -> Finding:
    languages = ", ".join(f"{field}: {language or 'unknown'}" for field, language in reading.languages.items())
    largest = reading.largest
    words = f"The text as a whole: {reading.why}." if languages else f"{reading.why[0].upper()}{reading.why[1:]}."
    return finding(
        method=_METHOD,
        ad_id=ad.ad_id,
        axis=Axis.LURE,
        bearing=_BEARING[reading.verdict],
        claim=reading.verdict.value,
        observation=words + (f" Language: {languages}." if languages else ""),
        reproduce=ad_command(ad.ad_id),
        modality="text",
        spans=[span for sign in SIGNS for span in reading.signs.get(sign, ())],
        measurement=largest.value if largest else None,
        unit=(f"{largest.unit} per {largest.period}" if largest.period else largest.unit) if largest else None,
        quality_limits=(*reading.limits, "a word list; not calibrated"),
        innocent_explanations=INNOCENT,
    )


def _sign(ad: Ad, reading: Reading, *, sign: str, spans: tuple[Span, ...]) -> Finding:
    texts = {"title": ad.title or "", "body": ad.body or "", "cta_text": ad.cta_text or ""}
    words = ", ".join(f"“{quoted(texts[span.field], span)}”" for span in spans[:3])
    more = f" and {len(spans) - 3} more" if len(spans) > 3 else ""
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
        observation=f"{SAYS[sign]}: {words}{more}.",
        reproduce=ad_command(ad.ad_id),
        modality="text",
        spans=spans,
        measurement=float(len(spans)),
        unit="places",
        quality_limits=reading.limits,
        innocent_explanations=INNOCENT,
    )


def _obfuscation(ad: Ad, reading: Reading) -> Iterator[Finding]:
    if not reading.mixed_words and not reading.hidden_characters:
        return
    yield finding(
        method=_METHOD,
        ad_id=ad.ad_id,
        axis=Axis.LURE,
        bearing=Bearing.SUPPORTS if reading.verdict is Verdict.LURE else Bearing.INCONCLUSIVE,
        claim="obfuscated_spelling",
        observation=(
            f"{reading.mixed_words} words mix scripts and {reading.hidden_characters} words hide invisible characters, "
            "which slips past word filters."
        ),
        reproduce=ad_command(ad.ad_id),
        modality="text",
        measurement=float(reading.mixed_words + reading.hidden_characters),
        unit="words",
        quality_limits=reading.limits,
        innocent_explanations=("A keyboard with two layouts, or text copied from a formatted document.",),
    )
