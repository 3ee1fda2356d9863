"""The watchlist as a worker sees it: who can be matched now, and with what. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.samples import FaceSample, VoiceSample
from watchlist.records import Brand, Match, Person


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GenuineFootage:
    """Enrolled film of a person, as descriptors: ``times_s`` (n,), ``faces`` (n, 96, 96) uint8 aligned grey faces
    (one per sampled frame with a face), and the sound as (m,) float32 mono 16 kHz or None."""

    person_id: str
    sha256: str
    times_s: NDArray[np.float64]
    faces: NDArray[np.uint8]
    sound: NDArray[np.float32] | None


class Gallery(Protocol):
    """Active enrolments only: expired or unapproved people cannot be matched, whatever is stored."""

    version: str
    """SHA-256 over everything that can change a match; part of every cache key."""
    pack: str
    persons: tuple[Person, ...]
    brands: tuple[Brand, ...]

    def match_faces(self, samples: Sequence[FaceSample]) -> list[Match]:
        """At most one match per track: the best person at or above the threshold."""
        ...

    def match_voices(self, samples: Sequence[VoiceSample]) -> list[Match]:
        """At most one match per segment: the best person at or above the threshold."""
        ...

    def voice_score(self, sample: VoiceSample, person_id: str) -> float | None:
        """How alike a segment is to one enrolled person's voice; None if no voice of theirs is enrolled."""
        ...

    def footage(self, person_id: str) -> Sequence[GenuineFootage]:
        """The person's enrolled genuine film; empty if there is none."""
        ...

    def person(self, person_id: str) -> Person:
        """Raises ``PersonUnknown``."""
        ...
