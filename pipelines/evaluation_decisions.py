"""How often the end decision errs: assessments beside right answers, counted as a whole, by the words of the truth, by axis.

The decision itself is a yes or a no. What is ranked for AUC and the curves is said by ``evaluation_ranking.RANKED``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.records import Axis, Finding
from embeddings.records import Creative
from evidence.records import Ad
from pipelines.evaluation_ranking import rank
from pipelines.evaluation_records import STATES, Breakdown, Cause, Confusion, DecisionError, Share
from pipelines.ranked_rates import (
    Numbers,
    Truth,
    bitrate_range,
    enough,
    own_ratios,
    ranked_rates,
    share_rate,
    thinned_curve,
)
from pipelines.records import Assessment, AxisState, Candidate
from pipelines.truth import AdTruth
from watchlist.error_rates import proportion
from watchlist.evaluation_rates import rate_of
from watchlist.evaluation_records import Curve, Rate, Target
from watchlist.evaluation_wording import interval, percent

RECALL = 0.95
FALSE_FLAGS = 0.01
TARGET_ADS = 500
"""The targets are for so many ads; with fewer, nothing is called met or missed."""
SEED = 0
LONGEST_TEXT = 400
MOST_OF_A_CAUSE = 3
"""So many errors of one cause are shown: others would say the same again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An ad with the right answers and what was concluded; ``candidate`` is None unless it was flagged. ``findings`` are those
    about it and its media; ``creative`` is the one that stands for it, None where none could be read."""

    truth: AdTruth
    ad: Ad
    assessment: Assessment
    candidate: Candidate | None
    findings: tuple[Finding, ...] = ()
    creative: Creative | None = None

    @property
    def flagged(self) -> bool:
        """Whether the job asks a person to look."""
        return self.assessment.flagged

    @property
    def wrong(self) -> bool:
        """Whether that is the wrong decision."""
        return self.flagged is not self.truth.flag

    @property
    def wrong_axes(self) -> tuple[Axis, ...]:
        """The axes that were read otherwise than is right, of those that decide: alteration explains and is never required."""
        return tuple(
            reading.axis
            for reading in self.assessment.axes
            if reading.axis is not Axis.ALTERATION and reading.state is not self.truth.answer(reading.axis)
        )

    @property
    def group(self) -> str:
        """What it shares with others: ads of one creative are not independent."""
        return self.truth.creative or self.truth.ad_id

    @property
    def silent(self) -> bool:
        """Whether it could not be told on one of the axes that decide."""
        return any(
            reading.axis is not Axis.ALTERATION and reading.state is AxisState.CANNOT_TELL
            for reading in self.assessment.axes
        )

    @property
    def codec(self) -> str | None:
        """That of its creative as it was read."""
        return None if self.creative is None else self.creative.video_codec or self.creative.audio_codec

    @property
    def kbps(self) -> float | None:
        """Kilobits a second of its creative; None for pictures."""
        if self.creative is None or not self.creative.duration_s:
            return None
        return self.creative.size_bytes * 8 / self.creative.duration_s / 1000


WORDS: dict[str, Callable[[Judged], str | None]] = {
    "kind": lambda one: one.truth.kind,
    "language": lambda one: one.truth.language,
    "condition": lambda one: one.truth.condition,
    "generator": lambda one: one.truth.generator or "nothing generated",
    "codec": lambda one: one.codec,
    "bitrate": lambda one: bitrate_range(one.kbps),
    "set of texts": lambda one: one.truth.text_set,
    "kind of text": lambda one: one.truth.text_kind,
    "disguise of the text": lambda one: one.truth.disguise or "plain",
    "publisher": lambda one: one.truth.publisher,
    "landing page": lambda one: one.truth.landing,
}


def likelihood_ratios(judged: Sequence[Judged]) -> dict[str, float]:
    """By ad, the log10 likelihood ratio of its rank, from fits that saw no ad of its creative; empty where nothing can be
    fitted."""
    ratios = own_ratios(_ranks(judged), _truth(judged), [one.group for one in judged])
    return {} if ratios is None else dict(zip((one.truth.ad_id for one in judged), ratios.tolist(), strict=True))


def share(name: str, judged: Sequence[Judged], ratios: Mapping[str, float] | None = None) -> Share:
    """Recall, false flags and the order of these ads; ``ratios`` as ``likelihood_ratios`` has them. Ads that share a creative are
    not independent: the intervals say so."""
    logs = np.array([ratios[one.truth.ad_id] for one in judged]) if ratios else None
    wanted = [one for one in judged if one.truth.flag]
    unwanted = [one for one in judged if not one.truth.flag]
    return Share(
        name=name,
        wanted=len(wanted),
        found=sum(one.flagged for one in wanted),
        recall=_rate(wanted, lambda one: one.flagged),
        unwanted=len(unwanted),
        flagged=sum(one.flagged for one in unwanted),
        false_flags=_rate(unwanted, lambda one: one.flagged),
        order=ranked_rates(
            _ranks(judged),
            _truth(judged),
            [one.group for one in judged],
            ratios=logs,
            silent=np.array([one.silent for one in judged], dtype=bool),
            kinds=("wanted", "other"),
            rng=np.random.default_rng(SEED),
        ),
    )


def breakdowns(judged: Sequence[Judged], ratios: Mapping[str, float] | None = None) -> tuple[Breakdown, ...]:
    """By each of the words, rows in the order of their names; nothing where all ads have the same word. An ad without one, such
    as the bitrate of a picture, is in no row."""
    found = []
    for by, word in WORDS.items():
        names = sorted({name for one in judged if (name := word(one)) is not None})
        if len(names) > 1:
            rows = tuple(share(name, [one for one in judged if word(one) == name], ratios) for name in names)
            found.append(Breakdown(by=by, rows=rows))
    return tuple(found)


def curves(judged: Sequence[Judged]) -> tuple[Curve, ...]:
    """Both errors along the ranks: of all ads, then of each language; nothing for a part that has too few of either kind."""
    languages = sorted({one.truth.language for one in judged})
    parts = [("all ads", list(judged))]
    parts += [(name, [one for one in judged if one.truth.language == name]) for name in languages]
    drawn = parts if len(languages) > 1 else parts[:1]
    return tuple(
        thinned_curve(name, _ranks(part), _truth(part)) for name, part in drawn if enough(_ranks(part), _truth(part))
    )


def confusions(judged: Sequence[Judged]) -> tuple[Confusion, ...]:
    """What was read on each axis, against what is right."""
    return tuple(_confusion(axis, judged) for axis in Axis) if judged else ()


def targets(overall: Share, errors: Sequence[Cause] = ()) -> tuple[Target, ...]:
    """What the project demands of the end decision, where the set can say it; ``errors`` are its ``causes``."""
    ads = overall.wanted + overall.unwanted
    demanded = []
    if overall.recall is not None:
        short, why = RECALL - overall.recall.rate, _why([one for one in errors if one.missed])
        demanded.append(_target("recall", f"at least {100 * RECALL:g} %", overall.recall, short, why, ads=ads))
    if overall.false_flags is not None:
        rate, why = overall.false_flags, _why([one for one in errors if not one.missed])
        demanded.append(
            _target("false flags", f"at most {100 * FALSE_FLAGS:g} %", rate, rate.rate - FALSE_FLAGS, why, ads=ads)
        )
    return tuple(demanded)


def causes(judged: Sequence[Judged]) -> tuple[Cause, ...]:
    """The errors by what went wrong, the most frequent first."""
    counts = Counter(_cause(one) for one in judged if one.wrong)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Cause(missed=missed, kind=kind, wrong=wrong, count=count) for (missed, kind, wrong), count in ordered)


def worst_errors(judged: Sequence[Judged], *, most: int) -> tuple[DecisionError, ...]:
    """The errors to show: the most frequent causes first, of each a few, of these what had the highest priority first."""
    groups: dict[tuple[bool, str, tuple[str, ...]], list[Judged]] = {}
    for one in judged:
        if one.wrong:
            groups.setdefault(_cause(one), []).append(one)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(_error(one) for _, group in ordered for one in _few(group))[:most]


def _ranks(judged: Sequence[Judged]) -> Numbers:
    return np.array([rank(one.assessment, one.findings) for one in judged], dtype=np.float64)


def _truth(judged: Sequence[Judged]) -> Truth:
    return np.array([one.truth.flag for one in judged], dtype=bool)


def _rate(judged: Sequence[Judged], hit: Callable[[Judged], bool]) -> Rate | None:
    groups = [one.group for one in judged]
    return share_rate([hit(one) for one in judged], groups, rng=np.random.default_rng(SEED))


def _confusion(axis: Axis, judged: Sequence[Judged]) -> Confusion:
    counts = [[0] * len(STATES) for _ in STATES]
    right = 0
    for one in judged:
        read = _read(one, axis)
        counts[STATES.index(one.truth.answer(axis))][STATES.index(read)] += 1
        right += read is one.truth.answer(axis)
    return Confusion(
        axis=axis,
        counts=tuple(tuple(row) for row in counts),
        right=rate_of(proportion(right, len(judged))),
        silent=_rate(judged, lambda one: _read(one, axis) is AxisState.CANNOT_TELL),
    )


def _read(one: Judged, axis: Axis) -> AxisState:
    return next(reading.state for reading in one.assessment.axes if reading.axis is axis)


def _why(errors: Sequence[Cause]) -> str | None:
    """Which axes were read wrong in how many of these errors, and in which kind of ad most often."""
    if not errors:
        return None
    axes: Counter[tuple[str, ...]] = Counter()
    kinds: Counter[str] = Counter()
    for one in errors:
        axes[one.wrong] += one.count
        kinds[one.kind] += one.count
    (wrong, most), (kind, often), count = axes.most_common(1)[0], kinds.most_common(1)[0], sum(axes.values())
    read = f"{' and '.join(wrong)} read wrong in {most}" if wrong else f"no axis read wrong, the rule itself, in {most}"
    return f"{read} of {count}; most often “{kind}” ({often})"


def _target(what: str, wanted: str, rate: Rate, short: float, why: str | None, *, ads: int) -> Target:
    shown = ads >= TARGET_ADS
    return Target(
        what=f"end decision: {what}",
        wanted=wanted,
        reached=f"{percent(rate.rate)} ({interval(rate)})",
        met=shown and short <= 0,
        missed_by=f"{100 * short:.2f} points" if short > 0 else "",
        why=why if short > 0 else None,
        not_shown=None if shown else f"{ads} ads, the target is for {TARGET_ADS} or more",
    )


def _cause(one: Judged) -> tuple[bool, str, tuple[str, ...]]:
    return one.truth.flag, one.truth.kind, tuple(axis.value for axis in one.wrong_axes)


def _few(group: Sequence[Judged]) -> Iterator[Judged]:
    """At most a few, of different languages where there are some."""
    ordered = sorted(group, key=lambda one: (-(one.candidate.priority if one.candidate else 0), one.truth.ad_id))
    firsts = {one.truth.language: one for one in reversed(ordered)}
    fresh = [one for one in ordered if firsts[one.truth.language] is one]
    yield from [*fresh, *(one for one in ordered if one not in fresh)][:MOST_OF_A_CAUSE]


def _error(one: Judged) -> DecisionError:
    ad, wrong = one.ad, one.wrong_axes
    text = " · ".join(words for words in (ad.title, ad.body) if words)
    return DecisionError(
        ad_id=one.truth.ad_id,
        missed=one.truth.flag,
        kind=one.truth.kind,
        language=one.truth.language,
        condition=one.truth.condition,
        text=text[:LONGEST_TEXT] + ("…" if len(text) > LONGEST_TEXT else ""),
        page=f"{ad.page_name or 'no name'} ({one.truth.publisher})",
        leads_to=one.truth.landing,
        why=one.assessment.why,
        wrong=tuple(f"{axis.value} is {_said(one.truth.answer(axis))}" for axis in wrong),
        readings=tuple(
            f"{reading.axis.value}, read as {_said(reading.state)}: {reading.summary}"
            for reading in one.assessment.axes
            if reading.axis in wrong
        ),
        priority=one.candidate.priority if one.candidate is not None else None,
        creative_sha256=one.assessment.creative_sha256,
    )


def _said(state: object) -> str:
    return str(state).replace("_", " ")
