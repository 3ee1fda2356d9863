"""Whoever doubts a finding can make it again: the command that it names gives the same finding."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from detectors.records import Finding
from evidence.tables import read_records
from qalqan.errors import DONE, PARTLY
from tests.e2e.demo_run import DemoRun

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1800)]


def repeat(command: str, *, directory: Path, more: tuple[str, ...] = ()) -> None:
    """Run the words of a finding's command as a shell would, in ``directory``."""
    program, *words = shlex.split(command, comments=True)
    assert program == "qalqan"
    done = subprocess.run(
        [sys.executable, "-m", "qalqan", *words, *more],
        cwd=directory,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode in (DONE, PARTLY), done.stderr


def what_was_said(findings: list[Finding]) -> dict[str, tuple[str, str, str]]:
    return {found.finding_id: (found.method, found.claim, found.bearing) for found in findings}


def test_the_command_of_a_creative_gives_its_findings_again(demo_run: DemoRun, tmp_path: Path) -> None:
    fakes = [f.creative_sha256 for f in demo_run.findings if f.claim == "mouth_regenerated" and f.bearing == "supports"]
    sha256 = min(filter(None, fakes))
    findings = [found for found in demo_run.findings if found.creative_sha256 == sha256 and found.ad_id is None]
    (command,) = {found.reproduce for found in findings}
    repeat(command, directory=demo_run.data, more=("--data", str(tmp_path)))
    again = read_records(tmp_path / "screens" / "own-media" / "findings.parquet", Finding)
    assert what_was_said(findings).items() <= what_was_said(again).items()
    measured = {found.finding_id: found.measurement for found in again}
    for found in findings:
        same = measured[found.finding_id]
        if found.measurement is None:
            assert same is None
        else:
            assert same == pytest.approx(found.measurement, rel=1e-3, abs=1e-6)


def test_the_command_of_an_ad_gives_its_findings_again(demo_run: DemoRun) -> None:
    findings = [found for found in demo_run.findings if found.ad_id is not None]
    before = what_was_said(findings)
    (command,) = {found.reproduce.partition("  #")[0] for found in findings}
    assert "CONFIG.toml" in command
    repeat(command.replace("CONFIG.toml", str(demo_run.directory / "demo.toml")), directory=demo_run.directory)
    again = read_records(demo_run.screen / "findings.parquet", Finding)
    assert what_was_said([found for found in again if found.ad_id is not None]) == before
