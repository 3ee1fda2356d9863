"""The search is measured on a gallery of its own and said in sentences."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from qalqan.bench_search import measure_search
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


def test_the_command_prints_it() -> None:
    done = CliRunner().invoke(app, ["bench", "search", "--vectors", "1000", "--dimension", "8", "--queries", "20"])
    assert done.exit_code == 0, done.output
    assert "recall@1 against comparing all: 1.0000 for samples of enrolled people" in done.output
    assert "times faster" in done.output
