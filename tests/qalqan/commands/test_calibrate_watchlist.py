"""``qalqan watchlist calibrate`` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import Result

from qalqan.commands.watchlist import app
from qalqan.errors import PARTLY
from tests.qalqan.commands.typed import typed
from watchlist import store
from watchlist.errors import WatchlistInvalid
from watchlist.records import Modality


def run(*arguments: str | Path) -> Result:
    return typed(app, arguments, columns=250)


def test_a_calibration_is_kept_with_the_watchlist(people: Path, tmp_path: Path) -> None:
    why = ["--legal-basis", "consent", "--expires", "2027-06-01", "--requested-by", "Rena", "--adult"]
    directory = ["--directory", str(tmp_path / "w")]
    run("enroll", "Eileen Collins", "--images", people / "Eileen" / "1.png", *why, *directory)
    result = run("calibrate", people, "--by", "Anar", "--fpir", "0.02", *directory)
    assert result.exit_code == PARTLY
    assert f"faces of {tmp_path / 'w'} are calibrated on 4 mated and 4 non-mated scores of 2 people" in result.output
    assert "the voices cannot be calibrated: there are no mated comparisons" in result.output
    [kept] = store.read(tmp_path / "w").calibrations
    assert (kept.modality, kept.pack, kept.fpir, kept.people) == (Modality.FACE, "open@1", 0.02, 2)
    assert "calibrate" in (tmp_path / "w" / "audit.jsonl").read_text()


def test_a_look_alike_raises_one_person_s_threshold_and_nothing_of_it_is_kept(people: Path, tmp_path: Path) -> None:
    why = ["--legal-basis", "consent", "--expires", "2027-06-01", "--requested-by", "Rena", "--adult"]
    directory = ["--directory", str(tmp_path / "w")]
    run("enroll", "Eileen Collins", "--images", people / "Eileen" / "1.png", *why, *directory)
    note = ["lookalike", "eileen-collins", "--by", "Anar", *directory]
    with pytest.raises(ValueError, match="no file of the look-alike was given"):
        run(*note)
    with pytest.raises(WatchlistInvalid, match="are not calibrated"):
        run(*note, "--images", people / "Grace" / "1.png")
    run("calibrate", people, "--by", "Anar", "--modality", "face", *directory)
    before = {path: path.read_bytes() for path in (tmp_path / "w").rglob("*.sealed")}
    result = run(*note, "--images", people / "Grace")
    assert result.exit_code == 0
    assert "eileen-collins: the look-alike's face is noted" in result.output
    [kept] = store.read(tmp_path / "w").calibrations
    [(person_id, score)] = kept.look_alikes
    assert person_id == "eileen-collins"
    assert {path: path.read_bytes() for path in (tmp_path / "w").rglob("*.sealed")} == before
    audit = (tmp_path / "w" / "audit.jsonl").read_text()
    assert "declare look-alike" in audit
    for told in (result.output, audit):
        assert f"{score:.2f}" not in told, "how alike somebody is who is not enrolled is nobody's business"


def test_a_watchlist_that_is_not_there_is_not_made(people: Path, tmp_path: Path) -> None:
    with pytest.raises(WatchlistInvalid, match="holds nobody: enrol first"):
        run("calibrate", people, "--by", "Anar", "--modality", "face", "--directory", tmp_path / "w")
    assert not (tmp_path / "w").exists()


def test_a_set_that_cannot_calibrate_says_why(people: Path, tmp_path: Path) -> None:
    (people / "pairs.csv").write_text("file1,file2,same\nEileen/1.png,Eileen/2.png,yes\nEileen/1.png,Grace/1.png,no\n")
    with pytest.raises(ValueError, match=r"the faces cannot be calibrated: .* does not say of every two files"):
        run("calibrate", people / "pairs.csv", "--by", "Anar", "--directory", tmp_path / "w")
