"""Requests from folders and CSV files: read whole, and every entry that is wrong named with what is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from watchlist.enrolment_files import DEFAULT_PURPOSE, Handed, read_requests
from watchlist.errors import EnrolmentRefused
from watchlist.rules import EnrolmentRequest

WHOLE = """
id = "aysel"
names = ["Aysel Quliyeva", "Айсель Кулиева"]
role = "president"
jurisdiction = "AZ"
languages = ["az", "ru"]
legal_basis = "consent"
purpose = "takedown"
requested_by = "Anar"
expires = 2028-10-31
review = 2027-10-31
born = 1970-05-05
provenance = "press office"
official_pages = ["123"]
official_domains = ["president.example"]
document = "request.pdf"
"""
LEAST = 'names = ["Gülnar Sadıqova"]\nlegal_basis = "consent"\nexpires = 2028-10-31\nadult = true\n'


def folder(root: Path, name: str, text: str, *media: str) -> Path:
    place = root / name
    for file in media:
        (place / file).parent.mkdir(parents=True, exist_ok=True)
        (place / file).touch()
    place.mkdir(parents=True, exist_ok=True)
    (place / "person.toml").write_text(text, encoding="utf-8")
    return place


def request(handed: Handed) -> EnrolmentRequest:
    assert handed.request is not None, handed.refusal
    return handed.request


def test_where_single_files_come_from_may_be_stated(tmp_path: Path) -> None:
    place = folder(
        tmp_path / "people",
        "a",
        LEAST + '[sources]\n"pictures/1.jpg" = "press office"\n',
        "pictures/1.jpg",
        "audio/a.wav",
    )
    folder(tmp_path / "people", "b", LEAST + 'sources = "press office"\n', "audio/a.wav")
    first, second = read_requests(tmp_path / "people", by="Rena")
    asked = request(first)
    assert asked.provenance_of(place / "pictures/1.jpg") == "press office"
    assert asked.provenance_of(place / "audio/a.wav") == "supplied by Rena"
    assert "sources is not a table of texts" in str(second.refusal)
    table = tmp_path / "people.csv"
    table.write_text(
        "names;legal_basis;expires;adult;pictures;audio;sources\n"
        "Aysel;consent;2028-10-31;yes;1.jpg;a.wav;a.wav = her office|1.jpg=archive, page 3\n"
    )
    (handed,) = read_requests(table, by="Rena")
    assert [request(handed).provenance_of(tmp_path / name) for name in ("a.wav", "1.jpg")] == [
        "her office",
        "archive, page 3",
    ]


def test_a_folder_per_person(tmp_path: Path) -> None:
    whole = folder(tmp_path, "a", WHOLE, "pictures/2.jpg", "pictures/1.jpg", "pictures/.DS_Store", "footage/f.mp4")
    folder(tmp_path, "b", LEAST, "audio/a.wav")
    (tmp_path / "notes.txt").touch()
    first, second = map(request, read_requests(tmp_path, by="Rena"))
    assert first == EnrolmentRequest(
        person_id="aysel",
        names=("Aysel Quliyeva", "Айсель Кулиева"),
        role="president",
        jurisdiction="AZ",
        languages=("az", "ru"),
        legal_basis="consent",
        purpose="takedown",
        requested_by="Anar",
        expires_at=datetime(2028, 10, 31, 23, 59, 59, tzinfo=UTC),
        review_at=datetime(2027, 10, 31, tzinfo=UTC),
        born=date(1970, 5, 5),
        provenance="press office",
        official_pages=("123",),
        official_domains=("president.example",),
        document=whole / "request.pdf",
        images=(whole / "pictures/1.jpg", whole / "pictures/2.jpg"),
        footage=(whole / "footage/f.mp4",),
    )
    assert (second.person_id, second.requested_by, second.purpose) == ("gulnar-sadiqova", "Rena", DEFAULT_PURPOSE)
    assert (second.adult_confirmed, second.audio) == (True, (tmp_path / "b/audio/a.wav",))


@pytest.mark.parametrize("delimiter", [";", ","])
def test_a_csv(tmp_path: Path, delimiter: str) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/1.jpg").touch()
    lines = [
        ["id", "names", "legal_basis", "expires", "adult", "born", "pictures", "audio"],
        ["", "Aysel Quliyeva|Айсель", "consent", "2028-10-31", "Yes", "", "pictures|2.jpg", ""],
        ["gulnar", "Gülnar", "consent", "2028-10-31", "", "1970-05-05", "", "a.wav"],
    ]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(delimiter.join(line) for line in lines), encoding="utf-8-sig")
    first, second = map(request, read_requests(path, by="Rena"))
    assert (first.person_id, first.names, first.adult_confirmed) == (
        "aysel-quliyeva",
        ("Aysel Quliyeva", "Айсель"),
        True,
    )
    assert first.images == (tmp_path / "pictures/1.jpg", tmp_path / "2.jpg")
    assert (second.person_id, second.born, second.adult_confirmed) == ("gulnar", date(1970, 5, 5), False)
    assert second.audio == (tmp_path / "a.wav",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("names = [", r"person\.toml is not TOML"),
        ("", "it has no names: add at least one"),
        (LEAST + "colour = 1", "it has the unknown key 'colour': use id, role"),
        (LEAST.replace("2028-10-31", '"soon"'), "expires is not a day: write it as 2028-10-31"),
        (LEAST.replace("2028-10-31", "2028-10-31T10:00:00Z"), "expires is not a day"),
        (LEAST.replace("expires", "review"), "it does not say until when: add expires"),
        (LEAST.replace("true", '"perhaps"'), "adult is 'perhaps': write yes or no"),
        (LEAST + "role = 3", "role is not a text: write it as role"),
        (LEAST + 'languages = "az"', "languages is not a list of texts"),
        (LEAST.replace("Gülnar Sadıqova", "Гүлнар"), "no id can be made from the name 'Гүлнар'"),
    ],
)
def test_a_bad_entry_does_not_stop_the_others(tmp_path: Path, text: str, sentence: str) -> None:
    folder(tmp_path, "a", text)
    folder(tmp_path, "b", LEAST)
    (tmp_path / "c").mkdir()
    bad, good, empty = read_requests(tmp_path, by="Rena")
    assert (bad.where, bad.request) == ("a", None)
    assert bad.refusal is not None
    assert sentence.replace("\\", "") in bad.refusal
    assert request(good).person_id == "gulnar-sadiqova"
    assert empty.refusal == f"{tmp_path / 'c'} has no person.toml: add one"


def test_a_row_with_too_few_cells_is_named(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "names,legal_basis,expires,adult\nAysel,consent\nGulnar,consent,2028-10-31,yes\nX,c,2028-10-31,yes,more\n"
    )
    short, good, long = read_requests(path, by="Rena")
    assert short.refusal == f"row 2 of {path} has another number of cells than the head: correct it"
    assert good.where == "row 3 (Gulnar)"
    assert long.refusal is not None


def test_a_source_that_is_no_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnrolmentRefused, match="holds nobody: see `qalqan watchlist import --help`"):
        read_requests(tmp_path, by="Rena")
    path = tmp_path / "people.csv"
    path.write_text("name,expires\n")
    with pytest.raises(EnrolmentRefused, match=r"people\.csv has the unknown column 'name': use id"):
        read_requests(path, by="Rena")
    with pytest.raises(FileNotFoundError):
        read_requests(tmp_path / "absent.csv", by="Rena")
