"""Small movements of a recognised face, and whether they are those of its head. An observation for the reader, without weight."""

from __future__ import annotations

from collections.abc import Iterator

from detectors.face_flow import FaceFlow
from detectors.face_observations import Observed, observations
from detectors.marked_face import marked_face
from detectors.records import Finding
from detectors.subject import CreativeSubject
from detectors.trembling import FAST_HZ, Trembling, jitter, trembling
from detectors.validation import Declaration, NotValidated

LEAST_FRAMES = 30
LEAST_FRAMES_PER_S = 15.0
LEAST_FACE_PX = 80
OBSERVED = Observed(
    told="trembling_measured",
    untold="trembling_not_measured",
    nobody="Nobody's face was recognised, so no movement was measured.",
    unseen="The small movements of {name}'s face were not measured",
    unit="percent of the face's width (root mean square trembling of five landmarks)",
    limits=(
        "Not validated: these movements have not been compared between filmed and altered faces.",
        "Landmarks tremble by themselves, more so where the picture is small, noisy or strongly compressed.",
    ),
    innocent=(
        "A camera held in the hand, and stabilisation of the picture by a telephone or an editing program.",
        "Strong compression, a beauty filter, or hair, glasses and hands at the edge of the face.",
    ),
)


class MicroMotion:
    """Measures how recognised faces tremble."""

    name = "micro_motion"
    version = "2"
    declared = (
        Declaration(
            of="small movements",
            on=NotValidated(why="these movements have not been compared between filmed and altered faces"),
            command=None,
        ),
    )

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """Per appearance: what trembles and how, or why that cannot be seen."""

        def measured(flow: FaceFlow) -> tuple[str, float]:
            seen, marked = trembling(flow), marked_face(subject, flow)
            rigid = marked if isinstance(marked, str) else jitter(marked)
            return words(seen, rigid=rigid), 100 * seen.landmarks

        return observations(self, subject, OBSERVED, why_not=_why_not, measure=measured)


def words(seen: Trembling, *, rigid: float | str) -> str:
    """What an analyst reads; ``rigid`` is how the points that no expression moves tremble, or why that was not measured."""
    if isinstance(rigid, str):
        against = f" How points on nose and eyes tremble against each other was not measured: {rigid}."
    else:
        against = f" Points on nose and eyes, which no expression moves, tremble against each other by {rigid:.2%} of that width."
    if seen.coherence is None:
        together = "nothing moves enough to say whether face and head move together"
    else:
        together = f"the middle of the face and its edge move together at {seen.coherence:.2f} (1 is as one)"
    return (
        f"its landmarks tremble by {seen.landmarks:.2%} of the face's width, {seen.fast_share:.0%} of its movement is faster "
        f"than {FAST_HZ:g} times a second, and {together}.{against}"
    )


def _why_not(flow: FaceFlow) -> str | None:
    """The end of "cannot tell because"."""
    if len(flow.times_s) < LEAST_FRAMES:
        return f"the face is seen on only {len(flow.times_s)} frames in a row ({LEAST_FRAMES} are needed)"
    if flow.frames_per_s < LEAST_FRAMES_PER_S:
        return f"the face is seen on only {flow.frames_per_s:.0f} frames a second: too few for trembling"
    if flow.close_up.height_px < LEAST_FACE_PX:
        return f"the face is only {flow.close_up.height_px:.0f} px high ({LEAST_FACE_PX} px are needed)"
    return "the head is turned away" if flow.turned else None
