"""The search is measured on a gallery of its own and said in sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from qalqan.bench_search import TARGET_DIMENSION, TARGET_VECTORS, measure_search, print_search
from qalqan.main import app
from watchlist.index import FLAT_MOST


@pytest.mark.parametrize("vectors", [2005, FLAT_MOST + 5])
def test_small_and_large_galleries_are_measured(vectors: int) -> None:
    said: list[str] = []
    figures = measure_search(vectors, dimension=16, queries=40, seed=2, tell=said.append)
    assert (figures.vectors, figures.dimension, figures.queries) == (vectors, 16, 40)
    assert figures.enrolled_recall == 1.0
    assert figures.stranger_recall == 1.0
    assert figures.file_mb >= vectors * 16 * 4 / 1e6
    assert min(figures.flat_ms, figures.chosen_ms, figures.build_s, figures.read_s) > 0
    assert min(figures.fastest_flat_ms, figures.fastest_chosen_ms) > 0
    assert len(said) == 3


def test_targets_are_judged_at_their_own_size_only() -> None:
    lines: list[str] = []
    small = measure_search(1000, dimension=8, queries=20, seed=2, tell=lambda _: None)
    print_search(small, tell=lines.append)
    assert lines[-1].endswith("Measured at 1,000 vectors of 8 numbers, the targets are for 1,000,000 of 512.")
    assert not any(word in " ".join(lines) for word in (": met", "MISSED"))
    large = replace(small, vectors=TARGET_VECTORS, dimension=TARGET_DIMENSION, flat_ms=10.0, chosen_ms=1.0)
    print_search(replace(large, stranger_recall=0.9), tell=lines.append)
    assert "MISSED (0.9000): in 2 of 20 queries the nearest vector is not on the shortlist" in lines[-2]
    assert "MISSED (10.0 times), 2.0 times too slow" in lines[-1]


def test_the_command_prints_it() -> None:
    done = CliRunner().invoke(app, ["bench", "search", "--vectors", "1000", "--dimension", "8", "--queries", "20"])
    assert done.exit_code == 0, done.output
    assert "recall@1 against comparing all: 1.0000 for samples of enrolled people" in done.output
    assert "times faster" in done.output
