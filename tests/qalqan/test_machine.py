"""The facts of the machine are those of the machine."""

from __future__ import annotations

import platform
from importlib.metadata import version

from qalqan.machine import PACKAGES, cpu_seconds, machine


def test_the_facts_are_there() -> None:
    facts = machine()
    assert facts.cores >= 1
    assert facts.python == platform.python_version()
    assert set(facts.versions) == set(PACKAGES)
    assert facts.versions["numpy"] == version("numpy")


def test_processor_time_only_grows() -> None:
    before = cpu_seconds()
    sum(number * number for number in range(300_000))
    assert cpu_seconds() > before
