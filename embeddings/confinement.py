"""The child's side of the sandbox: give up what is not needed, then answer. Used only inside a sandboxed child."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000


class Answers:
    """Writes messages to the parent. Nothing else may write to standard output, so it is moved out of the way first."""

    def __init__(self) -> None:
        self._stream = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)

    def send(self, kind: str, body: bytes | memoryview = b"", **facts: object) -> None:
        """One message: a line of JSON, then ``body``."""
        self._stream.write(json.dumps({"kind": kind, "bytes": len(body), **facts}).encode() + b"\n")
        self._stream.write(body)
        self._stream.flush()


def confine() -> tuple[dict[str, Any], Answers, str]:
    """Read the request from standard input and enter the sandbox: (request, where to answer, the level reached)."""
    order = json.loads(sys.stdin.buffer.readline())
    answers = Answers()
    level = _enter(order["budget"])
    return order["request"], answers, level


def _enter(budget: Mapping[str, int]) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    reached = ["rlimits"]
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        reached.append("no_new_privs")
    # Root first tries without a user namespace: inside one it could no longer read other people's files.
    if libc.unshare(CLONE_NEWNET) == 0 or (os.geteuid() != 0 and libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0):
        reached.append("no_network")
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_AS: budget["memory_bytes"],
        resource.RLIMIT_CPU: budget["cpu_s"],
        resource.RLIMIT_FSIZE: budget["file_bytes"],
        resource.RLIMIT_NOFILE: 64,
        # One thread is all there is: neither programs nor threads can be started (root is exempt by the kernel)
        resource.RLIMIT_NPROC: 0,
    }
    for kind, value in limits.items():
        _, hard = resource.getrlimit(kind)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (most, most))
    return "+".join(reached)
