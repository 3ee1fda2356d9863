"""Which face is shown while a protected person's voice is heard and they themselves are not: theirs it cannot be.

The other face is compared with that person's own enrolment only, in memory; nothing of it is kept but one score, and whose it
is is never asked. Whether its lips move is not looked at: only the lips of people who are protected are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.subject import CreativeSubject
from embeddings.records import FaceTrack
from embeddings.samples import FaceSample
from watchlist.records import Match, Modality

STEP_S = 0.1
LEAST_SHARED_S = 2.0
LEAST_SHARE = 0.5
"""Seconds of the voice, and share of it, that the other face must be shown: cutaways to listeners are shorter."""

LEAST_FACE_PX = 60
"""Height below which a face is compared with nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownInstead:
    """The face seen longest with the voice. ``score`` is against the person's own enrolled face; ``others`` counts further faces
    that are shown as long; ``elsewhere`` where the person's own face is shown at another time."""

    start_s: float
    end_s: float
    shared_s: float
    size_px: int
    score: float
    others: int
    elsewhere: bool


def shown_instead(subject: CreativeSubject, person_id: str) -> ShownInstead | str:
    """The face, or why there is none to speak of, as the end of "cannot tell because"."""
    theirs = [match for match in subject.matches if match.person_id == person_id]
    voice = _when([match for match in theirs if match.modality is Modality.VOICE], subject)
    faces = [match for match in theirs if match.modality is Modality.FACE]
    alone = voice & ~_when(faces, subject)
    own = {match.track for match in faces}
    strange = [sample for sample in subject.faces if sample.track.track not in own]
    shared = {sample.track.track: float((alone & _when([sample.track], subject)).sum() * STEP_S) for sample in strange}
    least_s = max(LEAST_SHARED_S, LEAST_SHARE * float(voice.sum()) * STEP_S)
    long_enough = [sample for sample in strange if shared[sample.track.track] >= least_s]
    if not any(shared.values()):
        return "no other face is shown meanwhile"
    if not long_enough:
        return f"no other face is shown for {least_s:.1f} s of it"
    large = [sample for sample in long_enough if sample.track.size_px >= LEAST_FACE_PX]
    if not large:
        return f"the faces that are shown meanwhile are less than {LEAST_FACE_PX} px high"
    shown = max(large, key=lambda sample: (shared[sample.track.track], -sample.track.track))
    score = subject.gallery.face_score(shown, person_id)
    if score is None:
        return "another face is shown meanwhile, but no face of theirs is enrolled to compare it with"
    if _closest(subject, long_enough, person_id) >= subject.pack.manifest.face_threshold:
        return "a face that resembles theirs is shown meanwhile"
    return ShownInstead(
        start_s=shown.track.start_s,
        end_s=shown.track.end_s,
        shared_s=shared[shown.track.track],
        size_px=shown.track.size_px,
        score=score,
        others=len(large) - 1,
        elsewhere=bool(faces),
    )


def _closest(subject: CreativeSubject, samples: Sequence[FaceSample], person_id: str) -> float:
    scores = [subject.gallery.face_score(sample, person_id) for sample in samples]
    return max(score for score in scores if score is not None)


def _when(seen: Sequence[Match | FaceTrack], subject: CreativeSubject) -> NDArray[np.bool_]:
    """Marks in steps of STEP_S over the whole creative."""
    ends = [*(match.end_s for match in subject.matches), *(sample.track.end_s for sample in subject.faces)]
    steps = np.arange(0.0, max(ends, default=0.0) + STEP_S, STEP_S)
    marks = np.zeros(len(steps), dtype=bool)
    for one in seen:
        marks |= (steps >= one.start_s) & (steps < one.end_s)
    return marks
