"""Records to Parquet and back: the one way in which every room writes and reads its records."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import cattrs
import pyarrow as pa
import pyarrow.parquet as pq

Record = TypeVar("Record")


def _aware(value: datetime, _: type[datetime]) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"the time {value.isoformat()} has no time zone; records hold UTC")
    return value.astimezone(UTC)


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    converter.register_structure_hook(datetime, _aware)
    return converter


_CONVERTER = _converter()


def to_row(record: object) -> dict[str, Any]:
    """The record as plain values that Arrow takes: enums become their value, tuples lists, nested records dicts."""
    row: dict[str, Any] = _CONVERTER.unstructure(record)
    return row


def from_row(cls: type[Record], row: object) -> Record:
    """The record that ``to_row`` was given; raises ``ValueError`` (cattrs' own groups are) for rows that do not fit."""
    return _CONVERTER.structure(row, cls)


def write_records(path: Path, records: Iterable[object], schema: pa.Schema) -> int:
    """Write the records to one Parquet file, atomically (the old file stands until the new one is whole); returns the count."""
    table = pa.Table.from_pylist([to_row(record) for record in records], schema=schema)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        pq.write_table(table, partial, compression="zstd")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return int(table.num_rows)


def read_records(path: Path, cls: type[Record]) -> list[Record]:
    """All records of a file that ``write_records`` wrote; ``FileNotFoundError`` and Arrow's errors pass through."""
    return [from_row(cls, row) for row in pq.read_table(path).to_pylist()]


def write_json(path: Path, record: object) -> None:
    """Write one record as readable JSON, atomically; times in ISO 8601."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        text = json.dumps(to_row(record), indent=2, ensure_ascii=False, default=lambda value: value.isoformat())
        partial.write_text(text + "\n")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
