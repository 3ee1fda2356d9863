"""Was the face put in? What blending leaves in a picture and over time, in a score that was measured on real face swaps.

The traces (``blend_traces``, ``blend_flicker``) compare the inner face with its rim and with what is around it, so they need
neither the person nor the generator to be known. What the score is worth is measured by ``python -m tests.train_face_blend``
and stated in each finding; where it was not shown to be better than chance it is shown and weighs nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from detectors.appearances import NotShown
from detectors.blend_flicker import flicker_traces, small
from detectors.blend_model import BlendScore, blend_model
from detectors.blend_traces import KINDS, Traces, frame_traces, middles
from detectors.blend_words import contributors, observed
from detectors.close_up import CloseUp, close_ups
from detectors.finding import Method, finding, screen_command
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from detectors.validation import Conditions, Declaration, Validated, why_outside
from embeddings.records import MediaKind
from watchlist.records import Modality
from watchlist.verbal import SPEAKS_FROM, strength

MOMENTS = 10
"""Moments of a close-up that are measured, three frames at each."""

BESIDE_MOMENTS, BESIDE_FRAMES = 3, 60
"""Moments, and frames in a row from which they are taken, for what has no part in the score."""

FEWEST_FRAMES = 36
FRAMES_PER_S = (20.0, 31.0)
"""How densely a face has to be seen for its change from frame to frame to be what was measured."""

CONDITIONS = Conditions(
    codecs=("h264",), min_bitrate_kbps=200, max_bitrate_kbps=1300, min_face_px=100, min_pictures=FEWEST_FRAMES
)
VALIDATED = Validated(
    data_set="face swaps (DeepFaceLive) beside the originals of the same scenes, judged by scores that had learned from other "
    "targets and other scenes, hardly better than chance",
    codec="h264",
    bitrate="200 to 1300 kb/s at 360 to 720 lines, nominally 250 to 1200",
    language="not spoken of",
    face_size="100 px high and more",
)
WHOSE = "this method"
PROPOSITIONS = ("The face was put in or altered.", "The face is as it was filmed.")
INNOCENT = (
    "A beauty filter, or make-up that evens the skin.",
    "A blurred or replaced background, as in video calls, and other picture-in-picture effects.",
    "Enlarging, sharpening or noise removal by an editing program.",
    "Strong compression, or a copy of a copy.",
    "A beard, hair, a collar, or a lamp of its own on the face, where light and shadow differ from those of the body.",
)


class FaceBlend:
    """Examines every recognised face for what a blend leaves."""

    name = "face_blend"
    version = "2"

    def __init__(self) -> None:
        model = blend_model()
        self._film, self._picture = model.film, model.picture
        self._sha256 = model.sha256
        weights = [one.calibration.weight for one in (model.film, model.picture) if one.calibration is not None]
        self.declared = (
            Declaration(
                of="traces of blending",
                on=VALIDATED,
                command="python -m tests.train_face_blend --check",
                weight=max(weights, default=0.0),
            ),
        )

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        """One finding per appearance, or why there is none."""
        if not any(match.modality is Modality.FACE for match in subject.matches):
            why = "Nobody's face was recognised, so no face was examined for blending."
            yield self._made(subject, claim="blend_not_examined", observation=why)
            return
        for one in close_ups(subject):
            yield self._not_shown(subject, one) if isinstance(one, NotShown) else self._examined(subject, one)

    def _examined(self, subject: CreativeSubject, shown: CloseUp) -> Finding:
        why = self._why_not(subject, shown)
        if why is not None:
            return self._not_shown(subject, NotShown(match=shown.match, why=why, outside=True))
        still = subject.media.creative.kind is MediaKind.IMAGE
        score = self._picture if still else self._film
        others = frozenset(KINDS) - score.kinds
        if still:
            traces = picture_traces(shown)
        else:
            beside = film_traces(beginning(shown, BESIDE_FRAMES), others, moments=BESIDE_MOMENTS)
            traces = beside | film_traces(shown, score.kinds)
        return self._judged(subject, shown, score, traces)

    def _why_not(self, subject: CreativeSubject, shown: CloseUp) -> str | None:
        """What in a close-up is not as it was where the score was measured, as the end of "cannot tell because"."""
        if shown.height_px < CONDITIONS.min_face_px:
            return f"the face is {shown.height_px:.0f} px high, and this method takes faces from {CONDITIONS.min_face_px} px on"
        if subject.media.creative.kind is MediaKind.IMAGE:
            return None
        why = why_outside(subject.media.creative, CONDITIONS, voice=False, whose=WHOSE)
        longest = longest_stretch(shown)
        frames = longest.stop - longest.start
        pace = shown.frames_per_s
        if why is None and (pace is None or not FRAMES_PER_S[0] <= pace <= FRAMES_PER_S[1]):
            seen = "on one frame" if pace is None else f"{pace:.0f} times a second"
            why = f"the face is seen {seen}, and this method takes {FRAMES_PER_S[0]:.0f} to {FRAMES_PER_S[1]:.0f} a second"
        if why is None and frames < FEWEST_FRAMES:
            why = f"the face is seen on {frames} frames in a row, and this method takes at least {FEWEST_FRAMES}"
        return why

    def _judged(self, subject: CreativeSubject, shown: CloseUp, score: BlendScore, traces: Traces) -> Finding:
        value = score.score(traces)
        # Single pictures were measured as frames of films: how such a still picture fares is not known
        outside = why_outside(subject.media.creative, CONDITIONS, voice=False, whose=WHOSE)
        calibration = score.calibration if outside is None else None
        ratio = None if calibration is None else calibration.likelihood_ratio(value)
        claim, bearing = _verdict(ratio)
        speaks = calibration is not None and bearing is not Bearing.INCONCLUSIVE
        name = subject.gallery.person(shown.match.person_id).names[0]
        return self._made(
            subject,
            claim=claim,
            observation=(
                f"{_when(shown)}, {name}: what moved the score most is {contributors(score, traces)}. {_weighed(ratio)}"
                f"{_beside(score, traces)}"
            ),
            bearing=bearing,
            person_id=shown.match.person_id,
            start_s=float(shown.times_s[0]),
            end_s=float(shown.times_s[-1]),
            region=shown.match.region,
            measurement=round(value, 6),
            unit="log-odds of an altered face (score, not calibrated)"
            if ratio is None
            else "log-odds of an altered face",
            inside_validation=outside is None,
            weight=calibration.weight if calibration is not None and speaks else 0.0,
            likelihood_ratio=ratio,
            limits=(_measured(score), *([] if outside is None else [f"Outside of what was measured: {outside}."])),
        )

    def _not_shown(self, subject: CreativeSubject, one: NotShown) -> Finding:
        name = subject.gallery.person(one.match.person_id).names[0]
        return self._made(
            subject,
            claim="blend_not_examined",
            observation=f"{name}: cannot tell whether the face was put in because {one.why}.",
            person_id=one.match.person_id,
            start_s=one.match.start_s,
            end_s=one.match.end_s,
            region=one.match.region,
            inside_validation=False if one.outside else None,
        )

    def _made(
        self,
        subject: CreativeSubject,
        *,
        claim: str,
        observation: str,
        bearing: Bearing = Bearing.INCONCLUSIVE,
        limits: Sequence[str] = (),
        **facts: Any,
    ) -> Finding:
        return finding(
            method=Method(
                name=self.name, version=self.version, validated_on=VALIDATED.words, model_sha256=self._sha256
            ),
            axis=Axis.ALTERATION,
            bearing=bearing,
            claim=claim,
            observation=observation,
            modality="face",
            creative_sha256=subject.media.creative.sha256,
            propositions=PROPOSITIONS,
            quality_limits=limits,
            innocent_explanations=INNOCENT,
            reproduce=screen_command(subject.media.creative.sha256),
            **facts,
        )


def longest_stretch(shown: CloseUp) -> slice:
    """The longest part of a close-up without a gap."""
    return max(shown.stretches(), key=lambda part: part.stop - part.start)


def beginning(shown: CloseUp, frames: int) -> CloseUp:
    """The first frames of the longest part without a gap."""
    stretch = longest_stretch(shown)
    part = slice(stretch.start, min(stretch.stop, stretch.start + frames))
    return replace(
        shown,
        times_s=shown.times_s[part],
        faces=shown.faces[part],
        landmarks=shown.landmarks[part],
        heights_px=shown.heights_px[part],
    )


def film_traces(shown: CloseUp, kinds: Collection[str] = tuple(KINDS), *, moments: int = MOMENTS) -> Traces:
    """Of the longest stretch, which has at least three frames: the middle of each picture's traces, and those over time."""
    stretch = longest_stretch(shown)
    faces = shown.faces[stretch]
    starts = np.unique(np.linspace(0, len(faces) - 3, moments).astype(int))
    pictures = middles([frame_traces(faces[start], kinds=kinds) for start in starts])
    if "flicker" not in kinds:
        return pictures
    return pictures | flicker_traces([list(faces[start : start + 3]) for start in starts], small(faces))


def picture_traces(shown: CloseUp, kinds: Collection[str] = tuple(KINDS)) -> Traces:
    """Of the first frame."""
    return frame_traces(shown.faces[0], kinds=kinds)


def _when(shown: CloseUp) -> str:
    if len(shown.times_s) < 2:
        return "In the picture"
    return f"{shown.times_s[0]:.1f} s to {shown.times_s[-1]:.1f} s"


def _verdict(ratio: float | None) -> tuple[str, Bearing]:
    if ratio is None:
        return "blend_not_calibrated", Bearing.INCONCLUSIVE
    if max(ratio, 1 / ratio) < SPEAKS_FROM:
        return "blend_undecided", Bearing.INCONCLUSIVE
    return ("face_blended", Bearing.SUPPORTS) if ratio > 1 else ("face_not_blended", Bearing.AGAINST)


def _weighed(ratio: float | None) -> str:
    if ratio is None:
        return (
            "The score does not tell real swaps from genuine faces well enough to weigh anything: read this as a hint where to "
            "look, not as a sign of an alteration."
        )
    words = strength(ratio)
    if max(ratio, 1 / ratio) < SPEAKS_FROM:
        return f"By its calibration this gives {words}."
    return f"By its calibration this gives {words} for “{PROPOSITIONS[0] if ratio > 1 else PROPOSITIONS[1]}”"


def _beside(score: BlendScore, traces: Traces) -> str:
    """What was measured besides, which weighs nothing."""
    told = observed(score, traces)
    return f" Observed besides, without any weight: {told}." if told else ""


def _measured(score: BlendScore) -> str:
    seen = score.measured
    return (
        f"Measured on {seen.swaps} real swaps and {seen.genuine} genuine appearances, {seen.targets} targets, none of them "
        f"learned from: AUC {seen.auc:.2f} ({seen.auc_low:.2f} to {seen.auc_high:.2f}; 0.5 is chance), equal error rate "
        f"{seen.eer:.0%}, {seen.false_at_90:.0%} of genuine faces flagged where 90 % of swaps are found, "
        f"Cllr {seen.cllr:.2f} bits."
    )
