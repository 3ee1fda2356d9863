"""How fast many PDQ hashes are searched, whether all that is near is found, and what FAISS's own index of this kind does.

``PdqIndex`` is asked for the creatives of one run among each other (``pipelines/copies.py``). Creatives of earlier runs are not
in it: they are looked up in the mapped files of their prints, which ``qalqan bench copies`` measures (``bench_registry``;
infra/decisions/008 says why).

The hashes are made: seven in ten are independent of all others, three in ten are versions of pictures that are known in fifty
versions on average, each with up to 24 bits changed. Half of the questions are versions of known hashes, up to 40 bits away;
the other half are of pictures never seen.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.hash_index import HASH_BYTES, MAX_DISTANCE, PdqIndex
from qalqan.machine import machine

Hashes = NDArray[np.uint8]

IN_GROUPS, GROUP, APART = 0.3, 50, 24
ASKED_APART = 40
CHECKED = 200
TARGET_PER_S, TARGET_GB, TARGET_FOUND_S = 4000, 8.0, 1.0
TARGET_HASHES = 10_000_000
"""The targets are for so many hashes; with fewer, nothing is called met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HashFigures:
    """What was measured. ``per_s`` counts lookups per second of wall time with ``threads`` threads, ``per_cpu_s`` per second of
    processor time. ``peak_gb`` is the most that the whole process held while the index was built and asked. ``missed`` and
    ``invented`` count pairs that differ from comparing all, of ``checked`` questions."""

    hashes: int
    lookups: int
    threads: int
    build_s: float
    memory_gb: float
    peak_gb: float
    per_s: float
    per_cpu_s: float
    pairs: int
    checked: int
    missed: int
    invented: int
    found_after_s: float
    files_gb: float
    save_s: float
    load_s: float
    faiss_per_s: float | None
    faiss_build_s: float | None
    faiss_missed: int | None


def measure_hashes(
    hashes: int, *, lookups: int, threads: int, against_faiss: bool, seed: int, tell: Callable[[str], None]
) -> HashFigures:
    """Build, search, check against comparing all, add one, save and load."""
    rng = np.random.default_rng(seed)
    tell(f"Making {hashes} hashes")
    known = made_hashes(hashes, rng=rng)
    asked = questions(known, lookups, rng=rng)
    tell("Building the index")
    _warm(known, asked)
    began = perf_counter()
    index = PdqIndex()
    index.add(known, np.arange(hashes))
    build_s = perf_counter() - began
    index.search(asked[:100], threads=threads)
    tell(f"Looking up {lookups}")
    began, spent = perf_counter(), process_time()
    near = index.search(asked, threads=threads)
    seconds, cpu_s = perf_counter() - began, process_time() - spent
    peak_gb = getrusage(RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    found_after_s = _time_until_found(index, rng)
    tell(f"Comparing {min(CHECKED, lookups)} of them with all")
    checked = asked[:CHECKED]
    wanted = _compared_with_all(known, checked)
    got = {
        (int(question), int(key), int(distance))
        for question, key, distance in zip(near.question, near.key, near.distance, strict=True)
        if question < len(checked)
    }
    files_gb, save_s, load_s = _on_disk(index, checked, len(got))
    memory_gb = index.memory_bytes / 1e9
    del index
    other = _faiss(known, asked[: min(lookups, 2000)], checked, wanted) if against_faiss else (None, None, None)
    return HashFigures(
        hashes=hashes,
        lookups=lookups,
        threads=threads,
        build_s=build_s,
        memory_gb=memory_gb,
        peak_gb=peak_gb,
        per_s=lookups / seconds,
        per_cpu_s=lookups / cpu_s,
        pairs=len(near),
        checked=len(checked),
        missed=len(wanted - got),
        invented=len(got - wanted),
        found_after_s=found_after_s,
        files_gb=files_gb,
        save_s=save_s,
        load_s=load_s,
        faiss_build_s=other[0],
        faiss_per_s=other[1],
        faiss_missed=other[2],
    )


def made_hashes(count: int, *, rng: np.random.Generator) -> Hashes:
    """(count, 32): independent ones first, then the versions of pictures known in many versions, a few of them in thousands."""
    grouped = int(count * IN_GROUPS)
    alone = rng.integers(0, 256, (count - grouped, HASH_BYTES), dtype=np.uint8)
    centres = rng.integers(0, 256, (max(1, grouped // GROUP), HASH_BYTES), dtype=np.uint8)
    # Squared, so that some pictures are much more frequent than others
    whose = (rng.random(grouped) ** 2 * len(centres)).astype(np.int64)
    return np.concatenate([alone, changed(centres[whose], most=APART, rng=rng)])


def changed(hashes: Hashes, *, most: int, rng: np.random.Generator) -> Hashes:
    """A copy in which up to ``most`` bits of each hash are other ones."""
    copy = hashes.copy()
    flips = rng.integers(0, most + 1, len(copy))
    rows = np.arange(len(copy))
    for number in range(most):
        byte, bit = rng.integers(0, HASH_BYTES, len(copy)), rng.integers(0, 8, len(copy))
        touched = number < flips
        copy[rows[touched], byte[touched]] ^= (1 << bit[touched]).astype(np.uint8)
    return copy


def questions(known: Hashes, count: int, *, rng: np.random.Generator) -> Hashes:
    """Versions of known hashes and never seen ones in turn."""
    asked = rng.integers(0, 256, (count, HASH_BYTES), dtype=np.uint8)
    asked[::2] = changed(known[rng.integers(0, len(known), len(asked[::2]))], most=ASKED_APART, rng=rng)
    return asked


def print_hashes(figures: HashFigures, *, tell: Callable[[str], None]) -> None:
    """The figures in sentences, each with its target where it has one, and the machine they were made on."""
    facts = machine()
    tell("the index of one run's creatives; `qalqan bench copies` measures the look-up among those of earlier runs")
    tell(
        f"{figures.hashes} hashes on {facts.processor}, {facts.cores} cores, load {facts.load} when it ended; "
        f"{figures.lookups} lookups at distance ≤ {MAX_DISTANCE} found {figures.pairs} pairs"
    )
    each = figures.pairs / figures.lookups
    allowed = figures.per_cpu_s * figures.threads
    busy = (
        f"its processor time would allow {allowed:.0f}: other programs were in the way"
        if allowed >= TARGET_PER_S
        else f"each finds {each:.1f} pairs and takes {1e6 / figures.per_cpu_s:.0f} µs of processor time"
    )
    judged = {
        "per_s": _judged(figures.hashes, figures.per_s, TARGET_PER_S, why=busy),
        "memory": _judged(
            figures.hashes,
            TARGET_GB,
            figures.memory_gb,
            why=f"each hash takes {1e9 * figures.memory_gb / figures.hashes:.0f} bytes in it, {HASH_BYTES} of them its own",
        ),
        "all found": _judged(
            figures.hashes, 1.0, 1.0 + figures.missed, why="the index is to be exact: this is a fault, report it"
        ),
        "found after": _judged(
            figures.hashes, TARGET_FOUND_S, figures.found_after_s, why="adding one and asking once took that long"
        ),
    }
    tell(
        f"lookups: {figures.per_s:.0f} per second with {figures.threads} threads, {figures.per_cpu_s:.0f} per second of "
        f"processor time ({judged['per_s']}: ≥ {TARGET_PER_S} per second)"
    )
    tell(
        f"memory of the index: {figures.memory_gb:.2f} GB ({judged['memory']}: ≤ {TARGET_GB:g} GB); of the "
        f"whole process while building and asking: {figures.peak_gb:.2f} GB at most"
    )
    tell(
        f"compared with all: {figures.missed} pairs missed, {figures.invented} invented in {figures.checked} lookups "
        f"({judged['all found']}: all are found)"
    )
    tell(
        f"an added hash is found after {figures.found_after_s:.3f} s ({judged['found after']}: ≤ {TARGET_FOUND_S:g} s)"
    )
    tell(
        f"built in {figures.build_s:.0f} s; saved in {figures.save_s:.1f} s as {figures.files_gb:.2f} GB, ready again in "
        f"{figures.load_s:.2f} s"
    )
    if figures.faiss_per_s is not None:
        tell(
            f"FAISS IndexBinaryMultiHash (11 hashes of 23 bits, up to 2 flips, 1 thread): built in "
            f"{figures.faiss_build_s:.0f} s, {figures.faiss_per_s:.0f} lookups per second, {figures.faiss_missed} pairs missed"
        )


def _judged(hashes: int, larger: float, smaller: float, *, why: str) -> str:
    """Whether a target was met, by how much it was missed and why; at a smaller size than its own, that this is not known."""
    if hashes < TARGET_HASHES:
        return f"measured at {hashes:,}, the target is for {TARGET_HASHES:,}"
    return "target met" if larger >= smaller else f"target missed, {larger / smaller:.2f} of it, since {why}"


def _warm(known: Hashes, asked: Hashes) -> None:
    """Let the loops be compiled before the clock runs."""
    index = PdqIndex()
    index.add(known[:20_000], np.arange(min(len(known), 20_000)))
    index.search(asked[:10])


def _time_until_found(index: PdqIndex, rng: np.random.Generator) -> float:
    fresh = rng.integers(0, 256, (1, HASH_BYTES), dtype=np.uint8)
    began = perf_counter()
    index.add(fresh, [-1])
    found = index.search(changed(fresh, most=10, rng=rng))
    seconds = perf_counter() - began
    index.remove([-1])
    return seconds if -1 in found.key else float("inf")


def _compared_with_all(known: Hashes, asked: Hashes) -> set[tuple[int, int, int]]:
    flat = faiss.IndexBinaryFlat(8 * HASH_BYTES)
    flat.add(known)
    return _pairs(flat.range_search(asked, MAX_DISTANCE + 1))


def _pairs(found: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]) -> set[tuple[int, int, int]]:
    bounds, distances, rows = found
    return {
        (question, int(rows[place]), int(distances[place]))
        for question in range(len(bounds) - 1)
        for place in range(int(bounds[question]), int(bounds[question + 1]))
    }


def _faiss(
    known: Hashes, asked: Hashes, checked: Hashes, wanted: set[tuple[int, int, int]]
) -> tuple[float, float, int]:
    """Build time, lookups per second and pairs missed by FAISS's multi-index hashing, with as many probes as ours."""
    began = perf_counter()
    index = faiss.IndexBinaryMultiHash(8 * HASH_BYTES, 11, 23)
    index.add(known)
    build_s = perf_counter() - began
    index.nflip = 2
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        began = perf_counter()
        index.range_search(asked, MAX_DISTANCE + 1)
        per_s = len(asked) / (perf_counter() - began)
        found = _pairs(index.range_search(checked, MAX_DISTANCE + 1))
    finally:
        faiss.omp_set_num_threads(before)
    return build_s, per_s, len(wanted - found)


def _on_disk(index: PdqIndex, checked: Hashes, pairs: int) -> tuple[float, float, float]:
    """Size in GB, seconds to save, seconds to load and answer. Raises ``RuntimeError`` if the loaded one answers otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        began = perf_counter()
        index.save(Path(folder))
        save_s = perf_counter() - began
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        began = perf_counter()
        again = PdqIndex.load(Path(folder)).search(checked)
        load_s = perf_counter() - began
    if len(again) != pairs:
        raise RuntimeError(f"the index answers {len(again)} pairs after loading, {pairs} before: report this")
    return size / 1e9, save_s, load_s
