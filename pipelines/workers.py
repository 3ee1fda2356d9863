"""Beam's own runner and its worker processes, watched, so that a job that loses one ends and says so.

By itself that runner (``--direct_running_mode=multi_processing``) notices a dead worker only where it reads results of it. One
that dies before it has connected, or in a step whose results are files, is waited for without end.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.portability import python_urns
from apache_beam.runners.direct.direct_runner import SwitchingDirectRunner
from apache_beam.runners.portability.fn_api_runner.worker_handlers import SubprocessSdkWorkerHandler, WorkerHandler
from apache_beam.runners.portability.local_job_service import SubprocessSdkWorker

from pipelines.errors import WorkerLost

LOOK_AGAIN_S = 0.5

OWN = (None, "DirectRunner", "SwitchingDirectRunner")
"""What ``--runner`` says where Beam's own runner is meant."""

BROKEN = ("Channel closed prematurely", "grpc.RpcError", "_MultiThreadedRendezvous", "_InactiveRpcError")
"""What the runner, or a worker, says when the connection between them broke."""


class WatchedWorker(SubprocessSdkWorkerHandler):
    """One worker process. When it ends before it is asked to, what the runner awaits of it fails with ``WorkerLost``."""

    def __init__(self, command_line: bytes, *rest: Any) -> None:
        # Without a shell between us and the process: its end is the worker's end
        super().__init__(b"exec " + command_line, *rest)
        self._closing = threading.Event()

    def start_worker(self) -> None:
        self.worker = SubprocessSdkWorker(
            self._worker_command_line, self.control_address, self.provision_info, self.worker_id
        )
        self.worker_thread = threading.Thread(name="run_worker", target=self._watch)
        self.worker_thread.start()

    def close(self) -> None:
        """Ask the process to end, and wait until it has, also where its connection is broken."""
        self._closing.set()
        with suppress(Exception):  # it says how the connection broke, which is known
            super().close()
        self.stop_worker()

    def _watch(self) -> None:
        why = "it ended by itself"
        try:
            self.worker.run()
        except RuntimeError as error:
            why = str(error)
        lost = WorkerLost(f"a worker process of the job was lost ({why})")
        if not self._closing.wait(LOOK_AGAIN_S):
            with suppress(Exception):  # as above
                self.data_conn.close()
        # More may be asked of the dead worker until the runner has given up
        while not self._closing.wait(LOOK_AGAIN_S):
            with suppress(RuntimeError):  # what is awaited changed meanwhile
                self.control_conn.abort(lost)


def open_pipeline(beam_args: Sequence[str]) -> beam.Pipeline:
    """An empty pipeline for the runner that Beam's options name, DirectRunner if none; its worker processes are watched."""
    WorkerHandler.register_environment(python_urns.SUBPROCESS_SDK, bytes)(WatchedWorker)
    options = PipelineOptions(list(beam_args))
    if options.view_as(StandardOptions).runner not in OWN:
        return beam.Pipeline(options=options)
    runner = SwitchingDirectRunner()
    # Otherwise it fetches Prism, a program, from a hub, and where that succeeds has it run the job, in no processes of ours
    runner.is_interactive()
    return beam.Pipeline(runner=runner, options=options)


def lost_worker(error: RuntimeError) -> WorkerLost | None:
    """What a runner's error says of a lost worker; None if it is about something else."""
    if isinstance(error, WorkerLost):
        return error
    broken = next((sign for sign in BROKEN if sign in str(error)), None)
    return None if broken is None else WorkerLost(f"the connection to a worker process of the job broke ({broken})")
