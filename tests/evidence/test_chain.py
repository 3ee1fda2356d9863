"""Chains of sealed lines: any change to any line shows, and a torn end does not hurt."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.chain import GENESIS, append_line, cut_torn_line, inspect_chain, read_chain
from evidence.errors import EvidenceAltered, StoreUnavailable


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    path = tmp_path / "deep" / "chain.jsonl"
    for number in range(4):
        append_line(path, {"what": f"line {number}"})
    return path


def test_each_line_names_the_hash_of_the_raw_line_before(chain: Path) -> None:
    previous = GENESIS
    for number, raw in enumerate(chain.read_bytes().splitlines()):
        line = json.loads(raw)
        assert (line["number"], line["previous"]) == (number, previous)
        previous = hashlib.sha256(raw).hexdigest()


def test_lines_come_back_in_order(chain: Path) -> None:
    assert [line.content["what"] for line in read_chain(chain)] == ["line 0", "line 1", "line 2", "line 3"]


def test_a_missing_file_has_no_lines(tmp_path: Path) -> None:
    assert list(read_chain(tmp_path / "none.jsonl")) == []
    cut_torn_line(tmp_path / "none.jsonl")


def test_every_single_flipped_bit_shows(chain: Path) -> None:
    whole = chain.read_bytes()
    for at in range(len(whole) - 1):  # the newline at the very end makes a torn line, which is another matter
        for bit in (0, 5):
            chain.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1 :])
            with pytest.raises(EvidenceAltered):
                list(read_chain(chain))


def test_removed_and_reordered_lines_show(chain: Path) -> None:
    lines = chain.read_bytes().splitlines(keepends=True)
    for changed in (lines[1:], [lines[0], *lines[2:]], [lines[1], lines[0], *lines[2:]], [*lines, lines[-1]]):
        chain.write_bytes(b"".join(changed))
        with pytest.raises(EvidenceAltered, match="does not follow"):
            list(read_chain(chain))


def test_one_damaged_line_is_one_problem(chain: Path) -> None:
    chain.write_bytes(chain.read_bytes().replace(b"line 1", b"line 7"))
    problems = [line.problem for line in inspect_chain(chain)]
    assert [problem is not None for problem in problems] == [False, True, False, False]
    assert problems[1] is not None
    assert "Line 2" in problems[1]
    assert str(chain) in problems[1]


def test_a_torn_end_is_ignored_then_cut(chain: Path) -> None:
    whole = chain.read_bytes()
    chain.write_bytes(whole + b'{"what":"li')
    assert len(list(read_chain(chain))) == 4
    cut_torn_line(chain)
    assert chain.read_bytes() == whole


def test_appending_after_a_torn_end_continues_the_chain(chain: Path) -> None:
    with chain.open("ab") as file:
        file.write(b"\0" * 70_000)
    assert append_line(chain, {"what": "next"}).number == 4
    assert len(list(read_chain(chain))) == 5


def test_a_line_longer_than_a_block(tmp_path: Path) -> None:
    path = tmp_path / "chain.jsonl"
    for _ in range(3):
        append_line(path, {"what": "x" * 200_000})
    assert len(list(read_chain(path))) == 3


def test_appending_to_a_damaged_last_line_is_refused(chain: Path) -> None:
    with chain.open("ab") as file:
        file.write(b"not json\n")
    with pytest.raises(EvidenceAltered, match="damaged"):
        append_line(chain, {})


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    path = tmp_path / "chain.jsonl"
    path.symlink_to("/dev/full")
    with pytest.raises(StoreUnavailable, match="no room left"):
        append_line(path, {"what": "line"})


def test_seals_are_not_content(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="digest"):
        append_line(tmp_path / "chain.jsonl", {"digest": "mine"})


@settings(max_examples=30, deadline=None)
@given(text=st.text(st.characters(exclude_categories=())))
def test_hostile_text_survives(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("chain") / "chain.jsonl"
    append_line(path, {"text": text})
    append_line(path, {"text": text})
    assert [line.content["text"] for line in read_chain(path)] == [text, text]
