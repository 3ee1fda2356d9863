"""How well a person's mouth agrees with their voice in their enrolled genuine film, measured as in a suspect.

Footage is enrolled at ten small faces a second. So the suspect's face is thinned out to that rate before the two are compared.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.face_flow import SIDE_PX, UNIT_PX, FaceFlow, velocities
from detectors.lip_agreement import LipAgreement, lip_agreement
from detectors.mouth_motion import measured
from embeddings.landmarks import PADDING
from embeddings.samples import SAMPLE_RATE_HZ
from watchlist.footage import FACE_PX, FRAMES_PER_S, GenuineFootage

WINDOW_S = 6.0
MOST_WINDOWS = 3
MAX_GAP_S = 0.25
LEAST_FRAMES = 40
QUIET_PEAK = 0.01
"""Film whose sound stays below this holds no speech worth measuring."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class GenuineStretch:
    """A stretch of genuine film that was measured."""

    film_sha256: str
    start_s: float
    agreement: LipAgreement


def genuine_stretches(films: Sequence[GenuineFootage]) -> tuple[GenuineStretch, ...]:
    """Up to MOST_WINDOWS stretches, taken from the films in turn, in which there are both sound and a mouth that moves."""
    found: list[GenuineStretch] = []
    tried = 0
    for film, part in _parts(films):
        if tried == MOST_WINDOWS:
            break
        tried += 1
        sound = film.sound
        if sound is None:
            continue
        times_s = np.asarray(film.times_s[part], dtype=np.float64)
        agreement = _agreement(_as_measured(np.asarray(film.faces[part])), times_s, np.asarray(sound))
        if agreement is not None:
            found.append(GenuineStretch(film_sha256=film.sha256, start_s=float(times_s[0]), agreement=agreement))
    return tuple(found)


def thinned_agreement(flow: FaceFlow, sound: NDArray[np.float32]) -> LipAgreement | None:
    """Of a suspect at the rate at which footage is enrolled; None where that shows nothing."""
    wanted = np.arange(flow.times_s[0], flow.times_s[-1] + 1e-6, 1 / FRAMES_PER_S)
    kept = np.unique(np.abs(flow.times_s[:, None] - wanted).argmin(axis=0))
    if len(kept) < LEAST_FRAMES:
        return None
    return _agreement(flow.greys[kept], flow.times_s[kept], sound)


def _agreement(greys: NDArray[np.uint8], times_s: Numbers, sound: NDArray[np.float32]) -> LipAgreement | None:
    mouth = measured(greys, times_s, moved=velocities(greys))
    return None if mouth is None else lip_agreement(mouth, sound)


def _parts(films: Sequence[GenuineFootage]) -> list[tuple[GenuineFootage, slice]]:
    """Stretches without a gap, with sound, the first of every film before the second of any; of a few films, however many."""
    turns: list[tuple[int, GenuineFootage, slice]] = []
    for film in films:
        turns += [(turn, film, part) for turn, part in enumerate(itertools.islice(_of_film(film), MOST_WINDOWS))]
        if sum(turn == 0 for turn, _, _ in turns) == MOST_WINDOWS:
            break
    return [(film, part) for _, film, part in sorted(turns, key=lambda one: one[0])]


def _of_film(film: GenuineFootage) -> Iterator[slice]:
    length = round(WINDOW_S * FRAMES_PER_S)
    breaks = np.flatnonzero(np.diff(film.times_s) > MAX_GAP_S) + 1
    for start, stop in itertools.pairwise([0, *breaks.tolist(), len(film.times_s)]):
        for first in range(start, stop - LEAST_FRAMES + 1, length):
            part = slice(first, min(stop, first + length))
            if part.stop - part.start >= LEAST_FRAMES and _heard(film, part):
                yield part


def _heard(film: GenuineFootage, part: slice) -> bool:
    if film.sound is None:
        return False
    start, end = (int(film.times_s[at] * SAMPLE_RATE_HZ) for at in (part.start, part.stop - 1))
    piece = np.asarray(film.sound[start:end])
    return len(piece) > 0 and float(np.abs(piece).max()) >= QUIET_PEAK


def _as_measured(faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(n, FACE_PX, FACE_PX) faces of footage where and as large as those of a close-up are measured; grey around them."""
    size = round(FACE_PX * UNIT_PX / (FACE_PX / (1 + 2 * PADDING)))
    edge = (SIDE_PX - size) // 2
    return np.stack(
        [
            cv2.copyMakeBorder(
                cv2.resize(face, (size, size), interpolation=cv2.INTER_LINEAR),
                *(edge, SIDE_PX - size - edge, edge, SIDE_PX - size - edge),
                cv2.BORDER_REPLICATE,
            )
            for face in faces
        ]
    ).astype(np.uint8)
