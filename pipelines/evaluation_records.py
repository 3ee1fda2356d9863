"""What an evaluation of the end decision found, for ``decisions.json`` and the report. No vector is part of it."""

from __future__ import annotations

from dataclasses import dataclass

from detectors.records import Axis
from pipelines.ranked_rates import RankedRates
from pipelines.records import AxisState
from watchlist.evaluation_records import Curve, Rate, Target

STATES = (AxisState.YES, AxisState.NO, AxisState.CANNOT_TELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Ads that have something in common: how many of those that should be flagged were (recall), and of those that should
    not. A rate is None where there are none. ``order``: how well they are ranked, and how many could not be told."""

    name: str
    wanted: int
    found: int
    recall: Rate | None
    unwanted: int
    flagged: int
    false_flags: Rate | None
    order: RankedRates


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """The ads by one of the words of their truth."""

    by: str
    rows: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """One axis: ``counts[i][j]`` ads of which ``STATES[i]`` is right and ``STATES[j]`` was read; ``silent`` is the share of those
    on which it could not tell."""

    axis: Axis
    counts: tuple[tuple[int, ...], ...]
    right: Rate
    silent: Rate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Errors of one kind: what was decided wrong, of which kind of ads, and the axes that were read wrong."""

    missed: bool
    kind: str
    wrong: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionError:
    """One wrong decision. ``why`` is the assessment's own sentence; ``readings`` are those of the axes that were read wrong.
    ``picture`` is the name of a JPEG beside the report, bystanders blurred, or None where there is nothing to show."""

    ad_id: str
    missed: bool
    kind: str
    language: str
    condition: str
    text: str
    page: str
    leads_to: str
    why: str
    wrong: tuple[str, ...]
    readings: tuple[str, ...]
    priority: int | None
    creative_sha256: str | None
    picture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlooked:
    """An ad or a creative that could not be looked at, and why, as a sentence."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEvaluation:
    """A whole evaluation. ``command`` makes the figures again, ``made_with`` the set; ``creatives`` are the different ones;
    ``ranked`` says by what the ads are ordered for ``curves``; ``in_sample`` are detectors that learned from this very set."""

    description: str
    command: str
    made_with: str
    made_at: str
    qalqan: str
    pipeline_version: str
    pack: str
    creatives: int
    overall: Share
    ranked: str
    curves: tuple[Curve, ...]
    breakdowns: tuple[Breakdown, ...]
    confusions: tuple[Confusion, ...]
    targets: tuple[Target, ...]
    causes: tuple[Cause, ...]
    errors: tuple[DecisionError, ...]
    unlooked: tuple[Unlooked, ...]
    limits: tuple[str, ...]
    in_sample: tuple[str, ...] = ()
