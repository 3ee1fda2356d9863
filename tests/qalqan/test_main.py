"""The front door as a stranger meets it: help, exit codes, errors in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from qalqan.main import app
from tests.media import portrait, write_picture

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


TAKES_MEDIA_AND_A_WATCHLIST = {
    "screen": "of own media a name is told only where there is a lure and somebody said why they ask, on record "
    "(tests/pipelines/test_withholding.py, tests/watchlist/test_disclosures.py)",
    "watchlist enroll": "compares the files of one person with each other",
    "watchlist import": "compares the files of one person with each other",
    "watchlist allow": "keeps the file's hash beside the id that the caller names",
    "watchlist lookalike": "compares the pictures with the one person whose id the caller names and keeps the score",
    "watchlist calibrate": "compares the files of a folder with each other and keeps scores",
    "watchlist evaluate": "compares the files of a folder with each other; of a watchlist it reads the thresholds",
}
TAKES_ADS = {
    "run": "ads of a configuration that says who decided that they may be read",
    "evaluate candidates": "ads of a configuration, whose truth is known",
}
TAKES_NEITHER_OR_ONE = {
    *(
        "crawl",
        "demo",
        "dpia",
        "bench search",
        "bench footage",
        "bench hashes",
        "bench campaigns",
        "bench copies",
        "evaluate detectors",
    ),
    *("watchlist approve", "watchlist list", "watchlist show", "watchlist review", "watchlist expire"),
    *(
        "watchlist remove",
        "watchlist brands",
        "watchlist news",
        "watchlist rebuild",
        "packs list",
        "packs verify",
        "packs describe",
    ),
    *(
        "detectors list",
        "detectors verify",
        "detectors fetch",
        "console user add",
        "console user list",
        "evidence verify",
        "retention run",
    ),
}


def commands(group: typer.Typer, *above: str) -> Iterator[str]:
    """Every command by its words."""
    for one in group.registered_commands:
        assert one.callback is not None
        yield " ".join((*above, one.name or one.callback.__name__.replace("_", "-")))
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, *above, str(inner.name))


def test_every_command_is_known_to_name_nobody_in_a_picture() -> None:
    """A new command has to be put where it belongs, with the reason why it is no search by an arbitrary face."""
    known = [*TAKES_MEDIA_AND_A_WATCHLIST, *TAKES_ADS, *TAKES_NEITHER_OR_ONE]
    assert sorted(commands(app)) == sorted(known)


def test_enrolling_a_picture_does_not_say_whose_it_is_already(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "a.png", portrait("astronaut"))
    watchlist = str(tmp_path / "watchlist")
    asked = ["--legal-basis", "consent", "--expires", "2027-06-01", "--requested-by", "R", "--adult"]
    run = CliRunner()
    told = []
    for name in ("Aysel Quliyeva", "Somebody Else"):
        command = ["watchlist", "enroll", name, "--images", str(picture), *asked, "--directory", watchlist]
        told.append(run.invoke(app, command).output)
    allow = ["watchlist", "allow", "somebody-else", str(picture), "--by", "L", "--why", "w", "--directory", watchlist]
    told.append(run.invoke(app, allow).output)
    assert "somebody-else is enrolled" in told[1]
    assert "is noted as a creative of somebody-else" in told[2]
    assert not any("ysel" in words for words in told[1:])


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
