"""What an evaluation is run on: folders of people, or a CSV that says of pairs of files whether they show the same person."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

FIRST = ("file1", "file_x", "path1", "image1", "img1", "first", "left", "a")
SECOND = ("file2", "file_y", "path2", "image2", "img2", "second", "right", "b")
SAME = ("same", "decision", "label", "match", "is_same", "mated")
ALIKE = ("lookalike", "look_alike", "look-alike", "alike")
YES = ("yes", "y", "1", "true", "same", "mated")
NO = ("no", "n", "0", "false", "different", "not same", "non-mated")
PAIRS_FILE = "master.csv"
LOOK_ALIKES_FILE = "lookalikes.csv"
"""Beside folders of people: two columns that name two of them who look or sound alike, such as person1,person2."""

PERSON1, PERSON2 = ("person1", *FIRST), ("person2", *SECOND)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A file or a line that could not be looked at, and why, as the end of a sentence."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationSet:
    """``names[i]`` is how file ``i`` is shown, ``people[i]`` whom it shows. ``listed`` are the pairs to compare, as
    (file, file); None where every file is compared with every other. ``look_alikes`` are (person, person) who look or sound
    alike: their comparisons are harder than those of people taken as they come, and counted by themselves."""

    source: Path
    paths: tuple[Path, ...]
    names: tuple[str, ...]
    people: tuple[str, ...]
    listed: tuple[tuple[int, int], ...] | None
    left_out: tuple[LeftOut, ...]
    look_alikes: tuple[tuple[str, str], ...] = ()

    @property
    def description(self) -> str:
        """What it is, in words."""
        people = len(set(self.people))
        if self.listed is None:
            return f"{len(self.paths)} files of {people} people, one folder each"
        return f"{len(self.listed)} listed pairs of {len(self.paths)} files, which show {people} people"

    @property
    def complete(self) -> bool:
        """Whether every file is compared with every other."""
        files = len(self.paths)
        return self.listed is None or len({frozenset(pair) for pair in self.listed}) == files * (files - 1) // 2


def read_set(source: Path) -> EvaluationSet:
    """The set at ``source``: a CSV of pairs, a folder that holds ``master.csv`` or one CSV, or one folder per person.

    Raises ``FileNotFoundError`` if nothing is there and ``ValueError`` if it holds no people or contradicts itself.
    """
    if source.is_file():
        return _read_pairs(source)
    if not source.is_dir():
        raise FileNotFoundError(f"{source} does not exist: name a folder with one folder per person, or a CSV of pairs")
    tables = sorted(path for path in source.glob("*.csv") if path.name != LOOK_ALIKES_FILE)
    if source / PAIRS_FILE in tables:
        return _read_pairs(source / PAIRS_FILE)
    folders = sorted(child for child in source.iterdir() if child.is_dir() and not child.name.startswith("."))
    if len(tables) == 1 and not folders:
        return _read_pairs(tables[0])
    if not folders:
        raise ValueError(f"{source} holds no folders of people: make one folder per person, or name a CSV of pairs")
    return _read_folders(source, folders)


def _read_folders(source: Path, folders: Sequence[Path]) -> EvaluationSet:
    beside = [child for child in sorted(source.iterdir()) if child.is_file() and not child.name.startswith(".")]
    left_out = [
        LeftOut(name=child.name, why="it lies beside the folders of people, not in one")
        for child in beside
        if child.name != LOOK_ALIKES_FILE
    ]
    paths: list[Path] = []
    people: list[str] = []
    for folder in folders:
        inside = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".")]
        if not inside:
            left_out.append(LeftOut(name=f"{folder.name}/", why="the folder is empty"))
        paths += inside
        people += [folder.name] * len(inside)
    look_alikes, wrong = _look_alikes(source / LOOK_ALIKES_FILE, people)
    return EvaluationSet(
        source=source,
        paths=tuple(paths),
        names=tuple(path.relative_to(source).as_posix() for path in paths),
        people=tuple(people),
        listed=None,
        left_out=(*left_out, *wrong),
        look_alikes=look_alikes,
    )


def _look_alikes(table: Path, people: Sequence[str]) -> tuple[tuple[tuple[str, str], ...], list[LeftOut]]:
    """The pairs of people that a table names, each once, and the lines that name somebody else or one person twice."""
    if not table.is_file():
        return (), []
    reader = open_table(table)
    columns = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
    try:
        first, second = (_column(columns, wanted) for wanted in (PERSON1, PERSON2))
    except LookupError as error:
        raise ValueError(
            f"{table} has no column {error.args[0]}: its first line must be person1,person2, the names of two folders"
        ) from None
    pairs: set[tuple[str, str]] = set()
    wrong: list[LeftOut] = []
    for row in reader:
        one, other = sorted(((row[first] or "").strip(), (row[second] or "").strip()))
        where = f"{table.name}, line {reader.line_num}"
        strangers = [name for name in (one, other) if name not in people]
        if strangers:
            wrong.append(LeftOut(name=where, why=f"there is no folder {strangers[0]!r} with files"))
        elif one == other:
            wrong.append(LeftOut(name=where, why="it names one person twice"))
        else:
            pairs.add((one, other))
    return tuple(sorted(pairs)), wrong


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    first: str
    second: str
    same: bool
    alike: bool


def _read_pairs(table: Path) -> EvaluationSet:
    lines, left_out = _lines(table)
    kept: list[_Line] = []
    missing: set[str] = set()
    for line in lines:
        absent = [name for name in (line.first, line.second) if not (table.parent / name).is_file()]
        missing.update(absent)
        if not absent:
            kept.append(line)
    left_out += [LeftOut(name=name, why=f"{table.name} names it, but it is not there") for name in sorted(missing)]
    names = tuple(dict.fromkeys(name for line in kept for name in (line.first, line.second)))
    number = {name: place for place, name in enumerate(names)}
    people = _people(table, kept, names)
    alike = {tuple(sorted((people[number[line.first]], people[number[line.second]]))) for line in kept if line.alike}
    return EvaluationSet(
        source=table,
        paths=tuple(table.parent / name for name in names),
        names=names,
        people=people,
        listed=tuple((number[line.first], number[line.second]) for line in kept),
        left_out=tuple(left_out),
        look_alikes=tuple(sorted((one, other) for one, other in alike)),
    )


def _lines(table: Path) -> tuple[list[_Line], list[LeftOut]]:
    """The pairs of a CSV, and the lines that are none."""
    reader = open_table(table)
    columns = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
    try:
        first, second, same = (_column(columns, wanted) for wanted in (FIRST, SECOND, SAME))
    except LookupError as error:
        raise ValueError(
            f"{table} has no column {error.args[0]}: its first line must name the columns, such as file1,file2,same"
        ) from None
    alike = next((columns[name] for name in ALIKE if name in columns), None)
    lines: list[_Line] = []
    left_out: list[LeftOut] = []
    for row in reader:
        marked = alike is not None and yes_or_no(row[alike]) is True
        names = (row[first] or "").strip(), (row[second] or "").strip()
        answer = yes_or_no(row[same])
        where = f"{table.name}, line {reader.line_num}"
        if not all(names):
            left_out.append(LeftOut(name=where, why="it does not name two files"))
        elif names[0] == names[1]:
            left_out.append(LeftOut(name=where, why="it compares a file with itself"))
        elif answer is None:
            why = f"whether it is the same person is said by {row[same]!r}; write yes or no"
            left_out.append(LeftOut(name=where, why=why))
        elif marked and answer:
            left_out.append(LeftOut(name=where, why="it calls one person a look-alike; only different people can be"))
        else:
            lines.append(_Line(reader.line_num, *names, answer, marked))
    return list(_once(lines)), left_out


def _column(columns: dict[str, str], wanted: Sequence[str]) -> str:
    for name in wanted:
        if name in columns:
            return columns[name]
    raise LookupError(wanted[0])


def open_table(table: Path) -> csv.DictReader[str]:
    """A CSV with a first line of column names, whatever separates them. Raises ``ValueError`` if it is not UTF-8."""
    try:
        text = table.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{table} is not UTF-8 text: save it as CSV in UTF-8") from None
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    return csv.DictReader(text.splitlines(), delimiter=delimiter)


def yes_or_no(word: str | None) -> bool | None:
    """What a cell answers; None if it answers neither."""
    said = (word or "").strip().lower()
    return True if said in YES else False if said in NO else None


def _once(lines: Sequence[_Line]) -> Iterator[_Line]:
    """Each pair once, in whichever order its files are named, and alike if one of its lines says so."""
    alike = {frozenset((line.first, line.second)) for line in lines if line.alike}
    seen: set[tuple[frozenset[str], bool]] = set()
    for line in lines:
        files = frozenset((line.first, line.second))
        if (files, line.same) not in seen:
            seen.add((files, line.same))
            yield replace(line, alike=files in alike)


def _people(table: Path, lines: Sequence[_Line], names: Sequence[str]) -> tuple[str, ...]:
    """Whom each file shows, as far as the pairs say: files joined by ``same`` show one person, called after the first.

    Raises ``ValueError`` if the pairs contradict each other."""
    parent = {name: name for name in names}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for line in lines:
        if line.same:
            earlier, later = sorted((root(line.first), root(line.second)), key=names.index)
            parent[later] = earlier
    for line in lines:
        if not line.same and root(line.first) == root(line.second):
            raise ValueError(
                f"{table}, line {line.number}: {line.first} and {line.second} are said to show different people, but other "
                "lines say that they show the same: correct the lines that are wrong"
            )
    return tuple(root(name) for name in names)
