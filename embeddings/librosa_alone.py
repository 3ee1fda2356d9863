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
from importlib.util import find_spec


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


with alone("librosa"):
    from librosa import (
        cqt,
        fft_frequencies,
        griffinlim,
        hz_to_mel,
        istft,
        mel_to_hz,
        power_to_db,
        pyin,
        stft,
    )
    from librosa.feature import melspectrogram, spectral_centroid, spectral_flatness, spectral_rolloff
    from librosa.filters import mel

__all__ = [
    "alone",
    "cqt",
    "fft_frequencies",
    "griffinlim",
    "hz_to_mel",
    "istft",
    "mel",
    "mel_to_hz",
    "melspectrogram",
    "power_to_db",
    "pyin",
    "spectral_centroid",
    "spectral_flatness",
    "spectral_rolloff",
    "stft",
]
