"""The front door as a stranger meets it: help, exit codes, errors in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

QALQAN = str(Path(sys.executable).with_name("qalqan"))

COMMANDS = ("crawl", "screen", "run", "watchlist", "packs", "console", "evidence", "demo")


def qalqan(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [QALQAN, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env={**os.environ, **environment})


def test_help_lists_every_command_and_the_exit_codes() -> None:
    done = qalqan("--help")
    assert done.returncode == 0
    assert all(command in done.stdout for command in COMMANDS)
    assert "3 done, but part of it" in " ".join(done.stdout.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = qalqan(command, "--help")
    assert done.returncode == 0, done.stderr
    assert "qalqan " in done.stdout or "Commands" in done.stdout


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("retention", "run"), "by the days in [retention]."),
        (("crawl",), "another [crawl] name."),
        (("watchlist", "brands"), "[[brand]] id = "),
    ],
)
def test_names_in_brackets_are_in_the_help(command: tuple[str, ...], words: str) -> None:
    assert words in " ".join(qalqan(*command, "--help").stdout.split())


def test_a_group_without_a_command_shows_its_help_and_nothing_else() -> None:
    done = qalqan("packs")
    assert (done.returncode, done.stderr) == (2, "")
    assert "verify" in done.stdout


def test_an_error_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    done = qalqan("crawl", "none.toml", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "qalqan: there is no configuration file none.toml; see `qalqan crawl --help` for an example\n"


def test_wrong_usage_is_exit_code_2(tmp_path: Path) -> None:
    assert qalqan("screen", cwd=tmp_path).returncode == 2
    assert qalqan("crawl").returncode == 2
    assert qalqan("nonsense").returncode == 2


def test_debug_shows_where_an_error_comes_from(tmp_path: Path) -> None:
    done = qalqan("crawl", "none.toml", cwd=tmp_path, QALQAN_DEBUG="1")
    assert "Traceback" in done.stderr


def test_version() -> None:
    assert qalqan("--version").stdout.startswith("qalqan 0.")
