"""The filter of system calls in a process that has nothing else around it."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from embeddings import seccomp

FILTERED = """
import ctypes, os, signal, socket, threading
from embeddings.seccomp import deny_calls
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
assert deny_calls()
def attempt(name, deed):
    try:
        deed()
        print(name, "went")
    except PermissionError:
        print(name, "denied")
attempt("fork", os.fork)
attempt("spawn", lambda: os.posix_spawn("/bin/true", ["true"], {}))
attempt("execute", lambda: os.execv("/bin/true", ["true"]))
attempt("socket", socket.socket)
attempt("pair", socket.socketpair)
attempt("other", lambda: os.kill(os.getppid(), 0))
attempt("all", lambda: os.kill(-1, 0))
attempt("watch", lambda: os.pidfd_open(os.getppid()))
attempt("times", lambda: os.utime("/tmp"))
attempt("itself", lambda: os.kill(os.getpid(), 0))
attempt("thread", lambda: threading.Thread(target=int).start())
attempt("file", lambda: open("/etc/passwd").read())
"""


def test_what_no_decoder_needs_is_denied_and_the_rest_works() -> None:
    if platform.machine() not in seccomp._CALLS:
        pytest.skip("no table of system calls for this architecture")
    said = subprocess.run([sys.executable, "-c", FILTERED], capture_output=True, text=True, check=True).stdout
    went = dict(line.split() for line in said.splitlines() if line)
    denied = {name for name, how in went.items() if how == "denied"}
    assert denied == {"fork", "spawn", "execute", "socket", "pair", "other", "all", "watch", "times"}
    assert set(went) - denied == {"itself", "thread", "file"}


def test_a_jump_never_leads_outside_the_program() -> None:
    for calls in seccomp._CALLS.values():
        steps = list(seccomp._steps(calls, process=1))
        assert steps[-1] == (seccomp.RETURN, 0, 0, seccomp.ALLOW)
        for at, (code, yes, no, _) in enumerate(steps):
            assert at + 1 + max(yes, no) < len(steps) or code == seccomp.RETURN
        assert len(set(calls.denied)) == len(calls.denied)
