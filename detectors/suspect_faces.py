"""The aligned faces of one matched person in a suspect: from the frames that were sampled anyway, or from a closer look."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.film_alignment import FaceSeries
from detectors.shift_search import STEPS_PER_S
from detectors.subject import CreativeSubject
from embeddings.alignment import AlignedFace, aligned_faces, followed_faces
from embeddings.media import Limits, decode_interval
from embeddings.samples import SeenAt
from watchlist.footage import FACE_PX
from watchlist.records import Match

MAX_CLOSE_FRAMES = 150
"""Frames of a close look: ten a second for a quarter of a minute, fewer a second for longer."""

SAMPLED_STEP_S = 1.0
"""Sampled frames that are farther apart would miss whole excerpts, and a face may be anywhere between them."""

CLOSE_FACE_PX = 160
"""Height at which a face is sampled for a close look; more shows nothing after alignment."""


def sampled_faces(subject: CreativeSubject, match: Match) -> FaceSeries:
    """The matched face on the frames that were sampled anyway; empty if those are too far apart. Costs no decoding."""
    return _series(followed_faces(subject.media.frames, subject.pack, path=dense_path(subject, match)))


def close_faces(subject: CreativeSubject, match: Match, *, end_s: float) -> FaceSeries:
    """The matched face at up to ten frames a second from the start of the match to ``end_s``. Raises ``UnreadableMedia``."""
    side = side_px(subject, match, face_px=CLOSE_FACE_PX, most_px=Limits().max_side_px)
    limits = Limits(max_interval_frames=MAX_CLOSE_FRAMES, max_side_px=side)
    frames = decode_interval(
        subject.media.path,
        start_s=match.start_s,
        end_s=end_s,
        frames_per_s=min(STEPS_PER_S, MAX_CLOSE_FRAMES / (end_s - match.start_s)),
        limits=limits,
    )
    path = dense_path(subject, match)
    if path:
        return _series(followed_faces(frames, subject.pack, path=path))
    return _series(aligned_faces(frames, subject.pack, near=match.region))


def dense_path(subject: CreativeSubject, match: Match) -> Sequence[SeenAt]:
    """Where the face was seen, if that was often enough to know where it was meanwhile."""
    path = subject.paths.get(match.track, ())
    steps_s = np.diff([seen.at_s for seen in path])
    return path if len(steps_s) and float(np.median(steps_s)) <= SAMPLED_STEP_S else ()


def side_px(subject: CreativeSubject, match: Match, *, face_px: int, most_px: int) -> int:
    """The longer side, at most ``most_px``, of pictures with the face ``face_px`` high; the usual one if that is not known."""
    creative = subject.media.creative
    if match.region is None or not creative.height_px or not creative.width_px:
        return Limits().max_side_px
    share = match.region.height * creative.height_px / max(creative.height_px, creative.width_px)
    return min(most_px, max(1, round(face_px / max(share, 1e-3))))


def _series(faces: Sequence[AlignedFace]) -> FaceSeries:
    greys = np.stack([face.grey for face in faces]) if faces else np.zeros((0, FACE_PX, FACE_PX), dtype=np.uint8)
    return FaceSeries(times_s=np.array([face.at_s for face in faces], dtype=np.float64), faces=greys)
