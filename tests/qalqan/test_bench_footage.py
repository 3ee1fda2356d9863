"""The bank of film is measured on films of its own and said in sentences."""

from __future__ import annotations

from typer.testing import CliRunner

from qalqan.main import app


def test_a_small_bank_is_measured_and_said() -> None:
    done = CliRunner().invoke(app, ["bench", "footage", "--hours", "2", "--suspects", "6"])
    assert done.exit_code == 0, done.output
    assert "2 hours, 14400 marks on" in done.output
    assert "6 of 6 minutes were found" in done.output
    assert "per suspect minute on one core" in done.output
