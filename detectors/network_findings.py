"""The findings of a pretrained network, in words: what it answered and what that weighs, or why it was not asked."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.appearances import Look, NotShown
from detectors.finding import Method, finding, screen_command
from detectors.network_facts import Means, NetworkManifest, Shown
from detectors.network_outputs import pooled, share
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from detectors.validation import Declaration, NotValidated, untold, why_outside
from embeddings.records import Creative
from watchlist.verbal import SPEAKS_FROM, strength

PROPOSITIONS = {
    ("face", Means.ALTERED): ("The face was altered.", "The face is as it was filmed."),
    ("face", Means.SYNTHETIC): ("The face was generated.", "The face is as it was filmed."),
    ("picture", Means.ALTERED): ("The picture was altered.", "The picture is as it was recorded."),
    ("picture", Means.SYNTHETIC): ("The picture was generated.", "The picture is as it was recorded."),
    ("voice", Means.ALTERED): ("The voice was altered.", "The voice is as it was recorded."),
    ("voice", Means.SYNTHETIC): ("The voice was generated or converted.", "The voice is as it was recorded."),
}
INNOCENT_PICTURE = (
    "A beauty or face filter applied by whoever uploaded it.",
    "Enlarging, sharpening or noise removal by an editing program.",
    "Strong compression, or a copy of a copy.",
)
INNOCENT_SOUND = (
    "Noise removal or voice enhancement by an editing program.",
    "A telephone, a codec, or music under the voice.",
    "Dubbing or translation in a licensed synthetic voice.",
)
NOT_VALIDATED = "Not validated: the manifest of this network names no data on which it was measured."
NOT_CALIBRATED = "Not calibrated: what the network's answer weighs is not known."
NOT_APPLIED = "Its calibration is not applied: whether this item is inside its conditions is not known."


def declared_by(manifest: NetworkManifest, *, of: str, command: str) -> Declaration:
    """What a network's manifest states of its errors; ``command`` measures them."""
    # Which language is spoken nobody here can tell; in which one something is written, yes
    unknown = manifest.conditions.languages and manifest.text is None
    return Declaration(
        of=of,
        on=manifest.validated or NotValidated(why="its manifest names no data on which it was measured"),
        command=command,
        weight=0.0 if manifest.calibration is None or unknown else manifest.calibration.weight,
    )


class NetworkFindings:
    """Makes the findings of one network; ``ours`` says that it comes with Qalqan and is always asked.

    ``limits`` are sentences about it that go with each of them."""

    def __init__(
        self, method: Method, manifest: NetworkManifest, *, ours: bool = False, limits: Sequence[str] = ()
    ) -> None:
        self._method = method
        self._asked_with = "" if ours else f" --network {quote(manifest.directory)}"
        self._manifest = manifest
        pictures = manifest.pictures
        self._modality = "voice" if pictures is None else "picture" if pictures.shown is Shown.FRAME else "face"
        self._limits = [*limits] if manifest.validated else [*limits, NOT_VALIDATED]

    def outside(self, creative: Creative) -> str | None:
        """Why a creative as a whole is not what the network was validated on, as the end of "cannot tell because"."""
        voice = self._modality == "voice"
        return why_outside(creative, self._manifest.conditions, voice=voice, whose="this network")

    def _inside(self, creative: Creative) -> bool | None:
        """Of a creative that is not outside: whether it is inside, None where that cannot be told."""
        return None if self._manifest.validated is None or self._untold(creative) else True

    def _untold(self, creative: Creative) -> tuple[str, ...]:
        return untold(creative, self._manifest.conditions, voice=self._modality == "voice", whose="this network")

    def _limits_of(self, creative: Creative) -> list[str]:
        limits = [*self._limits, *self._untold(creative)]
        if self._manifest.calibration is None:
            return [*limits, NOT_CALIBRATED]
        return limits if self._inside(creative) else [*limits, NOT_APPLIED]

    def nobody(self, subject: CreativeSubject) -> Finding:
        """Of a creative in which nobody was recognised."""
        why = f"The network {self._manifest.name} was not asked: nobody was recognised."
        return self._made(
            subject, claim="network_not_asked", observation=why, limits=self._limits_of(subject.media.creative)
        )

    def not_asked(self, subject: CreativeSubject, one: NotShown) -> Finding:
        """Why the network was not shown an appearance."""
        name = subject.gallery.person(one.match.person_id).names[0]
        return self._made(
            subject,
            claim="network_not_asked",
            observation=f"The network {self._manifest.name} was not asked about {name}: cannot tell because {one.why}.",
            limits=self._limits_of(subject.media.creative),
            person_id=one.match.person_id,
            start_s=one.match.start_s,
            end_s=one.match.end_s,
            region=one.match.region if self._modality == "face" else None,
            inside_validation=False if one.outside and self._manifest.validated else None,
        )

    def answered(self, subject: CreativeSubject, look: Look, scores: NDArray[np.float64]) -> Finding:
        """What the network answered about an appearance."""
        place: dict[str, Any] = {
            "person_id": look.match.person_id,
            "start_s": look.start_s,
            "end_s": look.end_s,
            "region": look.match.region if self._modality == "face" else None,
            "limits": [*look.limits, *self._limits_of(subject.media.creative)],
        }
        if not np.all(np.isfinite(scores)):
            why = f"The network {self._manifest.name} gave no number for what it was shown: cannot tell."
            return self._made(subject, claim="network_undecided", observation=why, **place)
        score = pooled(scores, self._manifest.output)
        inside = self._inside(subject.media.creative)
        calibration = self._manifest.calibration if inside else None
        ratio = None if calibration is None else calibration.likelihood_ratio(score)
        claim, bearing = _verdict(ratio)
        weighed = calibration is not None and bearing is not Bearing.INCONCLUSIVE
        altered = ", ".join(self._manifest.output.altered)
        return self._made(
            subject,
            claim=claim,
            observation=self._words(subject, look, scores, score=score) + self._weighed(ratio),
            bearing=bearing,
            measurement=score,
            unit=f"log-odds of {altered} ({self._manifest.output.pooling} of {len(scores)} {self._items})",
            inside_validation=inside,
            likelihood_ratio=ratio,
            weight=calibration.weight if calibration is not None and weighed else 0.0,
            **place,
        )

    @property
    def _items(self) -> str:
        return "windows" if self._modality == "voice" else "pictures"

    def _words(self, subject: CreativeSubject, look: Look, scores: NDArray[np.float64], *, score: float) -> str:
        name = subject.gallery.person(look.match.person_id).names[0]
        altered = ", ".join(self._manifest.output.altered)
        return (
            f"{look.start_s:.1f} s to {look.end_s:.1f} s, {name}: the network {self._manifest.name} gives {share(score):.0%} to "
            f"“{altered}” over {len(scores)} {self._items}, from {share(scores.min()):.0%} to {share(scores.max()):.0%} "
            f"(highest at {look.times_s[int(scores.argmax())]:.1f} s)."
        )

    def _weighed(self, ratio: float | None) -> str:
        if ratio is None or self._manifest.calibration is None:
            return " What that weighs is not calibrated."
        words = strength(ratio)
        source = self._manifest.calibration.source
        if not _speaks(ratio):
            return f" By its calibration on {source} this gives {words}."
        first, second = PROPOSITIONS[self._modality, self._manifest.output.means]
        return f" By its calibration on {source} this gives {words} for “{first if ratio > 1 else second}”"

    def _made(
        self,
        subject: CreativeSubject,
        *,
        claim: str,
        observation: str,
        limits: list[str],
        bearing: Bearing = Bearing.INCONCLUSIVE,
        **facts: Any,
    ) -> Finding:
        return finding(
            method=self._method,
            axis=Axis.ALTERATION,
            bearing=bearing,
            claim=claim,
            observation=observation,
            modality=self._modality,
            creative_sha256=subject.media.creative.sha256,
            propositions=PROPOSITIONS[self._modality, self._manifest.output.means],
            quality_limits=limits,
            innocent_explanations=INNOCENT_SOUND if self._modality == "voice" else INNOCENT_PICTURE,
            reproduce=f"{screen_command(subject.media.creative.sha256)}{self._asked_with}",
            **facts,
        )


def _speaks(ratio: float) -> bool:
    return max(ratio, 1 / ratio) >= SPEAKS_FROM


def _verdict(ratio: float | None) -> tuple[str, Bearing]:
    if ratio is None:
        return "network_not_calibrated", Bearing.INCONCLUSIVE
    if not _speaks(ratio):
        return "network_undecided", Bearing.INCONCLUSIVE
    return ("network_altered", Bearing.SUPPORTS) if ratio > 1 else ("network_unaltered", Bearing.AGAINST)
