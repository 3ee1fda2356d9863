"""Records to Parquet or JSON and back: the one way in which every room writes and reads its records."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import cattrs
import pyarrow as pa
import pyarrow.parquet as pq
from cattrs.preconf.json import make_converter as make_json_converter
from cattrs.v import format_exception

Record = TypeVar("Record")


def _aware(value: datetime | str, _: type[datetime]) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is None:
        raise ValueError(f"the time {moment.isoformat()} has no time zone; records hold UTC")
    return moment.astimezone(UTC)


def _with_aware_times(converter: cattrs.Converter) -> cattrs.Converter:
    converter.register_structure_hook(datetime, _aware)
    return converter


_ARROW = _with_aware_times(cattrs.Converter())
_JSON = _with_aware_times(make_json_converter())


def to_row(record: object) -> dict[str, Any]:
    """The record as plain values that Arrow takes: enums become their value, tuples lists, nested records dicts."""
    row: dict[str, Any] = _ARROW.unstructure(record)
    return row


def from_row(cls: type[Record], row: object) -> Record:
    """The record that ``to_row`` was given; raises ``ValueError`` for rows that do not fit, naming the fields."""
    return _structure(_ARROW, cls, row)


def to_json(record: object) -> dict[str, Any]:
    """As ``to_row``, with times as ISO 8601 text: what ``json`` can write."""
    row: dict[str, Any] = _JSON.unstructure(record)
    return row


def from_json(cls: type[Record], row: object) -> Record:
    """The record that ``to_json`` was given; raises ``ValueError`` for rows that do not fit, naming the fields."""
    return _structure(_JSON, cls, row)


def _structure(converter: cattrs.Converter, cls: type[Record], row: object) -> Record:
    try:
        return converter.structure(row, cls)
    except cattrs.BaseValidationError as error:
        problems = "; ".join(cattrs.transform_error(error, path=cls.__name__, format_exception=_in_words))
        raise ValueError(f"This is not a {cls.__name__}: {problems}") from error


def _in_words(error: BaseException, expected: type | None) -> str:
    return str(error) if isinstance(error, ValueError) else format_exception(error, expected)


@contextmanager
def placing(path: Path) -> Iterator[Path]:
    """A name beside ``path`` to write to; it becomes ``path`` when the block ends well and is gone when it does not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_records(path: Path, records: Iterable[object], schema: pa.Schema) -> int:
    """Write the records to one Parquet file, atomically (the old file stands until the new one is whole); returns the count."""
    table = pa.Table.from_pylist([to_row(record) for record in records], schema=schema)
    with placing(path) as partial:
        pq.write_table(table, partial, compression="zstd")
    return int(table.num_rows)


def read_records(path: Path, cls: type[Record]) -> list[Record]:
    """All records of a file that ``write_records`` wrote; ``FileNotFoundError`` and Arrow's errors pass through."""
    return [from_row(cls, row) for row in pq.read_table(path).to_pylist()]


def write_json(path: Path, record: object) -> None:
    """Write one record as readable JSON, atomically; times in ISO 8601."""
    with placing(path) as partial:
        text = json.dumps(to_row(record), indent=2, ensure_ascii=False, default=lambda value: value.isoformat())
        partial.write_text(text + "\n")
