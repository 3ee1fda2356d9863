"""The measurement of the index of hashes measures what it says, and its command prints it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from typer.testing import CliRunner

from embeddings.hash_index import HASH_BYTES
from qalqan.bench_hashes import TARGET_HASHES, changed, made_hashes, measure_hashes, print_hashes, questions
from qalqan.main import app


def test_it_measures_and_misses_nothing() -> None:
    said: list[str] = []
    figures = measure_hashes(12_000, lookups=60, threads=2, against_faiss=False, seed=3, tell=said.append)
    assert (figures.missed, figures.invented) == (0, 0)
    assert figures.pairs > 20
    assert figures.checked == 60
    assert figures.memory_gb < 0.1 < figures.peak_gb
    assert figures.found_after_s < 60
    assert figures.faiss_per_s is None
    assert said[0] == "Making 12000 hashes"


def test_a_missed_target_is_said_with_by_how_much_and_why_and_only_at_its_size() -> None:
    figures = measure_hashes(9000, lookups=10, threads=1, against_faiss=False, seed=3, tell=lambda _: None)
    lines: list[str] = []
    large = replace(figures, hashes=TARGET_HASHES, per_s=1000.0, per_cpu_s=1000.0, missed=3, memory_gb=16.0)
    print_hashes(large, tell=lines.append)
    text = "\n".join(lines)
    assert "target missed, 0.25 of it, since each finds" in text
    assert "takes 1000 µs of processor time" in text
    assert "3 pairs missed" in text
    assert "target missed, 0.50 of it, since each hash takes 1600 bytes in it, 32 of them its own: ≤ 8 GB" in text
    lines.clear()
    print_hashes(replace(large, per_cpu_s=5000.0), tell=lines.append)
    assert "its processor time would allow 5000: other programs were in the way" in "\n".join(lines)
    lines.clear()
    print_hashes(figures, tell=lines.append)
    text = "\n".join(lines)
    assert text.count("measured at 9,000, the target is for 10,000,000") == 4
    assert "target met" not in text


def test_changed_hashes_differ_by_no_more_than_asked() -> None:
    rng = np.random.default_rng(1)
    hashes = rng.integers(0, 256, (500, HASH_BYTES), dtype=np.uint8)
    apart = np.bitwise_count(hashes ^ changed(hashes, most=24, rng=rng)).sum(axis=1)
    assert apart.max() <= 24
    assert apart.min() < 4
    assert apart.mean() > 8


def test_hashes_and_questions_are_as_described() -> None:
    rng = np.random.default_rng(1)
    known = made_hashes(3000, rng=rng)
    assert known.shape == (3000, HASH_BYTES)
    asked = questions(known, 40, rng=rng)
    nearest = np.bitwise_count(asked[:, None] ^ known[None]).sum(axis=2).min(axis=1)
    assert (nearest[::2] <= 40).all()
    assert (nearest[1::2] > 60).all()


def test_the_command_prints_it() -> None:
    done = CliRunner().invoke(app, ["bench", "hashes", "--hashes", "1000", "--lookups", "10"])
    assert done.exit_code == 0, done.output
    assert "0 pairs missed" in done.output
    assert "`qalqan bench copies` measures the look-up among those of earlier runs" in done.output
