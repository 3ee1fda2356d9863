"""Every appearance of a recognised face gets one observation without weight, or a reason why there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from detectors.appearances import NotShown
from detectors.blink import Blinks
from detectors.close_up import CloseUp
from detectors.face_flow import FaceFlow
from detectors.face_observations import Observed, observations
from detectors.records import Bearing, Finding
from tests.detectors.moving_faces import close_up, face, shown

FRAMES = Observed(
    told="frames_counted",
    untold="frames_not_counted",
    nobody="Nobody was there.",
    unseen="The frames of {name} were not counted",
    unit="frames",
    limits=("A limit.",),
    innocent=("A cause.",),
)


def counted(*closes: CloseUp | NotShown, why: str | None = None) -> list[Finding]:
    """What is said where every frame counts, or ``why`` not."""

    def count(flow: FaceFlow) -> tuple[str, float]:
        return f"frames: {len(flow.times_s)}.", float(len(flow.times_s))

    return list(observations(Blinks(), shown(*closes), FRAMES, why_not=lambda _: why, measure=count))


def still(count: int) -> CloseUp:
    return close_up(np.repeat(face()[None], count, axis=0))


def test_each_appearance_is_measured_by_itself_and_weighs_nothing() -> None:
    close = still(30)
    found = counted(close, replace(close, match=replace(close.match, track=1)))
    assert [one.claim for one in found] == ["frames_counted"] * 2
    assert {(one.bearing, one.weight, one.likelihood_ratio) for one in found} == {(Bearing.INCONCLUSIVE, 0.0, None)}
    assert (found[0].measurement, found[0].unit) == (30.0, "frames")
    assert found[0].observation.startswith("0.0 s to 1.0 s, ")


def test_what_cannot_be_measured_says_why() -> None:
    unseen = NotShown(match=still(2).match, why="the face was not found again")
    for found, why in ((counted(unseen), "not found again"), (counted(still(30), why="it is dark"), "it is dark")):
        assert [one.claim for one in found] == ["frames_not_counted"]
        assert found[0].observation.endswith(f"{why}.")
        assert "were not counted: cannot tell because" in found[0].observation


def test_nobody_recognised_is_said_once() -> None:
    assert [one.observation for one in counted()] == ["Nobody was there."]
