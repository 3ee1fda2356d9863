"""The child's side of the sandbox: give up what is not needed, then answer. Used only inside a sandboxed child.

The conversation with the parent is the child's descriptor 0; the files that it was given are the descriptors from 3 on.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
from collections.abc import Collection, Mapping
from typing import Any

from embeddings.landlock import deny_files
from embeddings.seccomp import deny_calls

FIRST_FILE = 3
NOBODY = 65534
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38


class Answers:
    """Writes messages to the parent."""

    def __init__(self) -> None:
        self._stream = os.fdopen(os.dup(0), "wb")

    def send(self, kind: str, body: bytes | memoryview = b"", **facts: object) -> None:
        """One message: a line of JSON, then ``body``."""
        self._stream.write(json.dumps({"kind": kind, "bytes": len(body), **facts}).encode() + b"\n")
        self._stream.write(body)
        self._stream.flush()


def confine() -> tuple[dict[str, Any], Answers, str]:
    """Hear the request and enter the sandbox: (request, where to answer, the level reached).

    In the request, the name of each file stands for its descriptor. What is not imported by now cannot be imported any more.
    """
    with os.fdopen(os.dup(0), "rb") as stream:
        order = json.loads(stream.readline())
    answers = Answers()
    os.dup2(2, 0)
    files = {name: FIRST_FILE + number for number, name in enumerate(order["files"])}
    return order["request"] | files, answers, _enter(order["budget"], around=order["around"])


def _enter(budget: Mapping[str, int], *, around: Collection[str]) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    nobody = _become_nobody()
    # After that: a change of user takes both of these back
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    alone = libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    _limit(budget)
    landlock = deny_files()
    reached = {
        "bubblewrap": "bubblewrap" in around,
        "rlimits": True,
        "no_new_privs": alone,
        "no_network": "no_network" in around,
        "nobody": nobody,
        f"landlock{landlock}": landlock > 0,
        "seccomp": deny_calls(),
    }
    return "+".join(word for word, true in reached.items() if true)


def _become_nobody() -> bool:
    if os.geteuid() != 0:
        return False
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        return False  # inside a user namespace there is nobody else to become
    return True


def _limit(budget: Mapping[str, int]) -> None:
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
