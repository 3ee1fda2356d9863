"""What detectors of alteration are evaluated on: files whose truth is known, from a CSV or two folders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from watchlist.evaluation_set import LeftOut, open_table, yes_or_no

TABLE = "items.csv"
COLUMNS = ("file", "altered")
OPTIONAL = ("group", "generator", "language", "footage", "voice", "learned_from")
GENUINE, ALTERED = "genuine", "altered"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedItem:
    """One file and its truth. ``group`` is what it has in common with others (scene, speaker): groups count as independent.

    ``generator`` is what altered it; ``footage`` and ``voice`` are genuine film and speech of the person, to compare with;
    ``learned_from`` names the detectors whose weights learned from it.
    """

    name: str
    path: Path
    altered: bool
    group: str
    generator: str | None = None
    language: str | None = None
    footage: Path | None = None
    voice: Path | None = None
    learned_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSet:
    """The items of a source, and what in it is none."""

    source: Path
    items: tuple[JudgedItem, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def description(self) -> str:
        """What it is, in words."""
        altered = sum(item.altered for item in self.items)
        groups = len({item.group for item in self.items})
        return f"{altered} altered and {len(self.items) - altered} genuine items of {groups} group{'s' * (groups != 1)}"


def read_judged(source: Path) -> JudgedSet:
    """The set at ``source``: a CSV with the columns ``file`` and ``altered`` (``items.csv`` of a folder), or a folder with
    ``genuine/`` and ``altered/GENERATOR/``.

    Raises ``FileNotFoundError`` if nothing is there and ``ValueError`` if it does not hold both kinds.
    """
    table = source if source.is_file() else source / TABLE
    if table.is_file():
        found = _listed(table)
    elif source.is_dir():
        found = _lying(source)
    else:
        raise FileNotFoundError(f"{source} does not exist: name a folder with {TABLE}, or with genuine/ and altered/")
    if len({item.altered for item in found.items}) < 2:
        raise ValueError(
            f"{source} does not hold both altered and genuine files: list both in {TABLE}, or fill {GENUINE}/ and {ALTERED}/"
        )
    return found


def _listed(table: Path) -> JudgedSet:
    reader = open_table(table)
    columns = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise ValueError(f"{table} has no column {missing[0]}: its first line must name {', '.join(COLUMNS)}")
    items, left_out = [], []
    for row in reader:
        cells = {name: (row[column] or "").strip() for name, column in columns.items() if column is not None}
        where = f"{table.name}, line {reader.line_num}"
        made = _item(table.parent, cells)
        if isinstance(made, JudgedItem):
            items.append(made)
        else:
            left_out.append(LeftOut(name=cells.get("file") or where, why=made))
    return JudgedSet(source=table, items=tuple(items), left_out=tuple(left_out))


def _item(folder: Path, cells: Mapping[str, str]) -> JudgedItem | str:
    """The item of a line, or why it is none."""
    altered = yes_or_no(cells["altered"])
    if not cells["file"]:
        return "it names no file"
    if altered is None:
        return f"whether it was altered is said by {cells['altered']!r}; write yes or no"
    named = [cells[column] for column in ("file", "footage", "voice") if cells.get(column)]
    absent = [name for name in named if not (folder / name).is_file()]
    if absent:
        return f"{absent[0]} is not there"
    group, generator, language, footage, voice, learned_from = (cells.get(column) or None for column in OPTIONAL)
    return JudgedItem(
        name=cells["file"],
        path=folder / cells["file"],
        altered=altered,
        group=group or cells["file"],
        generator=generator,
        language=language,
        footage=None if footage is None else folder / footage,
        voice=None if voice is None else folder / voice,
        learned_from=tuple((learned_from or "").split()),
    )


def _lying(source: Path) -> JudgedSet:
    return JudgedSet(source=source, items=tuple(_found(source)), left_out=())


def _found(source: Path) -> Iterator[JudgedItem]:
    for kind in (GENUINE, ALTERED):
        for path in sorted((source / kind).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                below = path.relative_to(source / kind).parts[:-1]
                name = path.relative_to(source).as_posix()
                yield JudgedItem(
                    name=name,
                    path=path,
                    altered=kind == ALTERED,
                    group=name,
                    generator=below[0] if kind == ALTERED and below else None,
                )
