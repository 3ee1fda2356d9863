"""How fast a large bank of genuine film is searched for the places that a suspect may show.

The films are made: each has a look of its own, changes it from shot to shot, and wanders about it from mark to mark; suspects are
stretches of them with noise, mirrored, slowed and sped. Real film is measured by ``python -m tests.alignment_rates``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from detectors.footage_bank import QUERIES, FootageBank, MarkedFilm
from qalqan.machine import machine
from watchlist.film_marks import MARKS_PER_S, NUMBERS, Marks, mirrored_marks

FILM_S, SHOT_S, SUSPECT_S = 600, 20, 60
SPEEDS = (1.0, 0.9, 1.1)

WANTED_HOURS, WANTED_S = 1000.0, 1.0
"""So much film, in so many seconds of one core per suspect minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FootageFigures:
    """What was measured. ``found`` of ``suspects`` minutes were given their film and time among the first few places; seconds
    are per suspect minute: of the processor (median) and by the clock (fastest); memory beyond the mapped file."""

    hours: float
    marks: int
    suspects: int
    found: int
    processor_s: float
    clock_s: float
    build_s: float
    file_mb: float
    private_mb: float


def measure_footage(hours: float, *, suspects: int, seed: int, tell: Callable[[str], None]) -> FootageFigures:
    """Make a bank of so many hours, write it, map it and search it for minutes of it."""
    rng = np.random.default_rng(seed)
    count = max(1, round(hours * 3600 / FILM_S))
    size = FILM_S * MARKS_PER_S
    tell(f"Making {count} films of {FILM_S // 60} minutes, {count * size} marks")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "marks.npy"
        written = np.lib.format.open_memmap(path, mode="w+", dtype=np.int8, shape=(count * size, NUMBERS))
        for film in range(count):
            written[film * size : (film + 1) * size] = _film(rng, size)
        written.flush()
        del written
        marks: Marks = np.load(path, mmap_mode="r")
        times_s = np.arange(size) / MARKS_PER_S
        films = [MarkedFilm(times_s=times_s, marks=marks[start : start + size]) for start in range(0, len(marks), size)]
        tell("Building the bank")
        before, began = _private_mb(), process_time()
        bank = FootageBank(films)
        build_s, private_mb = process_time() - began, _private_mb() - before
        tell(f"Searching {suspects} minutes")
        found, spent = 0, []
        for number in range(suspects):
            film, start_s, speed = int(rng.integers(count)), int(rng.integers(FILM_S - 70)), SPEEDS[number % 3]
            seen_s = np.arange(SUSPECT_S * MARKS_PER_S) / MARKS_PER_S
            at = np.rint(MARKS_PER_S * (start_s + speed * seen_s)).astype(int)
            suspect = np.clip(films[film].marks[at] + rng.normal(0, 6, (len(at), NUMBERS)), -127, 127).astype(np.int8)
            if number % 2:
                suspect = mirrored_marks(suspect)
            clock, processor = perf_counter(), process_time()
            with threadpool_limits(1):
                places = bank.search(suspect, seen_s)
            spent.append((process_time() - processor, perf_counter() - clock))
            end_s = start_s + speed * SUSPECT_S
            found += any(
                one.film == film and abs(one.start_s - start_s) + abs(one.end_s - end_s) <= 3 for one in places
            )
        return FootageFigures(
            hours=count * FILM_S / 3600,
            marks=count * size,
            suspects=suspects,
            found=found,
            processor_s=float(np.median([one for one, _ in spent])),
            clock_s=min(one for _, one in spent),
            build_s=build_s,
            file_mb=path.stat().st_size / 1e6,
            private_mb=private_mb,
        )


def print_footage(figures: FootageFigures, *, tell: Callable[[str], None]) -> None:
    """The figures in sentences, with the machine they were made on."""
    facts = machine()
    for sentence in (
        (
            f"{figures.hours:.0f} hours, {figures.marks} marks on {facts.processor}, {facts.cores} cores, load {facts.load} "
            "when it ended"
        ),
        (
            f"per suspect minute on one core: {figures.processor_s:.2f} s of the processor (median), "
            f"{figures.clock_s:.2f} s by the clock (fastest)"
        ),
        f"{figures.found} of {figures.suspects} minutes were found at their film and time among the places given",
        f"marks {figures.file_mb:.0f} MB, mapped and shared; {figures.private_mb:.0f} MB of its own for each process",
        f"built in {figures.build_s:.1f} s of the processor",
        target(figures),
    ):
        tell(sentence)


def target(figures: FootageFigures) -> str:
    """What is demanded, whether it was met, by how much not and why, as far as the figures say. Processor time decides, since the
    clock also counts the turns of other programs."""
    wanted = f"Target, {WANTED_HOURS:,.0f} hours searched in at most {WANTED_S:g} s per suspect minute"
    took = f"{figures.processor_s:.2f} s of the processor"
    over = figures.processor_s - WANTED_S
    if over <= 0 and figures.hours < WANTED_HOURS:
        return f"{wanted}: not shown by {figures.hours:g} hours ({took}); leave out --hours"
    if over <= 0:
        return f"{wanted}: met ({took})"
    each = 1000 * figures.processor_s / figures.hours
    return (
        f"{wanted}: MISSED by {over:.2f} s ({took} for {figures.hours:g} hours): {QUERIES} stretches of the suspect, as they are "
        f"and mirrored, are compared with all {figures.marks:,} marks, which takes {each:.1f} ms for an hour on this processor"
    )


def _film(rng: np.random.Generator, size: int) -> NDArray[np.int8]:
    """(size, 64) marks of one made film."""
    look = rng.normal(0, 35, NUMBERS)
    shots = np.repeat(rng.normal(0, 18, (-(-size // (SHOT_S * MARKS_PER_S)), NUMBERS)), SHOT_S * MARKS_PER_S, axis=0)[
        :size
    ]
    moving = rng.normal(0, 9, (size + 2, NUMBERS))
    marks: NDArray[np.int8] = np.clip(look + shots + moving[:-2] + moving[1:-1] + moving[2:], -127, 127).astype(np.int8)
    return marks


def _private_mb() -> float:
    """Memory of this process that it shares with no other and that no file holds."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) / 1000 for line in lines if line.startswith("RssAnon:"))
