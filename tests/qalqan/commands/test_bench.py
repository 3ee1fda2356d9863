"""The bench command prints, saves and says where."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from qalqan.demo.world import World
from qalqan.main import app


def test_it_prints_and_saves(small_world: World, tmp_path: Path) -> None:
    arguments = ["bench", "--directory", str(tmp_path), "--world", str(small_world.directory), "--ads", "2"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "How fast" in done.output
    assert str(tmp_path / "bench.json") in done.output.replace("\n", "")
    assert json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))["measured"]["ads"] == 2


def test_a_folder_that_is_no_world_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["bench", "--directory", str(tmp_path / "out"), "--world", str(tmp_path)])
    assert done.exit_code != 0
    assert "there is no demo world in" in str(done.exception)
    assert not (tmp_path / "out").exists()
