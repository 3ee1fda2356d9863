"""What goes into a column comes back the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import create_engine
from sqlalchemy.dialects import sqlite

from tests.factories import make_ad, make_candidate, make_capture, make_finding, make_match
from triage.columns import RecordOf, UtcTime

DIALECT = create_engine("sqlite://").dialect


@pytest.mark.parametrize("record", [make_ad(), make_capture(), make_candidate(), make_finding(), make_match()])
def test_a_record_comes_back_as_itself(record: object) -> None:
    column = RecordOf(type(record))
    assert column.process_result_value(column.process_bind_param(record, DIALECT), DIALECT) == record


def test_a_time_comes_back_in_utc_and_one_without_zone_is_refused() -> None:
    column = UtcTime()
    baku = datetime(2026, 11, 1, 13, 30, tzinfo=timezone(timedelta(hours=4)))
    bound = column.process_bind_param(baku, DIALECT)
    assert bound == datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
    assert column.process_result_value(datetime(2026, 11, 1, 9, 30), DIALECT) == baku  # noqa: DTZ001 - as SQLite gives it
    with pytest.raises(ValueError, match="no time zone"):
        column.process_bind_param(datetime(2026, 11, 1), DIALECT)  # noqa: DTZ001


def test_nothing_stays_nothing() -> None:
    assert UtcTime().process_bind_param(None, DIALECT) is None
    assert RecordOf(str).process_result_value(None, sqlite.dialect()) is None
