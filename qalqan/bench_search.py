"""How well and how fast a large gallery is searched: the index that the watchlist would choose against comparing all.

The vectors are made: each person has a direction of their own, independent of all others, and ten samples around it with
cosine ``SAME`` between two of them. Real vectors lie closer together in groups, which every index finds easier.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, thread_time

import faiss
import numpy as np
from numpy.typing import NDArray

from qalqan.machine import machine
from watchlist.index import COSINE, Space, VectorIndex, exact_scores, one_core

Vectors = NDArray[np.float32]

LEAST_RECALL, LEAST_TIMES = 0.999, 20.0
TARGET_VECTORS, TARGET_DIMENSION = 1_000_000, 512
"""What is aimed at, and with how many vectors of how many numbers: with fewer, comparing all is the faster way anyhow."""

SAMPLES, SAME = 10, 0.65
TIMED = 100
"""Single queries timed, each in both indexes in turn, so that other work on the machine meets both, and on one core, as in
a job that keeps the other cores busy with other creatives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFigures:
    """What was measured. Recalls are the share of queries whose best score is that of comparing all; times are of single
    queries, medians of processor time and the fastest by the clock; ``private_mb`` is what a process that maps the file
    holds for itself."""

    vectors: int
    dimension: int
    queries: int
    enrolled_recall: float
    stranger_recall: float
    flat_ms: float
    chosen_ms: float
    fastest_flat_ms: float
    fastest_chosen_ms: float
    build_s: float
    read_s: float
    file_mb: float
    private_mb: float


def measure_search(
    vectors: int, *, dimension: int, queries: int, seed: int, tell: Callable[[str], None]
) -> SearchFigures:
    """Build, write, map and search a gallery of so many vectors."""
    rng = np.random.default_rng(seed)
    people = -(-vectors // SAMPLES)
    tell(f"Making {vectors} vectors of {people} people")
    rows, directions = _gallery(vectors, dimension=dimension, keep=queries, rng=rng)
    owners = [f"person-{row // SAMPLES}" for row in range(vectors)]
    tell("Building the index")
    start = perf_counter()
    built = VectorIndex(rows, owners, space=Space(dimension, COSINE))
    build_s = perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.faiss"
        built.write(path)
        del built
        before, start = _private_mb(), perf_counter()
        index = VectorIndex.read(path, owners, space=Space(dimension, COSINE), mmap=True)
        read_s, private_mb = perf_counter() - start, _private_mb() - before
        file_mb = path.stat().st_size / 1e6
        flat = faiss.IndexFlatIP(dimension)
        flat.add(rows)
        del rows
        tell(f"Searching {queries} samples of enrolled people and {queries} strangers")
        enrolled = _samples(directions[rng.integers(len(directions), size=queries)], rng=rng)
        strangers = _unit(rng.standard_normal((queries, dimension), dtype=np.float32))
        turns = [row for pair in zip(enrolled, strangers, strict=True) for row in pair]
        processor, clock = _times(flat, index, turns[:TIMED])
        return SearchFigures(
            vectors=vectors,
            dimension=dimension,
            queries=queries,
            enrolled_recall=_recall(flat, index, enrolled),
            stranger_recall=_recall(flat, index, strangers),
            flat_ms=float(np.median(processor[0])),
            chosen_ms=float(np.median(processor[1])),
            fastest_flat_ms=float(clock[0].min()),
            fastest_chosen_ms=float(clock[1].min()),
            build_s=build_s,
            read_s=read_s,
            file_mb=file_mb,
            private_mb=private_mb,
        )


def print_search(figures: SearchFigures, *, tell: Callable[[str], None]) -> None:
    """The figures in sentences, with the machine they were made on."""
    facts = machine()
    ratio, best = figures.flat_ms / figures.chosen_ms, figures.fastest_flat_ms / figures.fastest_chosen_ms
    for sentence in (
        (
            f"{figures.vectors} vectors of {figures.dimension} numbers on {facts.processor}, {facts.cores} cores, "
            f"load {facts.load} when it ended"
        ),
        (
            f"recall@1 against comparing all: {figures.enrolled_recall:.4f} for samples of enrolled people, "
            f"{figures.stranger_recall:.4f} for strangers ({figures.queries} queries each)"
        ),
        (
            f"single query on one core, median processor time: {figures.flat_ms:.2f} ms comparing all, "
            f"{figures.chosen_ms:.2f} ms chosen, {ratio:.1f} times faster"
        ),
        (
            f"single query on one core, fastest by the clock: {figures.fastest_flat_ms:.2f} ms comparing all, "
            f"{figures.fastest_chosen_ms:.2f} ms chosen, {best:.1f} times faster"
        ),
        f"built in {figures.build_s:.0f} s, read and checked in {figures.read_s:.1f} s",
        f"file {figures.file_mb:.0f} MB, mapped and shared; {figures.private_mb:.0f} MB of its own for each process",
        *_targets(figures),
    ):
        tell(sentence)


def _targets(figures: SearchFigures) -> list[str]:
    """Whether the targets were met, and why not, in sentences; at another size than theirs, that they say nothing."""
    if figures.vectors < TARGET_VECTORS or figures.dimension < TARGET_DIMENSION:
        return [
            (
                f"Targets, recall@1 of at least {LEAST_RECALL} and at least {LEAST_TIMES:g} times faster than comparing all: not "
                f"judged. Measured at {figures.vectors:,} vectors of {figures.dimension} numbers, the targets are for "
                f"{TARGET_VECTORS:,} of {TARGET_DIMENSION}."
            )
        ]
    recall, ratio = min(figures.enrolled_recall, figures.stranger_recall), figures.flat_ms / figures.chosen_ms
    found = f"Target, recall@1 of at least {LEAST_RECALL} against comparing all"
    fast = f"Target, at least {LEAST_TIMES:g} times faster than comparing all"
    lost = (
        f"in {round((1 - recall) * figures.queries)} of {figures.queries} queries the nearest vector is not on the shortlist "
        "that the codes make: longer codes or a longer list find it, and are slower"
    )
    why = (
        f"{LEAST_TIMES / ratio:.1f} times too slow: reading all codes is nearly all of it. Coarser codes, or one code for each "
        "person first, lose strangers' nearest vectors unless so many rows are compared after it that nothing is gained."
    )
    return [
        f"{found}: " + (f"met ({recall:.4f})." if recall >= LEAST_RECALL else f"MISSED ({recall:.4f}): {lost}."),
        f"{fast}: " + (f"met ({ratio:.1f} times)." if ratio >= LEAST_TIMES else f"MISSED ({ratio:.1f} times), {why}"),
    ]


def _gallery(vectors: int, *, dimension: int, keep: int, rng: np.random.Generator) -> tuple[Vectors, Vectors]:
    """Samples of people in order, and the directions of at least some of those people."""
    rows = np.empty((vectors, dimension), dtype=np.float32)
    kept = []
    step = 5000 * SAMPLES
    for start in range(0, vectors, step):
        size = min(step, vectors - start)
        directions = _unit(rng.standard_normal((-(-size // SAMPLES), dimension), dtype=np.float32))
        rows[start : start + size] = _samples(np.repeat(directions, SAMPLES, axis=0)[:size], rng=rng)
        kept.append(directions[: max(1, keep * step // vectors)])
    return rows, np.concatenate(kept)


def _samples(directions: Vectors, *, rng: np.random.Generator) -> Vectors:
    noise = _unit(rng.standard_normal(directions.shape, dtype=np.float32))
    return _unit(np.float32(SAME**0.5) * directions + np.float32((1 - SAME) ** 0.5) * noise)


def _unit(rows: Vectors) -> Vectors:
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def _recall(flat: faiss.IndexFlatIP, index: VectorIndex, queries: Vectors) -> float:
    keys = flat.search(queries, 1)[1][:, 0]
    truth = exact_scores(queries, flat.reconstruct_batch(keys), metric=COSINE)
    found = index.best([row[None, :] for row in queries], what=["a query"] * len(queries))
    # Queries are unit in single precision only, which moves a score by less than this
    return float(
        np.mean([pair is not None and pair[0] >= true - 1e-6 for pair, true in zip(found, truth, strict=True)])
    )


def _times(flat: faiss.IndexFlatIP, index: VectorIndex, queries: list[Vectors]) -> tuple[NDArray[np.float64], ...]:
    """Milliseconds per single query (comparing all, chosen): of the processor, which leaves out the turns of other
    programs, and by the clock."""
    marks = np.zeros((2, 3, len(queries)))
    with one_core():
        for number, row in enumerate(queries):
            query = row[None, :]
            marks[:, 0, number] = thread_time(), perf_counter()
            flat.search(query, 1)
            marks[:, 1, number] = thread_time(), perf_counter()
            index.best([query], what=["a query"])
            marks[:, 2, number] = thread_time(), perf_counter()
    took = np.diff(marks, axis=1) * 1000
    return took[0], took[1]


def _private_mb() -> float:
    """Memory of this process that it shares with no other and that no file holds."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) / 1000 for line in lines if line.startswith("RssAnon:"))
