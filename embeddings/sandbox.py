"""Parsing hostile bytes in a child process that can do little harm: how it is started, what it may use, how it answers.

The child is a new Python process (never a fork of a process with threads) in a session of its own, with a scrubbed environment.
Before it touches the bytes it gives up new privileges, core dumps and, where the kernel allows it, the network, and limits its
memory, processor time, file size, open files and processes. It answers with messages: one line of JSON, followed by as many raw
bytes as the line states. No pickle in either direction. The level reached is part of the answer.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from embeddings.errors import ChildStopped

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
MAX_LINE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one child may use: wall-clock and processor seconds, address space, bytes it writes to files, bytes it answers."""

    wall_s: float
    cpu_s: int
    memory_bytes: int
    file_bytes: int
    answer_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One answer of the child: ``facts`` from its JSON line, ``body`` the raw bytes that followed."""

    facts: Mapping[str, Any]
    body: bytes

    @property
    def kind(self) -> str:
        """What sort of answer this is; the empty kind is never sent."""
        return str(self.facts.get("kind"))


def converse(
    module: str, request: Mapping[str, object], budget: Budget, *, room: Path | None = None
) -> Iterator[Message]:
    """Start ``module`` (with a ``main()``) in a child, hand it the request, yield its messages as they come.

    ``room`` is a folder to look for the module in besides our own.

    Ends when the child says it is done. Raises ``ChildStopped`` with the reason when it died, ran out of its budget or answered
    nonsense; what it had said before has been yielded by then. The child's whole process group is gone when this returns.
    """
    with tempfile.TemporaryFile() as complaints:
        child = _start(module, complaints, room)
        try:
            assert child.stdin is not None
            with suppress(BrokenPipeError):
                child.stdin.write(json.dumps({"budget": _plain(budget), "request": dict(request)}).encode() + b"\n")
                child.stdin.close()
            yield from _messages(child, budget)
        except _Silent:
            raise ChildStopped(_why(child, complaints)) from None
        finally:
            _end(child)


def _start(module: str, complaints: IO[bytes], room: Path | None) -> subprocess.Popen[bytes]:
    roots = [str(Path(__file__).resolve().parent.parent), *([] if room is None else [str(room)])]
    start = f"import sys; sys.path[:0] = {roots!r}; from {module} import main; main()"
    # Where bubblewrap is used one day, its command line goes in front of this one.
    command = [sys.executable, "-I", "-c", start]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            with suppress(BrokenPipeError):
                stream.close()


class _Silent(Exception):
    """The child closed its answer without saying that it was done."""


def _messages(child: subprocess.Popen[bytes], budget: Budget) -> Iterator[Message]:
    assert child.stdout is not None
    deadline = time.monotonic() + budget.wall_s
    left = budget.answer_bytes
    buffer = bytearray()
    expected: tuple[dict[str, Any], int] | None = None
    with selectors.DefaultSelector() as ready:
        ready.register(child.stdout, selectors.EVENT_READ)
        while True:
            while (message := _cut(buffer, expected)) is not None:
                if isinstance(message, Message):
                    expected = None
                    if message.kind == "done":
                        return
                    yield message
                else:
                    expected = message
            if not ready.select(max(0.0, deadline - time.monotonic())):
                raise ChildStopped(f"reading it took longer than {budget.wall_s:g} seconds")
            piece = os.read(child.stdout.fileno(), 1 << 20)
            if not piece:
                raise _Silent
            left -= len(piece)
            if left < 0:
                raise ChildStopped(f"it unpacks to more than {budget.answer_bytes} bytes")
            buffer += piece


def _cut(buffer: bytearray, expected: tuple[dict[str, Any], int] | None) -> Message | tuple[dict[str, Any], int] | None:
    """Take the next whole message, or its line (when its bytes are still to come), off the front of the buffer."""
    if expected is not None:
        facts, size = expected
        if len(buffer) < size:
            return None
        message = Message(facts=facts, body=bytes(memoryview(buffer)[:size]))
        del buffer[:size]
        return message
    end = buffer.find(b"\n")
    if end < 0:
        if len(buffer) > MAX_LINE_BYTES:
            raise ChildStopped("the decoder answered nonsense")
        return None
    try:
        facts = json.loads(buffer[:end])
        size = int(facts.get("bytes", 0))
    except (ValueError, TypeError, AttributeError) as error:
        raise ChildStopped("the decoder answered nonsense") from error
    del buffer[: end + 1]
    if size < 0:
        raise ChildStopped("the decoder answered nonsense")
    return facts, size


def _why(child: subprocess.Popen[bytes], complaints: IO[bytes]) -> str:
    try:
        code = child.wait(timeout=2.0)
    except subprocess.TimeoutExpired:
        return "the decoder stopped answering"
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "the decoder used up its processor time or memory"
    if code < 0:
        return f"the decoder crashed on it ({signal.Signals(-code).name})"
    complaints.seek(0)
    lines = complaints.read(1 << 16).decode("utf-8", "replace").strip().splitlines()
    return f"the decoder failed ({lines[-1][:200] if lines else f'exit code {code}'})"


def _plain(budget: Budget) -> dict[str, float | int]:
    return {
        "cpu_s": budget.cpu_s,
        "memory_bytes": budget.memory_bytes,
        "file_bytes": budget.file_bytes,
    }
