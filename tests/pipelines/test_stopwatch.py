"""Stages are counted and timed, failed ones included."""

from __future__ import annotations

import pytest

from pipelines.stopwatch import Stopwatch


def test_stages_add_up_and_failures_count() -> None:
    watch = Stopwatch()
    with watch.stage("decode"):
        pass
    with pytest.raises(ValueError, match="odd"), watch.stage("decode"):
        raise ValueError("odd")
    assert watch.runs == {"decode": 2}
    assert watch.seconds["decode"] > 0
