"""Giving up system calls that no decoder needs: a seccomp filter, loaded through ctypes. Used only inside a sandboxed child.

Denied are new programs and processes, sockets, signals to and a look into other processes, namespaces and mounts, changes of
owner, mode and times of files, and those parts of the kernel where most of its holes were found. Threads stay allowed.
Source: seccomp(2), ``linux/seccomp.h``, ``linux/bpf_common.h``, the kernel's system call tables.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass

PR_SET_SECCOMP = 22
MODE_FILTER = 2
CLONE_THREAD = 0x10000

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000

X32 = 0x40000000
"""Numbers from here on are those of a second interface of x86-64, which nobody needs."""

EVERYWHERE = (
    *(424, 434, 438),  # pidfd_send_signal, pidfd_open, pidfd_getfd
    *(425, 440, 452),  # io_uring_setup, process_madvise, fchmodat2
    *(428, 429, 430, 432, 442),  # open_tree, move_mount, fsopen, fsmount, mount_setattr
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calls:
    """Numbers of one architecture: ``denied`` always, ``to_itself`` allowed only with its own process id as first argument."""

    architecture: int
    denied: tuple[int, ...]
    to_itself: tuple[int, ...]
    clone: int
    clone3: int = 435


_CALLS = {
    "x86_64": _Calls(
        architecture=0xC000003E,
        denied=(
            *(57, 58, 59, 322),  # fork, vfork, execve, execveat
            *(41, 42, 49, 50, 53),  # socket, connect, bind, listen, socketpair
            *(101, 310, 311, 129, 297),  # ptrace, process_vm_readv and _writev, rt_sigqueueinfo, rt_tgsigqueueinfo
            *(272, 308, 165, 166, 155, 161),  # unshare, setns, mount, umount2, pivot_root, chroot
            *(90, 91, 268, 92, 93, 94, 260),  # chmod, fchmod, fchmodat, chown, fchown, lchown, fchownat
            *(188, 189, 190, 197, 198, 199, 132, 235, 261, 280),  # set and remove xattr, times
            *(248, 249, 250, 298, 304, 321, 323),  # keys, perf_event_open, open_by_handle_at, bpf, userfaultfd
        ),
        to_itself=(62, 200, 234),  # kill, tkill, tgkill
        clone=56,
    ),
    "aarch64": _Calls(
        architecture=0xC00000B7,
        denied=(
            *(221, 281),  # execve, execveat
            *(198, 203, 200, 201, 199),  # socket, connect, bind, listen, socketpair
            *(117, 270, 271, 138, 240),  # ptrace, process_vm_readv and _writev, rt_sigqueueinfo, rt_tgsigqueueinfo
            *(97, 268, 40, 39, 41, 51),  # unshare, setns, mount, umount2, pivot_root, chroot
            *(52, 53, 54, 55),  # fchmod, fchmodat, fchownat, fchown
            *(5, 6, 7, 14, 15, 16, 88),  # set and remove xattr, times
            *(217, 218, 219, 241, 265, 280, 282),  # keys, perf_event_open, open_by_handle_at, bpf, userfaultfd
        ),
        to_itself=(129, 130, 131),  # kill, tkill, tgkill
        clone=220,
    ),
}


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def deny_calls() -> bool:
    """Deny this process for good what the module says; False where the kernel or the architecture does not allow it.

    Needs ``no_new_privs``.
    """
    calls = _CALLS.get(platform.machine())
    if calls is None:
        return False
    steps = list(_steps(calls, process=os.getpid()))
    array = (_Step * len(steps))(*(_Step(*step) for step in steps))
    program = _Program(length=len(steps), steps=array)
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0)) == 0


def _steps(calls: _Calls, *, process: int) -> Iterator[tuple[int, int, int, int]]:
    """(code, steps to skip if so, steps to skip if not, value) for the kernel's little machine."""
    no = FAIL | errno.EPERM
    yield LOAD, 0, 0, ARCHITECTURE
    yield EQUAL, 1, 0, calls.architecture
    yield RETURN, 0, 0, KILL
    yield LOAD, 0, 0, NUMBER
    yield AT_LEAST, 0, 1, X32
    yield RETURN, 0, 0, no
    for number in (*calls.denied, *EVERYWHERE):
        yield EQUAL, 0, 1, number
        yield RETURN, 0, 0, no
    # Its flags lie in memory, where a filter cannot look; told that it does not exist, libc falls back on clone
    yield EQUAL, 0, 1, calls.clone3
    yield RETURN, 0, 0, FAIL | errno.ENOSYS
    yield EQUAL, 0, 4, calls.clone
    yield LOAD, 0, 0, FIRST_ARGUMENT
    yield ANY_BIT, 1, 0, CLONE_THREAD
    yield RETURN, 0, 0, no
    yield RETURN, 0, 0, ALLOW
    for number in calls.to_itself:
        yield EQUAL, 0, 4, number
        yield LOAD, 0, 0, FIRST_ARGUMENT
        yield EQUAL, 1, 0, process
        yield RETURN, 0, 0, no
        yield RETURN, 0, 0, ALLOW
    yield RETURN, 0, 0, ALLOW
