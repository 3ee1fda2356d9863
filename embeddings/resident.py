"""The resident process that starts sandboxed children: ``main()`` is all that runs in it.

It is a clean Python process with one thread, which has the decoders imported and forks one child for each request. It never sees
a hostile byte. For each child it holds a ``life``: a socket that carries the child's exit code to the parent, and whose end on
the parent's side means that the child and its whole group are to be killed. It ends with the parent.
"""

from __future__ import annotations

import codecs
import ctypes
import fcntl
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import NoReturn

from embeddings.confinement import FIRST_FILE

MAX_ORDER_BYTES = 1 << 16
MAX_DESCRIPTORS = 32
OPEN_FILES = 1024
TEXTS = ("ascii", "latin-1", "cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "idna")
"""Encodings that metadata are written in; each is a file that Python reads when it first meets one."""

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000


def main(control: int, parent: int, *, modules: Sequence[str], bubblewrapped: bool) -> None:
    """Import the modules, let each ``prepare()`` if it can, say so over the socket ``control``, serve until it or the process
    ``parent`` (a pidfd) ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=control) as orders:
        try:
            for name in modules:
                prepare = getattr(_import(name), "prepare", None)
                if prepare is not None:
                    prepare()
        except ImportError as error:
            orders.send(json.dumps({"fault": _sentence(error)}).encode())
            return
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        around = ["bubblewrap"] * bubblewrapped + ["no_network"] * (bubblewrapped or _leave_the_network())
        orders.send(json.dumps({"around": around}).encode())
        _Resident(orders, parent).serve()


def _leave_the_network() -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) == 0:
        return True
    return bool(libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)


@cache
def _import(name: str) -> ModuleType:
    """The module, and those parts of the libraries that they would import only when they meet a file of their kind.

    Looked for once: the children inherit what was found, and would spend milliseconds each on finding it again.
    """
    module = import_module(name)
    for text in TEXTS:
        codecs.lookup(text)
    if "PIL.Image" in sys.modules:
        sys.modules["PIL.Image"].init()
    if "av" in sys.modules:
        for part in walk_packages(sys.modules["av"].__path__, "av."):
            if part.name != "av.__main__":
                import_module(part.name)
    return module


def _sentence(error: ImportError) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What the parent asks for, and the descriptors that came with it."""

    module: str
    channel: int
    life: int
    complaints: int
    room: int | None
    files: tuple[int, ...]


class _Resident:
    def __init__(self, orders: socket.socket, parent: int) -> None:
        self._orders = orders
        self._parent = parent
        self._lives: dict[int, socket.socket] = {}
        self._bell, bell = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(bell, warn_on_full_buffer=False)

    def serve(self) -> None:
        """Until the parent is gone; no child outlives that."""
        try:
            while True:
                waiting = select.poll()
                for descriptor in (self._orders.fileno(), self._bell, *([self._parent] if self._parent >= 0 else [])):
                    waiting.register(descriptor, select.POLLIN)
                by_life = {life.fileno(): pid for pid, life in self._lives.items()}
                for descriptor in by_life:
                    waiting.register(descriptor, select.POLLIN)
                ready = [descriptor for descriptor, _ in waiting.poll()]
                if self._parent in ready:
                    return
                for descriptor in set(ready) & set(by_life):
                    self._kill(by_life[descriptor])
                if self._bell in ready:
                    with suppress(BlockingIOError):
                        os.read(self._bell, 4096)
                self._reap()
                if self._orders.fileno() in ready and not self._hear():
                    return
        finally:
            for pid in self._lives:
                self._kill(pid)

    def _kill(self, pid: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)

    def _reap(self) -> None:
        """Report every child that ended and kill what is left of its group, before its number can be given away again."""
        while self._lives:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                return
            self._kill(ended.si_pid)
            _, status, usage = os.wait4(ended.si_pid, 0)
            life = self._lives.pop(ended.si_pid, None)
            if life is not None:
                with life, suppress(OSError):
                    news = {"code": os.waitstatus_to_exitcode(status), "cpu_s": usage.ru_utime + usage.ru_stime}
                    life.send(json.dumps(news).encode())

    def _hear(self) -> bool:
        """Start one child; False when the parent has gone."""
        data, descriptors, flags, _ = socket.recv_fds(self._orders, MAX_ORDER_BYTES, MAX_DESCRIPTORS)
        if not data:
            return False
        asked = json.loads(data)
        expected = 3 + asked["room"] + asked["files"]
        if flags & socket.MSG_CTRUNC or len(descriptors) != expected:
            for descriptor in descriptors:
                os.close(descriptor)
            return True
        channel, life, complaints, *rest = descriptors
        room = rest.pop(0) if asked["room"] else None
        order = _Order(
            module=asked["module"], channel=channel, life=life, complaints=complaints, room=room, files=tuple(rest)
        )
        self._fork(order)
        for descriptor in (channel, complaints, *([] if room is None else [room]), *rest):
            os.close(descriptor)
        return True

    def _fork(self, order: _Order) -> None:
        life = socket.socket(fileno=order.life)
        try:
            if order.room is None:
                _import(order.module)
            gc.freeze()  # or each child would copy all these pages only to find no garbage in them
            pid = os.fork()
        except ImportError as error:
            with life:
                life.send(json.dumps({"fault": _sentence(error)}).encode())
        except OSError as error:
            with life:
                life.send(json.dumps({"errno": error.errno}).encode())
        else:
            if pid == 0:
                _live(order)
            self._lives[pid] = life


def _live(order: _Order) -> NoReturn:
    """All that the child does: keep only what it was given, run the module's ``main()``, end."""
    code = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        kept = (order.channel, order.complaints, order.complaints, *order.files)
        life, *aside = (fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 128) for number in (order.life, *kept))
        room = None if order.room is None else fcntl.fcntl(order.room, fcntl.F_DUPFD_CLOEXEC, 128)
        for number, descriptor in enumerate(aside):
            os.dup2(descriptor, number)
        run = _main_of(order.module, room=room, life=life)
        os.closerange(FIRST_FILE + len(order.files), OPEN_FILES)
        run()
        code = 0
    finally:
        # Whatever it was ends here: above this there is the resident's own work, which a child must never go on with
        error = sys.exc_info()[1]
        if error is not None:
            traceback.print_exception(error)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _main_of(name: str, *, room: int | None, life: int) -> Callable[[], None]:
    try:
        module = _import(name) if room is None else _read(name, room)
    except ImportError as error:
        os.write(life, json.dumps({"fault": _sentence(error)}).encode())
        raise
    run: Callable[[], None] = module.main
    return run


def _read(name: str, room: int) -> ModuleType:
    """The module ``name`` of a folder of which only the descriptor is known."""
    with os.fdopen(os.open(f"{name}.py", os.O_RDONLY, dir_fd=room), "rb") as source:
        code = compile(source.read(), f"{name}.py", "exec")
    module = ModuleType(name)
    exec(code, module.__dict__)
    return module
