"""The write-ahead journal of a crawl: bytes and the records about them are kept together or not at all, also under SIGKILL.

An entry stages its blobs in ``staging/``; leaving it appends one durable line to ``journal.jsonl`` (that line is the commit),
writes the line's hash to the evidence log, and moves the blobs to the store. Opening a journal repairs what a killed run left:
blobs of committed lines go to the store, all other staged bytes are deleted, a torn last line is cut.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from evidence.chain import SealedLine, append_line, cut_torn_line, read_chain
from evidence.errors import EvidenceAltered, StoreUnavailable
from evidence.log import JOURNAL_NAME, EvidenceLog, log_path
from evidence.records import BlobRef
from evidence.store import EvidenceStore, make_directory, store_unavailable, write_atomically
from evidence.tables import from_json, to_json

Record = TypeVar("Record")


class Entry:
    """What one key brings: blobs and records, staged until the entry is left."""

    def __init__(self, staging: Path) -> None:
        self._staging = staging
        self._blobs: dict[str, BlobRef] = {}
        self._records: list[dict[str, Any]] = []

    def put(self, data: bytes, *, media_type: str) -> BlobRef:
        """Stage bytes; they reach the store when the entry is committed. Raises ``StoreUnavailable``."""
        ref = BlobRef(sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data), media_type=media_type)
        if ref.sha256 not in self._blobs:
            path = self._staging / ref.sha256
            try:
                write_atomically(path, data, partial=path.with_suffix(".part"))
            except OSError as error:
                raise store_unavailable(error, str(self._staging)) from error
            self._blobs[ref.sha256] = ref
        return ref

    def add(self, record: object) -> None:
        """Note a record (a dataclass instance); ``ValueError`` if it could not be read back as it is."""
        row = to_json(record)
        if from_json(type(record), row) != record:
            raise ValueError(f"this {type(record).__name__} would not survive being written: {record!r}")
        self._records.append({"type": type(record).__name__, "row": row})

    def content(self, key: str, at: datetime) -> dict[str, Any]:
        """The journal line of this entry."""
        blobs = [to_json(ref) for ref in self._blobs.values()]
        return {"key": key, "at": at.astimezone(UTC).isoformat(), "blobs": blobs, "records": self._records}


class Journal:
    """The journal of one directory; only one process at a time may hold it. Close it, or use it as a context manager."""

    def __init__(self, directory: Path, store: EvidenceStore, *, clock: Callable[[], datetime]) -> None:
        """Open or start the journal of ``directory`` and repair it.

        Raises ``BlockingIOError`` if another crawl holds the directory, ``EvidenceAltered`` if the journal or the log was
        changed, ``StoreUnavailable`` if directory or store cannot be written.
        """
        self.directory = directory
        self._store = store
        self._clock = clock
        self._path = directory / JOURNAL_NAME
        self._staging = directory / "staging"
        self._log = EvidenceLog(log_path(store, directory), journal=directory.name)
        self._mutex = threading.Lock()
        self._open_keys: set[str] = set()
        self._keys: set[str] = set()
        try:
            make_directory(directory)
            self._lock = (directory / "journal.lock").open("ab")
        except OSError as error:
            raise store_unavailable(error, str(directory)) from error
        try:
            self._take_lock()
            self._recover()
        except BaseException:
            self._lock.close()
            raise

    @property
    def committed(self) -> frozenset[str]:
        """The keys whose entries are complete: a crawl that resumes skips them."""
        with self._mutex:
            return frozenset(self._keys)

    @contextmanager
    def entry(self, key: str) -> Iterator[Entry]:
        """An entry that is committed on leaving and discarded as a whole if its body raises.

        Raises ``ValueError`` for a key that is committed or open, ``StoreUnavailable`` if nothing can be written. Where
        committing fails, whether the line was written is for the next opening to find out: until then the key stays open.
        """
        self._claim(key)
        staging = self._staging / _directory_name(key)
        entry = Entry(staging)
        try:
            yield entry
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)  # what cannot be removed now is removed at the next opening
            self._release(key)
            raise
        line = self._commit(key, entry)
        self._log.append(line)
        self._promote(line, staging)

    def records(self, cls: type[Record]) -> list[Record]:
        """All committed records of a class, in the order of their commits."""
        return [
            from_json(cls, record["row"])
            for line in read_chain(self._path)
            for record in line.content["records"]
            if record["type"] == cls.__name__
        ]

    def close(self) -> None:
        """Let the directory go."""
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _take_lock(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BlockingIOError(
                f"Another crawl is writing to {self.directory}; wait for it to end or give this crawl another name."
            ) from error

    def _claim(self, key: str) -> None:
        with self._mutex:
            if key in self._keys or key in self._open_keys:
                state = "committed" if key in self._keys else "open"
                raise ValueError(f"the entry {key!r} of {self._path} is already {state}; look at `committed` first")
            self._open_keys.add(key)

    def _release(self, key: str) -> None:
        with self._mutex:
            self._open_keys.discard(key)

    def _commit(self, key: str, entry: Entry) -> SealedLine:
        with self._mutex:
            line = append_line(self._path, entry.content(key, self._clock()))
            self._keys.add(key)
            self._open_keys.discard(key)
            return line

    def _promote(self, line: SealedLine, staging: Path) -> None:
        """Move the staged blobs of a committed line to the store; harmless to repeat."""
        try:
            for blob in line.content["blobs"]:
                path = staging / blob["sha256"]
                if path.exists():  # else it was promoted before
                    self._promote_blob(path, blob)
            if staging.is_dir():
                shutil.rmtree(staging)
        except StoreUnavailable:
            raise
        except OSError as error:
            raise store_unavailable(error, str(staging)) from error

    def _promote_blob(self, path: Path, blob: dict[str, Any]) -> None:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != blob["sha256"]:
            raise EvidenceAltered(f"The staged blob {path} was changed before it reached the store; move it away.")
        self._store.put(data, media_type=blob["media_type"])
        path.unlink()

    def _recover(self) -> None:
        lines = list(read_chain(self._path))
        self._log.reconcile(lines)  # before anything is cut: a line that the log knows must not look torn
        cut_torn_line(self._path)
        for line in lines:
            self._keys.add(line.content["key"])
            self._promote(line, self._staging / _directory_name(line.content["key"]))
        try:
            if self._staging.is_dir():
                shutil.rmtree(self._staging)
        except OSError as error:
            raise store_unavailable(error, str(self._staging)) from error


def _directory_name(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
