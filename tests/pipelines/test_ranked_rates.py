"""Rates of an order: right where they can be computed by hand, with intervals over groups, and none where too little is there."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.ranked_rates import bitrate_range, own_ratios, ranked_rates, share_rate, thinned_curve

TRUTH = np.arange(24) % 2 == 0
VALUES = np.where(TRUTH, 2.0, 0.0) + np.arange(24) / 24
GROUPS = [f"scene {number // 4}" for number in range(24)]


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_rates_and_intervals_are_those_of_the_numbers() -> None:
    values = VALUES.copy()
    values[0], values[1] = -1.0, np.nan
    ratios = own_ratios(values, TRUTH, GROUPS)
    assert ratios is not None
    assert np.isnan(ratios).tolist() == np.isnan(values).tolist()
    found = ranked_rates(values, TRUTH, GROUPS, ratios=ratios, rng=rng(), rounds=100)
    assert found.auc is not None
    assert found.auc.rate == pytest.approx(11 / 12)
    assert found.auc.low < found.auc.rate <= found.auc.high
    assert found.silent is not None
    assert found.silent.rate == pytest.approx(1 / 24)
    assert found.silent.low < found.silent.rate < found.silent.high
    assert found.cllr is not None
    assert 0 < found.cllr.low <= found.cllr.rate <= found.cllr.high


def test_what_could_not_be_told_may_still_be_ranked() -> None:
    found = ranked_rates(VALUES, TRUTH, GROUPS, silent=TRUTH, rng=rng(), rounds=20)
    assert found.silent is not None
    assert found.silent.rate == 0.5
    assert found.auc is not None
    assert found.auc.rate == 1.0
    assert found.cllr is None, "no ratios were given"


def test_too_little_shows_no_rate_and_one_group_shows_no_certainty() -> None:
    few = ranked_rates(VALUES[:8], TRUTH[:8], GROUPS[:8], kinds=("wanted", "other"), rng=rng(), rounds=20)
    assert few.auc is None
    assert few.note == "it spoke of 4 wanted and 4 other items: too few for a rate"
    apart = ["one" if wanted else "other" for wanted in TRUTH]
    alone = ranked_rates(VALUES, TRUTH, apart, ratios=VALUES, rng=rng(), rounds=20)
    assert alone.cllr is not None, "some draws hold both groups"
    assert ranked_rates(VALUES[:0], TRUTH[:0], [], rng=rng()).silent is None
    assert own_ratios(VALUES[:8], TRUTH[:8], GROUPS[:8]) is None


def test_a_share_has_the_wider_of_two_intervals() -> None:
    alike = share_rate([True] * 20, ["one"] * 20, rng=rng())
    assert alike is not None
    assert (alike.rate, alike.high) == (1.0, 1.0)
    assert alike.low < 0.9
    assert share_rate([], [], rng=rng()) is None


def test_curves_are_thinned_and_bitrates_named() -> None:
    many = np.random.default_rng(2).normal(size=2000)
    assert len(thinned_curve("all", many, many > 0.1).fmr) <= 300
    assert bitrate_range(200.0) == "0 to 300 kb/s"
    assert bitrate_range(5000.0) == "1000 kb/s and more"
    assert bitrate_range(None) is None
