"""Detectors that really measure something of a face, so that evaluations can be tested on pictures made by code."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from detectors.close_up import CloseUp, close_ups
from detectors.finding import Method, finding, screen_command
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from detectors.validation import Declaration, NotValidated


class Brightness:
    """Says how bright the face is; of pictures that are too dark it cannot tell."""

    name = "brightness"
    version = "1"
    declared = (Declaration(of="brightness", on=NotValidated(why="it is for tests"), command=None),)

    def examine(self, subject: CreativeSubject) -> Iterator[Finding]:
        shown = [one for one in close_ups(subject) if isinstance(one, CloseUp)]
        level = float(np.mean([one.faces.mean() for one in shown])) if shown else 0.0
        dark = level < 40
        yield finding(
            method=Method(name=self.name, version=self.version),
            axis=Axis.ALTERATION,
            bearing=Bearing.INCONCLUSIVE,
            claim="brightness",
            observation="Cannot tell: too dark." if dark else f"The face is {level:.0f} bright.",
            modality="face",
            creative_sha256=subject.media.creative.sha256,
            measurement=None if dark else level / 20,
            unit=None if dark else "log-odds of brightened",
            reproduce=screen_command(subject.media.creative.sha256),
        )
