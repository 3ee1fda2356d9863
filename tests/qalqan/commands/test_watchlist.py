"""``qalqan watchlist`` as it is typed: the whole life of an enrolment, its words, and its refusals."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from qalqan.commands.watchlist import app
from tests.qalqan.commands.typed import typed
from tests.watchlist import portraits
from watchlist.errors import EnrolmentRefused, PersonUnknown

NEXT_YEAR = (datetime.now(UTC) + timedelta(days=300)).strftime("%Y-%m-%d")
SOON = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%d")
WHY = ["--legal-basis", "consent [1]", "--expires", NEXT_YEAR, "--requested-by", "Rena", "--adult"]


def run(*arguments: str, directory: Path | None = None) -> Result:
    place = [] if directory is None else ["--directory", str(directory)]
    return typed(app, [*arguments, *place])


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    portraits.write_picture(folder / "one.jpg", portraits.astronaut())
    portraits.write_picture(folder / "two.jpg", portraits.darker(portraits.astronaut()))
    return folder


def test_somebody_is_enrolled_and_approved(tmp_path: Path, pictures: Path) -> None:
    directory = tmp_path / "w"
    (tmp_path / "request.pdf").write_bytes(b"signed")
    more = ["--document", str(tmp_path / "request.pdf"), "--review", SOON, "--language", "az", "--cap", "1"]
    result = run("enroll", "Gülnar Sadıqova", "--images", str(pictures), *WHY, *more, directory=directory)
    assert result.exit_code == 0
    assert f"gulnar-sadiqova is enrolled until {NEXT_YEAR} and waits for approval by two people" in result.output
    assert f"qalqan watchlist approve gulnar-sadiqova --by NAME --directory {directory}" in result.output
    for who, words in (("Anar", "waiting for approval (1 of 2)"), ("Leyla", "active")):
        assert f"gulnar-sadiqova: {words}" in run("approve", "gulnar-sadiqova", "--by", who, directory=directory).output
    listed = run("list", directory=directory).output
    assert "gulnar-sadiqova" in listed
    assert "active" in listed
    assert NEXT_YEAR in listed
    assert SOON in listed
    assert hashlib.sha256(b"signed").hexdigest() in run("show", "gulnar-sadiqova", directory=directory).output
    with pytest.raises(EnrolmentRefused, match="holds 1 people and may hold 1"):
        run("enroll", "Aysel", "--images", str(pictures), *WHY, "--cap", "1", directory=directory)
    assert "consent [1]" in listed


def test_an_empty_list_is_not_an_error(tmp_path: Path) -> None:
    result = run("list", directory=tmp_path / "w")
    assert result.exit_code == 0
    assert "begin with `qalqan watchlist enroll --help`" in result.output
    assert not (tmp_path / "w").exists()


def test_the_directory_may_come_from_the_environment(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["list"], env={"QALQAN_WATCHLIST": str(tmp_path / "elsewhere"), "COLUMNS": "200"})
    assert str(tmp_path / "elsewhere") in result.output


def test_refusals_are_raised_for_the_front_door(tmp_path: Path, pictures: Path) -> None:
    directory = tmp_path / "w"
    why = [word for word in WHY if word != "--adult"]
    with pytest.raises(EnrolmentRefused, match="nothing says that aysel is of age"):
        run("enroll", "Aysel", "--images", str(pictures), *why, directory=directory)
    with pytest.raises(EnrolmentRefused, match="born 2015-01-01, is a minor"):
        run("enroll", "Aysel", "--images", str(pictures), *why, "--born", "2015-01-01", directory=directory)
    with pytest.raises(EnrolmentRefused, match="has no picture and no recording"):
        run("enroll", "Aysel", *WHY, directory=directory)
    with pytest.raises(PersonUnknown, match="nobody in the watchlist"):
        run("approve", "aysel", "--by", "Anar", directory=directory)
    assert not directory.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["enroll", "Aysel"], "--legal-basis"),
        (["enroll", "Aysel", *WHY, "--expires", "tomorrow"], "--expires"),
        (["enroll", "Aysel", *WHY, "--images", "no-such-*.jpg"], "names no file"),
        (["approve", "aysel"], "--by"),
    ],
)
def test_wrong_usage_exits_with_2(tmp_path: Path, arguments: list[str], words: str) -> None:
    result = run(*arguments, directory=tmp_path / "w")
    assert result.exit_code == 2
    assert words in result.output


@pytest.mark.parametrize(
    "command",
    ["enroll", "approve", "list", "show", "review", "expire", "remove", "import", "allow", "brands", "rebuild"],
)
def test_help_has_an_example(command: str) -> None:
    assert f"Example: qalqan watchlist {command}" in " ".join(run(command, "--help").output.split())
