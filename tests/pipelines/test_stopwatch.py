"""Stages are counted and timed, failed ones included."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from embeddings.inference import inference
from embeddings.media import decode
from pipelines.stopwatch import Stopwatch
from tests.media import portrait, write_picture


def test_stages_add_up_and_failures_count() -> None:
    watch = Stopwatch()
    with watch.stage("decode"):
        pass
    with pytest.raises(ValueError, match="odd"), watch.stage("decode"):
        raise ValueError("odd")
    assert watch.runs == {"decode": 2}
    assert watch.seconds["decode"] > 0
    assert watch.cpu_s["decode"] > 0


def test_a_stage_s_processor_time_holds_the_decoder_s_and_no_waiting(tmp_path: Path) -> None:
    write_picture(tmp_path / "large.png", portrait("astronaut"))
    watch = Stopwatch()
    with watch.stage("idle"):
        time.sleep(0.05)
    with watch.stage("model"):
        with inference():
            sum(range(100_000))
        sum(range(100_000))
    assert 0 < watch.models_cpu_s["model"] < watch.cpu_s["model"]
    assert watch.models_cpu_s["idle"] == 0
    with watch.stage("decode"):
        own = time.thread_time()
        decode(tmp_path / "large.png")
        own = time.thread_time() - own
    assert watch.cpu_s["idle"] < watch.seconds["idle"]
    assert watch.cpu_s["decode"] > own
