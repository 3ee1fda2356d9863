"""A talking head from one portrait, by warping: the head moves and blinks, the mouth follows the speech.

The movement of head and lids depends on the time in the person's genuine footage alone, the mouth on the speech alone: a
fake made "from" a moment of genuine footage has exactly its head, lids and background, and another mouth.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from qalqan.demo.parts import Face, Pixels, Portrait

Field = NDArray[np.float32]

FRAMES_PER_S = 25
CAVITY_RGB = np.asarray((58, 18, 20), np.float32)
MIN_GAP_PX = 0.3
BROW_ABOVE = 1.15
"""The brows lie above the eyes by so much of an eye's half width."""
BROW_LIFT = 0.35
"""Raised brows rise by so much of it."""
LONGEST_CLIP_S = 700.0


def bump(distance: Field) -> Field:
    """1 at 0, falling smoothly to 0 at 1 and beyond."""
    near = np.clip(1 - distance, 0, 1)
    return np.asarray(near * near * (3 - 2 * near), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pose:
    """Head, lids and brows at one moment: shift in pixels, turn in radians, growth (0 = as in the portrait), lids 0 open … 1
    closed, brows 0 at rest … 1 raised."""

    shift: tuple[float, float]
    turn: float
    growth: float
    lids: float
    brows: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How often somebody blinks or raises the brows: pauses of ``pause_s`` and ``more_s`` on average beyond it; how long."""

    pause_s: float
    more_s: float
    shortest_s: float
    longest_s: float
    weakest: float


BLINK = Habit(pause_s=0.7, more_s=1.6, shortest_s=0.2, longest_s=0.42, weakest=0.75)
BROWS = Habit(pause_s=0.3, more_s=0.9, shortest_s=0.4, longest_s=1.4, weakest=0.25)


@cache
def _moments(habit: Habit, seed: int) -> NDArray[np.float64]:
    """(n, 3) start, duration, strength of movements that follow no beat: a moment of the footage is like no other."""
    random = np.random.default_rng([seed, round(1000 * habit.pause_s)])
    moments, at_s = [], 0.2 * seed
    while at_s < LONGEST_CLIP_S:
        lasts_s = random.uniform(habit.shortest_s, habit.longest_s)
        moments.append((at_s, lasts_s, random.uniform(habit.weakest, 1.0)))
        at_s += lasts_s + habit.pause_s + random.exponential(habit.more_s)
    return np.array(moments)


def _movement(habit: Habit, at_s: float, *, seed: int) -> float:
    start_s, lasts_s, strength = _moments(habit, seed).T
    share = (at_s - start_s) / lasts_s
    rising = np.where((share > 0) & (share < 1), strength * np.sin(np.pi * np.clip(share, 0, 1)), 0.0)
    return float(rising.max())


def pose_at(at_s: float, *, seed: int) -> Pose:
    """The pose at a time of the footage; another ``seed``, another way of moving."""
    phase = 1.7 * seed
    return Pose(
        shift=(
            5 * math.sin(1.1 * at_s + phase) + 2 * math.sin(2.9 * at_s),
            3 * math.sin(1.7 * at_s + phase + 1) + 1.2 * math.sin(3.7 * at_s + phase),
        ),
        turn=0.022 * math.sin(0.9 * at_s + 2 * phase) + 0.008 * math.sin(2.3 * at_s + phase),
        growth=0.018 * math.sin(0.7 * at_s + phase),
        lids=_movement(BLINK, at_s, seed=seed),
        brows=_movement(BROWS, at_s, seed=seed),
    )


class TalkingHead:
    """Draws frames of one portrait. Holds the (h, w) float32 fields that do not change from frame to frame."""

    def __init__(self, portrait: Portrait, *, seed: int) -> None:
        self.pixels = portrait.pixels
        self.face = face = portrait.face
        self.seed = seed
        height, width = self.pixels.shape[:2]
        self.x, self.y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        self.centre = ((face.eyes[0][0] + face.eyes[1][0]) / 2, (face.eyes[0][1] + face.chin_y) / 2)
        reach = face.chin_y - face.eyes[0][1]
        away = np.hypot((self.x - self.centre[0]) / (2.3 * reach), (self.y - self.centre[1]) / (2.6 * reach))
        self.head = bump(np.clip(away * 1.5 - 0.5, 0, None))
        lids = self._lid_field(face)
        along = (self.x - face.mouth[0]) / face.mouth_half
        beside = np.clip(along, -1.2, 1.2)
        lip_y = np.asarray(face.mouth[1] - face.mouth_curve * beside * beside, np.float32)
        jaw = self._jaw_field(face, lip_y)
        brows = self._brow_field(face)
        rows, columns = np.nonzero((lids > 0) | (jaw > 0) | (brows > 0))
        self.moving = (
            slice(max(rows.min() - 12, 0), rows.max() + 12),
            slice(max(columns.min() - 4, 0), columns.max() + 4),
        )
        self.lids, self.jaw, self.lip_y = lids[self.moving], jaw[self.moving], lip_y[self.moving]
        self.brows = brows[self.moving]
        self.width = np.sqrt(np.clip(1 - along * along, 0, 1))[self.moving]

    def _lid_field(self, face: Face) -> Field:
        field = np.zeros_like(self.x)
        for x, y in face.eyes:
            away = np.hypot((self.x - x) / (1.7 * face.eye_half[0]), (self.y - y) / (2.2 * face.eye_half[1]))
            field += bump(away)
        return field

    def _brow_field(self, face: Face) -> Field:
        """How much of the brows' rise each pixel above the eyes follows; the eyes themselves stay."""
        field = np.zeros_like(self.x)
        for x, y in face.eyes:
            centre_y = y - BROW_ABOVE * face.eye_half[0]
            away = np.hypot((self.x - x) / (2.0 * face.eye_half[0]), (self.y - centre_y) / (1.3 * face.eye_half[0]))
            field = np.maximum(field, bump(away))
        return field

    def _jaw_field(self, face: Face, lip_y: Field) -> Field:
        """How much of the mouth's opening each pixel below the lips follows: all at the lip, none under the chin."""
        below = np.clip((self.y - lip_y) / ((face.chin_y - face.mouth[1]) * 1.5), 0, None)
        beside = np.abs(self.x - face.mouth[0]) / (2.6 * face.mouth_half)
        return np.asarray(bump(below) * bump(beside) * (self.y >= lip_y), np.float32)

    def frame(self, at_s: float, mouth: float) -> Pixels:
        """The picture at a time of the footage with the mouth open by ``mouth`` in [0, 1]: (h, w, 3) uint8."""
        pose = pose_at(at_s, seed=self.seed)
        gap = mouth * 0.5 * (self.face.chin_y - self.face.mouth[1])
        talking = self._with_mouth(gap, pose)
        dx, dy = self.x - self.centre[0], self.y - self.centre[1]
        map_x = self.x - self.head * (pose.shift[0] + pose.growth * dx - pose.turn * dy)
        map_y = self.y - self.head * (pose.shift[1] + pose.growth * dy + pose.turn * dx)
        return np.asarray(cv2.remap(talking, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)

    def _with_mouth(self, gap: float, pose: Pose) -> Pixels:
        """The portrait with lids, brows and mouth moved; only the part of the picture in which they are is touched."""
        if gap < MIN_GAP_PX and pose.lids == 0 and pose.brows == 0:
            return self.pixels
        x, y = self.x[self.moving], self.y[self.moving]
        close = pose.lids * 1.6 * self.face.eye_half[1] * self.face.lid_from
        opening = gap * self.width
        inside = np.clip(y - self.lip_y + 0.5, 0, 1) * np.clip(self.lip_y + opening - y + 0.5, 0, 1)
        inside = cv2.GaussianBlur(inside, (0, 0), 1.0)[:, :, None]
        lift = pose.brows * BROW_LIFT * self.face.eye_half[0]
        map_y = y - close * self.lids + lift * self.brows - gap * self.jaw * (0.35 + 0.65 * self.width)
        warped = cv2.remap(self.pixels, x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        picture = self.pixels.copy()
        picture[self.moving] = warped * (1 - inside) + CAVITY_RGB * inside
        return picture

    def frames(self, mouth: NDArray[np.float32], *, from_s: float = 0.0) -> Iterator[Pixels]:
        """One frame per value of ``mouth``, as if cut from the genuine footage at ``from_s``."""
        for number, value in enumerate(mouth):
            yield self.frame(from_s + number / FRAMES_PER_S, float(value))
