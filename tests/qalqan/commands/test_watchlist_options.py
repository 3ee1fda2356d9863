"""Options that several commands share: files by name, folder and glob; confirmation on a real terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from qalqan.commands.watchlist_options import DEFAULT_DIRECTORY, confirm, files_named, place_and_cap
from watchlist.rules import GALLERY_CAP

ASK = """
import typer
from qalqan.commands.watchlist_options import confirm
try:
    confirm("Delete it?", yes=False)
except typer.Abort:
    raise SystemExit(9)
"""


def test_files_folders_and_globs(tmp_path: Path) -> None:
    for name in ("b.jpg", "a.jpg", ".hidden"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    both = (tmp_path / "a.jpg", tmp_path / "b.jpg")
    assert files_named([str(tmp_path)], "--images") == both
    assert files_named([str(tmp_path / "*.jpg")], "--images") == both
    assert files_named([str(tmp_path / "absent.jpg")], "--images") == (tmp_path / "absent.jpg",)
    assert files_named(None, "--images") == ()
    for nothing in (tmp_path / "folder", tmp_path / "*.png"):
        with pytest.raises(typer.BadParameter, match="names no file"):
            files_named([str(nothing)], "--images")


def test_folder_and_cap_come_from_the_configuration_unless_they_are_stated(tmp_path: Path) -> None:
    config = tmp_path / "crawl.toml"
    config.write_text('[watchlist]\ndirectory = "people"\ncap = 7\n')
    assert place_and_cap(None, DEFAULT_DIRECTORY, None) == (DEFAULT_DIRECTORY, GALLERY_CAP)
    assert place_and_cap(config, DEFAULT_DIRECTORY, None) == (tmp_path / "people", 7)
    assert place_and_cap(config, tmp_path / "own", 9) == (tmp_path / "own", 9)


@pytest.mark.parametrize(("answer", "code"), [(b"y\n", 0), (b"n\n", 9), (b"\n", 9)])
def test_at_a_terminal_it_is_asked(answer: bytes, code: int) -> None:
    ours, theirs = pty.openpty()
    child = subprocess.Popen([sys.executable, "-c", ASK], stdin=theirs, stderr=subprocess.DEVNULL)
    os.write(ours, answer)
    assert child.wait(timeout=60) == code
    os.close(ours)
    os.close(theirs)


def test_where_nobody_can_be_asked_it_must_be_said() -> None:
    confirm("Delete it?", yes=True)
