"""``qalqan watchlist list | show | review | expire | remove`` as they are typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from evidence.tables import write_records
from qalqan.commands.watchlist import app
from tests.factories import make_enrolment, make_match, make_person, make_reference, sha
from tests.qalqan.commands.typed import typed
from watchlist import store
from watchlist.errors import EnrolmentRefused, PersonUnknown
from watchlist.generations import Change
from watchlist.index import COSINE, Space
from watchlist.records import MATCH_SCHEMA, Modality
from watchlist.store import StoredWatchlist

NOW = datetime.now(UTC).replace(microsecond=0)
PICTURE = b"a picture"


def run(*arguments: str, directory: Path, answers: str = "") -> Result:
    return typed(app, [*arguments, "--directory", directory], answers=answers, columns=250)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    reference = make_reference(person_id="aysel")
    stored = StoredWatchlist(
        pack="test@1",
        spaces={Modality.FACE: Space(4, COSINE)},
        persons=(make_person(person_id="aysel", names=("Aysel\x1b[2J", "Айсель")),),
        enrolments=(
            make_enrolment(person_id="aysel", expires_at=NOW + timedelta(days=90), review_at=NOW - timedelta(days=1)),
        ),
        references=(reference,),
        vectors={Modality.FACE: {"aysel": np.array([[0.5, 0.5, 0.5, 0.5]], dtype=np.float32)}},
    )
    record = Change(at=NOW, by="Rena", action="enrol", subject="aysel", detail="1 pictures")
    store.change(tmp_path / "w", lambda _: stored, record=record, reference_bytes={reference.sha256: PICTURE})
    return tmp_path / "w"


def test_the_list_warns_of_an_overdue_review(directory: Path) -> None:
    listed = run("list", directory=directory).output
    assert f"{(NOW - timedelta(days=1)).date()} OVERDUE" in listed
    assert "Brands: 0" in listed


def test_all_that_is_held_is_shown_without_vectors_or_control_signs(directory: Path) -> None:
    shown = run("show", "aysel", directory=directory).output
    for words in ("Айсель", "az, ru", "written request", "active", "first, second", "OVERDUE", "References: 1"):
        assert words in shown
    assert "press office" in shown
    assert "enrol by Rena 1 pictures" in shown
    assert "0.5" not in shown
    assert "\x1b" not in shown
    with pytest.raises(PersonUnknown, match="has the id 'farid'"):
        run("show", "farid", directory=directory)


def test_a_review_is_noted(directory: Path) -> None:
    day = (NOW + timedelta(days=30)).date()
    words = ["--by", "Leyla", "--why", "in office", "--next"]
    assert f"to be reviewed again on {day}" in run("review", "aysel", *words, str(day), directory=directory).output
    assert "OVERDUE" not in run("list", directory=directory).output
    assert f"review by Leyla next {day}" in run("show", "aysel", directory=directory).output
    with pytest.raises(EnrolmentRefused, match="which is not between today and"):
        run("review", "aysel", *words, str((NOW + timedelta(days=91)).date()), directory=directory)


def test_an_enrolment_is_ended(directory: Path) -> None:
    day = (NOW + timedelta(days=3)).date()
    words = ["--by", "Leyla", "--why", "left office"]
    result = run("expire", "aysel", *words, "--at", str(day), directory=directory)
    assert f"aysel is enrolled until {day} 23:59 UTC and not matched after it" in result.output
    run("expire", "aysel", *words, directory=directory)
    assert "expired" in run("list", directory=directory).output
    assert "expire by Leyla ends" in run("show", "aysel", directory=directory).output
    with pytest.raises(EnrolmentRefused, match="already: nothing to do"):
        run("expire", "aysel", *words, directory=directory)


def test_removal_has_to_be_confirmed(directory: Path) -> None:
    refused = run("remove", "aysel", "--by", "Leyla", directory=directory, answers="n\n")
    assert (refused.exit_code, "confirm it with --yes" in refused.output) == (2, True)
    assert store.read(directory).persons
    done = run("remove", "aysel", "--by", "Leyla", "--why", "asked for it", "--yes", directory=directory)
    assert "aysel is removed from" in done.output
    assert "Nobody is enrolled in" in run("list", directory=directory).output
    assert '"detail": "asked for it"' in (directory / "audit.jsonl").read_text()
    with pytest.raises(PersonUnknown):
        run("remove", "aysel", "--by", "Leyla", "--yes", directory=directory)


def test_pictures_of_the_person_go_from_the_data_folders_that_are_named(directory: Path, tmp_path: Path) -> None:
    data, mine, other = tmp_path / "data", sha("hers"), sha("somebody else's")
    matches = [make_match(person_id="aysel", creative_sha256=mine), make_match(person_id="x", creative_sha256=other)]
    write_records(data / "screens" / "one" / "matches.parquet", matches, MATCH_SCHEMA)
    places = [data / "screens" / "one" / "derivatives", data / "derivatives"]
    for place in places:
        for sha256 in (mine, other):
            (place / sha256).mkdir(parents=True)
            (place / sha256 / "thumb.jpg").write_bytes(b"picture")
    with pytest.raises(FileNotFoundError, match="no data folder"):
        run("remove", "aysel", "--by", "Leyla", "--yes", "--data", str(tmp_path / "typo"), directory=directory)
    assert store.read(directory).persons
    done = run("remove", "aysel", "--by", "Leyla", "--yes", "--data", str(data), directory=directory)
    assert "Working copies of 1 creatives are deleted" in done.output
    assert [[path.name for path in sorted(place.iterdir())] for place in places] == [[other], [other]]


@pytest.mark.parametrize("command", ["review", "expire", "remove"])
def test_somebody_says_who_they_are(directory: Path, command: str) -> None:
    result = run(command, "aysel", directory=directory)
    assert (result.exit_code, "--by" in result.output) == (2, True)


def test_the_id_is_whole_on_a_narrow_terminal(directory: Path) -> None:
    listed = CliRunner().invoke(app, ["list", "--directory", str(directory)], env={"COLUMNS": "45", "TERM": "dumb"})
    assert "│ aysel │" in listed.output
