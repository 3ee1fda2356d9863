"""Parsing hostile bytes in a child process that can do little harm: what it may use, how it is asked, how it answers.

The child is forked by a resident clean process (``embeddings.spawner``), never by us, in a session of its own. Before it touches
the bytes it gives up privileges, core dumps, the network, the file system and most system calls, as far as the kernel allows,
and limits its memory, processor time, file size, open files and processes (``embeddings.confinement``). The files that it works
on are handed to it open. It answers with messages: one line of JSON, followed by as many raw bytes as the line states. No pickle
in either direction. The level reached is part of the answer.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings.errors import ChildStopped, DecoderUnavailable
from embeddings.spawner import OWN, Child, Spawner, last_line

MAX_LINE_BYTES = 1 << 20
AHEAD_BYTES = 1 << 14
"""So much is read at once while a line is expected: what of it belongs to a body is copied once more."""

NONSENSE = "the decoder answered nonsense"
LAST_WORD_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one child may use: wall-clock and processor seconds, address space, bytes it writes to files, bytes it answers.

    Processor time bounds the work. ``wall_s`` ends children that wait for nothing and is several times as long, or how much is
    read of a creative would depend on how busy the machine is."""

    wall_s: float
    cpu_s: int
    memory_bytes: int
    file_bytes: int
    answer_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One answer of the child: ``facts`` from its JSON line, ``body`` the raw bytes that followed, which are nobody else's."""

    facts: Mapping[str, Any]
    body: bytes | bytearray

    @property
    def kind(self) -> str:
        """What sort of answer this is; the empty kind is never sent."""
        return str(self.facts.get("kind"))


def converse(
    module: str,
    request: Mapping[str, object],
    budget: Budget,
    *,
    files: Mapping[str, int] | None = None,
    room: Path | None = None,
    spawner: Spawner = OWN,
) -> Generator[Message, None, None]:
    """Start ``module`` (with a ``main()``) in a child, hand it the request, yield its messages as they come.

    ``files`` are open descriptors, the only files within the child's reach; in its request each name stands for the descriptor.
    ``room`` is a folder to look for the module in instead of our own packages, ``spawner`` is by default that of this process.

    Ends when the child says it is done. Raises ``ChildStopped`` with the reason when it died, ran out of its budget or answered
    nonsense; what it had said before has been yielded by then. The child's whole process group is gone when this returns.
    Raises ``DecoderUnavailable`` when the module cannot be imported or no child started, whatever the request.
    """
    files = files or {}
    order = {"budget": _plain(budget), "request": dict(request), "files": list(files)}
    with ExitStack() as held:
        place = None
        if room is not None:
            place = os.open(room, os.O_RDONLY | os.O_DIRECTORY)
            held.callback(os.close, place)
        for last_try in (False, True):
            said = False
            child = spawner.spawn(module, files=tuple(files.values()), room=place)
            try:
                for message in _messages(child, order, budget):
                    said = True
                    yield message
                return
            except _Silent:
                if (why := _why(child)) or said or last_try:
                    raise ChildStopped(why or "the process that starts decoders was killed") from None
            finally:
                _SPENT.seconds = children_cpu_s() + child.end()


def children_cpu_s() -> float:
    """Processor seconds of all the children that this thread has talked with; those that crashed are left out."""
    return float(getattr(_SPENT, "seconds", 0.0))


_SPENT = threading.local()


class _Silent(Exception):
    """The child closed its answer without saying that it was done."""


def _messages(child: Child, order: dict[str, Any], budget: Budget) -> Iterator[Message]:
    answers = _Answers(child, budget)
    try:
        answers.send(json.dumps(order | {"around": child.around}).encode() + b"\n")
        while True:
            try:
                facts = json.loads(answers.line())
                size = int(facts.get("bytes", 0))
            except (ValueError, TypeError, AttributeError) as error:
                raise ChildStopped(NONSENSE) from error
            message = Message(facts=facts, body=answers.body(size))
            if message.kind == "done":
                return
            yield message
    except TimeoutError:
        raise ChildStopped(f"reading it took longer than {budget.wall_s:g} seconds") from None
    except ConnectionError:
        raise _Silent from None


class _Answers:
    """What a child says, read as it comes; a body goes straight to where it stays."""

    def __init__(self, child: Child, budget: Budget) -> None:
        self._channel = child.channel
        self._deadline = time.monotonic() + budget.wall_s
        self._most = self._left = budget.answer_bytes
        self._ahead = bytearray()

    def send(self, order: bytes) -> None:
        self._channel.settimeout(max(0.001, self._deadline - time.monotonic()))
        self._channel.sendall(order)

    def line(self) -> bytes:
        """The next line."""
        while (end := self._ahead.find(b"\n")) < 0:
            if len(self._ahead) > MAX_LINE_BYTES:
                raise ChildStopped(NONSENSE)
            self._wait()
            piece = self._channel.recv(AHEAD_BYTES)
            self._count(len(piece))
            self._ahead += piece
        line = bytes(self._ahead[:end])
        del self._ahead[: end + 1]
        return line

    def body(self, size: int) -> bytearray:
        """The so many bytes after a line."""
        if size < 0:
            raise ChildStopped(NONSENSE)
        here = min(size, len(self._ahead))
        if size - here > self._left:
            raise ChildStopped(self._too_much())
        body = bytearray(size)
        body[:here] = self._ahead[:here]
        del self._ahead[:here]
        with memoryview(body) as room:
            while here < size:
                self._wait()
                count = self._channel.recv_into(room[here:])
                self._count(count)
                here += count
        return body

    def _wait(self) -> None:
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._channel.settimeout(left_s)

    def _count(self, size: int) -> None:
        if not size:
            raise _Silent
        self._left -= size
        if self._left < 0:
            raise ChildStopped(self._too_much())

    def _too_much(self) -> str:
        return f"it unpacks to more than {self._most} bytes"


def _why(child: Child) -> str:
    """Why it ended, as the end of a sentence about the media; empty when the resident process died with it."""
    news = child.news(within_s=LAST_WORD_S)
    if news is None:
        return "the decoder stopped answering"
    if "fault" in news:
        raise DecoderUnavailable(
            f"media cannot be decoded on this machine ({news['fault']}): install Qalqan again with all that it depends on"
        )
    if "errno" in news:
        raise OSError(news["errno"], os.strerror(news["errno"]))
    if "code" not in news:
        return ""
    code = int(news["code"])
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "the decoder used up its processor time or memory"
    if code < 0:
        return f"the decoder crashed on it ({signal.Signals(-code).name})"
    return f"the decoder failed ({last_line(child.complaints) or f'exit code {code}'})"


def _plain(budget: Budget) -> dict[str, float | int]:
    return {
        "cpu_s": budget.cpu_s,
        "memory_bytes": budget.memory_bytes,
        "file_bytes": budget.file_bytes,
    }
