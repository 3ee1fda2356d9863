"""What the models see and say, in memory only: frames, sound, and the vectors of faces and voices.

Nothing in this module is a record: no Arrow schema exists for it, on purpose. A vector that matches nobody is dropped with the
object that holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.records import Creative, FaceTrack, ModelPack, Region, VoiceSegment

SAMPLE_RATE_HZ = 16_000
"""All sound is mono at this rate once decoded."""

GLIMPSE_PX = 96


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """A decoded picture: ``pixels`` (h, w, 3) uint8 RGB, upright as displayed, perhaps scaled down; ``scale`` is
    sampled size / original size, in (0, 1]."""

    at_s: float
    pixels: NDArray[np.uint8]
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Glimpse:
    """A whole decoded picture squeezed into (``GLIMPSE_PX``, ``GLIMPSE_PX``) uint8 grey, upright as displayed."""

    at_s: float
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodedMedia:
    """What could be read of a creative: sampled frames in time order, and sound as (n,) float32 in [-1, 1] or None; ``glimpses``
    of what lies between frames that are far apart, if they were asked for."""

    creative: Creative
    path: Path
    frames: tuple[Frame, ...]
    sound: NDArray[np.float32] | None
    glimpses: tuple[Glimpse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAt:
    """Where a tracked face was at one moment."""

    at_s: float
    region: Region


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceSample:
    """A track with the vectors of its best frames, (k, d) float32, k ≥ 1."""

    track: FaceTrack
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VoiceSample:
    """A stretch of speech with its vector, (d,) float32 of unit norm."""

    segment: VoiceSegment
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DetectedFace:
    """A face in one frame: box (left, top, right, bottom) and ``landmarks`` (5, 2) in pixels of that frame.

    What the five points are is said by the pack's ``face_landmarks`` and ``embeddings.landmarks``.
    """

    box: tuple[int, int, int, int]
    landmarks: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarkedCrops:
    """``points`` (n, k, 2) x and y in pixels of n crops; ``presence`` (n,) in [0, 1], how surely each shows a face, NaN where the
    network does not say."""

    points: NDArray[np.float64]
    presence: NDArray[np.float64]


class FacePoints(Protocol):
    """Marks lids, lips and outline of faces; ``sha256`` is of its weights."""

    sha256: str

    def mark(self, crops: Sequence[NDArray[np.uint8]]) -> MarkedCrops:
        """The points of square RGB crops (s, s, 3), aligned as ``embeddings.face_mesh`` says."""
        ...


class FaceEmbedder(Protocol):
    """Finds faces and turns aligned faces into vectors."""

    def detect(self, pixels: NDArray[np.uint8]) -> list[DetectedFace]:
        """All faces of an (h, w, 3) RGB picture."""
        ...

    def look_closer(self, pixels: NDArray[np.uint8]) -> list[DetectedFace]:
        """Faces that are too small for ``detect``, sought at several times its cost; none where it leaves out no size."""
        ...

    def locate(self, pixels: NDArray[np.uint8], box: tuple[int, int, int, int]) -> DetectedFace:
        """The face whose box is already known, with its landmarks; much cheaper than ``detect``."""
        ...

    def align(self, pixels: NDArray[np.uint8], face: DetectedFace, *, size_px: int) -> NDArray[np.uint8]:
        """The face turned upright and scaled to (size_px, size_px, 3)."""
        ...

    def chip(self, pixels: NDArray[np.uint8], face: DetectedFace) -> NDArray[np.uint8]:
        """The crop that ``embed`` takes, aligned as this pack's network wants it: (s, s, 3) RGB, s always the same."""
        ...

    def embed(self, chips: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Vectors of crops of any pictures, (len(chips), d) float32, in one call of the network where it allows that."""
        ...


class VoiceEmbedder(Protocol):
    """Finds speech and turns it into vectors."""

    def speech(self, sound: NDArray[np.float32]) -> list[tuple[float, float]]:
        """Intervals (start_s, end_s) in which somebody speaks."""
        ...

    def embed(self, sounds: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Unit-norm vectors of stretches of mono 16 kHz speech, (len(sounds), d) float32, computed together.

        ``ValueError`` if there is no sound in one of them.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadedPack:
    """A model pack ready for use in this process. Never pickled: each worker loads its own. ``points`` is None where the pack has
    none, or their file is not installed."""

    manifest: ModelPack
    faces: FaceEmbedder
    voices: VoiceEmbedder
    points: FacePoints | None = None
