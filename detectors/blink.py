"""Blinks of a recognised face: how many, how long, how regular. An observation for the reader, without weight.

People who speak blink 10 to 30 times a minute, and in six seconds anything from none to five times: whether blinks tell generated
faces from filmed ones was not measured here, so they never speak for or against.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from detectors.eye_aperture import Blink, eye_aperture
from detectors.eye_aspect import eye_aspect
from detectors.face_flow import FaceFlow, rate_of
from detectors.face_observations import Observed, observations
from detectors.marked_face import marked_face
from detectors.records import Finding
from detectors.subject import CreativeSubject
from detectors.validation import Declaration, NotValidated

LEAST_S = 2.0
LEAST_FRAMES_PER_S = 12.0
"""A blink lasts a tenth to a third of a second: fewer frames miss it."""

LEAST_FACE_PX = 90
FOR_REGULARITY = 3
"""Blinks from which the times between them are worth a number."""

OBSERVED = Observed(
    told="blinks_counted",
    untold="blinks_not_counted",
    nobody="Nobody's face was recognised, so no blinks were counted.",
    unseen="The blinks of {name} were not counted",
    unit="blinks per minute",
    limits=(
        "Not validated: blinks have not been compared between filmed and generated faces.",
        "Nobody blinks in a still picture or in a slideshow.",
        "Six seconds are short: a person who blinks 15 times a minute is seen without a blink about once in five times.",
    ),
    innocent=("Reading from a screen, dry air, glasses or lenses change how often people blink, and so do cuts.",),
)


class Blinks:
    """Counts the blinks of recognised faces."""

    name = "blink"
    version = "2"
    declared = (
        Declaration(
            of="blinks",
            on=NotValidated(why="blinks have not been compared between filmed and generated faces"),
            command=None,
        ),
    )

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """Per appearance: the blinks that were seen, or why they cannot be counted."""

        def counted(flow: FaceFlow) -> tuple[str, float]:
            blinks, closed_s, how = _seen(subject, flow)
            said = words(blinks, closed_s=closed_s, seconds=flow.seconds)
            return f"{said} {how}", len(blinks) / flow.seconds * 60

        return observations(self, subject, OBSERVED, why_not=_why_not, measure=counted)


def _seen(subject: CreativeSubject, flow: FaceFlow) -> tuple[Sequence[Blink], float, str]:
    """The blinks, for how many seconds more the eyes are closed, and by what both were seen."""
    marked = marked_face(subject, flow)
    if isinstance(marked, str):
        dark = eye_aperture(flow, convention=subject.pack.manifest.face_landmarks)
        return dark.blinks, dark.closed_s, f"Counted by the darkness of the irises, since {marked}."
    seen = eye_aspect(marked)
    rate = rate_of(seen.times_s)
    how = f"Counted by the eye-aspect ratio of points on the lids in {rate:.0f} frames a second, usually {seen.usual:.2f}."
    return seen.blinks, seen.closed_s, how


def words(blinks: Sequence[Blink], *, closed_s: float, seconds: float) -> str:
    """What an analyst reads: number, rate, length and regularity."""
    count = len(blinks)
    said = f"blinks seen: {count} in {seconds:.1f} s ({count / seconds * 60:.0f} a minute)"
    if count:
        lengths = [blink.seconds for blink in blinks]
        said += f", at {', '.join(f'{blink.start_s:.1f} s' for blink in blinks)}"
        said += f", each {min(lengths):.2f} s to {max(lengths):.2f} s long"
    if count >= FOR_REGULARITY:
        apart = np.diff([blink.start_s for blink in blinks])
        said += f", {apart.mean():.1f} s apart on average (varying by {apart.std() / apart.mean():.0%} of that)"
    if closed_s:
        said += f"; the eyes are closed for another {closed_s:.1f} s"
    return said + "."


def _why_not(flow: FaceFlow) -> str | None:
    """The end of "cannot tell because"."""
    if flow.seconds < LEAST_S:
        return f"the face is seen for only {flow.seconds:.1f} s without a break ({LEAST_S:g} s are needed)"
    if flow.frames_per_s < LEAST_FRAMES_PER_S:
        return f"the face is seen on only {flow.frames_per_s:.0f} frames a second, and a blink falls between them"
    if flow.close_up.height_px < LEAST_FACE_PX:
        return f"the face is only {flow.close_up.height_px:.0f} px high ({LEAST_FACE_PX} px are needed)"
    return "the head is turned away" if flow.turned else None
