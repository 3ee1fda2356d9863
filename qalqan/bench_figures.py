"""The figures that follow from a measurement: where the time went, how fast that is, what is how many times faster."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evidence.tables import to_json
from qalqan.bench import BenchResult, Phase
from qalqan.bench_campaigns import CampaignFigures
from qalqan.machine import Machine

COMPARED = ("decode", "faces", "voices", "match")
"""The stages that the job and the straightforward script both have."""

WORDS = ("words in pictures", "words in speech", "words in screenshots")
"""Stages whose children are Tesseract's: its networks, with what is around them."""

DETECTOR = "detector "
"""What the names of the detectors' stages begin with."""

NOT_DECODING = ("working copies", f"{DETECTOR}container")
"""Stages whose sandboxed children count as outside: they encode what they decode, which cannot be told apart, or they parse a
file and decode no picture or sound of it."""

REST = "everything else"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One line of the account of a phase; ``share`` of its processor time, in [0, 1]. ``seconds`` by the clock is None for what
    no stage covers: stages run side by side."""

    stage: str
    seconds: float | None
    cpu_s: float
    decoding_s: float
    models_s: float
    runs: int | None
    cpu_each_s: float
    """Per creative for the job, which looks at each once; per ad for the script, which does not."""
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a phase went. ``times_real`` is seconds of media per second of wall time; ``times_real_capped`` counts every
    film up to ``film_cap_s``, beyond which frames are taken further apart."""

    ads_per_hour: float
    times_real: float
    times_real_capped: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratios:
    """Time of the one ÷ time of the other: wall time, or CPU time where the name says so or single stages are compared, since
    those of the job run side by side.

    "Unique" lets the script, too, look at each creative once only; "same stages" counts only those stages of the job that
    the script has as well.
    """

    script_to_job: float
    script_to_job_unique: float
    script_to_job_cpu: float
    script_to_job_cpu_unique: float
    script_to_job_same_stages: float
    script_to_job_same_stages_unique: float
    script_to_job_seen_before: float
    script_same_runtime_to_job: float
    """As the first, with the networks of the script run as in the job."""
    outside_decoding_and_models: float
    """Share of the first sight's CPU time that is neither in decoders nor in calls of models."""
    outside_and_words: float
    """The same with the children that read words counted as outside, too."""
    first_sight_to_copy: float | None
    """All stages of the job's media at first sight, working copies left out, ÷ the look-up of a re-encoded copy; per creative.
    None if there was no copy to look up."""
    reuse: float
    """What looking at each creative once saves the script: all ads ÷ unique creatives."""
    first_sight_to_seen_before: float
    """Of the whole job, hence also per creative: both runs have the same ones."""


def account(phase: Phase, *, per: int) -> list[Share]:
    """Where the processor time of a phase went, in all and over ``per`` creatives or ads; with the remainder the lines add up
    to it."""
    rest = phase.cpu_s - sum(stage.cpu_s for stage in phase.stages)
    lines = [
        (stage.name, stage.seconds, stage.cpu_s, stage.decoding_s, stage.models_s, stage.runs) for stage in phase.stages
    ]
    return [
        Share(
            stage=name,
            seconds=seconds,
            cpu_s=cpu_s,
            decoding_s=decoding_s,
            models_s=models_s,
            runs=runs,
            cpu_each_s=cpu_s / per,
            share=cpu_s / phase.cpu_s,
        )
        for name, seconds, cpu_s, decoding_s, models_s, runs in [*lines, (REST, None, rest, 0.0, 0.0, None)]
    ]


def pace(result: BenchResult, phase: Phase) -> Pace:
    """How fast a phase went through all the ads."""
    return Pace(
        ads_per_hour=3600 * result.ads / phase.seconds,
        times_real=result.media_s / phase.seconds,
        times_real_capped=result.media_capped_s / phase.seconds,
    )


def ratios(result: BenchResult) -> Ratios:
    """What is how many times faster than what."""
    job = result.first_sight.seconds
    same = _cpu_s(result.first_sight, COMPARED)
    outside_s = sum(_outside_s(line) for line in account(result.first_sight, per=1))
    words_s = sum(stage.decoding_s for stage in result.first_sight.stages if stage.name in WORDS)
    return Ratios(
        script_to_job=result.script.seconds / job,
        script_to_job_unique=result.script_unique_s / job,
        script_to_job_cpu=result.script.cpu_s / result.first_sight.cpu_s,
        script_to_job_cpu_unique=result.script_unique_cpu_s / result.first_sight.cpu_s,
        script_to_job_same_stages=result.script.cpu_s / same,
        script_to_job_same_stages_unique=result.script_unique_cpu_s / same,
        script_to_job_seen_before=result.script.seconds / result.seen_before.seconds,
        script_same_runtime_to_job=result.script_same_runtime.seconds / job,
        outside_decoding_and_models=outside_s / result.first_sight.cpu_s,
        outside_and_words=(outside_s + words_s) / result.first_sight.cpu_s,
        first_sight_to_copy=(
            _media_cpu_s(result) / result.creatives / result.copies.lookup_s if result.copies.lookup_s else None
        ),
        reuse=result.script.seconds / result.script_unique_s,
        first_sight_to_seen_before=job / result.seen_before.seconds,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorCost:
    """Processor time of one detector of media; what several share (the close-up of a face) is counted where it was made.
    ``per_minute_s`` for each minute of the creatives in which somebody was recognised; None where nobody was."""

    detector: str
    cpu_s: float
    per_minute_s: float | None


def detector_costs(result: BenchResult) -> list[DetectorCost]:
    """Every detector of media, the dearest first."""
    minutes = result.matched_s / 60
    costs = [
        DetectorCost(
            detector=stage.name.removeprefix(DETECTOR),
            cpu_s=stage.cpu_s,
            per_minute_s=stage.cpu_s / minutes if minutes else None,
        )
        for stage in result.first_sight.stages
        if stage.name.startswith(DETECTOR)
    ]
    return sorted(costs, key=lambda cost: -cost.cpu_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What was aimed at, what was ``reached``, and ``why`` not more, in a sentence; None where it was met."""

    name: str
    met: bool
    reached: str
    why: str | None


FASTER, CHEAPER, OUTSIDE, DETECTING = 5.0, 50.0, 0.15, 1.0
"""How many times as fast as the script the job is to be, how many times cheaper than first sight a re-encoded copy, which share
of the time may be spent outside decoding and models, and how long all detectors may take for a second of what they match."""

MILLION, MINUTES = 1_000_000, 10
"""How many ads are to be joined into campaigns in how many minutes, on two cores."""


def targets(result: BenchResult) -> list[Target]:
    """The targets of this measurement, met or missed."""
    r = ratios(result)
    lines = sorted(account(result.first_sight, per=result.creatives), key=lambda line: -line.cpu_s)
    outside = outside_lines(result)
    slower = min(r.script_to_job, r.script_same_runtime_to_job)
    busy = result.first_sight.cpu_s / result.first_sight.seconds
    found = [
        _target(
            f"the whole job at least {FASTER:g} times as fast as the script with the same models",
            slower >= FASTER,
            f"{r.script_same_runtime_to_job:.2f} times with the networks run alike, {r.script_to_job:.2f} times with the "
            "script's run by their authors' library; the stricter decides",
            f"{FASTER / slower:.1f} times too slow: most of its processor time goes to {_largest(lines)}; it kept "
            f"{busy:.1f} of {result.machine.cores} cores busy",
        ),
        _target(
            f"at most {100 * OUTSIDE:.0f} % of the processor time outside decoding and models",
            r.outside_decoding_and_models <= OUTSIDE,
            f"{100 * r.outside_decoding_and_models:.1f} %; {100 * r.outside_and_words:.1f} % if reading words is no model",
            f"{100 * (r.outside_decoding_and_models - OUTSIDE):.1f} points too much: {_largest(outside)}",
        ),
    ]
    costs = detector_costs(result)
    if result.matched_s:
        times_real = sum(cost.cpu_s for cost in costs) / result.matched_s
        dearest = ", ".join(f"{cost.detector} ({cost.cpu_s / result.matched_s:.2f})" for cost in costs[:4])
        found.append(
            _target(
                f"all detectors of media together at most {DETECTING:g} × real time of what they match",
                times_real <= DETECTING,
                f"{times_real:.2f} × on one core",
                f"{times_real / DETECTING:.1f} times too slow: {dearest}",
            )
        )
    if r.first_sight_to_copy is not None:
        copies = result.copies
        found.append(
            _target(
                f"a re-encoded copy at least {CHEAPER:g} times cheaper than first sight",
                r.first_sight_to_copy >= CHEAPER,
                f"{r.first_sight_to_copy:.1f} times",
                f"{CHEAPER / r.first_sight_to_copy:.1f} times too dear: all that its frames are made of and all its sound is "
                f"decoded, since half a second between two of them may hide a forgery; "
                f"that alone is {100 * copies.decoding_share:.0f} % of a look-up",
            )
        )
    found.append(campaigns_target(result.campaigns, result.machine))
    return found


def campaigns_target(figures: CampaignFigures, facts: Machine) -> Target:
    """Whether a million ads are joined in minutes, in proportion where fewer were."""
    times = MILLION / figures.ads
    minutes, spent = figures.seconds * times / 60, figures.cpu_seconds * times / 60
    measured = f"{figures.ads:,} ads in {figures.seconds:.0f} s, {figures.cpu_seconds:.0f} s of them processor time"
    reached = measured if times == 1 else f"{measured}: in proportion {minutes:.1f} minutes for a million"
    load = (
        ""
        if facts.load is None
        else f", and others kept the machine busy (load {facts.load:.1f} on {facts.cores} cores)"
    )
    why = (
        f"{minutes / MINUTES:.1f} times too slow: a million take {spent:.1f} minutes of processor time, most of it on one core"
        f"{load}"
    )
    return _target(
        f"{MILLION:,} ads joined into campaigns in {MINUTES} minutes on 2 cores", minutes <= MINUTES, reached, why
    )


def in_words(target: Target) -> str:
    """A sentence: what was aimed at, what was reached, and why not more."""
    words = f"met ({target.reached})" if target.why is None else f"MISSED ({target.reached}), {target.why}"
    return f"Target, {target.name}: {words}."


def outside_lines(result: BenchResult) -> list[Share]:
    """The stages of the first sight with what of each is neither decoding nor models as their ``share``, the largest first."""
    whole = result.first_sight.cpu_s
    lines = account(result.first_sight, per=result.creatives)
    return sorted((replace(line, share=_outside_s(line) / whole) for line in lines), key=lambda line: -line.share)


def _outside_s(line: Share) -> float:
    """What of a stage's processor time is neither decoding nor models."""
    children_s = 0.0 if line.stage in NOT_DECODING else line.decoding_s
    return max(0.0, line.cpu_s - children_s - line.models_s)


def _target(name: str, met: bool, reached: str, why: str) -> Target:
    return Target(name=name, met=met, reached=reached, why=None if met else why)


def _largest(lines: Sequence[Share]) -> str:
    return ", ".join(f"{line.stage} ({100 * line.share:.0f} %)" for line in lines[:4] if line.share)


def _cpu_s(phase: Phase, names: Collection[str]) -> float:
    return sum(stage.cpu_s for stage in phase.stages if stage.name in names)


def _media_cpu_s(result: BenchResult) -> float:
    """What looking at the media took at first sight; texts and working copies come with ads and cases, not with creatives."""
    stages = result.first_sight.stages
    return sum(stage.cpu_s for stage in stages if stage.name not in ("working copies", "text, page, publisher"))


def save(result: BenchResult, path: Path) -> None:
    """Write the measurement and all that follows from it as JSON; the file is whole or not there."""
    phases = {
        "first_sight": (result.first_sight, result.creatives),
        "seen_before": (result.seen_before, result.creatives),
        "script": (result.script, result.ads),
        "script_same_runtime": (result.script_same_runtime, result.ads),
    }
    content = {
        "measured": to_json(result),
        "accounts": {
            name: [to_json(line) for line in account(phase, per=per)] for name, (phase, per) in phases.items()
        },
        "pace": {name: to_json(pace(result, phase)) for name, (phase, _) in phases.items()},
        "ratios": to_json(ratios(result)),
        "detector_costs": [to_json(cost) for cost in detector_costs(result)],
        "targets": [to_json(target) for target in targets(result)],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    partial.replace(path)
