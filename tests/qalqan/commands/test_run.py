"""``qalqan run``: the command for cron, from crawl to console."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from evidence.tables import read_records
from pipelines.records import Candidate

QALQAN = str(Path(sys.executable).with_name("qalqan"))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([QALQAN, *arguments], capture_output=True, text=True)


def test_crawl_screen_and_console_in_one_command(channel_config: Path) -> None:
    done = run("run", str(channel_config))
    assert done.returncode == 3, done.stderr
    assert "takedown candidates" in done.stdout
    data = channel_config.parent / "run"
    candidates = read_records(data / "screens" / "channel" / "candidates.parquet", Candidate)
    assert {brand for candidate in candidates for brand in candidate.brand_ids} >= {"socar"}
    assert (data / "console.sqlite3").exists()
    assert run("evidence", "verify", "--config", str(channel_config)).returncode == 0


def test_a_typing_error_is_found_before_anything_is_fetched(channel_config: Path) -> None:
    done = run("run", str(channel_config), "--runer=FlinkRunner")
    assert done.returncode == 1
    assert "neither Qalqan nor Apache Beam knows the option --runer" in done.stderr
    assert not (channel_config.parent / "run").exists()
