"""The worker processes that Beam's runner started for this process, and their end by somebody's hand."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MODULE = "apache_beam.runners.worker.sdk_worker_main"
LOOK_AGAIN_S = 0.1
GONE_WITHIN_S = 60.0


def worker_processes() -> list[int]:
    """Process numbers of this process's workers that live."""
    return [pid for pid, parent in _parents().items() if parent == os.getpid() and MODULE in _command(pid)]


def started_by(pid: int) -> dict[int, str]:
    """Process number → command line of a process and of everything that it started, at any depth."""
    parents = _parents()
    found, new = {pid}, {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return {one: command for one in found if (command := _command(one))}


def wait_until_gone(processes: dict[int, str]) -> None:
    """Fails after a minute."""
    deadline = time.monotonic() + GONE_WITHIN_S
    while alive := {pid: command for pid, command in processes.items() if _command(pid) == command}:
        assert time.monotonic() < deadline, f"these live on: {alive}"
        time.sleep(LOOK_AGAIN_S)


@contextmanager
def killing(*, when: Callable[[], bool], most: int) -> Iterator[dict[int, str]]:
    """While in here, up to ``most`` workers are killed, one at a time, as soon as there is one and ``when`` holds. What they and
    their children were is put into the dictionary that this yields."""
    killed: dict[int, str] = {}
    over = threading.Event()

    def kill() -> None:
        left = most
        while left and not over.wait(LOOK_AGAIN_S):
            if when() and (workers := worker_processes()):
                killed.update(started_by(workers[0]))
                with suppress(ProcessLookupError):
                    os.kill(workers[0], signal.SIGKILL)
                left -= 1

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def _parents() -> dict[int, int]:
    parents = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            with suppress(OSError):
                parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
    return parents


def _command(pid: int) -> str:
    """The command line; empty for a process that is gone or only waits to be buried."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
