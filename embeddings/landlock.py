"""Giving up the file system for good: Linux's Landlock, called through ctypes. Used only inside a sandboxed child.

Source: ``linux/landlock.h`` and landlock(7). What is already open stays open; nothing else can be opened, made, renamed or
truncated, no device controlled, no TCP port bound or connected, as far as the kernel's version of Landlock knows of it.
"""

from __future__ import annotations

import ctypes
import os

CREATE_RULESET = 444
RESTRICT_SELF = 446
ASK_VERSION = 1

FILE_ACCESS = {1: 13, 2: 14, 3: 15, 5: 16}
"""Version of the interface to the number of file accesses that it knows; the versions between know as many as the last."""

NET_ACCESS_SINCE, NET_ACCESS = 4, 0b11
SCOPES_SINCE, SCOPES = 6, 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def supported() -> int:
    """The version of Landlock that this kernel offers; 0 where it has none or it is switched off."""
    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, int(libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)))


def deny_files() -> int:
    """Deny this process and all its future children every file; the version in force, 0 if nothing was denied.

    Needs ``no_new_privs``.
    """
    version = supported()
    if version == 0:
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    bits = max(count for since, count in FILE_ACCESS.items() if since <= version)
    asked = _Ruleset(
        handled_access_fs=(1 << bits) - 1,
        handled_access_net=NET_ACCESS if version >= NET_ACCESS_SINCE else 0,
        scoped=SCOPES if version >= SCOPES_SINCE else 0,
    )
    size = 24 if version >= SCOPES_SINCE else 16 if version >= NET_ACCESS_SINCE else 8
    ruleset = libc.syscall(CREATE_RULESET, ctypes.byref(asked), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return 0
    try:
        return version if libc.syscall(RESTRICT_SELF, ruleset, 0) == 0 else 0
    finally:
        os.close(ruleset)
