"""Which traces spoke most for or against an alteration, in words and numbers that an analyst can check against the picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from detectors.blend_model import BlendScore
from detectors.blend_traces import KINDS, Traces

NAMED = 3
"""Kinds of traces that are put in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The trace that stands for its kind, and how its value is said."""

    trace: str
    subject: str
    value: Callable[[float], str]


def _times(value: float) -> str:
    return f"{math.exp(value):.2f} times"


def _decibels(value: float) -> str:
    return f"{value * 10 / math.log(10):+.1f} dB"


def _points(value: float) -> str:
    return f"{100 * value:+.1f} percentage points"


def _units(value: float) -> str:
    return f"{value:+.1f} units of lightness"


def _correlation(value: float) -> str:
    return f"{value:+.2f} in correlation"


def _slope(value: float) -> str:
    return f"{100 * (math.exp(value) - 1):+.0f} % per face width"


HEADLINES: Mapping[str, Headline] = {
    "detail": Headline(
        trace="detail.0.inner-around",
        subject="fine detail of the inner face against hair, neck and background",
        value=_times,
    ),
    "noise": Headline(
        trace="noise.luma.strength.inner-around",
        subject="noise of the inner face against what is around it",
        value=_times,
    ),
    "spectrum": Headline(
        trace="spectrum.luma9.inner-around",
        subject="finest frequencies of the inner face against those around it",
        value=_decibels,
    ),
    "texture": Headline(
        trace="texture.pattern4.inner-around",
        subject="straight edges in the skin's texture against what is around the face",
        value=_points,
    ),
    "colour": Headline(trace="colour.l.inner-rim", subject="the inner face against the face's rim", value=_units),
    "edge": Headline(trace="edge.6", subject="edges along the rim of the face against edges across it", value=_times),
    "light": Headline(
        trace="light.across.inner-rim",
        subject="change of brightness from left to right of the inner face against its rim",
        value=_slope,
    ),
    "scene": Headline(
        trace="scene.across.face-body",
        subject="how much brighter the right side is than the left, of the face against neck and shoulders",
        value=_times,
    ),
    "flicker": Headline(
        trace="flicker.alike1.inner-rim",
        subject="likeness from one frame to the next of the inner face's fine detail against its rim's",
        value=_correlation,
    ),
}


def contributors(score: BlendScore, traces: Traces) -> str:
    """The kinds of traces that moved the score most, the strongest first: what each says, its number, and what is usual."""
    moved = score.contributions(traces)
    strongest = sorted(moved, key=lambda kind: (-abs(moved[kind]), kind))[:NAMED]
    return "; ".join(_said(kind, moved[kind], score, traces) for kind in strongest if moved[kind] != 0)


def observed(score: BlendScore, traces: Traces) -> str:
    """The kinds that have no part in the score, with their numbers; what is not in the picture is left out."""
    kinds = [kind for kind in HEADLINES if kind not in score.kinds]
    told = [(kind, traces.get(HEADLINES[kind].trace, math.nan)) for kind in kinds]
    return "; ".join(
        f"{KINDS[kind]}: {HEADLINES[kind].subject}: {HEADLINES[kind].value(value)}{_usual(score, kind)}"
        for kind, value in told
        if math.isfinite(value)
    )


def _usual(score: BlendScore, kind: str) -> str:
    usual = score.usual.get(HEADLINES[kind].trace)
    if usual is None:
        return ""
    low, high = (HEADLINES[kind].value(one) for one in usual)
    return f" (half of the genuine faces {low} to {high})"


def _said(kind: str, moved: float, score: BlendScore, traces: Traces) -> str:
    side = "for" if moved > 0 else "against"
    said = f"{KINDS[kind]} {moved:+.2f} ({side} an alteration"
    headline = HEADLINES[kind]
    value, usual = traces.get(headline.trace, math.nan), score.usual.get(headline.trace)
    if not math.isfinite(value) or usual is None:
        return f"{said})"
    low, high = (headline.value(one) for one in usual)
    return f"{said}; {headline.subject}: {headline.value(value)}, half of the genuine faces {low} to {high})"
