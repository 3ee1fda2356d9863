"""Decisions are counted right, intervals know what ads share, and errors are sorted by why they happen."""

from __future__ import annotations

import pytest

from detectors.records import Axis
from pipelines.evaluation_decisions import breakdowns, causes, confusions, share, targets, worst_errors
from pipelines.evaluation_records import STATES, Cause
from pipelines.records import AxisState
from tests.pipelines.decided import judged, small_set


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


def test_an_axis_is_compared_with_what_is_right() -> None:
    lure = next(one for one in confusions(small_set()) if one.axis is Axis.LURE)
    yes, no = STATES.index(AxisState.YES), STATES.index(AxisState.NO)
    assert lure.counts[yes][yes] == 2
    assert lure.counts[yes][no] == 1
    assert lure.counts[no] == (1, 1, 0)
    assert lure.right.rate == pytest.approx(3 / 5)
    assert confusions([]) == ()


def test_targets_are_those_of_the_project() -> None:
    recall, false_flags = targets(share("all ads", small_set()))
    assert not recall.met
    assert recall.missed_by == "28.33 points"
    assert false_flags.missed_by == "49.00 points"
    (met,) = targets(share("found", small_set()[:2]))
    assert met.met
    assert met.missed_by == ""


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
