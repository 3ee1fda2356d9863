"""The command prints the draft, or writes it once."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from qalqan.main import app


def test_it_prints_or_writes(tmp_path: Path) -> None:
    config, out = tmp_path / "crawl.toml", tmp_path / "dpia.md"
    config.write_text('data_dir = "data"\n')
    printed = CliRunner().invoke(app, ["dpia", "--config", str(config)])
    assert printed.exit_code == 0, printed.output
    assert printed.output.startswith("# Data protection impact assessment of data")
    done = CliRunner().invoke(app, ["dpia", "--config", str(config), "--out", str(out)])
    assert "are for you to answer" in done.output
    assert out.read_text() == printed.output.removesuffix("\n")
