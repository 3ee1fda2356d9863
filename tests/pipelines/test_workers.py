"""Worker processes that die in the middle of a job: the runner is told, wherever it happens, and nothing lives on."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from pipelines.errors import WorkerLost
from pipelines.workers import lost_worker, open_pipeline
from tests.pipelines.worker_processes import worker_processes


class Dies(beam.DoFn):
    """The last step of a job, of which the runner reads no results; its process is killed there."""

    def process(self, element: int) -> Iterator[Any]:
        os.kill(os.getpid(), signal.SIGKILL)
        yield from ()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_dies_where_nothing_is_read_of_it_ends_the_job() -> None:
    pipeline = open_pipeline(["--direct_running_mode=multi_processing"])
    _ = pipeline | beam.Create([1]) | beam.ParDo(Dies())
    with pytest.raises(WorkerLost, match="return code -9"):
        pipeline.run()
    assert worker_processes() == []


def test_a_connection_that_broke_is_a_lost_worker_and_another_error_is_not() -> None:
    lost = lost_worker(RuntimeError("Channel closed prematurely."))
    assert str(lost) == "the connection to a worker process of the job broke (Channel closed prematurely)"
    assert lost_worker(RuntimeError("KeyError: 'scam' [while running 'screen']")) is None
    assert lost_worker(WorkerLost("lost")) is not None


def test_the_default_runner_fetches_no_other_to_run_the_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with open_pipeline([]) as pipeline:
        assert_that(pipeline | beam.Create([1]), equal_to([1]))
    assert list(tmp_path.glob("beam-temp*")) == [], "here it would put Prism, which Beam looks for in a hub"


def test_another_runner_is_left_to_beam() -> None:
    assert type(open_pipeline(["--runner=PrismRunner"]).runner).__name__ == "PrismRunner"
