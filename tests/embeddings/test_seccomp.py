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
if os.uname().machine == "x86_64":
    libc = ctypes.CDLL(None, use_errno=True)
    for number in (57, 58):  # which no libc of today uses
        if libc.syscall(number) == -1 and ctypes.get_errno() == 1:
            continue
        print("raw", "went")
        os._exit(0)
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


EACH = """
import ctypes, errno, os
from embeddings import seccomp
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)
assert seccomp.deny_calls()
ours = os.getpid()
for number in (*seccomp._CALLS[os.uname().machine].denied, *seccomp.EVERYWHERE, seccomp.X32 + 39):
    ctypes.set_errno(0)
    went = libc.syscall(number, 0, 0, 0, 0, 0)
    if os.getpid() != ours:
        os._exit(0)
    if (went, ctypes.get_errno()) != (-1, errno.EPERM):
        print(number, went, ctypes.get_errno())
"""


def test_each_call_of_the_list_is_denied() -> None:
    if platform.machine() not in seccomp._CALLS:
        pytest.skip("no table of system calls for this architecture")
    said = subprocess.run([sys.executable, "-c", EACH], capture_output=True, text=True, check=True).stdout
    assert said == ""


def test_a_jump_never_leads_outside_the_program() -> None:
    for calls in seccomp._CALLS.values():
        steps = list(seccomp._steps(calls, process=1))
        assert steps[-1] == (seccomp.RETURN, 0, 0, seccomp.ALLOW)
        for at, (code, yes, no, _) in enumerate(steps):
            assert at + 1 + max(yes, no) < len(steps) or code == seccomp.RETURN
        assert len(set(calls.denied)) == len(calls.denied)
