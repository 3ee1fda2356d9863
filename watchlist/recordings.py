"""Recordings of a person's speech, as they were enrolled: genuine speech to hold a suspect's against.

They lie sealed in the watchlist. The sound is read from memory in the sandboxed child; it is never laid down open in a file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import UnreadableMedia
from embeddings.media import Limits, decode
from watchlist.records import Reference, ReferenceKind
from watchlist.store import open_reference

MOST_RECORDINGS = 4
"""Of one person; more would cost time and change means little."""

LIMITS = Limits(max_sound_s=60.0, shots=False, max_frames=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GenuineRecording:
    """``sound`` is (n,) float32 mono 16 kHz: the beginning of the recording."""

    person_id: str
    sha256: str
    sound: NDArray[np.float32]


def open_recordings(directory: Path, references: Sequence[Reference]) -> tuple[GenuineRecording, ...]:
    """The sound of the first recordings among the references of one person; what cannot be decoded (any longer) is left out.
    Raises ``WatchlistInvalid`` for one that is absent or altered."""
    spoken = [reference for reference in references if reference.kind is ReferenceKind.AUDIO][:MOST_RECORDINGS]
    found = []
    for reference in spoken:
        sound = heard(open_reference(directory, reference).read())
        if sound is not None:
            found.append(GenuineRecording(person_id=reference.person_id, sha256=reference.sha256, sound=sound))
    return tuple(found)


def heard(data: bytes) -> NDArray[np.float32] | None:
    """The sound in the bytes of a media file; None where there is none that can be read."""
    held = os.memfd_create("recording", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(held), "wb") as out:
            out.write(data)
        return decode(Path(f"/proc/self/fd/{held}"), limits=LIMITS).sound
    except UnreadableMedia:
        return None
    finally:
        os.close(held)
