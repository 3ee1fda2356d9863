"""Whoever takes too long is not asked further, and the finding says so."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from detectors.patience import CUT_SHORT, within
from detectors.records import Axis, Bearing, Finding
from tests.factories import make_finding, sha


class Slow:
    """Says three things."""

    name = "slow"
    version = "1"

    def examine(self) -> Iterator[Finding]:
        for number in range(3):
            yield make_finding(method=self.name, claim=f"claim_{number}", axis=Axis.LURE)


def ticking(seconds: float) -> Iterator[float]:
    """A clock that goes on by so much each time it is looked at."""
    return itertools.count(0.0, seconds)


def test_who_is_quick_says_everything() -> None:
    clock = ticking(1.0)
    made = within(Slow(), Slow().examine(), cap_s=10, ad_id=sha("ad"), clock=lambda: next(clock))
    assert [found.claim for found in made] == ["claim_0", "claim_1", "claim_2"]


def test_who_is_slow_is_cut_short_and_that_is_said() -> None:
    clock = ticking(6.0)
    made = within(Slow(), Slow().examine(), cap_s=10, ad_id=sha("ad"), clock=lambda: next(clock))
    assert [found.claim for found in made] == ["claim_0", "claim_1", CUT_SHORT]
    cut = made[-1]
    assert (cut.axis, cut.bearing, cut.ad_id) == (Axis.LURE, Bearing.INCONCLUSIVE, sha("ad"))
    assert "cannot tell because it took longer than 10 s" in cut.observation


def test_of_media_it_names_the_creative() -> None:
    clock = ticking(20.0)
    made = within(Slow(), Slow().examine(), cap_s=10, creative_sha256=sha("one"), clock=lambda: next(clock))
    assert (made[-1].creative_sha256, made[-1].ad_id) == (sha("one"), None)
