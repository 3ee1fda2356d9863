"""What is printed can be read by a stranger, and says what disturbed the measurement."""

from __future__ import annotations

import dataclasses
import io

from rich.console import Console

from qalqan.bench import BenchResult
from qalqan.bench_report import print_result
from tests.qalqan.test_bench_figures import RESULT


def printed(result: BenchResult) -> str:
    out = io.StringIO()
    print_result(result, console=Console(file=out, width=80))
    return out.getvalue()


def test_a_stranger_can_read_it() -> None:
    text = printed(RESULT)
    for words in (
        "4 unique creatives",
        "An Example",
        "Opening models: 3.0 s",
        "working copies",
        "2,160",
        "× 1.50",
        "MISSED (3.00 times with the networks run alike, 4.80 times",
    ):
        assert words in " ".join(text.split())
    assert "…" not in text, "nothing is cut off on a narrow terminal"
    assert "Other programs were at work" in " ".join(text.split())


def test_a_quiet_machine_and_unknown_creatives_are_told_apart() -> None:
    quiet = dataclasses.replace(RESULT, machine=dataclasses.replace(RESULT.machine, load=0.1), creatives_seen_before=3)
    text = " ".join(printed(quiet).split())
    assert "Other programs" not in text
    assert "script, which never waits" in text
    assert "only 3 of 4 creatives were known" in text


def test_a_script_without_a_core_to_itself_is_named() -> None:
    alone = dataclasses.replace(RESULT, script=dataclasses.replace(RESULT.script, cpu_s=47.0))
    assert "script, which never waits" not in " ".join(printed(alone).split())
