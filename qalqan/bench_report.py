"""A measurement as tables and sentences for somebody who has never seen the code."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table

from qalqan.bench import BenchResult, Phase
from qalqan.bench_figures import COMPARED, REST, account, detector_costs, in_words, outside_lines, pace, ratios, targets
from qalqan.straightforward import FRAMES_PER_S, MAX_FRAMES, MAX_SOUND_S

BUSY = 0.25
"""From this load per core on, a reader is told that others were at work."""

UNEVEN = 0.1
"""With less than 1 - so much of a core for the script, wall times are not fit to be compared."""


def print_result(result: BenchResult, *, console: Console) -> None:
    """The measurement as somebody reads it who has never seen the code."""
    _print_setting(result, console)
    console.print(_stages("The job at first sight: where the time goes", result.first_sight, per=result.creatives))
    console.print(_stages("The straightforward script", result.script, per=result.ads, each="ad"))
    console.print(_detectors(result))
    console.print(_paces(result))
    console.print(_comparison(result))
    _print_notes(result, console)
    console.print()
    for target in targets(result):
        console.print(in_words(target), markup=False, highlight=False)


def _print_setting(result: BenchResult, console: Console) -> None:
    facts = result.machine
    versions = ", ".join(f"{name} {number}" for name, number in facts.versions.items())
    console.print(
        f"Ads: {result.ads}, synthetic, with {result.creatives} unique creatives and {result.media_s:.0f} s of media "
        f"({result.media_capped_s:.0f} s when no film counts for more than {result.film_cap_s:.0f} s). "
        f"Flagged: {result.candidates}. Could not be processed: {result.dead_letters}.\n"
        f"Machine: {facts.processor or 'unknown processor'}, {facts.cores} cores, {facts.system}, Python {facts.python}."
        f"{_neighbours(result)}\n"
        f"Versions: {versions}.\n"
        f"Models: {result.pack}, one worker, PyTorch on {result.torch_threads} thread(s), "
        f"{result.references} reference vectors.\n"
        f"Opening models: {result.opening.seconds:.1f} s, once per worker; it is part of no figure below.",
        markup=False,
        highlight=False,
    )


def _neighbours(result: BenchResult) -> str:
    load, cores = result.machine.load, result.machine.cores
    if load is None or load < BUSY * cores:
        return ""
    return (
        f" Other programs were at work before it began (load {load:.1f} on {cores} cores): read the wall times as too long, "
        "and compare CPU times."
    )


def _stages(title: str, phase: Phase, *, per: int, each: str = "creative") -> Table:
    table = _table(title, "Stage", "Runs", "Wall s", "CPU s", f"per {each}", "Share")
    for line in account(phase, per=per):
        name = f"{REST} (Beam, I/O)" if line.stage == REST and each == "creative" else line.stage
        runs = "" if line.runs is None else str(line.runs)
        wall = "" if line.seconds is None else f"{line.seconds:.1f}"
        table.add_row(name, runs, wall, f"{line.cpu_s:.1f}", _brief(line.cpu_each_s), _percent(line.share))
    table.add_section()
    table.add_row(
        "in total", "", f"{phase.seconds:.1f}", f"{phase.cpu_s:.1f}", _brief(phase.cpu_s / per), _percent(1.0)
    )
    table.caption = "Stages run side by side, so their wall times do not add up; CPU times, decoders included, do."
    table.caption_justify = "left"
    return table


def _detectors(result: BenchResult) -> Table:
    table = _table("The detectors of media", "Detector", "CPU s", "CPU s per matched minute")
    for cost in detector_costs(result):
        each = "–" if cost.per_minute_s is None else f"{cost.per_minute_s:.1f}"
        table.add_row(cost.detector, f"{cost.cpu_s:.1f}", each)
    table.caption = (
        f"Somebody was recognised in {result.matched_s:.0f} s of media. What detectors share, the close-up of a face, is counted "
        "where it was made first."
    )
    table.caption_justify = "left"
    return table


def _paces(result: BenchResult) -> Table:
    capped = f"films ≤ {result.film_cap_s:.0f} s"
    table = _table("How fast", "", "Wall s", "CPU s", "Ads/hour", "× real time", capped)
    table.caption = (
        "× real time: seconds of media per second of wall time. The last column counts no film for more than "
        f"{result.film_cap_s:.0f} s: beyond that, frames are further apart."
    )
    table.caption_justify = "left"
    phases = {
        "job, first sight": result.first_sight,
        "job, seen before": result.seen_before,
        "straightforward script": result.script,
        "script, networks alike": result.script_same_runtime,
    }
    for name, phase in phases.items():
        speed = pace(result, phase)
        times = f"{speed.times_real:.2f}", f"{speed.times_real_capped:.2f}"
        table.add_row(name, f"{phase.seconds:.1f}", f"{phase.cpu_s:.1f}", f"{speed.ads_per_hour:,.0f}", *times)
    return table


def _comparison(result: BenchResult) -> Table:
    r = ratios(result)
    table = _table(
        "How many times as fast as the script the job is (below 1: slower)",
        "",
        f"all {result.ads} ads",
        f"each of {result.creatives} once",
    )
    table.add_row("first sight, wall time", f"{r.script_to_job:.2f}", f"{r.script_to_job_unique:.2f}")
    table.add_row("first sight, CPU time", f"{r.script_to_job_cpu:.2f}", f"{r.script_to_job_cpu_unique:.2f}")
    table.add_row("first sight, networks alike, wall time", f"{r.script_same_runtime_to_job:.2f}", "–")
    same = f"{r.script_to_job_same_stages:.2f}", f"{r.script_to_job_same_stages_unique:.2f}"
    table.add_row(f"only its {', '.join(COMPARED)}, CPU time", *same)
    table.add_row("seen before, wall time", f"{r.script_to_job_seen_before:.2f}", "–")
    return table


def _print_notes(result: BenchResult, console: Console) -> None:
    r = ratios(result)
    extra = [stage for stage in result.first_sight.stages if stage.name not in COMPARED]
    share = sum(stage.cpu_s for stage in extra) / result.first_sight.cpu_s
    rest = account(result.seen_before, per=result.creatives)[-1]
    notes = [
        (
            f"Creatives that several ads share are examined once: that alone is × {r.reuse:.2f} in the left column. "
            "In the right column the script, too, skips the duplicates: what is left comes from the way of working."
        ),
        (
            f"The whole job does what the script leaves out: {', '.join(stage.name for stage in extra)} "
            f"({_percent(share)} of its time), besides the sandbox, the records and Beam. "
            "The line before the last compares only what both do."
        ),
        (
            f"A creative seen before costs 1/{r.first_sight_to_seen_before:.1f} of its first sight. No media is opened for it: "
            f"{rest.cpu_s:.1f} of its {result.seen_before.cpu_s:.1f} s of CPU time are Beam, I/O and writing."
        ),
        (
            f"Outside decoding and models the job spent {_percent(r.outside_decoding_and_models)} of its CPU time: "
            f"{', '.join(f'{line.stage} {_percent(line.share)}' for line in outside_lines(result)[:6])}. Inside are the "
            "decoders' processes (with the hashing of what they decode), Tesseract's, and every call of a network or of dlib's "
            "detector, timed by itself. Outside is all else, the encoding of working copies, too. With Tesseract outside it is "
            f"{_percent(r.outside_and_words)}."
        ),
        (
            "The script calls the networks as their authors' library runs them. Where the job runs the same network by another "
            "runtime, that is a part of its way of working; the lines «networks alike» leave it out."
        ),
        (
            f"The script looked at {result.script_frames:,} frames, {result.script_faces:,} faces and "
            f"{result.script_windows:,} windows of speech: {FRAMES_PER_S:g} frames a second up to {MAX_FRAMES} frames and "
            f"{MAX_SOUND_S:.0f} s of sound, the job's own caps."
        ),
        (
            f"Somebody protected was recognised in {result.recognised_by_job} creatives by the job, "
            f"in {result.recognised_by_script} by the script, in {result.recognised_by_both} by both."
        ),
        (
            "On other ads all of this differs: it depends on how many share a creative, how long they are, how many faces "
            "they show and how many are flagged."
        ),
    ]
    if r.first_sight_to_copy is not None:
        notes.append(
            f"Of {result.copies.made} re-encoded, smaller copies of known creatives {result.copies.recognised} were recognised. "
            f"Looking one up took {_brief(result.copies.lookup_s)} s of CPU time, 1/{r.first_sight_to_copy:.1f} of what "
            "a creative's media took at first sight."
        )
    job, script = (phase.cpu_s / phase.seconds for phase in (result.first_sight, result.script))
    notes.append(f"The job kept {job:.2f} cores busy on average, decoders beside models; the script {script:.2f}.")
    if script < 1 - UNEVEN:
        notes.append(
            "The script, which never waits, did not have a core to itself: other programs were in the way. Trust the line with "
            "CPU times, or measure again on a quiet machine."
        )
    if result.creatives_seen_before < result.creatives:
        notes.append(
            f"In the second run only {result.creatives_seen_before} of {result.creatives} creatives were known: "
            "the others could not be processed the first time."
        )
    console.print()
    for note in notes:
        console.print(f"- {note}", markup=False, highlight=False)


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=f"\n{title}", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    for number, name in enumerate(columns):
        table.add_column(name, justify="right" if number else "left", no_wrap=True)
    return table


def _brief(seconds: float) -> str:
    return f"{seconds:.3f}" if seconds < 0.1 else f"{seconds:.2f}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
