"""Landlock in a process that has nothing else around it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from embeddings import landlock

FORSAKEN = """
import ctypes, os
from embeddings.landlock import deny_files, supported
kept = open("/etc/passwd")
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
before = len(os.listdir("/proc/self/fd"))
version = deny_files()
print(version == supported() > 0, len(kept.read()) > 0)
made = os.O_CREAT | os.O_RDWR
for path, flags in (("/etc/passwd", os.O_RDONLY), ("/dev/null", os.O_WRONLY), ("/tmp/x", made), ("/", os.O_RDONLY)):
    try:
        print("opened", os.open(path, flags))
    except PermissionError:
        print("denied")
"""


def test_everything_is_denied_but_what_is_open() -> None:
    if not landlock.supported():
        pytest.skip("this kernel has no Landlock")
    said = subprocess.run([sys.executable, "-c", FORSAKEN], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["True", "True", "denied", "denied", "denied", "denied"]


def test_without_the_promise_of_no_new_privileges_an_ordinary_user_is_told_that_nothing_was_denied() -> None:
    body = """
import os
from embeddings.landlock import deny_files
if os.geteuid() == 0:
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
print(deny_files(), os.path.exists(os.sep))
"""
    said = subprocess.run([sys.executable, "-c", body], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["0", "True"]
