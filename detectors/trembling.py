"""Small movements of a face that is held upright: how its landmarks tremble, how fast its skin moves, whether with its head.

A face that was put onto a head frame by frame can tremble against it. So do compression, noise and the landmark finder itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.face_flow import FaceFlow
from detectors.marked_face import MarkedFace
from embeddings.landmarks import similarity

Numbers = NDArray[np.float64]

STEADY_OVER = 5
"""Landmarks are compared with their mean over so many frames."""

FAST_HZ = 5.0
"""Heads and expressions move slower than this most of the time."""

RIGID = (168, 6, 197, 195, 5, 4, 33, 133, 362, 263)
"""Marked points that no expression moves: along the bridge of the nose to its tip, and the corners of the eyes."""

NOTHING_MOVES = 1e-5
"""Face widths per frame: below it there is nothing to correlate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trembling:
    """``landmarks`` is the root mean square distance of the five landmarks from their mean over STEADY_OVER frames, in face
    widths; ``fast_share`` in [0, 1] the share of the power of the nose's and cheeks' velocity above FAST_HZ; ``coherence``
    in [-1, 1] how far that velocity is that of the temples too, at the edge of the face; None where nothing moves."""

    landmarks: float
    fast_share: float
    coherence: float | None


def trembling(flow: FaceFlow) -> Trembling:
    """Of a stretch of at least STEADY_OVER frames."""
    inner = (flow.velocities["nose"] + flow.velocities["cheeks"]) / 2
    outer = (flow.velocities["temples_left"] + flow.velocities["temples_right"]) / 2
    return Trembling(
        landmarks=_unsteady(flow.landmarks),
        fast_share=_fast_share(inner, rate=flow.frames_per_s),
        coherence=_coherence(inner, outer),
    )


def jitter(marked: MarkedFace) -> float:
    """How RIGID points tremble against each other, in face widths as ``Trembling.landmarks``: what is left of their movement when
    that of the head (turn, size and place of all of them, frame by frame) is taken away. At least STEADY_OVER frames."""
    points = marked.points[:, RIGID]
    usual = points.mean(axis=0)
    held = np.empty_like(points)
    for frame, one in enumerate(points):
        matrix = similarity(one, usual)
        held[frame] = one @ matrix[:, :2].T + matrix[:, 2]
    return _unsteady(held)


def _unsteady(points: Numbers) -> float:
    """Root mean square distance of points (n, k, 2) from their mean over STEADY_OVER frames."""
    reach = STEADY_OVER // 2
    sums = np.cumsum(np.concatenate([np.zeros((1, *points.shape[1:])), points]), axis=0)
    steady = (sums[STEADY_OVER:] - sums[:-STEADY_OVER]) / STEADY_OVER
    off = points[reach : len(points) - reach] - steady
    return float(np.sqrt((off**2).sum(axis=2).mean()))


def _fast_share(velocity: Numbers, *, rate: float) -> float:
    power = (np.abs(np.fft.rfft(velocity - velocity.mean(axis=0), axis=0)) ** 2).sum(axis=1)
    hertz = np.fft.rfftfreq(len(velocity), 1 / rate)
    total = float(power.sum())
    return float(power[hertz > FAST_HZ].sum() / total) if total > 0 else 0.0


def _coherence(inner: Numbers, outer: Numbers) -> float | None:
    """Twice what both share of what both have: a movement that reaches the edge weakened is not shared."""
    inner, outer = inner - inner.mean(axis=0), outer - outer.mean(axis=0)
    both = float((inner**2).sum() + (outer**2).sum())
    return None if both < 2 * NOTHING_MOVES**2 * len(inner) else float(2 * (inner * outer).sum() / both)
