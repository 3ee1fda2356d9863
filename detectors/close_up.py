"""A recognised face frame by frame, at the film's own pace: what detectors of motion and of texture look at.

It is decoded once for all of them (``close_ups`` remembers it with the subject) and lives as long as the subject is examined.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.appearances import NotShown, longest_first
from detectors.subject import CreativeSubject
from detectors.suspect_faces import dense_path, side_px
from embeddings.alignment import followed, sought
from embeddings.errors import UnreadableMedia
from embeddings.landmarks import cut_out, on_average_face, similarity
from embeddings.media import Limits, decode, decode_interval
from embeddings.records import MediaKind
from embeddings.samples import DetectedFace, Frame
from watchlist.records import Match, Modality

CLOSE_UP_S = 6.0
"""Seconds of one appearance, about the moment at which the face is seen best."""

FRAMES_PER_S = 30.0
MOST_CLOSE_UPS = 3
"""Appearances in one creative, the longest first."""

FACE_PX = 320
MARGIN = 0.5
"""Side of the aligned picture, and what is shown around the average face's square, as a share of it (``embeddings.landmarks``):
the square itself is ``FACE_PX / (1 + 2 · MARGIN)`` = 160 px wide and lies in the middle."""

DECODED_FACE_PX = 200
"""Height at which a face is decoded: about as large as it is in the aligned picture."""

MOST_SIDE_PX = 960
STEADY_OVER = 5
"""Landmarks tremble: the face is cut out along their mean over so many frames."""

ALL_OF_THEM = 1.2
"""Asked for a little more than there is, the decoder leaves no frame out because it came early; allowed more than there can
be, it does not thin them out."""

GAP_S = 0.25
"""Frames farther apart than this are not one movement."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CloseUp:
    """One appearance of a recognised face; a picture has a single frame, at 0 s.

    ``times_s`` (n,) in time order; ``faces`` (n, FACE_PX, FACE_PX, 3) uint8 RGB, upright; ``landmarks`` (n, 5, 2) as found in
    each frame, in pixels of ``faces`` (so what is left of their movement is expression, turning and trembling);
    ``heights_px`` (n,) height of the face box in pixels of the original picture.
    """

    match: Match
    times_s: NDArray[np.float64]
    faces: NDArray[np.uint8]
    landmarks: NDArray[np.float64]
    heights_px: NDArray[np.float64]

    @property
    def height_px(self) -> float:
        """The usual height of the face in the original picture."""
        return float(np.median(self.heights_px))

    @property
    def frames_per_s(self) -> float | None:
        """How densely the face was seen; None for a single frame."""
        return None if len(self.times_s) < 2 else float(1 / np.median(np.diff(self.times_s)))

    def stretches(self) -> Iterator[slice]:
        """The parts without a gap."""
        breaks = np.flatnonzero(np.diff(self.times_s) > GAP_S) + 1
        for start, stop in zip([0, *breaks.tolist()], [*breaks.tolist(), len(self.times_s)], strict=True):
            yield slice(start, stop)


def close_ups(subject: CreativeSubject) -> tuple[CloseUp | NotShown, ...]:
    """Of every face that was recognised, up to ``MOST_CLOSE_UPS``: the close-up, or why there is none. Made once per subject."""
    made = subject.memo.get(__name__)
    if made is None:
        made = subject.memo[__name__] = tuple(_all(subject))
    close: tuple[CloseUp | NotShown, ...] = made
    return close


def _all(subject: CreativeSubject) -> Iterator[CloseUp | NotShown]:
    faces = longest_first([match for match in subject.matches if match.modality is Modality.FACE])
    for match in faces[:MOST_CLOSE_UPS]:
        try:
            seen = list(_seen(subject, match))
        except UnreadableMedia as unreadable:
            yield NotShown(match=match, why=f"the film could not be read again for a closer look ({unreadable})")
            continue
        made = _close_up(subject, match, seen)
        yield made or NotShown(match=match, why="the face was not found again on a closer look")
    for match in faces[MOST_CLOSE_UPS:]:
        yield NotShown(match=match, why=f"only the {MOST_CLOSE_UPS} longest appearances are looked at closely")


def _seen(subject: CreativeSubject, match: Match) -> Iterator[tuple[Frame, DetectedFace]]:
    path = dense_path(subject, match)
    limits = Limits(
        max_interval_frames=round(CLOSE_UP_S * FRAMES_PER_S * ALL_OF_THEM),
        max_side_px=side_px(subject, match, face_px=DECODED_FACE_PX, most_px=MOST_SIDE_PX),
        shots=False,
    )
    if subject.media.creative.kind is MediaKind.IMAGE:
        return sought(decode(subject.media.path, limits=limits).frames[:1], subject.pack, near=match.region)
    start_s = max(match.start_s, min(match.best_s - CLOSE_UP_S / 2, match.end_s - CLOSE_UP_S))
    end_s = min(match.end_s, start_s + CLOSE_UP_S)
    # A face seen on one sampled frame only has no length; what follows that frame is looked at for as long as it is followed
    frames = decode_interval(
        subject.media.path,
        start_s=start_s,
        end_s=max(end_s, start_s + 1 / pace_of(subject)),
        frames_per_s=pace_of(subject) * ALL_OF_THEM,
        limits=limits,
    )
    return followed(frames, subject.pack, path=path) if path else sought(frames, subject.pack, near=match.region)


def pace_of(subject: CreativeSubject) -> float:
    """Frames a second at which a film is looked at: all of its own, or every second, third …, at most ``FRAMES_PER_S``."""
    own = subject.media.creative.frame_rate or FRAMES_PER_S
    return own / max(1, math.ceil(own / FRAMES_PER_S - 0.01))


def _close_up(subject: CreativeSubject, match: Match, seen: Sequence[tuple[Frame, DetectedFace]]) -> CloseUp | None:
    kept = [(frame, face) for frame, face in seen if not np.allclose(face.landmarks, face.landmarks[0])]
    if not kept:
        return None
    times_s = np.array([frame.at_s for frame, _ in kept])
    points = np.stack([face.landmarks for _, face in kept]).astype(np.float64)
    targets = on_average_face(subject.pack.manifest.face_landmarks, size_px=FACE_PX, padding=MARGIN)
    matrices = [similarity(one, targets) for one in steadied(points, times_s)]
    return CloseUp(
        match=match,
        times_s=times_s,
        faces=np.stack(
            [cut_out(frame.pixels, matrix, size_px=FACE_PX) for (frame, _), matrix in zip(kept, matrices, strict=True)]
        ),
        landmarks=np.stack(
            [one @ matrix[:, :2].T + matrix[:, 2] for one, matrix in zip(points, matrices, strict=True)]
        ),
        heights_px=np.array([(face.box[3] - face.box[1]) / frame.scale for frame, face in kept]),
    )


def steadied(points: NDArray[np.float64], times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 5, 2) landmarks, each the mean of those up to ``STEADY_OVER // 2`` frames before and after without a gap between."""
    steady = np.empty_like(points)
    piece = np.concatenate([[0], np.cumsum(np.diff(times_s) > GAP_S)])
    for index in range(len(points)):
        reach = min(STEADY_OVER // 2, *_room(piece, index))
        steady[index] = points[index - reach : index + reach + 1].mean(axis=0)
    return steady


def _room(piece: NDArray[np.int64], index: int) -> tuple[int, int]:
    """How many frames of the same piece lie before and after a frame."""
    first, last = np.searchsorted(piece, piece[index]), np.searchsorted(piece, piece[index], side="right") - 1
    return int(index - first), int(last - index)
