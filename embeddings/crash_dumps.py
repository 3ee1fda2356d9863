"""No image of a process that holds vectors: when it crashes, the system would write its memory to a file."""

from __future__ import annotations

import resource
from contextlib import suppress
from pathlib import Path

FILTER = Path("/proc/self/coredump_filter")
"""Which mappings the kernel puts into an image; children inherit it."""


def no_crash_dumps() -> None:
    """Let the system write no image of this process's memory, nor of its children's: vectors of people who match nobody are in
    it. A program that collects images (``core_pattern`` with a pipe) is not bound by the limit: it gets one without memory."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    with suppress(OSError):  # no Linux, or no /proc
        FILTER.write_text("0", encoding="ascii")
