from __future__ import annotations

import pytest

from detectors.platform_label import PlatformLabel
from detectors.records import Axis, Bearing
from tests.detectors.subjects import subject
from tests.factories import make_ad


@pytest.mark.parametrize(
    ("labelled", "claim"), [(True, "labelled_ai"), (False, "no_ai_label"), (None, "label_not_told")]
)
def test_the_label_is_told_and_weighs_nothing(labelled: bool | None, claim: str) -> None:
    (found,) = PlatformLabel().examine(subject(make_ad(labelled_ai=labelled)))
    assert (found.claim, found.axis, found.bearing, found.weight) == (claim, Axis.ALTERATION, Bearing.INCONCLUSIVE, 0)
    assert labelled or "says nothing" in found.observation
