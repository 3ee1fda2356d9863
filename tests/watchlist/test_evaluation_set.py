"""Folders of people and CSVs of pairs: read as they are meant, and every file or line that cannot be is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from watchlist.evaluation_set import EvaluationSet, LeftOut, read_set


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("Anar/1.jpg", "Anar/deep/2.wav", "Leyla/1.png", "Leyla/.hidden"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path


def pairs(folder: Path, text: str, *, name: str = "pairs.csv", files: str = "abcde") -> EvaluationSet:
    for letter in files:
        (folder / f"{letter}.jpg").write_bytes(b"x")
    (folder / name).write_text(text, encoding="utf-8")
    return read_set(folder / name)


def test_a_folder_per_person(folder: Path) -> None:
    found = read_set(folder)
    assert found.names == ("Anar/1.jpg", "Anar/deep/2.wav", "Leyla/1.png")
    assert found.people == ("Anar", "Anar", "Leyla")
    assert found.paths == tuple(folder / name for name in found.names)
    assert found.listed is None
    assert found.complete
    assert found.left_out == ()
    assert found.description == "3 files of 2 people, one folder each"


def test_what_lies_beside_the_folders_and_an_empty_folder_are_named(folder: Path) -> None:
    (folder / "readme.txt").write_text("x")
    (folder / "Nobody").mkdir()
    assert read_set(folder).left_out == (
        LeftOut(name="readme.txt", why="it lies beside the folders of people, not in one"),
        LeftOut(name="Nobody/", why="the folder is empty"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "file1,file2,same\na.jpg,b.jpg,yes\na.jpg,c.jpg,no\n",
        "file_x,file_y,Decision\na.jpg,b.jpg,Yes\na.jpg,c.jpg,No\n",
        "Left;Right;Label\na.jpg;b.jpg;1\na.jpg;c.jpg;0\n",
        "\ufefffirst\tsecond\tmatch\r\n a.jpg\tb.jpg \tTRUE\r\na.jpg\tc.jpg\tfalse\r\n",
    ],
)
def test_csvs_of_many_habits(tmp_path: Path, text: str) -> None:
    found = pairs(tmp_path, text)
    assert found.names == ("a.jpg", "b.jpg", "c.jpg")
    assert found.people == ("a.jpg", "a.jpg", "c.jpg")
    assert found.listed == ((0, 1), (0, 2))
    assert not found.complete
    assert found.description == "2 listed pairs of 3 files, which show 2 people"


def test_people_follow_from_pairs_through_others(tmp_path: Path) -> None:
    text = "file1,file2,same\nc.jpg,d.jpg,yes\na.jpg,b.jpg,yes\nb.jpg,c.jpg,yes\na.jpg,e.jpg,no\n"
    found = pairs(tmp_path, text)
    assert dict(zip(found.names, found.people, strict=True)) == {
        "c.jpg": "c.jpg", "d.jpg": "c.jpg", "a.jpg": "c.jpg", "b.jpg": "c.jpg", "e.jpg": "e.jpg"
    }  # fmt: skip


def test_a_set_is_complete_when_every_pair_is_listed(tmp_path: Path) -> None:
    assert pairs(tmp_path, "a,b,same\na.jpg,b.jpg,yes\nb.jpg,c.jpg,no\nc.jpg,a.jpg,no\n").complete


def test_a_folder_that_holds_one_csv_or_the_deepface_layout_is_a_csv(tmp_path: Path) -> None:
    pairs(tmp_path, "file_x,file_y,Decision\na.jpg,b.jpg,Yes\n", name="one.csv")
    assert read_set(tmp_path).listed == ((0, 1),)
    pairs(tmp_path, "file_x,file_y,Decision\na.jpg,b.jpg,Yes\nc.jpg,b.jpg,No\n", name="master.csv")
    assert read_set(tmp_path).listed == ((0, 1), (2, 1))


def test_lines_and_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    lines = (
        "a.jpg,b.jpg,perhaps",
        "a.jpg,,yes",
        "a.jpg,a.jpg,yes",
        "ghost.jpg,b.jpg,no",
        "a.jpg,b.jpg,yes",
        "b.jpg,a.jpg,yes",
    )
    text = "\n".join(["file1,file2,same", *lines])
    found = pairs(tmp_path, text)
    assert found.listed == ((0, 1),)
    assert found.left_out == (
        LeftOut(name="pairs.csv, line 2", why="whether it is the same person is said by 'perhaps'; write yes or no"),
        LeftOut(name="pairs.csv, line 3", why="it does not name two files"),
        LeftOut(name="pairs.csv, line 4", why="it compares a file with itself"),
        LeftOut(name="ghost.jpg", why="pairs.csv names it, but it is not there"),
    )


def test_a_csv_that_contradicts_itself_is_refused_with_the_line(tmp_path: Path) -> None:
    text = "file1,file2,same\na.jpg,b.jpg,yes\na.jpg,c.jpg,no\nb.jpg,c.jpg,yes\n"
    with pytest.raises(ValueError, match=r"pairs\.csv, line 3: a\.jpg and c\.jpg are said to show different people"):
        pairs(tmp_path, text)


def test_a_csv_without_the_columns_says_which_one_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no column same: its first line must name the columns"):
        pairs(tmp_path, "file1,file2,distance\na.jpg,b.jpg,0.3\n")
    with pytest.raises(ValueError, match="has no column file1"):
        pairs(tmp_path, "")


def test_a_csv_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_bytes("file1,file2,same\nÄ.jpg,b.jpg,yes\n".encode("latin-1"))
    with pytest.raises(ValueError, match="is not UTF-8 text"):
        read_set(tmp_path / "pairs.csv")


def test_nothing_there_and_nobody_there_are_different_answers(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="does not exist: name a folder with one folder per person"):
        read_set(tmp_path / "nowhere")
    (tmp_path / "picture.jpg").write_bytes(b"x")
    with pytest.raises(ValueError, match="holds no folders of people"):
        read_set(tmp_path)


def test_look_alikes_are_named_by_a_column_of_the_csv(tmp_path: Path) -> None:
    lines = "a.jpg,b.jpg,yes,\nb.jpg,c.jpg,no,\nc.jpg,b.jpg,no,yes\nc.jpg,d.jpg,yes,yes\nd.jpg,e.jpg,no,no\n"
    found = pairs(tmp_path, f"file1,file2,same,lookalike\n{lines}")
    assert found.look_alikes == (("a.jpg", "c.jpg"),), "the people whom the files show"
    assert found.listed == ((0, 1), (1, 2), (3, 4))
    [wrong] = found.left_out
    assert wrong == LeftOut(
        name="pairs.csv, line 5", why="it calls one person a look-alike; only different people can be"
    )


def test_look_alikes_are_named_beside_folders_of_people(folder: Path) -> None:
    assert read_set(folder).look_alikes == ()
    (folder / "lookalikes.csv").write_text("person1,person2\nLeyla,Anar\nAnar,Leyla\nAnar,Anar\nAnar,Ghost\n")
    found = read_set(folder)
    assert found.look_alikes == (("Anar", "Leyla"),)
    assert found.left_out == (
        LeftOut(name="lookalikes.csv, line 4", why="it names one person twice"),
        LeftOut(name="lookalikes.csv, line 5", why="there is no folder 'Ghost' with files"),
    )
    (folder / "lookalikes.csv").write_text("who,whom\n")
    with pytest.raises(ValueError, match=r"lookalikes\.csv has no column person1"):
        read_set(folder)


@pytest.mark.fixtures
def test_the_deepface_layout_as_it_is_published() -> None:
    place = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[3] / "shared" / "fixtures")) / "deepface"
    if not place.is_dir():
        pytest.skip(f"no development media at {place}; set QALQAN_FIXTURES to run this test")
    found = read_set(place)
    assert found.description == "300 listed pairs of 25 files, which show 9 people"
    assert found.complete
    assert not found.left_out
