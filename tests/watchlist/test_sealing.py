"""Sealed files: there and back in pieces, useless without the key, and refused when anything about them changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from watchlist.errors import WatchlistInvalid
from watchlist.sealing import HEADER, PIECE, TAG, joint_key, key_name, open_sealed, own_key, read_key, seal

KEY = bytes(range(32))
NAME = "sealed/aysel/picture"


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_there_and_back(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    seal(tmp_path / "s", data, key=KEY, name=NAME)
    sealed = open_sealed(tmp_path / "s", key=KEY, name=NAME)
    assert sealed.size_bytes == size
    assert sealed.read() == data
    for start, length in ((0, 10), (PIECE - 3, 9), (size // 2, size), (size, 5), (size + PIECE, 5)):
        assert sealed.read(start, length) == data[start : start + length]
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o600


def test_nothing_of_it_is_in_the_file_and_no_two_are_alike(tmp_path: Path) -> None:
    data = b"a face, a face, a face" * 10_000
    for name in ("one", "two"):
        seal(tmp_path / name, data, key=KEY, name=NAME)
    one, two = ((tmp_path / name).read_bytes() for name in ("one", "two"))
    assert b"a face" not in one
    pieces = [one[at : at + 64] for at in range(HEADER, len(one), 64)] + [
        two[at : at + 64] for at in range(HEADER, len(two), 64)
    ]
    assert len(set(pieces)) == len(pieces)


def test_another_key_or_name_does_not_open_it(tmp_path: Path) -> None:
    seal(tmp_path / "s", b"face", key=KEY, name=NAME)
    for key, name in ((bytes(32), NAME), (KEY, "sealed/gulnar/picture")):
        with pytest.raises(WatchlistInvalid, match="is not sealed with this key: restore it from its backup"):
            open_sealed(tmp_path / "s", key=key, name=name).read()


@pytest.mark.parametrize("at", [0, 8, 39, HEADER - 1, HEADER, HEADER + PIECE + TAG, -1])
def test_a_changed_byte_is_refused(tmp_path: Path, at: int) -> None:
    path = tmp_path / "s"
    seal(path, bytes(2 * PIECE), key=KEY, name=NAME)
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(WatchlistInvalid, match="restore it from its backup, or enrol again"):
        open_sealed(path, key=KEY, name=NAME).read()


def test_pieces_that_are_cut_off_or_swapped_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "s"
    seal(path, os.urandom(2 * PIECE), key=KEY, name=NAME)
    data, step = path.read_bytes(), PIECE + TAG
    for changed in (
        data[:-step],
        data + bytes(step),
        data[:HEADER] + data[HEADER + step :] + data[HEADER : HEADER + step],
    ):
        path.write_bytes(changed)
        with pytest.raises(WatchlistInvalid, match=r"was cut short or lengthened|was altered"):
            open_sealed(path, key=KEY, name=NAME).read()
    path.write_bytes(b"a picture")
    with pytest.raises(WatchlistInvalid, match="is not a sealed file"):
        open_sealed(path, key=KEY, name=NAME)
    with pytest.raises(WatchlistInvalid, match="absent is missing"):
        open_sealed(tmp_path / "absent", key=KEY, name=NAME)


def test_everybody_has_their_own_key(tmp_path: Path) -> None:
    one = own_key(tmp_path, "aysel")
    assert own_key(tmp_path, "aysel") == one == read_key(tmp_path, "aysel")
    assert own_key(tmp_path, "gulnar") != one
    assert (tmp_path / key_name("aysel")).stat().st_mode & 0o777 == 0o600
    assert len(one) == 32


def test_a_lost_or_damaged_key_is_named_and_not_made_anew(tmp_path: Path) -> None:
    own_key(tmp_path, "aysel")
    (tmp_path / "sealed/aysel").mkdir(parents=True)
    (tmp_path / key_name("aysel")).write_bytes(b"short")
    with pytest.raises(WatchlistInvalid, match=r"the key .*aysel\.key is damaged: put it back"):
        read_key(tmp_path, "aysel")
    (tmp_path / key_name("aysel")).unlink()
    with pytest.raises(WatchlistInvalid, match=r"the key .*aysel\.key is missing, without which nothing of aysel"):
        own_key(tmp_path, "aysel")


def test_the_key_is_not_shown(tmp_path: Path) -> None:
    seal(tmp_path / "s", b"face", key=KEY, name=NAME)
    assert "AESGCM" not in repr(open_sealed(tmp_path / "s", key=KEY, name=NAME))


def test_a_joint_key_ends_with_the_first_of_those_it_is_made_of(tmp_path: Path) -> None:
    for one in ("aysel", "gulnar"):
        own_key(tmp_path, one)
    joint = joint_key(tmp_path, ["gulnar", "aysel"], purpose="analyses")
    assert joint == joint_key(tmp_path, ["aysel", "gulnar"], purpose="analyses")
    others = [joint_key(tmp_path, ["aysel"], purpose="analyses"), joint_key(tmp_path, ["aysel", "gulnar"], purpose="x")]
    assert len({joint, *others, read_key(tmp_path, "aysel")}) == 4
    (tmp_path / key_name("gulnar")).unlink()
    with pytest.raises(WatchlistInvalid, match="without which nothing of gulnar can be opened"):
        joint_key(tmp_path, ["aysel", "gulnar"], purpose="analyses")
    with pytest.raises(ValueError, match="there is nobody"):
        joint_key(tmp_path, [], purpose="analyses")
