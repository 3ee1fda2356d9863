from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from embeddings.open_file import OpenFile


def test_two_readers_of_one_descriptor_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = tmp_path / "ten"
    path.write_bytes(b"0123456789")
    with path.open("rb") as stream:
        one, other = OpenFile(stream.fileno()), OpenFile(stream.fileno())
        assert one.read(4) == b"0123"
        assert other.read(2) == b"01"
        assert one.read() == b"456789"
        assert one.read(1) == b""
        assert os.lseek(stream.fileno(), 0, os.SEEK_CUR) == 0


def test_places_are_counted_from_the_start_from_here_and_from_the_end(tmp_path: Path) -> None:
    path = tmp_path / "ten"
    path.write_bytes(b"0123456789")
    with path.open("rb") as stream:
        file = OpenFile(stream.fileno())
        assert (file.seek(-3, io.SEEK_END), file.read(1)) == (7, b"7")
        assert (file.seek(-2, io.SEEK_CUR), file.read(1)) == (6, b"6")
        assert (file.seek(0), file.tell(), file.size) == (0, 0, 10)
        with pytest.raises(ValueError, match="no place -1"):
            file.seek(-1)


def test_what_is_written_is_in_the_file_and_it_stays_open_after_closing(tmp_path: Path) -> None:
    with (tmp_path / "a.png").open("w+b") as stream:
        file = OpenFile(stream.fileno())
        with io.BufferedRandom(file) as buffered:
            Image.new("RGB", (3, 2), "red").save(buffered, "PNG")
        with Image.open(io.BufferedReader(OpenFile(stream.fileno()))) as again:
            assert again.size == (3, 2)
