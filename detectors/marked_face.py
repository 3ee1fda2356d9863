"""The points of a recognised face in every frame of a stretch, on lids, lips and nose (``embeddings.face_mesh``).

They are marked once for all detectors that look at them (``marked_face`` remembers them with the subject), on frames of the
close-up that the flow is measured on anyway, not on more of them than blinks and syllables need. Where the pack has no points, or
they see no face, detectors measure without them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.close_up import FACE_PX, MARGIN
from detectors.face_flow import FaceFlow
from detectors.subject import CreativeSubject
from embeddings.samples import FacePoints
from watchlist.records import Match

Numbers = NDArray[np.float64]

ENOUGH_PER_S = 15.0
"""Every frame is marked, or every second, third …, but no fewer in a second: of 30 a second half (on the development media blinks
and agreement with speech came out as with all of them)."""

PRESENT = 0.5
LEAST_SHARE = 0.9
"""Presence from which a frame counts as marked, and the share of frames that have to be."""

NO_POINTS = "points on lids and lips are not installed, or are none of this pack's"
NO_FACE = "points on lids and lips were found in only {share:.0%} of the frames"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarkedFace:
    """``times_s`` (n,); ``points`` (n, k, 2) of the upright face, in face widths: the average face's square is 1 wide."""

    times_s: Numbers
    points: Numbers

    def apart(self, one: int, other: int) -> Numbers:
        """(n,) distance of two points."""
        distance: Numbers = np.linalg.norm(self.points[:, one] - self.points[:, other], axis=1)
        return distance


def marked_face(subject: CreativeSubject, flow: FaceFlow) -> MarkedFace | str:
    """Of one of the subject's flows; or why there are no points, as the end of a sentence."""
    if subject.pack.points is None:
        return NO_POINTS
    made: dict[Match, MarkedFace | str] = subject.memo.setdefault(__name__, {})
    match = flow.close_up.match
    if match not in made:
        made[match] = marked(flow, subject.pack.points)
    return made[match]


def marked(flow: FaceFlow, finder: FacePoints) -> MarkedFace | str:
    """The same, of any flow; frames in which the points see no face are filled in from those around them."""
    close = flow.close_up
    times_s = flow.times_s[:: max(1, int(flow.frames_per_s / ENOUGH_PER_S + 0.01))]
    rows = np.searchsorted(close.times_s, times_s)
    found = finder.mark(list(close.faces[rows]))
    present = np.isnan(found.presence) | (found.presence >= PRESENT)
    if present.mean() < LEAST_SHARE:
        return NO_FACE.format(share=present.mean())
    points = found.points * ((1 + 2 * MARGIN) / FACE_PX)
    for frame in np.flatnonzero(~present).tolist():
        points[frame] = _between(points, times_s, present, frame)
    return MarkedFace(times_s=times_s, points=points)


def _between(points: Numbers, times_s: Numbers, present: NDArray[np.bool_], frame: int) -> Numbers:
    good = np.flatnonzero(present)
    after = int(np.searchsorted(good, frame))
    before, beyond = good[max(0, after - 1)], good[min(after, len(good) - 1)]
    if before == beyond:
        nearest: Numbers = points[before]
        return nearest
    share = (times_s[frame] - times_s[before]) / (times_s[beyond] - times_s[before])
    filled: Numbers = points[before] + share * (points[beyond] - points[before])
    return filled
