"""What is used of librosa, imported by one process at a time. Nothing else here imports librosa.

The import compiles (``numba.guvectorize(cache=True)``) and keeps the result on disk. Two processes that do so at the same time
can leave halves of two different compilations there, and every process that loads them crashes, that day and later
(https://github.com/numba/numba/issues/10128): two workers of one job, for instance, on the first day of an installation.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any


@contextmanager
def alone(package: str) -> Iterator[None]:
    """Wait until no other process is in here for the same package. The lock is on the package's own file, which says whose
    compilations they are; it need not be writable, and a process that dies lets go of it. On a file system without locks nobody
    waits."""
    found = find_spec(package)
    if found is None or found.origin is None:  # the import says so
        yield
        return
    file = os.open(found.origin, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


_PLACES = {
    "cqt": "librosa",
    "fft_frequencies": "librosa",
    "griffinlim": "librosa",
    "hz_to_mel": "librosa",
    "istft": "librosa",
    "mel": "librosa.filters",
    "mel_to_hz": "librosa",
    "melspectrogram": "librosa.feature",
    "power_to_db": "librosa",
    "pyin": "librosa",
    "spectral_centroid": "librosa.feature",
    "spectral_flatness": "librosa.feature",
    "spectral_rolloff": "librosa.feature",
    "stft": "librosa",
}


def __getattr__(name: str) -> Any:
    """Whoever takes a name imports what it needs and no more: librosa imports its own parts when a name of theirs is taken."""
    if name not in _PLACES:
        raise AttributeError(f"nothing here is called {name}")
    with alone("librosa"):
        return getattr(import_module(_PLACES[name]), name)
