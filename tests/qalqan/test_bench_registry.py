"""The measurement of looking creatives up among all that were seen finds the copies that it made."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from qalqan.main import app


def test_the_copies_are_recognised_among_all_that_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qalqan.bench_registry.IN_A_FILE", 10)
    done = CliRunner().invoke(app, ["bench", "copies", "--known", "25", "--moments", "3", "--fresh", "6"])
    assert done.exit_code == 0, done.output
    assert "25 known creatives with 75 hashes" in done.output
    assert "of 6 creatives of a run, 3 of them copies, 3 were recognised" in done.output
    assert "ms for each creative; among nothing known" in done.output
