"""Blinks of a recognised face: how many, how long, how regular. An observation for the reader, without weight.

People who speak blink 10 to 30 times a minute, and in six seconds anything from none to five times: whether blinks tell generated
faces from filmed ones was not measured here, so they never speak for or against.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from detectors.appearances import NotShown
from detectors.eye_aperture import EyeAperture, eye_aperture
from detectors.face_flow import FaceFlow, face_flows
from detectors.finding import Method, finding, screen_command
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from detectors.validation import Declaration, NotValidated

LEAST_S = 2.0
LEAST_FRAMES_PER_S = 12.0
"""A blink lasts a tenth to a third of a second: fewer frames miss it."""

LEAST_FACE_PX = 90
FOR_REGULARITY = 3
"""Blinks from which the times between them are worth a number."""

PROPOSITIONS = ("The face was generated or altered.", "The face is as it was filmed.")
LIMITS = (
    "Not validated: blinks have not been compared between filmed and generated faces.",
    "Nobody blinks in a still picture or in a slideshow.",
    "Six seconds are short: a person who blinks 15 times a minute is seen without a blink about once in five times.",
)
INNOCENT = ("Reading from a screen, dry air, glasses or lenses change how often people blink, and so do cuts.",)


class Blinks:
    """Counts the blinks of recognised faces."""

    name = "blink"
    version = "1"
    declared = (
        Declaration(
            of="blinks",
            on=NotValidated(why="blinks have not been compared between filmed and generated faces"),
            command=None,
        ),
    )

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """Per appearance: the blinks that were seen, or why they cannot be counted."""
        flows = face_flows(subject)
        if not flows:
            yield self._made(subject, "blinks_not_counted", "Nobody's face was recognised, so no blinks were counted.")
        for flow in flows:
            yield from self._appearance(subject, flow)

    def _appearance(self, subject: CreativeSubject, flow: FaceFlow | NotShown) -> Iterator[Finding]:
        match = flow.match if isinstance(flow, NotShown) else flow.close_up.match
        name = subject.gallery.person(match.person_id).names[0]
        why = flow.why if isinstance(flow, NotShown) else _why_not(flow)
        if isinstance(flow, NotShown) or why is not None:
            yield self._made(
                subject,
                "blinks_not_counted",
                f"The blinks of {name} were not counted: cannot tell because {why}.",
                person_id=match.person_id,
                start_s=match.start_s,
                end_s=match.end_s,
                region=match.region,
            )
            return
        seen = eye_aperture(flow, convention=subject.pack.manifest.face_landmarks)
        start_s, end_s = float(flow.times_s[0]), float(flow.times_s[-1])
        yield self._made(
            subject,
            "blinks_counted",
            f"{start_s:.1f} s to {end_s:.1f} s, {name}: {words(seen, seconds=flow.seconds)}",
            person_id=match.person_id,
            start_s=start_s,
            end_s=end_s,
            region=match.region,
            measurement=len(seen.blinks) / flow.seconds * 60,
            unit="blinks per minute",
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


def words(seen: EyeAperture, *, seconds: float) -> str:
    """What an analyst reads: number, rate, length and regularity."""
    count = len(seen.blinks)
    said = f"blinks seen: {count} in {seconds:.1f} s ({count / seconds * 60:.0f} a minute)"
    if count:
        lengths = [blink.seconds for blink in seen.blinks]
        said += f", at {', '.join(f'{blink.start_s:.1f} s' for blink in seen.blinks)}"
        said += f", each {min(lengths):.2f} s to {max(lengths):.2f} s long"
    if count >= FOR_REGULARITY:
        apart = np.diff([blink.start_s for blink in seen.blinks])
        said += f", {apart.mean():.1f} s apart on average (varying by {apart.std() / apart.mean():.0%} of that)"
    if seen.closed_s:
        said += f"; the eyes are closed for another {seen.closed_s:.1f} s"
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
