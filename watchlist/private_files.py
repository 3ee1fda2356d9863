"""Files and folders that only their owner can read, safely on disk when a function returns; and their destruction."""

from __future__ import annotations

import hashlib
import mmap
import os
from collections.abc import Iterable
from pathlib import Path

PRIVATE_FILE, PRIVATE_DIRECTORY = 0o600, 0o700
_BLOCK = bytes(1 << 20)


def make_directory(path: Path) -> None:
    """Make a directory that only its owner can enter; an existing one is made so."""
    path.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIRECTORY)
    if path.stat().st_mode & 0o777 != PRIVATE_DIRECTORY:
        path.chmod(PRIVATE_DIRECTORY)


def write_private(path: Path, data: bytes) -> str:
    """Write a file that only its owner can read, in place of an older one; gives its SHA-256. The folder must exist."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    return hashlib.sha256(data).hexdigest()


def settle(path: Path) -> str:
    """Make a file that a library wrote private and safe on disk; gives its SHA-256."""
    path.chmod(PRIVATE_FILE)
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync_directory(path: Path) -> None:
    """Make the names in a directory safe on disk."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def shred(path: Path) -> None:
    """Overwrite a file with zeros and delete it; a process that has it mapped sees the zeros.

    What a copy-on-write file system, a snapshot or a flash drive kept of the old blocks is out of reach.
    """
    with path.open("r+b") as stream:
        left = os.fstat(stream.fileno()).st_size
        while left > 0:
            left -= stream.write(_BLOCK[:left])
        stream.flush()
        os.fsync(stream.fileno())
    path.unlink()
    sync_directory(path.parent)


def blank(path: Path, secrets: Iterable[bytes]) -> bool:
    """Overwrite every occurrence of each of ``secrets`` in a file with zeros; whether all of them were found."""
    with path.open("r+b") as stream:
        if not os.fstat(stream.fileno()).st_size:
            return not any(True for _ in secrets)
        with mmap.mmap(stream.fileno(), 0) as content:
            found = [_blank_one(content, secret) for secret in secrets]
            content.flush()
        os.fsync(stream.fileno())
    return all(found)


def _blank_one(content: mmap.mmap, secret: bytes) -> bool:
    at = found = content.find(secret)
    while at >= 0:
        content[at : at + len(secret)] = bytes(len(secret))
        at = content.find(secret, at + len(secret))
    return found >= 0
