"""Whether the platform itself labelled the ad as made or changed by AI, at the time it was captured.

The label follows from what the advertiser declares or from marks in the file; somebody who means to deceive declares nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from detectors.finding import Method, finding
from detectors.lure_text import ad_command
from detectors.records import Axis, Bearing, Finding
from detectors.subject import AdSubject
from detectors.validation import Declaration, NotValidated

LIMITS = (
    "Nobody has measured how many altered ads carry such a label, or how many honest ones do: it weighs nothing.",
)
INNOCENT = ("Advertisers label whatever a tool drew or retouched, also backgrounds, music and honest illustrations.",)


class PlatformLabel:
    """Reads the label that came with the ad's record."""

    name = "platform_label"
    version = "1"
    declared = (
        Declaration(
            of="the label of the platform",
            on=NotValidated(why="it reads a label out; how many altered or honest ads carry one was not measured"),
            command=None,
        ),
    )

    def examine(self, subject: AdSubject) -> Iterator[Finding]:
        """One finding, always inconclusive: labelled, not labelled, or not told by this source."""
        ad = subject.ad
        claim, observation = _said(ad.labelled_ai, source=ad.source, on=f"{ad.observed_at:%Y-%m-%d}")
        yield finding(
            method=Method(name=self.name, version=self.version),
            axis=Axis.ALTERATION,
            bearing=Bearing.INCONCLUSIVE,
            claim=claim,
            observation=observation,
            modality="label",
            ad_id=ad.ad_id,
            quality_limits=LIMITS,
            innocent_explanations=INNOCENT,
            reproduce=ad_command(ad.ad_id),
        )


def _said(labelled: bool | None, *, source: str, on: str) -> tuple[str, str]:
    if labelled is None:
        return (
            "label_not_told",
            f"Whether the platform labels it as AI-made is not told by {source}: this says nothing.",
        )
    if labelled:
        return "labelled_ai", f"On {on} the platform labelled its media as made or changed by AI."
    observation = (
        f"On {on} the platform showed no label that its media were made by AI: this says nothing, labels depend on"
    )
    return "no_ai_label", f"{observation} what advertisers declare."
