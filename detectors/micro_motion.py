"""Small movements of a recognised face, and whether they are those of its head. An observation for the reader, without weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detectors.appearances import NotShown
from detectors.face_flow import FaceFlow, face_flows
from detectors.finding import Method, finding, screen_command
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from detectors.trembling import FAST_HZ, Trembling, trembling
from detectors.validation import Declaration, NotValidated

LEAST_FRAMES = 30
LEAST_FRAMES_PER_S = 15.0
LEAST_FACE_PX = 80
PROPOSITIONS = ("The face was generated or altered.", "The face is as it was filmed.")
LIMITS = (
    "Not validated: these movements have not been compared between filmed and altered faces.",
    "Landmarks tremble by themselves, more so where the picture is small, noisy or strongly compressed.",
)
INNOCENT = (
    "A camera held in the hand, and stabilisation of the picture by a telephone or an editing program.",
    "Strong compression, a beauty filter, or hair, glasses and hands at the edge of the face.",
)


class MicroMotion:
    """Measures how recognised faces tremble."""

    name = "micro_motion"
    version = "1"
    declared = (
        Declaration(
            of="small movements",
            on=NotValidated(why="these movements have not been compared between filmed and altered faces"),
            command=None,
        ),
    )

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """Per appearance: what trembles and how, or why that cannot be seen."""
        flows = face_flows(subject)
        if not flows:
            yield self._made(
                subject, "trembling_not_measured", "Nobody's face was recognised, so no movement was measured."
            )
        for flow in flows:
            yield from self._appearance(subject, flow)

    def _appearance(self, subject: CreativeSubject, flow: FaceFlow | NotShown) -> Iterator[Finding]:
        match = flow.match if isinstance(flow, NotShown) else flow.close_up.match
        name = subject.gallery.person(match.person_id).names[0]
        why = flow.why if isinstance(flow, NotShown) else _why_not(flow)
        if isinstance(flow, NotShown) or why is not None:
            yield self._made(
                subject,
                "trembling_not_measured",
                f"The small movements of {name}'s face were not measured: cannot tell because {why}.",
                person_id=match.person_id,
                start_s=match.start_s,
                end_s=match.end_s,
                region=match.region,
            )
            return
        seen = trembling(flow)
        start_s, end_s = float(flow.times_s[0]), float(flow.times_s[-1])
        yield self._made(
            subject,
            "trembling_measured",
            f"{start_s:.1f} s to {end_s:.1f} s, {name}: {words(seen)}",
            person_id=match.person_id,
            start_s=start_s,
            end_s=end_s,
            region=match.region,
            measurement=100 * seen.landmarks,
            unit="percent of the face's width (root mean square trembling of five landmarks)",
        )

    def _made(self, subject: CreativeSubject, claim: str, observation: str, **facts: Any) -> Finding:
        return finding(
            method=Method(name=self.name, version=self.version),
            axis=Axis.ALTERATION,
            bearing=Bearing.INCONCLUSIVE,
            claim=claim,
            observation=observation,
            modality="face",
            creative_sha256=subject.media.creative.sha256,
            propositions=PROPOSITIONS,
            quality_limits=LIMITS,
            innocent_explanations=INNOCENT,
            reproduce=screen_command(subject.media.creative.sha256),
            **facts,
        )


def words(seen: Trembling) -> str:
    """What an analyst reads."""
    if seen.coherence is None:
        together = "nothing moves enough to say whether face and head move together"
    else:
        together = f"the middle of the face and its edge move together at {seen.coherence:.2f} (1 is as one)"
    return (
        f"its landmarks tremble by {seen.landmarks:.2%} of the face's width, {seen.fast_share:.0%} of its movement is faster "
        f"than {FAST_HZ:g} times a second, and {together}."
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
