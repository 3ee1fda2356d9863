"""Five points of a face, and the one way in which a face is turned upright by them.

Detectors mark different points. A convention says which, and where they lie on an average face drawn in the unit square: dlib's
mean face shape (``dlib/image_transforms/interpolation.h``, ``get_face_chip_details``). Points of other conventions lie where
they are found on faces that dlib's points have turned upright (the median; ``test_insightface_faces.py`` measures it). So a face
aligned by either lies the same way, and films aligned with different packs can be compared.

- ``eye_corners`` (dlib): of the eye on the right of the picture the outer and the inner corner, of the eye on the left the outer
  and the inner corner, the base of the nose.
- ``eye_centres`` (InsightFace): the centres of the eyes on the left and on the right of the picture, the tip of the nose, the
  corners of the mouth on the left and on the right.

Alignment is the similarity (turn, one scale, shift; never a mirror, never a shear) that brings the five points nearest to those
of the average face, by least squares.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

CONVENTIONS: Mapping[str, Points] = {
    "eye_corners": np.array(
        [
            [0.8595674595992, 0.2134981538014],
            [0.6460604764104, 0.2289674387677],
            [0.1205750620789, 0.2137274526848],
            [0.3340850613712, 0.2290642403242],
            [0.4901123135679, 0.6277975316475],
        ]
    ),
    "eye_centres": np.array([[0.224, 0.2065], [0.766, 0.2065], [0.495, 0.533], [0.248, 0.7515], [0.741, 0.7515]]),
}
"""Convention → its points on the average face, (5, 2) x and y in the unit square, y downwards."""

PADDING = 0.25
"""Shown around the unit square on every side, as a share of it: an aligned face has its chin and its brow in it."""


def eyes(landmarks: Points, *, convention: str) -> Points:
    """Centres of the eyes, (2, 2): first the one on the left of the picture."""
    if convention == "eye_corners":
        return np.stack([landmarks[2:4].mean(axis=0), landmarks[0:2].mean(axis=0)])
    return landmarks[:2].copy()


def on_average_face(convention: str, *, size_px: int, padding: float = PADDING) -> Points:
    """Where the points of a convention lie in an aligned picture of this size, (5, 2) pixels, counted from pixel centres."""
    points: Points = (CONVENTIONS[convention] + padding) / (1 + 2 * padding) * size_px - 0.5
    return points


def similarity(points: Points, targets: Points) -> Points:
    """The (2, 3) matrix of turn, scale and shift that brings ``points`` (n, 2) nearest to ``targets``, by least squares."""
    centre, aim = points.mean(axis=0), targets.mean(axis=0)
    a, b = (points - centre).T, (targets - aim).T
    spread = float(np.sum(a**2))
    if not spread > 0.0:
        raise ValueError("the points of the face lie in one place; they tell no direction")
    cosine = float(np.sum(a * b)) / spread
    sine = float(np.sum(a[0] * b[1] - a[1] * b[0])) / spread
    turn = np.array([[cosine, -sine], [sine, cosine]])
    return np.column_stack([turn, aim - turn @ centre])


def cut_out(pixels: NDArray[np.uint8], matrix: Points, *, size_px: int) -> NDArray[np.uint8]:
    """The (size_px, size_px, 3) piece of a picture that a similarity brings upright; black beyond the picture's edge.

    Where the face is much larger than the piece, it is first made smaller by whole areas, so that nothing flickers.
    """
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale < 0.5:
        corners = np.array([[0.0, 0.0], [size_px, 0.0], [0.0, size_px], [size_px, size_px]])
        back = (corners - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
        height, width = pixels.shape[:2]
        left, top = np.clip(np.floor(back.min(axis=0)).astype(int), 0, [width - 1, height - 1])
        right, bottom = np.clip(np.ceil(back.max(axis=0)).astype(int), [left + 1, top + 1], [width, height])
        piece = pixels[top:bottom, left:right]
        size = np.maximum(1, np.round(np.array([right - left, bottom - top]) * scale).astype(int))
        pixels = cv2.resize(piece, (int(size[0]), int(size[1])), interpolation=cv2.INTER_AREA)
        stretch = np.array([right - left, bottom - top]) / size
        shift = (stretch - 1) / 2 + [left, top]  # pixel centres
        matrix = np.column_stack([matrix[:, :2] * stretch, matrix[:, :2] @ shift + matrix[:, 2]])
    cut: NDArray[np.uint8] = cv2.warpAffine(pixels, matrix, (size_px, size_px), flags=cv2.INTER_LINEAR)
    return cut


def upright(pixels: NDArray[np.uint8], landmarks: Points, *, convention: str, size_px: int) -> NDArray[np.uint8]:
    """The face upright, eyes level, with a quarter of its size around it: (size_px, size_px, 3)."""
    matrix = similarity(landmarks, on_average_face(convention, size_px=size_px))
    return cut_out(pixels, matrix, size_px=size_px)
