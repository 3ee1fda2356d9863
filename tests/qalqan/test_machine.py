"""The facts of the machine are those of the machine."""

from __future__ import annotations

import platform
import subprocess
import sys
from importlib.metadata import version

import pytest

from qalqan.machine import PACKAGES, account, cpu_seconds, machine


def test_the_facts_are_there() -> None:
    facts = machine()
    assert facts.cores >= 1
    assert facts.python == platform.python_version()
    assert set(facts.versions) == set(PACKAGES)
    assert facts.versions["numpy"] == version("numpy")


def test_an_account_cannot_be_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    own = account()
    for name in ("USER", "LOGNAME", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert account() == own


def test_processor_time_only_grows() -> None:
    before = cpu_seconds()
    sum(number * number for number in range(300_000))
    assert cpu_seconds() > before


def test_time_of_children_that_still_run_counts() -> None:
    work = "sum(number * number for number in range(5_000_000)); print('done', flush=True); input()"
    before = cpu_seconds()
    with subprocess.Popen(
        [sys.executable, "-c", work], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "done\n"
        while_running = cpu_seconds()
        child.communicate("\n")
    assert while_running - before >= 0.1
    assert cpu_seconds() >= while_running - 0.05
