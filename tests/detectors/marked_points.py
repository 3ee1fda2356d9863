"""Marked faces whose lids and lips are where the test puts them, and nothing else moves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.eye_aspect import EYES
from detectors.lip_points import CORNERS, GAPS
from detectors.marked_face import MarkedFace
from embeddings.face_mesh import COUNT

RATE = 30.0
EYE_WIDTH, MOUTH_WIDTH = 0.2, 0.5

Numbers = NDArray[np.float64]


def marked_points(
    count: int,
    *,
    lids: Sequence[float] | Numbers = (),
    left_lids: Sequence[float] | Numbers = (),
    lips: Sequence[float] | Numbers = (),
    rate: float = RATE,
) -> MarkedFace:
    """So many frames of a face; ``lids`` are the eye-aspect ratios of both eyes, ``left_lids`` of the one on the left of the
    picture where that is another, ``lips`` the gaps between the lips in face widths, frame by frame."""
    still = np.random.default_rng(5).uniform(0.0, 1.0, (COUNT, 2))
    points = np.repeat(still[None], count, axis=0)
    both = np.broadcast_to(lids if len(lids) else 0.3, count)
    left = np.broadcast_to(left_lids if len(left_lids) else both, count)
    for eye, x, ratios in ((EYES[0], 0.23, left), (EYES[1], 0.77, both)):
        corner, above, above_too, other_corner, below_too, below = eye
        points[:, corner], points[:, other_corner] = (x - EYE_WIDTH / 2, 0.2), (x + EYE_WIDTH / 2, 0.2)
        for at, (up, down) in ((x - 0.03, (above, below)), (x + 0.03, (above_too, below_too))):
            points[:, up] = np.stack([np.full(count, at), 0.2 - ratios * EYE_WIDTH / 2], axis=1)
            points[:, down] = np.stack([np.full(count, at), 0.2 + ratios * EYE_WIDTH / 2], axis=1)
    opened = np.broadcast_to(lips if len(lips) else 0.0, count)
    points[:, CORNERS] = np.array([[0.5 - MOUTH_WIDTH / 2, 0.75], [0.5 + MOUTH_WIDTH / 2, 0.75]])
    for up, down in GAPS:
        points[:, up] = np.array([0.5, 0.75])
        points[:, down] = np.stack([np.full(count, 0.5), 0.75 + opened], axis=1)
    return MarkedFace(times_s=np.arange(count) / rate, points=points)


def carried(marked: MarkedFace, *, seed: int = 1) -> MarkedFace:
    """The same face on a head that turns in the picture, comes nearer and wanders."""
    rng = np.random.default_rng(seed)
    points = np.empty_like(marked.points)
    for frame, one in enumerate(marked.points):
        turn, size = rng.normal(0, 0.05), 1 + rng.normal(0, 0.05)
        around = size * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        points[frame] = one @ around.T + rng.normal(0, 0.05, 2)
    return MarkedFace(times_s=marked.times_s, points=points)
