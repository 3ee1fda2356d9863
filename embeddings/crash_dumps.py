"""No image of a process that holds vectors: when it crashes, the system would write its memory to a file."""

from __future__ import annotations

import resource


def no_crash_dumps() -> None:
    """Let the system write no image of this process's memory, nor of its children's: vectors of people who match nobody are in
    it."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
