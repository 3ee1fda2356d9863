"""The clock gives aware times in UTC."""

from __future__ import annotations

from datetime import UTC, timedelta

from qalqan.clock import utc_now


def test_now_is_aware_and_does_not_run_backwards() -> None:
    first, second = utc_now(), utc_now()
    assert first.tzinfo is UTC
    assert timedelta(0) <= second - first
