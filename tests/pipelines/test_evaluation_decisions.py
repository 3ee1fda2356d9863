"""Decisions are counted right, intervals know what ads share, and errors are sorted by why they happen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detectors.records import Axis
from pipelines.evaluation_decisions import (
    TARGET_ADS,
    breakdowns,
    causes,
    confusions,
    curves,
    likelihood_ratios,
    share,
    targets,
    worst_errors,
)
from pipelines.evaluation_records import STATES, Cause, Share
from pipelines.records import AxisState
from tests.factories import make_creative
from tests.pipelines.decided import judged, many_ads, small_set


def enough_ads(counted: Share) -> Share:
    """The same rates as of so many ads as the targets are for."""
    return replace(counted, wanted=TARGET_ADS - counted.unwanted)


def test_recall_and_false_flags_have_their_own_denominators() -> None:
    overall = share("all ads", small_set())
    assert (overall.found, overall.wanted, overall.flagged, overall.unwanted) == (2, 3, 1, 2)
    assert overall.recall is not None
    assert overall.recall.rate == pytest.approx(2 / 3)
    assert overall.recall.low < 2 / 3 < overall.recall.high
    assert share("none", small_set()[:3]).false_flags is None


def test_ads_of_one_creative_say_less_than_as_many_of_different_ones() -> None:
    alike = [judged(n, flag=True, flagged=n > 20, creative=f"{n // 20}.mp4") for n in range(1, 100)]
    different = [judged(n, flag=True, flagged=n > 20, creative=f"{n}.mp4") for n in range(1, 100)]
    wide, narrow = share("alike", alike).recall, share("different", different).recall
    assert wide is not None
    assert narrow is not None
    assert wide.rate == narrow.rate
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_a_word_that_all_ads_share_breaks_nothing_down() -> None:
    found = {breakdown.by: breakdown for breakdown in breakdowns(small_set())}
    assert [row.name for row in found["language"].rows] == ["az", "ru"]
    assert found["language"].rows[1].found == 1
    assert "condition" not in found


def test_codec_and_bitrate_are_those_of_the_creative_as_it_was_read() -> None:
    film = make_creative(video_codec="h264", size_bytes=100_000, duration_s=4.0)
    ads = [replace(one, creative=film if number else None) for number, one in enumerate(small_set())]
    found = {breakdown.by: breakdown for breakdown in breakdowns(ads)}
    assert "codec" not in found, "an ad without a creative is in no row"
    assert (ads[1].codec, ads[1].kbps) == ("h264", 200.0)
    ads[1] = replace(ads[1], creative=replace(film, size_bytes=300_000))
    found = {breakdown.by: breakdown for breakdown in breakdowns(ads)}
    assert [row.name for row in found["bitrate"].rows] == ["0 to 300 kb/s", "300 to 1000 kb/s"]


def test_ads_are_ranked_with_intervals_and_what_could_not_be_told_is_counted() -> None:
    ads = many_ads()
    order = share("all ads", ads, likelihood_ratios(ads)).order
    assert order.auc is not None
    # Those whose lure could not be told stand between those that were flagged and those without a lure
    assert order.auc.rate == 1.0
    assert order.silent is not None
    assert order.silent.rate == 4 / 32
    assert order.silent.low < 4 / 32 < order.silent.high
    assert order.cllr is not None
    assert order.cllr.low <= order.cllr.rate <= order.cllr.high < 1
    small = share("all ads", small_set()).order
    assert (small.auc, small.cllr) == (None, None)
    assert small.note == "it spoke of 3 wanted and 2 other items: too few for a rate"
    assert [curve.name for curve in curves(ads)] == ["all ads", "az", "ru"]
    assert curves(small_set()) == ()


def test_an_axis_is_compared_with_what_is_right() -> None:
    lure = next(one for one in confusions(small_set()) if one.axis is Axis.LURE)
    yes, no = STATES.index(AxisState.YES), STATES.index(AxisState.NO)
    assert lure.counts[yes][yes] == 2
    assert lure.counts[yes][no] == 1
    assert lure.counts[no] == (1, 1, 0)
    assert lure.right.rate == pytest.approx(3 / 5)
    assert lure.silent is not None
    assert lure.silent.rate == 0.0
    assert confusions([]) == ()


def test_targets_are_those_of_the_project() -> None:
    recall, false_flags = targets(enough_ads(share("all ads", small_set())))
    assert not recall.met
    assert recall.not_shown is false_flags.not_shown is None
    assert recall.missed_by == "28.33 points"
    assert false_flags.missed_by == "49.00 points"
    (met,) = targets(enough_ads(share("found", small_set()[:2])), causes(small_set()))
    assert met.met
    assert (met.missed_by, met.why) == ("", None)


def test_few_ads_show_nothing_but_what_went_wrong_among_them() -> None:
    recall, _ = targets(share("all ads", small_set()), causes(small_set()))
    assert not recall.met
    assert recall.not_shown == "5 ads, the target is for 500 or more"
    assert recall.missed_by == "28.33 points"
    assert recall.why is not None
    (found,) = targets(share("found", small_set()[:2]))
    assert (found.met, found.missed_by) == (False, "")
    assert found.not_shown == "2 ads, the target is for 500 or more"


def test_a_target_that_is_missed_says_why() -> None:
    recall, false_flags = targets(share("all ads", small_set()), causes(small_set()))
    assert recall.why == "lure read wrong in 1 of 1; most often “scam with face swapped” (1)"
    assert "“warning”" in (false_flags.why or "")
    at_fault = [judged(n, flag=True, flagged=False) for n in range(3)]
    (rule,) = targets(share("all ads", at_fault), causes(at_fault))
    assert rule.why is not None
    assert rule.why.startswith("no axis read wrong, the rule itself, in 3 of 3")


def test_causes_count_what_was_read_wrong_and_alteration_is_none() -> None:
    assert set(causes(small_set())) == {
        Cause(missed=True, kind="scam with face swapped", wrong=("lure",), count=1),
        Cause(missed=False, kind="warning", wrong=("lure",), count=1),
    }


def test_of_each_cause_a_few_are_shown_the_most_urgent_first() -> None:
    many = [judged(n, flag=False, flagged=True, kind="warning", language="az" if n < 8 else "kk") for n in range(1, 10)]
    shown = worst_errors([*small_set(), *many], most=40)
    warnings = [error for error in shown if error.kind == "warning" and error.priority in range(10, 100)]
    assert [error.language for error in shown[:2]] == ["kk", "az"]
    assert shown[0].priority == 90
    assert len(warnings) <= 6
    missed = next(error for error in shown if error.missed)
    assert missed.why == "A lure that uses a protected person's likeness."
    assert missed.readings == ("lure, read as no: The answer on lure.",)
    assert missed.wrong == ("lure is yes",)
    assert worst_errors(many, most=1) == shown[:1]
