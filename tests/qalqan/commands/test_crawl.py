"""``qalqan crawl`` as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from evidence.records import Ad
from evidence.tables import read_records

QALQAN = str(Path(sys.executable).with_name("qalqan"))


def test_counts_what_was_found_and_says_what_could_not_be_looked_at(channel_config: Path) -> None:
    command = [QALQAN, "crawl", str(channel_config)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "COLUMNS": "160"})
    assert done.returncode == 3, done.stderr
    assert "qazanc_demo" in done.stdout
    assert "nobody_here»: could not look" in done.stdout
    crawl_dir = channel_config.parent / "run" / "crawls" / "channel"
    ads = read_records(crawl_dir / "ads.parquet", Ad)
    assert len(ads) == 6
    before = {path.name: path.read_bytes() for path in crawl_dir.glob("*.parquet")}
    again = subprocess.run(command, capture_output=True, text=True)
    assert again.returncode == 3
    assert {path.name: path.read_bytes() for path in crawl_dir.glob("*.parquet")} == before
