"""Genuine film of enrolled people, as descriptors that a suspect clip can be aligned with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DESCRIPTOR_FORM = "grey96-10fps/1"
"""What the descriptors are and how they were made; changes when they would."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GenuineFootage:
    """Enrolled film of a person, as descriptors: ``times_s`` (n,), ``faces`` (n, 96, 96) uint8 aligned grey faces
    (one per sampled frame with a face), and the sound as (m,) float32 mono 16 kHz or None."""

    person_id: str
    sha256: str
    times_s: NDArray[np.float64]
    faces: NDArray[np.uint8]
    sound: NDArray[np.float32] | None
