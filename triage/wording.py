"""Records in words: what an analyst reads for an axis, a finding, a time, an amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from detectors.records import Axis, Bearing, Finding
from embeddings.records import Region
from evidence.records import AccessMode, Outcome
from pipelines.records import AxisState
from watchlist.records import Modality
from watchlist.verbal import strength

FIRST_MOMENT_S = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisWords:
    """An axis' name, its question, and its three answers as (words, tone); the tone only ever repeats what the words say."""

    name: str
    question: str
    answers: dict[AxisState, tuple[str, str]]


AXES = {
    Axis.LIKENESS: AxisWords(
        name="Likeness",
        question="Whose face, whose voice?",
        answers={
            AxisState.YES: ("Recognised", "concern"),
            AxisState.NO: ("Nobody recognised", "plain"),
            AxisState.CANNOT_TELL: ("Cannot tell", "unknown"),
        },
    ),
    Axis.ALTERATION: AxisWords(
        name="Alteration",
        question="What was changed, where, when?",
        answers={
            AxisState.YES: ("Signs of alteration", "concern"),
            AxisState.NO: ("No alteration found", "plain"),
            AxisState.CANNOT_TELL: ("Cannot tell", "unknown"),
        },
    ),
    Axis.LURE: AxisWords(
        name="Lure",
        question="What is promised, where does it lead?",
        answers={
            AxisState.YES: ("Lure found", "concern"),
            AxisState.NO: ("No lure found", "plain"),
            AxisState.CANNOT_TELL: ("Cannot tell", "unknown"),
        },
    ),
    Axis.SOURCE: AxisWords(
        name="Source",
        question="Is it the person's or brand's own?",
        answers={
            AxisState.YES: ("Official source", "relief"),
            AxisState.NO: ("Not official", "plain"),
            AxisState.CANNOT_TELL: ("Cannot tell", "unknown"),
        },
    ),
}

ICONS = {"concern": "▲", "plain": "–", "unknown": "?", "relief": "✓"}

BEARINGS = {
    Bearing.SUPPORTS: ("Speaks for it", "concern"),
    Bearing.AGAINST: ("Speaks against it", "plain"),
    Bearing.INCONCLUSIVE: ("Inconclusive", "unknown"),
}

ACCESS = {
    AccessMode.OFFICIAL_API: "official API",
    AccessMode.OFFICIAL_EXPORT: "official export",
    AccessMode.PUBLIC_PAGE_MANUAL: "public page, read by a person",
    AccessMode.PUBLIC_PAGE_AUTOMATED: "public page, read by machine",
    AccessMode.ANALYST_IMPORT: "imported by an analyst",
}

OUTCOMES = {
    Outcome.CAPTURED: "captured",
    Outcome.SKIPPED: "skipped",
    Outcome.BLOCKED: "blocked",
    Outcome.FAILED: "failed",
}

MODALITIES = {Modality.FACE: "Face", Modality.VOICE: "Voice"}

# Both countries keep one offset all year; Kazakhstan's single zone is in force since March 2024
_LOCAL = (("Baku", timedelta(hours=4)), ("Astana", timedelta(hours=5)))


def utc(moment: datetime) -> str:
    """``2026-11-01 09:30 UTC``."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def local_times(moment: datetime) -> str:
    """``13:30 Baku, 14:30 Astana``; the date too where it differs from the UTC date."""
    shown = []
    for place, offset in _LOCAL:
        there = moment + offset
        shown.append(f"{there:%H:%M} {place}" if there.date() == moment.date() else f"{there:%m-%d %H:%M} {place}")
    return ", ".join(shown)


def clock_time(seconds: float) -> str:
    """``1:05.4`` for 65.4 s; whole seconds without the tenth."""
    tenths = round(max(0.0, seconds) * 10)
    minutes, rest = divmod(tenths, 600)
    whole, tenth = divmod(rest, 10)
    return f"{minutes}:{whole:02d}.{tenth}" if tenth else f"{minutes}:{whole:02d}"


def interval(start_s: float, end_s: float | None) -> str:
    """``0:03–0:07.5``, or one time where there is no length."""
    if end_s is None or end_s <= start_s:
        return clock_time(start_s)
    return f"{clock_time(start_s)}–{clock_time(end_s)}"


def height_in_words(region: Region) -> str:
    """How far down in its picture something is: a frame is one screen, a screenshot many."""
    return f"{region.top + region.height / 2:.0%} down"


def bearing(finding: Finding) -> tuple[str, str, str]:
    """What the finding does to its axis as (words, tone, icon). Being the official source is a relief, not a concern."""
    words, tone = BEARINGS[finding.bearing]
    if finding.axis is Axis.SOURCE and finding.bearing is Bearing.SUPPORTS:
        tone = "relief"
    return words, tone, ICONS[tone]


def quantity(value: float, unit: str | None) -> str:
    """A number with three significant digits, large ones whole, and its unit."""
    number = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{number} {unit}" if unit else number


def sentences(lines: Iterable[str]) -> str:
    """Lines one after the other, each as a sentence: some begin small and have no full stop, and would run into the next."""
    told = (line.strip() for line in lines)
    return " ".join(
        line[:1].upper() + line[1:] + ("" if line.endswith((".", "!", "?")) else ".") for line in told if line
    )


def still_fragment(seconds: float) -> str:
    """The end of a film's address that shows one moment: at 0 browsers seek nothing, and may draw nothing until it is played."""
    return f"#t={max(seconds, FIRST_MOMENT_S):.2f}"


def validation(finding: Finding) -> str:
    """On what the method was validated, and whether this item is of that kind."""
    if finding.validated_on is None:
        return "Not validated, carries no weight." if finding.weight == 0 else "Not validated."
    inside = {
        True: "this item is inside these conditions",
        False: "this item is outside these conditions",
        None: "whether this item is inside these conditions cannot be told",
    }[finding.inside_validation]
    carries = "" if finding.weight else "; carries no weight"
    return f"Validated on {finding.validated_on}; {inside}{carries}."


def calibration(finding: Finding) -> str:
    """The likelihood ratio with its interval, both propositions and the words of the verbal scale, or that there is none."""
    first, second = (proposition.rstrip(".") for proposition in finding.propositions)
    if finding.likelihood_ratio is None:
        return f"Not calibrated. It speaks to: “{first}” or “{second}”."
    ratio = finding.likelihood_ratio
    words = f"{strength(ratio)}{_interval(finding)}"
    if ratio >= 1:
        return f"{ratio:.3g} times more to be expected if “{first}” than if “{second}”: {words}."
    return (
        f"{1 / ratio:.3g} times more to be expected if “{second}” than if “{first}”: {words}."
        if ratio > 0
        else (f"Not to be expected at all if “{first}”; to be expected if “{second}”.")
    )


def _interval(finding: Finding) -> str:
    low, high = finding.likelihood_ratio_low, finding.likelihood_ratio_high
    if low is None or high is None:
        return ""
    return f" (likelihood ratio {finding.likelihood_ratio:.3g}, 95 % interval {low:.3g} to {high:.3g})"
