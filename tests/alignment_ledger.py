"""What was said about each suspect of a measurement, a JSON line each: one that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MADE = (
    "tests/alignment_media.py",
    "tests/alignment_trials.py",
    "tests/film_variants.py",
    "tests/spoken_trials.py",
    "tests/strange_clips.py",
    "tests/strange_windows.py",
    "tests/redteam/conditions.py",
)
DETECTOR = ("detectors/*.py", "embeddings/*.py", "watchlist/*.py")
SEARCH = (
    *(f"detectors/{name}.py" for name in ("face_agreement", "film_alignment", "footage_bank", "searched_film")),
    "detectors/shift_search.py",
    "watchlist/film_marks.py",
)
"""The code on which outcomes depend, those of the search alone on less: with outcomes of other code nothing is gone on."""

SEARCHED = "strange windows"
"""The part in which only the search is asked whether anything aligns."""


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


class Ledger:
    """The outcomes so far, in files below ``directory``; ``state`` gives that of the code on which a part depends."""

    def __init__(self, directory: Path, *, state: Callable[[str], str]) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory, self._state = directory, state
        self._paths: dict[str, Path] = {}
        self._parts: dict[str, dict[tuple[str, str], Outcome]] = {}

    def has(self, part: str, source: str, condition: str) -> bool:
        return (source, condition) in self._part(part)

    def add(self, outcome: Outcome) -> None:
        self._part(outcome.part)[outcome.source, outcome.condition] = outcome
        with self._path(outcome.part).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(outcome)) + "\n")

    def of(self, part: str) -> list[Outcome]:
        return list(self._part(part).values())

    def _part(self, part: str) -> dict[tuple[str, str], Outcome]:
        if part not in self._parts:
            path = self._path(part)
            lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
            self._parts[part] = {(one.source, one.condition): one for one in map(_outcome, lines)}
        return self._parts[part]

    def _path(self, part: str) -> Path:
        if part not in self._paths:
            self._paths[part] = self._directory / f"{part.replace(' ', '-')}-{self._state(part)}.jsonl"
        return self._paths[part]


def _outcome(line: str) -> Outcome:
    fields: dict[str, Any] = json.loads(line)
    for name, value in fields.items():
        fields[name] = tuple(value) if isinstance(value, list) else value
    return Outcome(**fields)


def code_state(part: str, *, root: Path = ROOT) -> str:
    """Twelve hexadecimal digits that change with the code on which a part depends."""
    digest = hashlib.sha256()
    for pattern in (*MADE, *(SEARCH if part == SEARCHED else DETECTOR)):
        for file in sorted(root.glob(pattern)):
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
