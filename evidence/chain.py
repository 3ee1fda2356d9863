"""Append-only files of JSON lines in which each line seals the one before: the form of the journal and of the log.

A line is canonical JSON with its ``number`` (from 0), ``previous`` (SHA-256 of the raw line before, zeros for the first) and
``digest`` (SHA-256 of the line without its digest), so that a flipped bit is seen even in the last line.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from evidence.errors import EvidenceAltered
from evidence.store import make_directory, store_unavailable, sync_directory

GENESIS = "0" * 64
_SEAL = {"number", "previous", "digest"}
_BLOCK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedLine:
    """One line of a chain: its ``number``, the SHA-256 of its raw bytes (newline left out), what it says, and one sentence
    about what is wrong with it (then ``content`` is what can still be read of it, perhaps nothing)."""

    number: int
    sha256: str
    content: dict[str, Any]
    problem: str | None


def read_chain(path: Path) -> Iterator[SealedLine]:
    """The whole lines of a chain, each checked; a torn last line is left out, a missing file has no lines.

    Raises ``EvidenceAltered`` at the first line that does not fit, ``StoreUnavailable`` if the file cannot be read.
    """
    for line in inspect_chain(path):
        if line.problem:
            raise EvidenceAltered(line.problem)
        yield line


def inspect_chain(path: Path) -> Iterator[SealedLine]:
    """As ``read_chain``, but goes on after a line that does not fit and says so in its ``problem``."""
    previous: str | None = GENESIS
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file):
                if not raw.endswith(b"\n"):
                    return
                line = _unseal(raw[:-1], previous=previous, number=number, path=path)
                previous = None if line.problem else line.sha256  # do not blame the next line too
                yield line
    except FileNotFoundError:
        return
    except OSError as error:
        raise store_unavailable(error, str(path)) from error


def append_line(path: Path, content: dict[str, Any]) -> SealedLine:
    """Append one sealed line and make it durable before returning; all of it is written or none.

    A torn last line (of a run that was killed) is cut first. Raises ``EvidenceAltered`` if the last line is damaged,
    ``StoreUnavailable`` if the file cannot be written. Several processes may append: the file is locked meanwhile.
    """
    if _SEAL & content.keys():
        raise ValueError(f"a line must not set {', '.join(sorted(_SEAL & content.keys()))} itself")
    try:
        make_directory(path.parent)
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end = _whole_lines_end(file)
            if end != file.seek(0, os.SEEK_END):
                file.truncate(end)
            return _append_at(file, end, content, path)
    except OSError as error:
        raise store_unavailable(error, str(path)) from error


def cut_torn_line(path: Path) -> None:
    """Remove what a killed writer left of an unfinished last line; raises ``StoreUnavailable``."""
    try:
        with path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.truncate(_whole_lines_end(file))
    except FileNotFoundError:
        return
    except OSError as error:
        raise store_unavailable(error, str(path)) from error


def _append_at(file: BinaryIO, end: int, content: dict[str, Any], path: Path) -> SealedLine:
    number, previous = _last_seal(file, end, path)
    raw = _seal(content, number=number, previous=previous)
    try:
        file.seek(end)
        file.write(raw + b"\n")
        file.flush()
        os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):  # else the next writer cuts what is left of the line
            os.ftruncate(file.fileno(), end)
        raise
    if end == 0:
        sync_directory(path.parent)
    return SealedLine(number=number, sha256=hashlib.sha256(raw).hexdigest(), content=content, problem=None)


def _last_seal(file: BinaryIO, end: int, path: Path) -> tuple[int, str]:
    """Number and ``previous`` for the next line."""
    if end == 0:
        return 0, GENESIS
    start = _after_last_newline(file, end - 1)
    file.seek(start)
    raw = file.read(end - 1 - start)
    try:
        number = json.loads(raw)["number"] + 1
    except (ValueError, KeyError, TypeError) as error:
        raise EvidenceAltered(
            f"The last line of {path} is damaged; run `qalqan evidence verify` and restore the file."
        ) from error
    return number, hashlib.sha256(raw).hexdigest()


def _whole_lines_end(file: BinaryIO) -> int:
    return _after_last_newline(file, file.seek(0, os.SEEK_END))


def _after_last_newline(file: BinaryIO, end: int) -> int:
    """The offset just after the last newline before ``end``; 0 if there is none."""
    while end > 0:
        start = max(0, end - _BLOCK)
        file.seek(start)
        at = file.read(end - start).rfind(b"\n")
        if at >= 0:
            return start + at + 1
        end = start
    return 0


def _canonical(content: dict[str, Any]) -> bytes:
    """ASCII JSON, sorted, without spaces: hostile text cannot break a line or hide in it."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def _seal(content: dict[str, Any], *, number: int, previous: str) -> bytes:
    numbered = {**content, "number": number, "previous": previous}
    return _canonical({**numbered, "digest": hashlib.sha256(_canonical(numbered)).hexdigest()})


def _unseal(raw: bytes, *, previous: str | None, number: int, path: Path) -> SealedLine:
    """``previous`` None: the line before was damaged, so nothing can be said about following it."""
    broken = f"Line {number + 1} of {path} was changed after it was written"
    content: dict[str, Any] = {}
    problem: str | None = None
    try:
        stored = json.loads(raw)
        content = {name: value for name, value in stored.items() if name not in _SEAL}
        if raw != _seal(content, number=stored["number"], previous=stored["previous"]):
            problem = f"{broken} (its digest differs); restore the file from a copy."
        elif stored["number"] != number or (previous is not None and stored["previous"] != previous):
            problem = (
                f"Line {number + 1} of {path} does not follow the line before it; lines were removed or reordered."
            )
    except (ValueError, KeyError, TypeError, AttributeError):
        problem = f"{broken} (it is no longer a sealed line); restore the file from a copy."
    return SealedLine(number=number, sha256=hashlib.sha256(raw).hexdigest(), content=content, problem=problem)
