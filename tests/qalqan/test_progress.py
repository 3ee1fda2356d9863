"""A count that moves at a terminal, and silence everywhere else."""

from __future__ import annotations

import time
from io import StringIO
from pathlib import Path

from rich.console import Console

from pipelines.screenshots import FOLDER
from qalqan.progress import analyses_in, counting, lines_in


def test_nobody_watching_nothing_said() -> None:
    text = StringIO()
    with counting("{} examined", lambda: 1 // 0, console=Console(file=text)):
        pass
    assert text.getvalue() == ""


def test_a_terminal_sees_the_count_since_the_start() -> None:
    text, counts = StringIO(), iter([5, *range(6, 10_000)])
    with counting("{} examined", lambda: next(counts), console=Console(file=text, force_terminal=True), every_s=0.01):
        for _ in range(500):
            if "2 examined" in text.getvalue():
                break
            time.sleep(0.01)
    assert "2 examined" in text.getvalue()


def test_only_whole_analyses_count(tmp_path: Path) -> None:
    folder = tmp_path / "open@1" / "ab"
    folder.mkdir(parents=True)
    for name in ("abc-1.json", "abd-1.sealed", ".abe-1.json.7.part"):
        (folder / name).write_text("{}")
    screenshots = tmp_path / FOLDER / "ab"
    screenshots.mkdir(parents=True)
    (screenshots / "abf-1.json").write_text("{}")
    assert analyses_in(tmp_path) == 2
    assert lines_in(folder / "none") == 0
