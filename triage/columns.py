"""Column types: times that stay UTC in any database, and whole records of other rooms as JSON that come back as records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from cattrs.preconf.json import JsonConverter, make_converter
from sqlalchemy import JSON, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

Record = TypeVar("Record")

RECORDS_AS_JSON: JsonConverter = make_converter()
"""Turns records into plain JSON values (times as ISO 8601) and back."""


class UtcTime(TypeDecorator[datetime]):
    """A timezone-aware UTC time. SQLite forgets time zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"the time {value.isoformat()} has no time zone; the database holds UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class RecordOf(TypeDecorator[Record], Generic[Record]):
    """A frozen record of another room, stored as JSON: ``mapped_column(RecordOf(Ad))`` reads and writes ``Ad``."""

    impl = JSON
    cache_ok = True

    def __init__(self, record: type[Record]) -> None:
        super().__init__()
        self.record = record

    def process_bind_param(self, value: Record | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else RECORDS_AS_JSON.unstructure(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Record | None:  # noqa: ARG002
        return None if value is None else RECORDS_AS_JSON.structure(value, self.record)
