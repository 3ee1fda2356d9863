"""What was said about each suspect of a measurement, a JSON line each: one that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MEASURED = (
    "detectors/*.py",
    "embeddings/*.py",
    "watchlist/*.py",
    "tests/alignment_media.py",
    "tests/alignment_trials.py",
    "tests/film_variants.py",
    "tests/strange_clips.py",
    "tests/redteam/conditions.py",
)
"""The code on which outcomes depend: those of other code are not gone on with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of one suspect: made from ``source`` (a film, a speaker) under ``condition``; ``claims`` that were made about it, in order;
    ``wanted`` is the right one, where there is one. ``hits`` of its ``pieces`` were found. ``scores`` are what decided in each
    aligned stretch, and ``lengths_s`` how long those are; ``face_px`` is the smallest face. ``remark`` says what went wrong."""

    part: str
    source: str
    condition: str
    held_out: bool
    claims: tuple[str, ...]
    wanted: str | None = None
    pieces: int = 0
    hits: int = 0
    strays: int = 0
    scores: tuple[float, ...] = ()
    lengths_s: tuple[float, ...] = ()
    face_px: int = 0
    media_s: float = 0.0
    cpu_s: float = 0.0
    remark: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.part, self.source, self.condition


class Ledger:
    """The outcomes so far, in a file below ``directory`` that names the state of the code."""

    def __init__(self, directory: Path, *, state: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._path = directory / f"outcomes-{state}.jsonl"
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else []
        outcomes = [_outcome(line) for line in lines]
        self._outcomes = {one.key: one for one in outcomes}

    def has(self, part: str, source: str, condition: str) -> bool:
        return (part, source, condition) in self._outcomes

    def add(self, outcome: Outcome) -> None:
        self._outcomes[outcome.key] = outcome
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(outcome)) + "\n")

    def of(self, part: str) -> list[Outcome]:
        return [one for one in self._outcomes.values() if one.part == part]


def _outcome(line: str) -> Outcome:
    fields: dict[str, Any] = json.loads(line)
    for name, value in fields.items():
        fields[name] = tuple(value) if isinstance(value, list) else value
    return Outcome(**fields)


def code_state(patterns: Iterable[str] = MEASURED, *, root: Path = ROOT) -> str:
    """Twelve hexadecimal digits that change with the code."""
    return _digest([file.read_bytes() for pattern in patterns for file in sorted(root.glob(pattern))])


def _digest(texts: Sequence[bytes]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(hashlib.sha256(text).digest())
    return digest.hexdigest()[:12]
