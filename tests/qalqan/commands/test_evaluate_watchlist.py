"""``qalqan watchlist evaluate`` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import Result

from qalqan.commands.watchlist import app
from qalqan.errors import DONE, PARTLY, USAGE
from tests.qalqan.commands.typed import typed


def run(*arguments: str | Path) -> Result:
    return typed(app, ["evaluate", *arguments])


def test_folders_of_people_give_a_report(people: Path, tmp_path: Path) -> None:
    result = run(people, "--modality", "face", "--conditions", "mirror", "--out", tmp_path / "report", "--seed", "5")
    assert result.exit_code == DONE
    assert "Faces. Of 2 comparisons of the same person, 100.0 % match" in result.output
    assert "faces, mirror: loss of TPR at FMR 0.10 % against clean: 0.00 points, to 100.0 % (" in result.output
    assert "; demanded at most 5 points: met" in result.output
    assert "met, but with 2 comparisons of the same person" in " ".join(result.output.split())
    assert f"Report: {tmp_path / 'report' / 'report.html'}" in result.output
    figures = json.loads((tmp_path / "report" / "evaluation.json").read_text())
    assert figures["command"] == (
        f"qalqan watchlist evaluate {people} --pack open --modality face --conditions mirror --fpir 0.01 --seed 5 "
        "--gallery-size 100 --min-face-px 60"
    )
    assert "Eileen/1.png" not in result.output


def test_a_csv_with_a_file_that_is_not_there_is_done_in_part(people: Path, tmp_path: Path) -> None:
    lines = [
        "file1,file2,same",
        "Eileen/1.png,Eileen/2.png,yes",
        "Eileen/1.png,Grace/1.png,no",
        "Grace/9.png,Grace/1.png,yes",
    ]
    (people / "pairs.csv").write_text("\n".join(lines))
    result = run(people / "pairs.csv", "--out", tmp_path / "report")
    assert result.exit_code == PARTLY
    assert "Could not look at 1:\n  Grace/9.png: pairs.csv names it, but it is not there" in result.output
    assert "Voices. Nothing could be measured: no voice was found in any file" in result.output
    assert (tmp_path / "report" / "report.html").is_file()


def test_where_nothing_can_be_measured_the_reason_is_the_error(tmp_path: Path) -> None:
    (tmp_path / "Nobody").mkdir()
    (tmp_path / "Nobody" / "notes.txt").write_text("words")
    with pytest.raises(ValueError, match=r"no face was found in any file: .*; no voice was found in any file"):
        run(tmp_path, "--out", tmp_path / "report")
    assert not (tmp_path / "report").exists()


def test_wrong_words_are_refused_before_any_file_is_read(people: Path) -> None:
    with pytest.raises(ValueError, match="there is no condition 'rain'"):
        run(people, "--conditions", "rain")
    assert run(people, "--fpir", "1").exit_code == USAGE
