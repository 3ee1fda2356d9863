"""How well a picture shows a face: its size, how much detail and light there is, how far it is turned, how much of it is covered.

The score picks the pictures of a track that are worth a vector, and says beside a match how good the picture was. It is made by
rule, not learnt: what five landmarks and a small aligned crop tell. How well it foretells the score of a comparison is printed by
``pytest -m fixtures -s tests/embeddings/test_face_quality.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.landmarks import Points, eyes
from embeddings.samples import DetectedFace

ALIGNED_PX = 96
"""Faces are judged upright at this size: what a small face lacks at it, the network lacks too."""

FACE = slice(16, 80)
"""Rows and columns of an aligned picture that the face fills; around it is the margin."""

NOSE = {"eye_corners": (4, 0.30), "eye_centres": (2, 0.45)}
"""Convention → the row of the nose, and how far it stands out before the eyes, as a share of their distance: round figures of
an average head. The nose's base stands out less than its tip."""

NOSE_BASE_BELOW = 0.80
"""How far the nose's base lies below the eyes of an average head seen from the front, in eye distances, by dlib's mean shape."""

NOSE_BELOW, MOUTH_BELOW = 0.55, 1.03
"""How far the tip of the nose and the mouth lie below the eyes of an average head seen from the front, in eye distances."""

SIZE_PX = (20.0, 80.0)
DETAIL = (-5.5, -2.0)
CONTRAST = (0.0, 12.0)
OCCLUSION = (0.5, 0.1)
BURNT = (1.0, 0.2)
"""From the first value, at which a picture is worth little, to the second, from which on it is good enough."""

LEAST = 0.3
"""The score's factor at the first value; detail alone goes down to nothing."""

FRONTAL_DEG, PROFILE_DEG = 25.0, 70.0

CELLS = 4
"""A face is judged by so many cells down and across, whether it is covered."""

USUAL_GRADIENT = np.array(
    [[1.92, 1.37, 1.37, 1.92], [0.66, 0.80, 0.80, 0.66], [0.72, 1.33, 1.33, 0.72], [0.81, 0.92, 0.92, 0.81]]
)
"""The median gradient in each cell of an uncovered face, over their geometric mean: of the photographs of the development media,
made symmetric. ``pytest -m fixtures -s tests/embeddings/test_face_quality.py`` prints them anew."""

COVERED = (0.25, 5.0)
"""A cell with less than the first or more than the second share of the gradient that most of the face leads one to expect there
shows something else: a hand, a mask, a shadow, a patch, writing. Of those photographs none has such a cell."""

NO_GRADIENT = 0.5
"""Added to each cell's gradient, of some 10 to 100: a flat cell has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceQuality:
    """One picture of a face, measured.

    ``size_px`` is the height of its box in the picture that was looked at. ``sharpness`` is the variance of the Laplacian of the
    aligned grey crop, ``detail`` the natural logarithm of that variance over the variance of the crop itself: the same for dark
    and bright pictures. ``contrast`` is the standard deviation of its levels, ``burnt`` the share of them that are at an end of
    the range. ``occlusion`` is the share of the face, in [0, 1], that is much flatter or much busier than a face is there: where
    a hand, a mask, writing or a deep shadow lies over it, or light has burnt it out; what has about as much pattern as a face is
    not seen. ``yaw_deg`` is positive for a face that is
    turned to the right of the picture, ``pitch_deg`` for a bowed one; both are rough, from an average head, in about
    [-90, 90]. Pitch is None where it cannot be told; without the mouth (convention ``eye_corners``) it comes from the nose alone
    and is within 10 degrees or so, and no head looks more bowed than by 20. ``roll_deg`` is positive for a head leaning
    clockwise; alignment takes it away.
    """

    size_px: int
    sharpness: float
    detail: float
    contrast: float
    burnt: float
    occlusion: float
    yaw_deg: float
    pitch_deg: float | None
    roll_deg: float

    @property
    def score(self) -> float:
        """In [0, 1]: the product of one factor per measure, occlusion and pitch among them; an unknown pitch costs nothing.
        Comparable between pictures of one pack, not a probability of anything."""
        turned = 1.0 - _share(abs(self.yaw_deg), FRONTAL_DEG, PROFILE_DEG)
        bowed = 1.0 - _share(abs(self.pitch_deg or 0.0), FRONTAL_DEG, PROFILE_DEG)
        factors = (
            _share(self.detail, *DETAIL),
            *(
                LEAST + (1.0 - LEAST) * good
                for good in (
                    _share(self.size_px, *SIZE_PX),
                    _share(self.contrast, *CONTRAST),
                    _share(self.occlusion, *OCCLUSION),
                    _share(self.burnt, *BURNT),
                    turned,
                    bowed,
                )
            ),
        )
        return float(np.prod(factors))


def face_quality(aligned: NDArray[np.uint8], face: DetectedFace, *, convention: str) -> FaceQuality:
    """Judge a face by its ``aligned`` grey picture, (``ALIGNED_PX``, ``ALIGNED_PX``), and the landmarks it was found with."""
    levels = aligned.astype(np.float32)
    inside = levels[FACE, FACE]
    laplacian = cv2.Laplacian(levels, cv2.CV_32F)[FACE, FACE]
    sharpness, variance = float(laplacian.var()), float(inside.var())
    yaw, pitch, roll = pose(face.landmarks, convention=convention)
    return FaceQuality(
        size_px=face.box[3] - face.box[1],
        sharpness=sharpness,
        detail=float(np.log((sharpness + 1.0) / (variance + 10.0))),
        contrast=variance**0.5,
        burnt=float(np.mean((aligned[FACE, FACE] < 8) | (aligned[FACE, FACE] > 247))),
        occlusion=_occlusion(levels),
        yaw_deg=yaw,
        pitch_deg=pitch,
        roll_deg=roll,
    )


def pose(landmarks: Points, *, convention: str) -> tuple[float, float | None, float]:
    """(yaw, pitch or None, roll) in degrees, as ``FaceQuality`` means them."""
    left, right = eyes(landmarks, convention=convention)
    across = right - left
    apart = float(np.hypot(*across))
    if not apart > 0.0:
        return 90.0, None, 0.0  # the eyes lie in one place: seen from the side
    across = across / apart
    down = np.array([-across[1], across[0]])
    row, stands_out = NOSE[convention]
    nose = landmarks[row] - (left + right) / 2
    yaw = float(np.degrees(np.arctan2(nose @ across / apart, stands_out)))
    roll = float(np.degrees(np.arctan2(across[1], across[0])))
    if convention != "eye_centres":
        return yaw, _pitch_by_nose(float(nose @ down) / apart * float(np.cos(np.radians(yaw))), stands_out), roll
    mouth = float((landmarks[3:5].mean(axis=0) - (left + right) / 2) @ down)
    share = float(nose @ down) / mouth if mouth > 0.0 else 1.0
    return yaw, float(np.degrees(np.arctan((MOUTH_BELOW * share - NOSE_BELOW) / stands_out))), roll


def _pitch_by_nose(below: float, stands_out: float) -> float | None:
    """Of a nose's base that lies ``below`` the eyes by so many eye distances, by how far it does on an average head: d cos p +
    s sin p. None above the eyes, where nothing of it holds."""
    if not below > 0.0:
        return None
    farthest = float(np.hypot(NOSE_BASE_BELOW, stands_out))
    bowed = np.arctan2(stands_out, NOSE_BASE_BELOW)
    return float(np.degrees(bowed - np.arccos(min(1.0, below / farthest))))


def gradients(levels: NDArray[np.float32]) -> NDArray[np.float64]:
    """The median gradient in each cell of an aligned face, (``CELLS``, ``CELLS``); edges at a cell's border do not count."""
    gradient = np.hypot(cv2.Sobel(levels, cv2.CV_32F, 1, 0), cv2.Sobel(levels, cv2.CV_32F, 0, 1))[FACE, FACE]
    side = gradient.shape[0] // CELLS
    pieces = gradient.reshape(CELLS, side, CELLS, side).transpose(0, 2, 1, 3).reshape(CELLS, CELLS, -1)
    medians: NDArray[np.float64] = np.median(pieces, axis=2).astype(np.float64)
    return medians


def _occlusion(levels: NDArray[np.float32]) -> float:
    cells = gradients(levels)
    shares = (cells + NO_GRADIENT) / USUAL_GRADIENT
    # So that what covers as much as three quarters of the face does not pass for the face
    expected = float(np.quantile(shares, 0.75))
    least, most = COVERED
    return float(np.mean((cells < NO_GRADIENT) | (shares < least * expected) | (shares > most * expected)))


def _share(value: float, worst: float, best: float) -> float:
    """How far a value has come from ``worst`` (0) to ``best`` (1)."""
    return float(np.clip((value - worst) / (best - worst), 0.0, 1.0))
