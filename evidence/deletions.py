"""What was deleted on purpose: a hash-chained list beside the evidence, so that "deleted by rule" and "lost" stay different.

The line is durable before the bytes go. A run that is killed between the two leaves bytes that the next run deletes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from evidence.chain import append_line, inspect_chain, read_chain
from evidence.store import EvidenceStore

DELETIONS_NAME = "deletions.jsonl"


class Deletions:
    """The list of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / DELETIONS_NAME

    def note(self, *, what: str, name: str, rule: str, at: datetime) -> None:
        """Say that something is being deleted now: ``what`` sort of thing, its ``name`` (for blobs the SHA-256), by which
        ``rule``. Raises ``StoreUnavailable``; ``EvidenceAltered`` if the list was changed."""
        append_line(self.path, {"what": what, "name": name, "rule": rule, "at": at.astimezone(UTC).isoformat()})

    def delete_blob(self, store: EvidenceStore, sha256: str, *, rule: str, at: datetime) -> None:
        """Delete one blob and say so. Raises ``StoreUnavailable``."""
        self.note(what="blob", name=sha256, rule=rule, at=at)
        store.delete(sha256)

    def blobs(self) -> dict[str, datetime]:
        """When each deleted blob was deleted last. Raises ``EvidenceAltered`` if the list was changed."""
        lines = (line.content for line in read_chain(self.path))
        return {line["name"]: datetime.fromisoformat(line["at"]) for line in lines if line["what"] == "blob"}

    def problems(self) -> list[str]:
        """One sentence for every line that was changed, removed or reordered."""
        return [line.problem for line in inspect_chain(self.path) if line.problem]
