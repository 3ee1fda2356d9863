"""The parent's end of the resident process that starts sandboxed children (``embeddings.resident``).

Threads may share a ``Spawner``. A process that was forked with one in its hands gets a new one at its first request.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from embeddings import bubblewrap
from embeddings.errors import DecoderUnavailable

PACKAGES = Path(__file__).resolve().parent.parent
PRELOADED = ("embeddings.decoder",)
WITHOUT_BUBBLEWRAP = (
    "media is decoded without bubblewrap, which does not start here: the other walls stand, and are recorded"
)
START_S = 60.0
END_S = 10.0
MAX_NEWS_BYTES = 4096
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OMP_THREAD_LIMIT": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""All that the resident process and its children know of ours. It has one thread, since it forks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One sandboxed child: ``channel`` to talk with it, ``complaints`` what it writes to its standard error."""

    channel: socket.socket
    complaints: int
    around: tuple[str, ...]
    _life: socket.socket

    def news(self, *, within_s: float) -> dict[str, Any] | None:
        """How it ended (``code``) and what it used (``cpu_s``), or why it never began (``fault``, ``errno``); empty when the
        resident is gone too. None if nothing of it is known ``within_s``.
        """
        self._life.settimeout(within_s)
        try:
            heard = self._life.recv(MAX_NEWS_BYTES)
        except TimeoutError:
            return None
        except ConnectionError:
            heard = b""
        return dict(json.loads(heard)) if heard else {}

    def end(self) -> float:
        """Kill it and its whole group if it still lives, and wait until they are gone; returns the processor seconds that it
        used, if that was not heard before."""
        spent_s = 0.0
        with suppress(OSError):
            self._life.shutdown(socket.SHUT_WR)
        while news := self.news(within_s=END_S):
            spent_s = float(news.get("cpu_s", 0.0))  # the last word is the end of the socket
        self._life.close()
        self.channel.close()
        os.close(self.complaints)
        return spent_s


class Spawner:
    """One resident process, started when it is first needed and again whenever it has died.

    It runs inside bubblewrap where that is installed (in one of the folders ``programs``) and works, which is found out once.
    """

    def __init__(self, *, modules: Sequence[str] = PRELOADED, programs: str = bubblewrap.PROGRAM_PATH) -> None:
        self._modules = tuple(modules)
        self._programs = programs
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None
        self._around: tuple[str, ...] = ()
        self._registered = False

    def spawn(self, module: str, *, files: Sequence[int] = (), room: int | None = None) -> Child:
        """Start a child that runs ``main()`` of the module, which it finds in our packages or in the folder ``room``.

        ``files`` are descriptors that the child gets from 3 on. Raises ``DecoderUnavailable`` when no child can be started
        here, ``OSError`` when the machine has no room for one just now.
        """
        while True:
            with self._lock:
                orders, around = self._running()
                try:
                    return _ask(orders, module, around=around, files=files, room=room)
                except ConnectionError:
                    self._bury()  # it has died since; the next one hears the same order

    @property
    def pid(self) -> int | None:
        """The process that was started, if one was: bubblewrap's, or the resident process itself."""
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        """End the resident process and all its children. The next ``spawn`` starts a new one."""
        with self._lock:
            self._bury()

    def _forget(self) -> None:
        """Let go of what belongs to the process that this one was forked from, without ending it."""
        if self._orders is not None:
            self._orders.close()
        if self._process is not None:
            self._process.returncode = 0  # not ours to wait for
        self._lock, self._orders, self._process = threading.Lock(), None, None

    def _bury(self) -> None:
        if self._orders is not None:
            with suppress(OSError):
                self._orders.shutdown(socket.SHUT_RDWR)  # also where a fork of ours holds the socket too
            self._orders.close()
        if self._process is not None:
            try:
                self._process.wait(END_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._orders = self._process = None

    def _running(self) -> tuple[socket.socket, tuple[str, ...]]:
        if self._orders is None:
            inside = bubblewrap.command(PACKAGES, programs=self._programs)
            if inside is not None and (fault := self._started_inside(inside)) is not None:
                # An import that fails there may fail only because of what is not shown inside
                structlog.get_logger().warning(WITHOUT_BUBBLEWRAP, why=fault)
                inside, self._programs = None, ""
            if inside is None and (fault := self._start([])) is not None:
                raise DecoderUnavailable(
                    f"media cannot be decoded on this machine ({fault}): install Qalqan again with all that it depends on"
                )
        assert self._orders is not None
        return self._orders, self._around

    def _started_inside(self, inside: list[str]) -> str | None:
        """As ``_start``, once more if it fails: a machine that is short of something for a moment must not cost the isolation of
        everything that this process decodes."""
        return self._start(inside) and self._start(inside)

    def _start(self, inside: list[str]) -> str | None:
        """Start the resident process; why that did not work, in a few words, if it did not."""
        if not self._registered:
            self._registered = True
            atexit.register(self.close)
            os.register_at_fork(after_in_child=self._forget)
        with ExitStack() as ours:
            complaints = os.memfd_create("complaints")
            ours.callback(os.close, complaints)
            near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            parent = _pidfd()
            ours.enter_context(far)
            if parent >= 0:
                ours.callback(os.close, parent)
            arguments = f"{far.fileno()}, {parent}, modules={self._modules!r}, bubblewrapped={bool(inside)}"
            start = f"import sys; sys.path[:0] = [{str(PACKAGES)!r}]; from embeddings.resident import main; main({arguments})"
            self._process = subprocess.Popen(
                [*inside, sys.executable, "-I", "-c", start],
                stdin=subprocess.DEVNULL,
                stdout=complaints,
                stderr=complaints,
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,
                pass_fds=(far.fileno(), *([parent] if parent >= 0 else [])),
            )
            far.close()
            self._orders = near
            fault = self._hear(near, complaints)
        if fault is not None:
            self._bury()
        return fault

    def _hear(self, orders: socket.socket, complaints: int) -> str | None:
        orders.settimeout(START_S)
        try:
            said = orders.recv(MAX_NEWS_BYTES)
        except TimeoutError:
            return f"the process for it did not start within {START_S:g} s"
        if not said:
            return last_line(complaints) or "the process for it died at once"
        news = json.loads(said)
        if "fault" in news:
            return str(news["fault"])
        orders.settimeout(None)
        self._around = tuple(news["around"])
        return None


def _ask(
    orders: socket.socket, module: str, *, around: tuple[str, ...], files: Sequence[int], room: int | None
) -> Child:
    complaints = os.memfd_create("complaints")
    channel, its_channel = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    life, its_life = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its_channel, its_life:
        order = {"module": module, "room": room is not None, "files": len(files)}
        descriptors = [its_channel.fileno(), its_life.fileno(), complaints, *([] if room is None else [room]), *files]
        try:
            socket.send_fds(orders, [json.dumps(order).encode()], descriptors)
        except OSError:
            channel.close()
            life.close()
            os.close(complaints)
            raise
    return Child(channel=channel, complaints=complaints, around=around, _life=life)


def last_line(complaints: int) -> str:
    """The last line of what was written to standard error, cut to a sentence's length; nothing in it steers a terminal."""
    lines = os.pread(complaints, 1 << 16, 0).decode("utf-8", "replace").strip().splitlines()
    return "".join(sign if sign.isprintable() else "�" for sign in lines[-1][:200]) if lines else ""


def _pidfd() -> int:
    """A descriptor that tells when this process ends; -1 where the kernel has none (closed sockets tell it then)."""
    try:
        return os.pidfd_open(os.getpid())
    except OSError:
        return -1


OWN = Spawner()
"""The one of this process."""
