"""The hash-chained log of everything that was committed, and the check that nothing was changed since.

Each log line names a journal, the number of a line in it and that line's SHA-256. The log of a local store lies in the store
(``log.jsonl``) and covers all crawls; an object store cannot be appended to, so there each crawl keeps its own log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from evidence.chain import SealedLine, append_line, cut_torn_line, inspect_chain, read_chain
from evidence.deletions import Deletions
from evidence.errors import EvidenceAltered, StoreUnavailable
from evidence.records import STRINGS, BlobRef
from evidence.store import EvidenceStore
from evidence.tables import to_row

JOURNAL_NAME = "journal.jsonl"
LOG_NAME = "log.jsonl"
_BLOB_FIELDS = {"sha256", "size_bytes", "media_type"}


def log_path(store: EvidenceStore, crawl_directory: Path) -> Path:
    """Where the log over the journal of ``crawl_directory`` is kept."""
    return (store.local_root or crawl_directory) / LOG_NAME


class EvidenceLog:
    """The part of the log that speaks of one journal, named by its crawl."""

    def __init__(self, path: Path, *, journal: str) -> None:
        self.path = path
        self.journal = journal

    def append(self, line: SealedLine) -> None:
        """Note a journal line that was just committed; ``StoreUnavailable`` if that cannot be written."""
        append_line(self.path, {"journal": self.journal, "line": line.number, "sha256": line.sha256})

    def reconcile(self, lines: Sequence[SealedLine]) -> None:
        """Log the lines that a killed run committed without logging; ``EvidenceAltered`` where log and journal disagree."""
        known = _logged(read_chain(self.path)).get(self.journal, {})
        problems = _disagreements(self.journal, lines, known)
        if problems:
            raise EvidenceAltered(problems[0])
        cut_torn_line(self.path)
        for line in lines:
            if line.number not in known:
                self.append(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReport:
    """What ``verify`` looked at and every problem it found, one sentence each. ``deleted`` are the blobs that are absent
    because they were deleted on purpose."""

    blobs: int
    bytes: int
    deleted: int
    journals: int
    commits: int
    log_lines: int
    problems: tuple[str, ...]

    @property
    def unchanged(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.problems


VERIFICATION_REPORT_SCHEMA = pa.schema(
    [
        pa.field("blobs", pa.int64(), nullable=False),
        pa.field("bytes", pa.int64(), nullable=False),
        pa.field("deleted", pa.int64(), nullable=False),
        pa.field("journals", pa.int64(), nullable=False),
        pa.field("commits", pa.int64(), nullable=False),
        pa.field("log_lines", pa.int64(), nullable=False),
        pa.field("problems", STRINGS, nullable=False),
    ]
)


def verify(store: EvidenceStore, data_dir: Path, *, records: Iterable[object] = ()) -> VerificationReport:
    """Check the whole store: every blob's hash, the chains of the log, of each journal under ``data_dir/crawls`` and of the
    list of deletions, that log and journals agree, that the bytes of every record (journalled or among ``records``) are
    there, or were deleted on purpose since, and that no others are.

    Changes nothing. Raises ``StoreUnavailable`` only; whatever is wrong with the evidence is in the report.
    """
    if store.local_root is not None and not store.local_root.is_dir():
        raise StoreUnavailable(
            f"There is no evidence store at {store.url}: nothing was collected into this folder yet, or another is meant."
        )
    problems: list[str] = []
    journals = {path.parent.name: _inspected(path, problems) for path in _files(data_dir, JOURNAL_NAME)}
    logs = [store.local_root / LOG_NAME] if store.local_root else _files(data_dir, LOG_NAME)
    log_lines = [line for path in logs for line in _inspected(path, problems)]
    logged = _logged(log_lines)
    for name, lines in journals.items():
        known = logged.get(name, {})
        problems += _disagreements(name, lines, known)
        problems += [
            f"Commit {line.number} of the crawl {name} is not in the log; run that crawl again to finish it."
            for line in lines
            if line.number not in known
        ]
    problems += [
        f"The log knows {len(known)} commits of the crawl {name}, whose journal is gone; restore it from a copy."
        for name, known in logged.items()
        if name not in journals
    ]
    needed = set(blobs_in([line.content for lines in journals.values() for line in lines]))
    needed |= set(blobs_in([to_row(record) for record in records]))
    problems += Deletions(data_dir).problems()
    deleted = _deleted_since([line for lines in journals.values() for line in lines], data_dir) & needed
    deleted -= set(store.hashes())
    staged = {path.name for path in (data_dir / "crawls").glob("*/staging/*/*")}
    blobs, size = _check_blobs(store, needed - deleted, staged, problems)
    return VerificationReport(
        blobs=blobs,
        bytes=size,
        deleted=len(deleted),
        journals=len(journals),
        commits=sum(len(lines) for lines in journals.values()),
        log_lines=len(log_lines),
        problems=tuple(problems),
    )


def _files(data_dir: Path, name: str) -> list[Path]:
    return sorted((data_dir / "crawls").glob(f"*/{name}"))


def _inspected(path: Path, problems: list[str]) -> list[SealedLine]:
    """All lines of a chain; what is wrong with them goes to ``problems``."""
    lines = list(inspect_chain(path))
    problems += [line.problem for line in lines if line.problem]
    return lines


def _logged(lines: Iterable[SealedLine]) -> dict[str, dict[int, str]]:
    """Crawl name → number of a journal line → its SHA-256."""
    logged: dict[str, dict[int, str]] = {}
    for line in lines:
        if not line.problem:
            logged.setdefault(line.content["journal"], {})[line.content["line"]] = line.content["sha256"]
    return logged


def _disagreements(journal: str, lines: Sequence[SealedLine], known: dict[int, str]) -> list[str]:
    present = {line.number: line.sha256 for line in lines}
    return [
        f"Commit {number} of the crawl {journal} is in the log but "
        + ("was changed in" if number in present else "is missing from")
        + " its journal; restore the journal from a copy, or give a new crawl another name."
        for number, sha256 in sorted(known.items())
        if present.get(number) != sha256
    ]


def blobs_in(value: Any) -> Iterator[str]:
    """The SHA-256 of every blob reference anywhere in rows of records, or in the content of a journal line."""
    if isinstance(value, dict):
        if value.keys() == _BLOB_FIELDS:
            yield value["sha256"]
        else:
            for part in value.values():
                yield from blobs_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from blobs_in(part)


def _deleted_since(lines: Iterable[SealedLine], data_dir: Path) -> set[str]:
    """The blobs that were deleted on purpose after the last time that a crawl brought them."""
    brought: dict[str, datetime] = {}
    for line in lines:
        for blob in line.content.get("blobs", ()):
            at = datetime.fromisoformat(line.content["at"])
            brought[blob["sha256"]] = max(at, brought.get(blob["sha256"], at))
    try:
        deleted = Deletions(data_dir).blobs()
    except EvidenceAltered:
        return set()  # a list that was changed excuses nothing
    return {sha256 for sha256, at in deleted.items() if sha256 not in brought or brought[sha256] <= at}


def _check_blobs(store: EvidenceStore, needed: set[str], staged: set[str], problems: list[str]) -> tuple[int, int]:
    """Number and bytes of the blobs in the store."""
    present = list(store.hashes())
    size = 0
    for sha256 in present:
        data_size, problem = _check_blob(store, sha256)
        size += data_size
        if problem:
            problems.append(problem)
        if sha256 not in needed:
            problems.append(f"No record speaks of the blob {sha256}: it came from outside, or its record was lost.")
    for sha256 in sorted(needed - set(present)):
        remedy = "run the crawl that staged it again" if sha256 in staged else "restore it from a copy"
        problems.append(f"A record names the blob {sha256}, which the store {store.url} does not hold; {remedy}.")
    return len(present), size


def _check_blob(store: EvidenceStore, sha256: str) -> tuple[int, str | None]:
    try:
        return len(store.read(BlobRef(sha256=sha256, size_bytes=0, media_type=""))), None
    except EvidenceAltered as error:
        return 0, str(error)
