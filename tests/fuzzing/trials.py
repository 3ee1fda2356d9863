"""What becomes of each damaged file: it is read, read in part, or refused by name; anything else is a fault of ours."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa

from embeddings.errors import UnreadableMedia
from embeddings.media import Limits, decode
from embeddings.records import CREATIVE_SCHEMA
from embeddings.samples import DecodedMedia
from evidence.tables import to_row
from tests.fuzzing.mutations import damage

LIMITS = Limits(
    max_duration_s=60.0,
    max_pixels=4_000_000,
    max_frames=8,
    max_side_px=320,
    max_sound_s=10.0,
    wall_s=8.0,
    cpu_s=4,
    memory_bytes=1 << 30,
)
GRACE_S = 3.0
"""Beyond ``LIMITS.wall_s``: what the parent needs to end a child and tidy up."""

READ, IN_PART, REFUSED = "read", "read in part, with the reason", "refused by name"
UNNAMED, CRASH, HANG = "unnamed failures", "crashes of the parent", "longer than the cap"
FAULTS = (UNNAMED, CRASH, HANG)
CHUNK = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One damaged file: its number, the seed file's name, what became of it and why."""

    number: int
    name: str
    outcome: str
    reason: str
    took_s: float


@dataclass(slots=True, kw_only=True)
class Tally:
    """All outcomes, and the trials that found a fault."""

    outcomes: Counter[str] = field(default_factory=Counter)
    crashed_decoders: int = 0
    slowest_s: float = 0.0
    faults: list[Trial] = field(default_factory=list)

    def add(self, trial: Trial) -> None:
        """Count one."""
        self.outcomes[trial.outcome] += 1
        self.crashed_decoders += "crashed on it" in trial.reason
        self.slowest_s = max(self.slowest_s, trial.took_s)
        if trial.outcome in FAULTS:
            self.faults.append(trial)


def damaged(number: int, seeds: Sequence[Path], *, seed: int) -> tuple[Path, bytes]:
    """The seed file and the bytes of one damaged file; the same for the same numbers, whatever ran before."""
    chance = Random(f"{seed}:{number}")
    source = seeds[number % len(seeds)]
    return source, damage(source.read_bytes(), [path.read_bytes() for path in chance.sample(seeds, 2)], chance)


def run(numbers: Sequence[int], seeds: Sequence[Path], room: Path, *, seed: int, workers: int) -> Iterator[Trial]:
    """Damage and decode, in processes of their own, so that a crash of one is seen and counted."""
    chunks = [list(numbers[start : start + CHUNK]) for start in range(0, len(numbers), CHUNK)]
    while chunks:
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            waiting = {pool.submit(_some, chunk, seeds, room, seed): chunk for chunk in chunks}
            chunks = []
            for done in as_completed(waiting):
                try:
                    yield from done.result()
                except BrokenProcessPool:
                    chunks.append(waiting[done])
        if chunks:
            yield from _one_by_one(chunks.pop(0), seeds, room, seed=seed)


def _one_by_one(numbers: list[int], seeds: Sequence[Path], room: Path, *, seed: int) -> Iterator[Trial]:
    for number in numbers:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            try:
                yield from pool.submit(_some, [number], seeds, room, seed).result()
            except BrokenProcessPool:
                name = seeds[number % len(seeds)].name
                yield Trial(number=number, name=name, outcome=CRASH, reason="the process died", took_s=0.0)


def _some(numbers: list[int], seeds: Sequence[Path], room: Path, seed: int) -> list[Trial]:
    return [_try(number, seeds, room, seed=seed) for number in numbers]


def _try(number: int, seeds: Sequence[Path], room: Path, *, seed: int) -> Trial:
    source, data = damaged(number, seeds, seed=seed)
    path = room / f"damaged-{number}{source.suffix}"
    path.write_bytes(data)
    started = time.monotonic()
    try:
        outcome, reason = _judge(path)
    except Exception as error:  # noqa: BLE001  whatever it is: to find it is what this is for
        outcome, reason = UNNAMED, f"{type(error).__name__}: {error}"
    took_s = time.monotonic() - started
    path.unlink()
    if took_s > LIMITS.wall_s + GRACE_S:
        outcome, reason = HANG, f"{took_s:.1f} s, {reason}"
    return Trial(number=number, name=source.name, outcome=outcome, reason=reason, took_s=took_s)


def _judge(path: Path) -> tuple[str, str]:
    try:
        media = decode(path, limits=LIMITS)
    except UnreadableMedia as refused:
        reason = str(refused)
        named = reason.endswith(path.name) and "\n" not in reason and len(reason) > len(path.name) + 10
        return REFUSED if named else UNNAMED, reason
    _check(media)
    problems = media.creative.problems
    return (IN_PART, "; ".join(problems)) if problems else (READ, "")


def _check(media: DecodedMedia) -> None:
    """That what was read is fit for everything after: raises ``AssertionError`` or what a table would raise."""
    pa.Table.from_pylist([to_row(media.creative)], schema=CREATIVE_SCHEMA)
    assert len(media.frames) <= LIMITS.max_frames + 1, "more frames than allowed"
    times = [frame.at_s for frame in media.frames]
    assert times == sorted(times), "frames out of order"
    assert all(max(frame.pixels.shape[:2]) <= LIMITS.max_side_px for frame in media.frames), "a frame too large"
    if media.sound is not None:
        assert bool(np.isfinite(media.sound).all()), "sound that is not finite"
        assert float(np.abs(media.sound).max(initial=0.0)) <= 1.0, "sound beyond full scale"
