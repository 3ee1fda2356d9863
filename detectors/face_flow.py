"""How the parts of a recognised face move from frame to frame: dense optical flow, averaged over regions of the face.

It is measured once for all detectors of motion (``face_flows`` remembers it with the subject), on the longest stretch of each
close-up without a gap.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.appearances import NotShown
from detectors.close_up import FACE_PX, MARGIN, CloseUp, close_ups
from detectors.subject import CreativeSubject
from embeddings.landmarks import CONVENTIONS, eyes

Numbers = NDArray[np.float64]

SIDE_PX = FACE_PX // 2
UNIT_PX = SIDE_PX / (1 + 2 * MARGIN)
"""Side of the average face's square in the pictures that are measured, and the unit of all movement: a "face width"."""

REGIONS: Mapping[str, tuple[float, float, float, float]] = {
    "nose": (0.25, 0.60, 0.275, 0.725),
    "upper_lip": (0.71, 0.80, 0.35, 0.66),
    "lower_lip": (0.94, 1.16, 0.325, 0.69),
    "left_corner": (0.75, 0.98, 0.225, 0.35),
    "right_corner": (0.75, 0.98, 0.65, 0.775),
    "cheeks": (0.45, 0.65, 0.10, 0.90),
    "temples_left": (0.0, 0.55, -0.20, 0.0),
    "temples_right": (0.0, 0.55, 1.0, 1.20),
}
"""Top, bottom, left and right of each, in the average face's square."""

FRONTAL_NOSE = 0.2
"""How far from the middle between the eyes, in distances of the eyes, the nose lies when a head is turned by about 30°."""


def rate_of(times_s: Numbers) -> float:
    """How many times a second there is one of these times, two at least."""
    return (len(times_s) - 1) / max(float(times_s[-1] - times_s[0]), 1e-6)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceFlow:
    """The longest stretch of a close-up: ``times_s`` (n,), n at least 2; ``greys`` (n, SIDE_PX, SIDE_PX) uint8; ``velocities``
    region → (n - 1, 2) mean movement x and y from each frame to the next, in face widths; ``landmarks`` (n, 5, 2) likewise;
    ``nose_off`` (n,) how far the nose is from the middle between the eyes, in distances of the eyes (0 is frontal)."""

    close_up: CloseUp
    times_s: Numbers
    greys: NDArray[np.uint8]
    velocities: Mapping[str, Numbers]
    landmarks: Numbers
    nose_off: Numbers

    @property
    def frames_per_s(self) -> float:
        """How densely the stretch was seen."""
        return rate_of(self.times_s)

    @property
    def seconds(self) -> float:
        """From the first frame to the last."""
        return float(self.times_s[-1] - self.times_s[0])

    @property
    def turned(self) -> bool:
        """Whether the head is turned away most of the time."""
        return float(np.median(np.abs(self.nose_off))) > FRONTAL_NOSE


def face_flows(subject: CreativeSubject) -> tuple[FaceFlow | NotShown, ...]:
    """Of every close-up: how the face moves, or why that cannot be seen. Measured once per subject."""
    made = subject.memo.get(__name__)
    if made is None:
        made = subject.memo[__name__] = tuple(_all(subject))
    flows: tuple[FaceFlow | NotShown, ...] = made
    return flows


def _all(subject: CreativeSubject) -> Iterator[FaceFlow | NotShown]:
    for close in close_ups(subject):
        if isinstance(close, NotShown):
            yield close
            continue
        longest = max(close.stretches(), key=lambda part: part.stop - part.start)
        if longest.stop - longest.start < 2:
            yield NotShown(match=close.match, why="the face is seen on single frames only, so nothing is seen to move")
            continue
        yield face_flow(close, longest, convention=subject.pack.manifest.face_landmarks)


def face_flow(close: CloseUp, part: slice, *, convention: str) -> FaceFlow:
    """The movement in a part (at least two frames) of a close-up whose landmarks follow ``convention``."""
    greys = np.stack([halved(face) for face in close.faces[part]])
    points = close.landmarks[part]
    return FaceFlow(
        close_up=close,
        times_s=close.times_s[part],
        greys=greys,
        velocities=velocities(greys),
        landmarks=points * (SIDE_PX / FACE_PX / UNIT_PX),
        nose_off=np.array([_nose_off(one, convention) for one in points]),
    )


def halved(face: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A face of the close-up, (FACE_PX, FACE_PX, 3), as it is measured: grey, (SIDE_PX, SIDE_PX)."""
    small: NDArray[np.uint8] = cv2.resize(face, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    grey: NDArray[np.uint8] = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    return grey


def velocities(greys: NDArray[np.uint8]) -> Mapping[str, Numbers]:
    """(n, SIDE_PX, SIDE_PX) aligned grey faces, n at least 2 → region → (n - 1, 2) movement x and y, in face widths."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    moved: dict[str, list[Numbers]] = {name: [] for name in REGIONS}
    for before, after in itertools.pairwise(greys):
        flow = search.calc(before, after, None)
        for name in REGIONS:
            moved[name].append(flow[window(name)].mean(axis=(0, 1)) / UNIT_PX)
    return {name: np.array(steps, dtype=np.float64) for name, steps in moved.items()}


def window(name: str) -> tuple[slice, slice]:
    """Rows and columns of a region in a measured picture."""
    top, bottom, left, right = (pixel(edge) for edge in REGIONS[name])
    return slice(top, bottom), slice(left, right)


def pixel(place: float) -> int:
    """The pixel of a measured picture at a place of the average face's square."""
    return round((place + MARGIN) * UNIT_PX)


def _nose_off(points: Numbers, convention: str) -> float:
    left, right = eyes(points, convention=convention)
    nose = points[4] if convention == "eye_corners" else points[2]
    usual = CONVENTIONS[convention]
    usual_left, usual_right = eyes(usual, convention=convention)
    usual_nose = usual[4] if convention == "eye_corners" else usual[2]
    across = float(np.hypot(*(right - left)))
    if not across > 0:
        return 1.0
    off = float((nose - (left + right) / 2) @ (right - left)) / across**2
    expected = float((usual_nose - (usual_left + usual_right) / 2)[0] / (usual_right - usual_left)[0])
    return off - expected
