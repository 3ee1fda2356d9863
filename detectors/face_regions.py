"""Parts of an aligned face, as masks over a close-up's pictures: the face itself, the rim where masks end, what lies around it.

They are fixed on the average face (``embeddings.landmarks``). A turned face fills them unevenly, in genuine films as in altered
ones, so nothing that is measured in them means much by itself.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detectors.close_up import FACE_PX, MARGIN

Mask = NDArray[np.bool_]

CENTRE, REACH = (0.5, 0.52), (0.46, 0.58)
"""Of the ellipse about the face's edge, in the average face's unit square: x and y."""

INNER_TO, RIM_TO, AROUND_FROM = 0.8, 1.2, 1.3
"""In radii of that ellipse. Between the rim and what is around it lies what may be either."""

RINGS = 10
RINGS_FROM, RINGS_TO = 0.3, 1.6
"""Ellipses of the same shape, from the nose outwards, between which things are measured to see where they change."""

NAMES = ("eyes", "mouth", "nose", "cheeks", "forehead", "chin", "inner", "rim", "around", "neck", "top")


@functools.cache
def unit_square() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """x and y of every pixel in the average face's unit square."""
    steps = ((np.arange(FACE_PX) + 0.5) / FACE_PX * (1 + 2 * MARGIN) - MARGIN).astype(np.float32)
    across, down = np.meshgrid(steps, steps)
    return across, down


@functools.cache
def radius() -> NDArray[np.float32]:
    """How far out every pixel lies: 1 about the face's edge."""
    return _radius(*CENTRE, *REACH)


@functools.cache
def regions() -> Mapping[str, Mask]:
    """The masks by name (``NAMES``), (FACE_PX, FACE_PX) each."""
    across, down = unit_square()
    out = radius()
    around = out >= AROUND_FROM
    return {
        "eyes": (_radius(0.23, 0.22, 0.16, 0.10) < 1) | (_radius(0.76, 0.22, 0.16, 0.10) < 1),
        "mouth": _radius(0.5, 0.78, 0.22, 0.13) < 1,
        "nose": _radius(0.5, 0.5, 0.11, 0.2) < 1,
        "cheeks": (_radius(0.18, 0.58, 0.13, 0.16) < 1) | (_radius(0.82, 0.58, 0.13, 0.16) < 1),
        "forehead": _radius(0.5, -0.12, 0.35, 0.10) < 1,
        "chin": _radius(0.5, 1.02, 0.2, 0.08) < 1,
        "inner": out < INNER_TO,
        "rim": (out >= INNER_TO) & (out < RIM_TO),
        "around": around,
        "neck": around & (down > 1.15) & (np.abs(across - 0.5) < 0.4),
        "top": around & (down < -0.05),
    }


@functools.cache
def rings() -> tuple[Mask, ...]:
    """The ``RINGS`` masks from the inside outwards."""
    edges = np.linspace(RINGS_FROM, RINGS_TO, RINGS + 1)
    return tuple((radius() >= low) & (radius() < high) for low, high in itertools.pairwise(edges))


def _radius(x: float, y: float, half_width: float, half_height: float) -> NDArray[np.float32]:
    across, down = unit_square()
    far: NDArray[np.float32] = np.hypot((across - x) / half_width, (down - y) / half_height)
    return far
