"""The bank of film is measured on films of its own and said in sentences."""

from __future__ import annotations

from typer.testing import CliRunner

from qalqan.bench_footage import FootageFigures, target
from qalqan.main import app


def test_a_small_bank_is_measured_and_said() -> None:
    done = CliRunner().invoke(app, ["bench", "footage", "--hours", "2", "--suspects", "6"])
    assert done.exit_code == 0, done.output
    assert "2 hours, 14400 marks on" in done.output
    assert "6 of 6 minutes were found" in done.output
    assert "per suspect minute on one core" in done.output
    assert "Target, 1,000 hours searched in at most 1 s per suspect minute" in done.output


def figures(*, hours: float, processor_s: float) -> FootageFigures:
    return FootageFigures(
        hours=hours,
        marks=round(hours * 7200),
        suspects=6,
        found=6,
        processor_s=processor_s,
        clock_s=processor_s,
        build_s=1.0,
        file_mb=1.0,
        private_mb=1.0,
    )


def test_the_target_is_met_missed_or_not_shown() -> None:
    assert target(figures(hours=1000, processor_s=0.4)).endswith(": met (0.40 s of the processor)")
    assert "not shown by 2 hours" in target(figures(hours=2, processor_s=0.1))
    missed = target(figures(hours=1000, processor_s=1.3))
    assert "MISSED by 0.30 s" in missed
    assert "7,200,000 marks" in missed
