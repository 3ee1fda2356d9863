"""The figures that follow from a measurement: where the time went, how fast that is, what is how many times faster."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from evidence.tables import to_json
from qalqan.bench import BenchResult, Phase

COMPARED = ("decode", "faces", "voices", "match")
"""The stages that the job and the straightforward script both have."""

DECODING_AND_MODELS = ("decode", "fingerprints", "faces", "voices", "working copies")
"""The stages that consist of decoding, of networks, or, for working copies, of encoding."""

REST = "everything else"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One line of the account of a phase; ``share`` of its wall time, in [0, 1]."""

    stage: str
    seconds: float
    runs: int | None
    seconds_each: float
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
    """Time of the one ÷ time of the other: wall time, or CPU time where the name says so.

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
    """Share of the first sight's wall time that is in none of ``DECODING_AND_MODELS``."""
    first_sight_to_copy: float | None
    """All stages of the job's media at first sight, working copies left out, ÷ the look-up of a re-encoded copy; per creative.
    None if there was no copy to look up."""
    reuse: float
    """What looking at each creative once saves the script: all ads ÷ unique creatives."""
    first_sight_to_seen_before: float
    """Of the whole job, hence also per creative: both runs have the same ones."""


def account(phase: Phase, *, per: int) -> list[Share]:
    """Where the time of a phase went, in all and over ``per`` creatives or ads; with the remainder the lines add up to it."""
    rest = phase.seconds - sum(stage.seconds for stage in phase.stages)
    lines = [(stage.name, stage.seconds, stage.runs) for stage in phase.stages]
    return [
        Share(
            stage=name,
            seconds=seconds,
            runs=runs,
            seconds_each=seconds / per,
            share=seconds / phase.seconds,
        )
        for name, seconds, runs in [*lines, (REST, rest, None)]
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
    same = _seconds(result.first_sight, COMPARED)
    return Ratios(
        script_to_job=result.script.seconds / job,
        script_to_job_unique=result.script_unique_s / job,
        script_to_job_cpu=result.script.cpu_s / result.first_sight.cpu_s,
        script_to_job_cpu_unique=result.script_unique_cpu_s / result.first_sight.cpu_s,
        script_to_job_same_stages=result.script.seconds / same,
        script_to_job_same_stages_unique=result.script_unique_s / same,
        script_to_job_seen_before=result.script.seconds / result.seen_before.seconds,
        script_same_runtime_to_job=result.script_same_runtime.seconds / job,
        outside_decoding_and_models=1 - _seconds(result.first_sight, DECODING_AND_MODELS) / job,
        first_sight_to_copy=(
            _media_seconds(result) / result.creatives / result.copies.lookup_s if result.copies.lookup_s else None
        ),
        reuse=result.script.seconds / result.script_unique_s,
        first_sight_to_seen_before=job / result.seen_before.seconds,
    )


def _seconds(phase: Phase, names: Collection[str]) -> float:
    return sum(stage.seconds for stage in phase.stages if stage.name in names)


def _media_seconds(result: BenchResult) -> float:
    """What looking at the media took at first sight; texts and working copies come with ads and cases, not with creatives."""
    stages = result.first_sight.stages
    return sum(stage.seconds for stage in stages if stage.name not in ("working copies", "text, page, publisher"))


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
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    partial.replace(path)
