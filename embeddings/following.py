"""Faces followed through the sampled frames: the detector looks now and then, templates and landmarks carry on in between.

It looks at the first frame of each shot, where a followed face is lost, where enough of the picture changed for a face to have
come in (then at most once a ``NEWS_EVERY_S``), and whatever happens at every ``LOOK_EVERY``-th frame. Where frames are far apart
it looks earlier: at most ``LOOK_EVERY_S`` lie between two looks, as far as there are frames, unless the picture stands still. So
whoever is shown for ``NEWS_EVERY_S`` where the detector can find him is found, unless he comes in close beside a known face or in
front of one, or was there before and only turns to the camera or comes into focus: then it may take ``LOOK_EVERY_S``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embeddings.samples import DetectedFace, Frame, LoadedPack
from embeddings.shots import Box, View, has_news, is_other_shot, is_still, view
from embeddings.sightings import Sighting, alike, carry, overlap, sight

LOOK_EVERY = 6
LOOK_EVERY_S = 3.0
NEWS_EVERY_S = 1.0
SLACK_S = 0.05
"""Sampled frames are not exactly as far apart as asked."""

CROWD = 6
"""With more faces than this, looking costs less than following each."""

LINK_OVERLAP = 0.3
MAX_GAP_FRAMES = 2
SAME_FACE = 0.65
"""From this correlation of two aligned faces on, the second is taken for the first without asking the detector. Few
neighbouring frames of one person lie below it, few pictures of different people above it."""

OTHER_FACE = 0.5
"""Below it the face that is detected in the same place is another one: a cut that was not seen as one."""

AFTER_CUT = 0.7
"""From this on a face is the same before and after what looks like a cut (light that changes, a pause cut out), or after a leap
of not more than its own size."""

CLOSER_LOOKS = 4
"""So many frames, spread over the whole, are also looked at for faces that are too small for a first look: the first looks that
come after each quarter has begun, mostly the starts of shots; where no face is seen at all, others until there are so many."""

SAME_PLACE = 0.5
"""A face of which a closer look sees so much inside a face that is known already is that face, or a piece of it."""

UNCONFIRMED_LOOKS = 3
"""A face that the detector does not see in so many looks one after the other is followed no further."""


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
    """Every face of every frame, joined into tracks. A track goes on after a cut only if the face is still there.

    Small faces are sought in a few frames; where there is no face at all, each that is found there is a track of its own.
    """
    follower = _Follower(frames, pack)
    for index in range(len(frames)):
        follower.take(index)
    return follower.tracks or _small_faces(frames, pack, most=CLOSER_LOOKS - follower.closer_looks)


def _small_faces(frames: Sequence[Frame], pack: LoadedPack, *, most: int) -> list[Track]:
    spread = np.linspace(0, max(0, len(frames) - 1), 2 * most + 1)[1::2] if most > 0 else np.zeros(0)
    return [
        Track([sight(frames, index, face, pack)])
        for index in sorted({round(float(place)) for place in spread} & set(range(len(frames))))
        for face in pack.faces.look_closer(frames[index].pixels)
        if face.box[3] > face.box[1]
    ]


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
        self.closer_looks = 0

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
        since_s = self._frames[index].at_s - self._frames[last.index].at_s
        ahead_s = self._frames[min(index + 1, len(self._frames) - 1)].at_s - self._frames[last.index].at_s
        if since_s >= LOOK_EVERY_S - SLACK_S or ahead_s > LOOK_EVERY_S + SLACK_S:
            return True
        if since_s < NEWS_EVERY_S - SLACK_S:
            return False
        return has_news(last.view, here, known=last.boxes + [t.last.face.box for t in self._present(index - 1)])

    def _carry(self, tracks: Sequence[Track], index: int) -> dict[int, Sighting]:
        """By ``id`` of the track: where those are that could be followed into this frame."""
        found = {id(track): self._carried(track.last, index) for track in tracks}
        return {key: sighting for key, sighting in found.items() if sighting is not None}

    def _look(self, index: int, here: View, known: Sequence[Track], carried: Mapping[int, Sighting] | None) -> None:
        """Detect, and continue the tracks; ``carried`` is where they were followed to already, None after a cut."""
        pixels = self._frames[index].pixels
        seen = [
            sight(self._frames, index, face, self._pack)
            for face in self._faces(pixels, index)
            if face.box[3] > face.box[1]
        ]
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
                there = carried.get(id(track)) or self._carried(track.last, index)
                if there and all(overlap(there.face.box, other.face.box) < LINK_OVERLAP for other in seen):
                    track.sightings.append(there)
        if carried is None:
            self._shot_from = index
        for s, sighting in enumerate(seen):
            if s not in found.values():
                self.tracks.append(Track(self._backwards(sighting)))
        boxes = [track.last.face.box for track in self._present(index)]
        self._last_look = _Look(index=index, view=here, boxes=boxes)

    def _faces(self, pixels: NDArray[np.uint8], index: int) -> list[DetectedFace]:
        """What the detector sees, and now and then what it sees only when it looks closer."""
        seen = self._pack.faces.detect(pixels)
        if self.closer_looks >= CLOSER_LOOKS or index * CLOSER_LOOKS < self.closer_looks * len(self._frames):
            return seen
        self.closer_looks += 1
        return seen + [
            small
            for small in self._pack.faces.look_closer(pixels)
            if all(_share_inside(small.box, known.box) < SAME_PLACE for known in seen)
        ]

    def _backwards(self, sighting: Sighting) -> list[Sighting]:
        """A new face, followed back as far as it is there: it came in unseen, or the detector did not know it yet."""
        path = [sighting]
        while path[0].index > max(self._shot_from, sighting.index - LOOK_EVERY):
            earlier = self._carried(path[0], path[0].index - 1)
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

    def _carried(self, seen: Sighting, index: int) -> Sighting | None:
        there = carry(self._frames, seen, index, self._pack)
        return there if there is not None and alike(seen, there) >= SAME_FACE else None


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


def _share_inside(inner: Box, outer: Box) -> float:
    """How much of one box lies inside another, as a share of the smaller one's area."""
    width = min(inner[2], outer[2]) - max(inner[0], outer[0])
    height = min(inner[3], outer[3]) - max(inner[1], outer[1])
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (inner, outer)]
    return max(0, width) * max(0, height) / max(1, min(areas))


def _is_near(one: Sighting, other: Sighting) -> bool:
    """Whether a face can have leapt from one place to the other: not further than it is large, and not much grown."""
    a, b = np.array(one.face.box, dtype=np.float64), np.array(other.face.box, dtype=np.float64)
    sizes = a[2:] - a[:2], b[2:] - b[:2]
    leap = np.abs(a[:2] + a[2:] - b[:2] - b[2:]) / 2
    return bool(np.all(leap <= np.maximum(*sizes)) and np.all(np.maximum(*sizes) <= 2 * np.minimum(*sizes)))
