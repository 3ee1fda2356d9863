"""Private files: modes, replacement, and destruction that other names of the same bytes see."""

from __future__ import annotations

import hashlib
import mmap
import os
from pathlib import Path

from watchlist.private_files import blank, make_directory, settle, shred, write_private


def test_only_the_owner_can_read(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    for folder in (tmp_path / "open", tmp_path / "new/inner"):
        make_directory(folder)
        assert folder.stat().st_mode & 0o777 == 0o700
    (tmp_path / "theirs").write_bytes(b"from a library")
    assert settle(tmp_path / "theirs") == hashlib.sha256(b"from a library").hexdigest()
    assert write_private(tmp_path / "ours", b"one") == hashlib.sha256(b"one").hexdigest()
    write_private(tmp_path / "ours", b"two")
    assert (tmp_path / "ours").read_bytes() == b"two"
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in ("ours", "theirs")} == {0o600}


def test_what_is_shredded_is_zeros_under_every_name(tmp_path: Path) -> None:
    secret = os.urandom((1 << 20) + 5)
    (tmp_path / "secret").write_bytes(secret)
    os.link(tmp_path / "secret", tmp_path / "same blocks")
    with (tmp_path / "secret").open("rb") as stream:
        mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    shred(tmp_path / "secret")
    assert not (tmp_path / "secret").exists()
    assert (tmp_path / "same blocks").read_bytes() == bytes(len(secret))
    assert mapped[:] == bytes(len(secret))
    (tmp_path / "empty").touch()
    shred(tmp_path / "empty")
    assert not (tmp_path / "empty").exists()


def test_only_what_is_named_is_blanked(tmp_path: Path) -> None:
    path = tmp_path / "index"
    path.write_bytes(b"head SECRET mine SECRET other tail")
    assert blank(path, [b"SECRET", b"other"])
    assert path.read_bytes() == b"head \0\0\0\0\0\0 mine \0\0\0\0\0\0 \0\0\0\0\0 tail"
    assert not blank(path, [b"mine", b"absent"])
    assert b"mine" not in path.read_bytes()
    (tmp_path / "empty").touch()
    assert blank(tmp_path / "empty", [])
    assert not blank(tmp_path / "empty", [b"x"])
