"""The watchlist's files as a whole: generations that replace each other in one step, signed, private to their owner, with
an audit.

::

    current                    which generation stands, and the SHA-256 of its manifest (replaced by one rename)
    generations/000007/        manifest.json (SHA-256 of every file), its signature, and records and indexes
    sealed/<person>/…          vectors, reference media and film descriptors, each sealed with the person's key
    keys/<person>.key          32 bytes; destroyed when the person is removed (``signing.pem`` signs the manifests)
    footage/<person>/…         film descriptors as plain arrays to be mapped, derived from the sealed ones
    logos/<sha256>             pictures of brands
    audit.jsonl                who did what when; no biometric data
    disclosures.jsonl          who asked whom media of their own show, and why (``disclosures``)

Keep ``keys/``, ``footage/`` and ``*.faiss`` out of backups: without the keys a backup of ``sealed/`` cannot be opened,
the indexes and ``footage/`` can be made again from ``sealed/``. A change that is cut off at any moment leaves the old
generation standing; what it left behind is swept by the next change.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from watchlist import signing
from watchlist.errors import WatchlistInvalid
from watchlist.private_files import PRIVATE_FILE, make_directory, sync_directory, write_private

FORMAT = 2
DISCLOSURES_NAME = "disclosures.jsonl"
OURS = {"current", "generations", "sealed", "keys", "footage", "logos", "audit.jsonl", DISCLOSURES_NAME, ".lock"}
LONGEST_LINE = 1 << 20
BEFORE_SEALING = {"references"}
"""What a watchlist of format 1 has besides."""


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
    """The generation that stands, its manifest and signature checked; None where there is no watchlist yet.

    Raises ``WatchlistInvalid`` for a damaged pointer or manifest, one that the watchlist's key did not sign, and an old
    generation that was put back; ``OSError`` passes through.
    """
    pointer = _pointer(directory)
    while pointer is not None:
        standing, problem = _standing(directory, pointer)
        if standing is not None:
            return standing
        latest = _pointer(directory)
        if latest == pointer:
            raise WatchlistInvalid(problem)
        pointer = latest  # replaced while it was read
    return None


def _standing(directory: Path, pointer: tuple[int, str]) -> tuple[Generation | None, str]:
    """The generation that the pointer names, or what is wrong with it."""
    number, expected = pointer
    path = directory / folder(number) / "manifest.json"
    restore = "restore the watchlist from its backup, or enrol again"
    try:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != expected:
            return None, f"{path} was altered: {restore}"
        manifest = json.loads(data)
        if manifest["format"] == 1:
            return (
                None,
                f"{path} was written before watchlists were sealed: enrol these people again in a new directory",
            )
        if manifest["format"] != FORMAT:
            return None, f"{path} has format {manifest['format']}, not {FORMAT}: use the qalqan that wrote it"
        signing.verify(data, path.with_suffix(".sig").read_bytes(), directory, what=path)
    except FileNotFoundError as error:
        return None, f"{error.filename} is missing: {restore}"
    except WatchlistInvalid as error:
        return None, str(error)
    except (ValueError, KeyError, TypeError):
        return None, f"{path} was altered: {restore}"
    written, audited = manifest["change"]["generation"], _last_audited(directory)
    if written != number or audited > number:
        return None, (
            f"{path} is of generation {written}, but generation {max(number, audited)} was written to {directory}: "
            "an old state was put back, restore the newest backup as a whole"
        )
    return Generation(directory=directory, number=number, manifest=manifest), ""


def _last_audited(directory: Path) -> int:
    """The generation of the last whole line of the audit; 0 where there is none."""
    try:
        with (directory / "audit.jsonl").open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - LONGEST_LINE))
            lines = stream.read().split(b"\n")[:-1]
        return int(json.loads(lines[-1])["generation"]) if lines else 0
    except FileNotFoundError:
        return 0
    except (ValueError, KeyError, TypeError):
        raise WatchlistInvalid(f"{directory / 'audit.jsonl'} is damaged: restore it from its backup") from None


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
    held = {path.name for path in directory.iterdir()} if directory.is_dir() else set()
    if not held <= OURS and not ("current" in held and held <= OURS | BEFORE_SEALING):
        raise WatchlistInvalid(f"{directory} holds other files: name an empty or new directory for the watchlist")
    current(directory)  # refuses before anything is made
    for path in (directory, *(directory / name for name in ("generations", "sealed", "keys", "footage", "logos"))):
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


def changes(directory: Path) -> list[Change]:
    """The audit, oldest first; empty where there is none. A line that was cut off is left out."""
    try:
        lines = (directory / "audit.jsonl").read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []
    fields = Change.__dataclass_fields__
    found = [json.loads(line) for line in lines]
    return [
        Change(**{name: line[name] for name in fields} | {"at": datetime.fromisoformat(line["at"])}) for line in found
    ]


def publish(before: Generation | None, directory: Path, *, change: Change, content: dict[str, Any]) -> Generation:
    """Make the files in ``folder(next number)`` the watchlist: manifest, signature, pointer, audit line, in this order.

    ``content`` is merged into the manifest; ``content["files"]`` names every file relative to the watchlist with its
    SHA-256.
    """
    number = next_number(before)
    line = {**asdict(change), "at": change.at.isoformat(), "generation": number}
    manifest = {"format": FORMAT, "change": line, **content}
    data = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False).encode()
    signature = signing.sign(data, directory, first=before is None)
    make_directory(directory / folder(number))
    write_private(directory / folder(number) / "manifest.json", data)
    write_private(directory / folder(number) / "manifest.sig", signature)
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
