from __future__ import annotations

from collections.abc import Iterable
from dataclasses import FrozenInstanceError

import pytest

from detectors.finding import Method, finding
from detectors.records import Axis, Bearing, Finding
from detectors.subject import AdDetector, AdSubject, LandingPage
from detectors.validation import Declaration, NotValidated
from tests.factories import make_ad, make_capture, make_model_pack
from watchlist.gallery import Gallery


class SaysTheTitle:
    """The least that is a detector."""

    name = "says_the_title"
    version = "1"
    declared = (Declaration(of="titles", on=NotValidated(why="it is for tests"), command=None),)

    def examine(self, subject: AdSubject) -> Iterable[Finding]:
        yield finding(
            method=Method(name=self.name, version=self.version),
            axis=Axis.LURE,
            bearing=Bearing.INCONCLUSIVE,
            claim="title",
            observation=f"The title is “{subject.ad.title}”, the page reads “{subject.landings[0].text}”.",
            modality="text",
            ad_id=subject.ad.ad_id,
            reproduce="qalqan screen",
        )


@pytest.fixture
def subject() -> AdSubject:
    return AdSubject(
        ad=make_ad(title="SOCAR"),
        landings=(LandingPage(capture=make_capture(), html=None, text="Qazanc"),),
        creatives=(),
        matches=(),
        creative_findings=(),
        gallery=Gallery.of(make_model_pack(), persons=()),
    )


def test_a_class_with_a_name_a_version_and_examine_is_a_detector(subject: AdSubject) -> None:
    detector: AdDetector = SaysTheTitle()
    (found,) = detector.examine(subject)
    assert found.observation == "The title is “SOCAR”, the page reads “Qazanc”."


def test_no_detector_can_change_what_the_next_one_sees(subject: AdSubject) -> None:
    with pytest.raises(FrozenInstanceError):
        subject.matches = ()  # type: ignore[misc]
