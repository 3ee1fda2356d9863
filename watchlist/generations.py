"""The watchlist's files as a whole: generations that replace each other in one step, private to their owner, with an
audit.

::

    current                    which generation stands, and the SHA-256 of its manifest (replaced by one rename)
    generations/000007/        manifest.json (SHA-256 of every file) and the files that make up the watchlist
    references/<sha256>        the reference media as enrolled
    footage/<person>/…         descriptors of genuine film
    audit.jsonl                who did what when; no biometric data

A change that is cut off at any moment leaves the old generation standing; what it left behind is swept by the next
change.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from watchlist.errors import WatchlistInvalid

FORMAT = 1
OURS = {"current", "generations", "references", "footage", "audit.jsonl", ".lock"}
PRIVATE_FILE, PRIVATE_DIRECTORY = 0o600, 0o700


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the audit: who did what to whom, when."""

    at: datetime
    by: str
    action: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One whole state of the watchlist: its number and its manifest."""

    directory: Path
    number: int
    manifest: dict[str, Any]

    def file(self, name: str) -> Path:
        """A file of this generation by its name relative to the watchlist, its SHA-256 checked; ``WatchlistInvalid`` if
        it is absent or altered."""
        path = self.directory / name
        try:
            with path.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except FileNotFoundError:
            raise WatchlistInvalid(
                f"{path} is missing: restore the watchlist from its backup, or enrol again"
            ) from None
        if found != self.manifest["files"].get(name):
            raise WatchlistInvalid(f"{path} was altered: restore the watchlist from its backup, or enrol again")
        return path


def current(directory: Path) -> Generation | None:
    """The generation that stands, its manifest checked; None where there is no watchlist yet.

    Raises ``WatchlistInvalid`` for a damaged pointer or manifest; ``OSError`` passes through.
    """
    pointer = _pointer(directory)
    while pointer is not None:
        number, expected = pointer
        path = directory / folder(number) / "manifest.json"
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            latest = _pointer(directory)
            if latest != pointer:  # replaced between the two reads
                pointer = latest
                continue
            raise WatchlistInvalid(
                f"{path} is missing: restore the watchlist from its backup, or enrol again"
            ) from None
        if hashlib.sha256(data).hexdigest() != expected:
            raise WatchlistInvalid(f"{path} was altered: restore the watchlist from its backup, or enrol again")
        manifest = json.loads(data)
        if manifest.get("format") != FORMAT:
            raise WatchlistInvalid(
                f"{path} has format {manifest.get('format')}, not {FORMAT}: use the qalqan that wrote it"
            )
        return Generation(directory=directory, number=number, manifest=manifest)
    return None


def _pointer(directory: Path) -> tuple[int, str] | None:
    """Number and manifest hash of the generation that stands."""
    try:
        pointer = json.loads((directory / "current").read_text())
        return int(pointer["generation"]), str(pointer["manifest_sha256"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise WatchlistInvalid(f"{directory / 'current'} is damaged: restore the watchlist from its backup") from None


def folder(number: int) -> str:
    """The directory of a generation, relative to the watchlist."""
    return f"generations/{number:06d}"


@contextmanager
def locked(directory: Path) -> Iterator[Generation | None]:
    """Hold the watchlist for a change; gives the generation that stands. One change at a time, others wait.

    Finishes the audit of a change that was cut off after it took effect. Raises ``WatchlistInvalid`` for a directory
    that holds other things than a watchlist.
    """
    if directory.is_dir() and not {path.name for path in directory.iterdir()} <= OURS:
        raise WatchlistInvalid(f"{directory} holds other files: name an empty or new directory for the watchlist")
    for path in (directory, *(directory / name for name in ("generations", "references", "footage"))):
        make_directory(path)
    handle = os.open(directory / ".lock", os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        standing = current(directory)
        if standing is not None:
            _audit(standing)
        yield standing
    finally:
        os.close(handle)


def publish(before: Generation | None, directory: Path, *, change: Change, content: dict[str, Any]) -> Generation:
    """Make the files in ``folder(next number)`` the watchlist: manifest, pointer, audit line, in this order.

    ``content`` is merged into the manifest; ``content["files"]`` names every file relative to the watchlist with its
    SHA-256.
    """
    number = next_number(before)
    line = {**asdict(change), "at": change.at.isoformat(), "generation": number}
    manifest = {"format": FORMAT, "change": line, **content}
    data = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False).encode()
    write_private(directory / folder(number) / "manifest.json", data)
    sync_directory(directory / folder(number))
    sync_directory(directory / "generations")
    pointer = {"generation": number, "manifest_sha256": hashlib.sha256(data).hexdigest()}
    partial = directory / "generations" / "current.part"
    write_private(partial, json.dumps(pointer).encode())
    partial.replace(directory / "current")
    sync_directory(directory)
    after = Generation(directory=directory, number=number, manifest=manifest)
    _audit(after)
    return after


def next_number(before: Generation | None) -> int:
    """Generations are counted from 1 and never reused."""
    return 1 if before is None else before.number + 1


def sweep(directory: Path, *, keep: Generation | None) -> None:
    """Delete every generation, reference and film that ``keep`` does not name: old vectors do not outlive their
    removal."""
    named = set() if keep is None else {*keep.manifest["files"], *keep.manifest["references"]}
    for path in sorted((directory / "generations").glob("*")):
        if keep is None or path != directory / folder(keep.number):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in [*(directory / "references").glob("*"), *(directory / "footage").glob("*/*")]:
        if path.relative_to(directory).as_posix() not in named:
            path.unlink()
    for path in (directory / "footage").glob("*"):
        if not any(path.iterdir()):
            path.rmdir()


def make_directory(path: Path) -> None:
    """Make a directory that only its owner can enter; an existing one is made so."""
    path.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIRECTORY)
    if path.stat().st_mode & 0o777 != PRIVATE_DIRECTORY:
        path.chmod(PRIVATE_DIRECTORY)


def write_private(path: Path, data: bytes) -> str:
    """Write a file that only its owner can read, safely on disk when this returns; gives its SHA-256."""
    make_directory(path.parent)
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


def _audit(standing: Generation) -> None:
    """Append the line of the generation that stands, unless it is there; a torn last line is cut off first."""
    path = standing.directory / "audit.jsonl"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
    with os.fdopen(handle, "r+b") as stream:
        data = stream.read()
        whole = data[: data.rfind(b"\n") + 1]
        stream.truncate(len(whole))
        lines = whole.splitlines()
        if not lines or json.loads(lines[-1])["generation"] != standing.number:
            stream.write(json.dumps(standing.manifest["change"], ensure_ascii=False).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
