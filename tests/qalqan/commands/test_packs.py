"""The packs command names every model with its licence."""

from __future__ import annotations

from typer.testing import CliRunner

from qalqan.commands.packs import app


def test_list_names_models_licences_and_thresholds() -> None:
    done = CliRunner().invoke(app, ["list"])
    assert done.exit_code == 0, done.output
    for word in ("open@", "CC0", "Apache-2.0", "MIT", "threshold", "validated"):
        assert word in done.output


def test_verify_says_that_every_file_is_what_it_should_be() -> None:
    done = CliRunner().invoke(app, ["verify"])
    assert done.exit_code == 0, done.output
    assert "every file is there" in done.output


def test_an_unknown_pack_is_an_error() -> None:
    done = CliRunner().invoke(app, ["verify", "nonsense"])
    assert done.exit_code != 0
    assert "nonsense" in str(done.exception)
