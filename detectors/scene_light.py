"""Whether the light on the face is the light on the body below it, and whether shadows fall as that light has them fall.

A face that was put in keeps the light under which it was made. Neck and shoulders lie beside the face in one light: brightness
should rise to the same side on both. A nose throws its shadow away from the light, a chin throws one on the neck when the light
comes from above. Beards, hair, collars and make-up mislead all of these: they are observations.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from detectors.face_regions import unit_square

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]

FEWEST_PX = 50
DARKEST = 8.0
"""Grey levels added before a logarithm: black has no slope."""

BOXES = {
    "forehead": (-0.15, 0.05, 0.2, 0.8),
    "left_cheek": (0.45, 0.7, 0.05, 0.3),
    "right_cheek": (0.45, 0.7, 0.7, 0.95),
    "nose_left": (0.42, 0.62, 0.33, 0.42),
    "nose_right": (0.42, 0.62, 0.58, 0.67),
    "chin": (0.95, 1.06, 0.35, 0.65),
    "below_chin": (1.14, 1.26, 0.35, 0.65),
    "left_body": (1.2, 1.45, 0.0, 0.35),
    "right_body": (1.2, 1.45, 0.65, 1.0),
}
"""Top, bottom, left and right of each part, in the average face's square."""


def scene_light(luma: Plane, seen: Mask) -> dict[str, float]:
    """Of the brightness (h, w) of a close-up, logarithms; NaN for what is not in the picture. ``across`` is how much brighter the
    right side is: of face, of body, of the skin beside the nose; ``chin`` how much brighter the chin is than the neck below."""
    level = {name: _level(luma, at[seen.ravel()[at]]) for name, at in _places().items()}
    face = level["right_cheek"] - level["left_cheek"]
    body = level["right_body"] - level["left_body"]
    nose = level["nose_right"] - level["nose_left"]
    chin = level["chin"] - level["below_chin"]
    above = level["forehead"] - level["chin"]
    return {
        "scene.across.face": face,
        "scene.across.body": body,
        "scene.across.face-body": face - body,
        "scene.across.opposed": -face * body,
        "scene.nose.face": nose,
        "scene.nose.opposed": -nose * face,
        "scene.chin.neck": chin,
        "scene.chin.opposed": -chin * above,
    }


def _level(luma: Plane, at: NDArray[np.int64]) -> float:
    """The usual brightness of a part, as a logarithm."""
    return float(np.log(np.median(luma.ravel()[at]) + DARKEST)) if len(at) >= FEWEST_PX else float("nan")


@functools.cache
def _places() -> dict[str, NDArray[np.int64]]:
    across, down = unit_square()
    return {
        name: np.flatnonzero((down >= top) & (down < bottom) & (across >= left) & (across < right))
        for name, (top, bottom, left, right) in BOXES.items()
    }
