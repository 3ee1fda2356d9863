"""The group of evaluations names its commands."""

from __future__ import annotations

from typer.testing import CliRunner

from qalqan.main import app


def test_the_help_names_what_can_be_evaluated() -> None:
    done = CliRunner().invoke(app, ["evaluate", "--help"])
    assert done.exit_code == 0
    assert "detectors" in done.output
