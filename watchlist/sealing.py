"""Sealed files: AES-256-GCM under a key per person. Whoever destroys the key has destroyed every copy of the files.

A sealed file is ``QLQSEAL1``, 32 bytes of salt, the size of the content (8 bytes, big-endian), then the content in
pieces of 64 KiB, each followed by its tag of 16 bytes. The key of a file is derived from the person's key, the salt and
the file's name with HKDF-SHA256, so that a nonce (the number of the piece) never occurs twice under one key; the header
is authenticated with every piece. A file can therefore be neither renamed, cut short nor put together anew.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from watchlist.errors import WatchlistInvalid
from watchlist.private_files import make_directory, sync_directory, write_private

KEY_BYTES = 32
PIECE = 1 << 16
TAG = 16
MAGIC = b"QLQSEAL1"
SALT = 32
HEADER = len(MAGIC) + SALT + 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """A sealed file that is opened piece by piece; ``size_bytes`` is that of its content."""

    path: Path
    size_bytes: int
    _header: bytes = field(repr=False)
    _cipher: AESGCM = field(repr=False)

    def read(self, start: int = 0, length: int | None = None) -> bytes:
        """The content from byte ``start`` on, ``length`` bytes or what there is. Raises ``WatchlistInvalid`` for a file
        that was altered or belongs to another key or name."""
        start = min(start, self.size_bytes)
        end = self.size_bytes if length is None else min(start + length, self.size_bytes)
        final = max(0, self.size_bytes - 1) // PIECE
        first = min(start // PIECE, final)
        last = max(first, min(max(0, end - 1) // PIECE, final))
        with self.path.open("rb") as stream:
            stream.seek(HEADER + first * (PIECE + TAG))
            pieces = [self._piece(number, stream.read(PIECE + TAG)) for number in range(first, last + 1)]
        return b"".join(pieces)[start - first * PIECE : end - first * PIECE]

    def _piece(self, number: int, data: bytes) -> bytes:
        expected = min(PIECE, max(0, self.size_bytes - number * PIECE)) + TAG
        try:
            return self._cipher.decrypt(_nonce(number), data[:expected], self._header)
        except InvalidTag:
            raise WatchlistInvalid(
                f"{self.path} was altered or is not sealed with this key: restore it from its backup, or enrol again"
            ) from None


def sealed(data: bytes, *, key: bytes, name: str) -> bytes:
    """The bytes of a sealed file that holds ``data`` under ``key`` and ``name``."""
    header = MAGIC + os.urandom(SALT) + struct.pack(">Q", len(data))
    cipher = _cipher(key, header, name)
    starts = range(0, max(1, len(data)), PIECE)
    pieces = (cipher.encrypt(_nonce(at // PIECE), data[at : at + PIECE], header) for at in starts)
    return b"".join([header, *pieces])


def seal(path: Path, data: bytes, *, key: bytes, name: str) -> str:
    """Write ``data`` sealed under ``key`` and ``name`` to a private file; gives the SHA-256 of the sealed file."""
    make_directory(path.parent)
    return write_private(path, sealed(data, key=key, name=name))


def open_sealed(path: Path, *, key: bytes, name: str) -> SealedFile:
    """A file that ``seal`` wrote under the same key and name. Raises ``WatchlistInvalid`` if it is missing or another
    file; what it holds is checked as it is read."""
    try:
        with path.open("rb") as stream:
            header = stream.read(HEADER)
    except FileNotFoundError:
        raise WatchlistInvalid(f"{path} is missing: restore it from its backup, or enrol again") from None
    if len(header) != HEADER or not header.startswith(MAGIC):
        raise WatchlistInvalid(f"{path} is not a sealed file: restore it from its backup, or enrol again")
    [size] = struct.unpack(">Q", header[-8:])
    pieces = max(1, -(-size // PIECE))
    if path.stat().st_size != HEADER + size + pieces * TAG:
        raise WatchlistInvalid(f"{path} was cut short or lengthened: restore it from its backup, or enrol again")
    return SealedFile(path=path, size_bytes=size, _header=header, _cipher=_cipher(key, header, name))


def key_name(person_id: str) -> str:
    """Where a person's key lies, relative to the watchlist."""
    return f"keys/{person_id}.key"


def own_key(directory: Path, person_id: str) -> bytes:
    """The person's key, made now if nothing of theirs is sealed yet. Raises ``WatchlistInvalid`` as ``read_key`` does."""
    path = directory / key_name(person_id)
    if not path.exists() and not (directory / "sealed" / person_id).exists():
        make_directory(path.parent)
        partial = path.with_suffix(".part")
        write_private(partial, os.urandom(KEY_BYTES))
        partial.replace(path)
        sync_directory(path.parent)
    return read_key(directory, person_id)


def read_key(directory: Path, person_id: str) -> bytes:
    """The person's key; ``WatchlistInvalid`` if it was destroyed or is damaged."""
    path = directory / key_name(person_id)
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        raise WatchlistInvalid(
            f"the key {path} is missing, without which nothing of {person_id} can be opened: "
            "put it back, or remove this person and enrol again"
        ) from None
    if len(key) != KEY_BYTES:
        raise WatchlistInvalid(f"the key {path} is damaged: put it back, or remove this person and enrol again")
    return key


def joint_key(directory: Path, person_ids: Iterable[str], *, purpose: str) -> bytes:
    """A key for ``purpose`` that is made of the keys of all these people, at least one: whoever destroys one of them has
    destroyed it too. Raises ``WatchlistInvalid`` as ``read_key`` does."""
    keys = b"".join(read_key(directory, person_id) for person_id in sorted(person_ids))
    if not keys:
        raise ValueError("there is nobody whose keys could be joined")
    info = b"qalqan watchlist 1 joint\0" + purpose.encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(keys)


def _cipher(key: bytes, header: bytes, name: str) -> AESGCM:
    salt = header[len(MAGIC) : len(MAGIC) + SALT]
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"qalqan watchlist 1\0" + name.encode())
    return AESGCM(derived.derive(key))


def _nonce(piece: int) -> bytes:
    return piece.to_bytes(12, "big")
