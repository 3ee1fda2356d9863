"""Faces followed through the sampled frames: the detector looks now and then, templates and landmarks carry on in between.

It looks at the first frame of each shot, where a followed face is lost, where enough of the picture changed for a face to have
come in (then at most once a ``NEWS_EVERY_S``), and at every ``LOOK_EVERY``-th frame whatever happens. So whoever is shown for
``NEWS_EVERY_S`` where the detector can find him is found, unless he comes in close beside a known face or in front of one, or was
there before and only turns to the camera or comes into focus: then it may take ``LOOK_EVERY`` frames.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.face_quality import ALIGNED_PX, FACE, FaceQuality, face_quality
from embeddings.landmarks import similarity
from embeddings.records import Region
from embeddings.samples import DetectedFace, Frame, LoadedPack
from embeddings.shots import Box, View, has_news, is_other_shot, is_still, view

LOOK_EVERY = 6
NEWS_EVERY_S = 1.0
SLACK_S = 0.05
"""Sampled frames are not exactly as far apart as asked."""

CROWD = 6
"""With more faces than this, looking costs less than following each."""

LINK_OVERLAP = 0.3
MAX_GAP_FRAMES = 2
SAME_FACE = 0.65
"""From this correlation of two aligned faces on, the second is taken for the first without asking the detector. On real clips one
in thirty pairs of neighbouring frames lies below it, one in thirty pairs of different people above it."""

OTHER_FACE = 0.5
"""Below it the face that is detected in the same place is another one: a cut that was not seen as one."""

AFTER_CUT = 0.7
"""From this on a face is the same before and after what looks like a cut (light that changes, a pause cut out), or after a leap
of not more than its own size."""

APPEARANCE_PX = 32
SEARCH = 0.5
"""A face is sought so far from where it was, as a share of its size."""

TEMPLATE_PX = 32
MAX_GROWTH = 1.35
UNCONFIRMED_LOOKS = 3
"""A face that the detector does not see in so many looks one after the other is followed no further."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighting:
    """One face in the frame number ``index``; ``size_px`` is its height in the original picture, ``appearance`` the aligned
    grey face with zero mean and unit norm, (``APPEARANCE_PX``²,) float32."""

    index: int
    at_s: float
    face: DetectedFace
    region: Region
    size_px: int
    quality: FaceQuality
    appearance: NDArray[np.float32]


@dataclass(slots=True, eq=False)
class Track:
    """One face through one shot, in time order; ``unconfirmed`` counts the looks since one last saw it."""

    sightings: list[Sighting]
    unconfirmed: int = 0

    @property
    def last(self) -> Sighting:
        """Where it was seen last."""
        return self.sightings[-1]


def follow_faces(frames: Sequence[Frame], pack: LoadedPack) -> list[Track]:
    """Every face of every frame, joined into tracks. A track goes on after a cut only if the face is still there."""
    follower = _Follower(frames, pack)
    for index in range(len(frames)):
        follower.take(index)
    return follower.tracks


def alike(one: Sighting, other: Sighting) -> float:
    """Correlation of two aligned faces, in [-1, 1]."""
    return float(one.appearance @ other.appearance)


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, in [0, 1]."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / (areas - width * height)


def region_of(box: Box, pixels: NDArray[np.uint8]) -> Region:
    """A pixel box (left, top, right, bottom) as fractions of its picture, cut at the picture's edges."""
    height, width = pixels.shape[:2]
    left, right = sorted(min(max(x / width, 0.0), 1.0) for x in (box[0], box[2]))
    top, bottom = sorted(min(max(y / height, 0.0), 1.0) for y in (box[1], box[3]))
    return Region(left=left, top=top, width=right - left, height=bottom - top)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Look:
    """The frame that the detector saw last, and the faces known then."""

    index: int
    view: View
    boxes: list[Box]


class _Follower:
    """What is known while frames are taken one after the other."""

    def __init__(self, frames: Sequence[Frame], pack: LoadedPack) -> None:
        self.tracks: list[Track] = []
        self._frames = frames
        self._pack = pack
        self._before: View | None = None
        self._last_look: _Look | None = None
        self._shot_from = 0

    def take(self, index: int) -> None:
        """Follow, or look for, the faces of the next frame."""
        before, here = self._before, view(self._frames[index])
        self._before = here
        if before is not None and is_still(before, here):
            for track in self._present(index - 1):
                track.sightings.append(replace(track.last, index=index, at_s=self._frames[index].at_s))
            return
        known = self._followed(index)
        if before is not None and is_other_shot(before, here):
            self._look(index, here, known, None)
            return
        if len(known) > CROWD or self._due(index, here):
            self._look(index, here, known, {})
            return
        carried = self._carry(known, index)
        if any(id(track) not in carried and track.last.index == index - 1 for track in known):
            self._look(index, here, known, carried)
            return
        for track in known:
            if id(track) in carried:
                track.sightings.append(carried[id(track)])

    def _present(self, index: int) -> list[Track]:
        return [track for track in self.tracks if track.last.index == index]

    def _followed(self, index: int) -> list[Track]:
        return [
            track
            for track in self.tracks
            if index - track.last.index <= MAX_GAP_FRAMES + 1 and track.unconfirmed < UNCONFIRMED_LOOKS
        ]

    def _due(self, index: int, here: View) -> bool:
        last = self._last_look
        if last is None or index - last.index >= LOOK_EVERY:
            return True
        if self._frames[index].at_s - self._frames[last.index].at_s < NEWS_EVERY_S - SLACK_S:
            return False
        return has_news(last.view, here, known=last.boxes + [t.last.face.box for t in self._present(index - 1)])

    def _carry(self, tracks: Sequence[Track], index: int) -> dict[int, Sighting]:
        """By ``id`` of the track: where those are that could be followed into this frame."""
        found = {id(track): self._step(track.last, index) for track in tracks}
        return {key: sighting for key, sighting in found.items() if sighting is not None}

    def _look(self, index: int, here: View, known: Sequence[Track], carried: Mapping[int, Sighting] | None) -> None:
        """Detect, and continue the tracks; ``carried`` is where they were followed to already, None after a cut."""
        pixels = self._frames[index].pixels
        seen = [self._sighting(index, face) for face in self._pack.faces.detect(pixels) if face.box[3] > face.box[1]]
        expected = [(carried or {}).get(id(track), track.last) for track in known]
        found = _pair(expected, seen, least=OTHER_FACE if carried is not None else AFTER_CUT)
        for t, track in enumerate(known):
            if t in found:
                track.sightings.append(seen[found[t]])
                track.unconfirmed = 0
            elif carried is None:
                track.unconfirmed = UNCONFIRMED_LOOKS
            else:
                track.unconfirmed += 1
                there = carried.get(id(track)) or self._step(track.last, index)
                if there and all(overlap(there.face.box, other.face.box) < LINK_OVERLAP for other in seen):
                    track.sightings.append(there)
        if carried is None:
            self._shot_from = index
        for s, sighting in enumerate(seen):
            if s not in found.values():
                self.tracks.append(Track(self._backwards(sighting)))
        boxes = [track.last.face.box for track in self._present(index)]
        self._last_look = _Look(index=index, view=here, boxes=boxes)

    def _backwards(self, sighting: Sighting) -> list[Sighting]:
        """A new face, followed back as far as it is there: it came in unseen, or the detector did not know it yet."""
        path = [sighting]
        while path[0].index > max(self._shot_from, sighting.index - LOOK_EVERY):
            earlier = self._step(path[0], path[0].index - 1)
            if earlier is None or self._is_taken(earlier):
                break
            path.insert(0, earlier)
        return path

    def _is_taken(self, sighting: Sighting) -> bool:
        return any(
            other.index == sighting.index and overlap(other.face.box, sighting.face.box) >= LINK_OVERLAP
            for track in self.tracks
            for other in track.sightings[-LOOK_EVERY - 1 :]
        )

    def _step(self, seen: Sighting, index: int) -> Sighting | None:
        """The face in another frame, near where it was; None where nothing there looks like it."""
        there, here = self._frames[seen.index].pixels, self._frames[index].pixels
        moved = _shift(there, here, seen.face.box)
        if moved is None:
            return None
        left, top, right, bottom = seen.face.box
        x, y = moved
        face = self._pack.faces.locate(here, (left + x, top + y, right + x, bottom + y))
        matrix = similarity(seen.face.landmarks, face.landmarks)
        grown = float(np.hypot(matrix[0, 0], matrix[1, 0]))
        if not 1 / MAX_GROWTH < grown < MAX_GROWTH:
            return None
        middle = matrix @ np.array([(left + right) / 2, (top + bottom) / 2, 1.0])
        half = grown * np.array([right - left, bottom - top]) / 2
        corners = np.round(np.concatenate([middle - half, middle + half])).astype(int)
        box = (int(corners[0]), int(corners[1]), int(corners[2]), int(corners[3]))
        sighting = self._sighting(index, DetectedFace(box=box, landmarks=face.landmarks))
        return sighting if alike(seen, sighting) >= SAME_FACE else None

    def _sighting(self, index: int, face: DetectedFace) -> Sighting:
        frame = self._frames[index]
        aligned = cv2.cvtColor(self._pack.faces.align(frame.pixels, face, size_px=ALIGNED_PX), cv2.COLOR_RGB2GRAY)
        return Sighting(
            index=index,
            at_s=frame.at_s,
            face=face,
            region=region_of(face.box, frame.pixels),
            size_px=round((face.box[3] - face.box[1]) / frame.scale),
            quality=face_quality(aligned.astype(np.uint8), face, convention=self._pack.manifest.face_landmarks),
            appearance=_appearance(aligned),
        )


def _pair(expected: Sequence[Sighting], seen: Sequence[Sighting], *, least: float) -> dict[int, int]:
    """Which of the expected faces are which of those seen: the nearest first, none that are less ``alike`` than ``least``."""
    pairs = []
    for e, one in enumerate(expected):
        for s, other in enumerate(seen):
            shared, likeness = overlap(one.face.box, other.face.box), alike(one, other)
            if likeness >= (least if shared >= LINK_OVERLAP else max(least, AFTER_CUT)) and _is_near(one, other):
                pairs.append((shared, likeness, e, s))
    found: dict[int, int] = {}
    for _, _, e, s in sorted(pairs, reverse=True):
        if e not in found and s not in found.values():
            found[e] = s
    return found


def _is_near(one: Sighting, other: Sighting) -> bool:
    """Whether a face can have leapt from one place to the other: not further than it is large, and not much grown."""
    a, b = np.array(one.face.box, dtype=np.float64), np.array(other.face.box, dtype=np.float64)
    sizes = a[2:] - a[:2], b[2:] - b[:2]
    leap = np.abs(a[:2] + a[2:] - b[:2] - b[2:]) / 2
    return bool(np.all(leap <= np.maximum(*sizes)) and np.all(np.maximum(*sizes) <= 2 * np.minimum(*sizes)))


def _appearance(aligned: NDArray[np.uint8]) -> NDArray[np.float32]:
    size = (APPEARANCE_PX, APPEARANCE_PX)
    small = cv2.resize(aligned[FACE, FACE], size, interpolation=cv2.INTER_AREA).astype(np.float32)
    level = (small - small.mean()).ravel()
    appearance: NDArray[np.float32] = level / max(float(np.linalg.norm(level)), 1e-6)
    return appearance


def _shift(there: NDArray[np.uint8], here: NDArray[np.uint8], box: Box) -> tuple[int, int] | None:
    """How far, in pixels, what is in the box of one picture has moved in the other, by template; None if it is outside."""
    height, width = here.shape[:2]
    x, y = round(SEARCH * (box[2] - box[0])), round(SEARCH * (box[3] - box[1]))
    left, top, right, bottom = max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3])
    if right - left < 2 or bottom - top < 2:
        return None
    first_x, first_y = max(0, left - x), max(0, top - y)
    area = here[first_y : min(height, bottom + y), first_x : min(width, right + x)]
    scale = min(1.0, TEMPLATE_PX / (bottom - top))
    template, sought = (_small_grey(piece, scale) for piece in (there[top:bottom, left:right], area))
    if sought.shape[0] < template.shape[0] or sought.shape[1] < template.shape[1]:
        return None
    _, _, _, best = cv2.minMaxLoc(cv2.matchTemplate(sought, template, cv2.TM_CCOEFF_NORMED))
    return round(best[0] / scale) + first_x - left, round(best[1] / scale) + first_y - top


def _small_grey(piece: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    size = (max(1, int(piece.shape[1] * scale)), max(1, int(piece.shape[0] * scale)))
    small = cv2.resize(piece, size, interpolation=cv2.INTER_AREA)
    grey: NDArray[np.uint8] = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    return grey
