"""Sets whose truth is known: a CSV or folders, bad lines named, nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.judged_items import read_judged


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_a_table_states_truth_group_and_what_to_compare_with(tmp_path: Path) -> None:
    touch(tmp_path / "a.mp4", tmp_path / "b.mp4", tmp_path / "film.mp4")
    (tmp_path / "items.csv").write_text(
        "File;Altered;Group;Generator;Language;Footage;Learned_from\n"
        "a.mp4;yes;one;swap;az;film.mp4;face_blend lip_sync\nb.mp4;no;;;;;\n",
        encoding="utf-8",
    )
    found = read_judged(tmp_path)
    first, second = found.items
    assert (first.altered, first.group, first.generator, first.language) == (True, "one", "swap", "az")
    assert first.footage == tmp_path / "film.mp4"
    assert (first.learned_from, second.learned_from) == (("face_blend", "lip_sync"), ())
    assert (second.altered, second.group, second.generator, second.footage) == (False, "b.mp4", None, None)
    assert found.description == "1 altered and 1 genuine items of 2 groups"
    assert read_judged(tmp_path / "items.csv").items == found.items


def test_lines_that_are_no_items_are_named(tmp_path: Path) -> None:
    touch(tmp_path / "a.mp4", tmp_path / "b.mp4")
    (tmp_path / "items.csv").write_text(
        "file,altered,voice\na.mp4,yes,\nb.mp4,no,\nc.mp4,no,\na.mp4,perhaps,\n,yes,\na.mp4,yes,d.wav\n",
        encoding="utf-8",
    )
    found = read_judged(tmp_path)
    assert len(found.items) == 2
    assert [(one.name, one.why) for one in found.left_out] == [
        ("c.mp4", "c.mp4 is not there"),
        ("a.mp4", "whether it was altered is said by 'perhaps'; write yes or no"),
        ("items.csv, line 6", "it names no file"),
        ("a.mp4", "d.wav is not there"),
    ]


def test_folders_do_as_well(tmp_path: Path) -> None:
    touch(
        tmp_path / "genuine/a.mp4", tmp_path / "altered/swap/b.mp4", tmp_path / "altered/c.mp4", tmp_path / "genuine/.x"
    )
    found = read_judged(tmp_path)
    assert [(one.name, one.altered, one.generator) for one in found.items] == [
        ("genuine/a.mp4", False, None),
        ("altered/c.mp4", True, None),
        ("altered/swap/b.mp4", True, "swap"),
    ]


def test_what_is_no_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="does not exist"):
        read_judged(tmp_path / "nothing")
    with pytest.raises(ValueError, match="both altered and genuine"):
        read_judged(tmp_path)
    (tmp_path / "items.csv").write_text("name,altered\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no column file"):
        read_judged(tmp_path)
