"""The figures of a crowd whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.watchlist.crowd import crowd_set, crowd_views
from watchlist.error_rates import proportion
from watchlist.evaluation_rates import CURVE_POINTS, FMR, Rates, share
from watchlist.evaluation_records import ConditionResult
from watchlist.evaluation_scores import Pairs, pairs_of, people_of
from watchlist.records import Modality


def measured(spread: float, *, modality: Modality = Modality.FACE, **degraded: float) -> tuple[Rates, Pairs]:
    evaluated = crowd_set([4] * 12)
    views = crowd_views(evaluated, spread=spread, degraded=degraded, modality=modality)
    rng = np.random.default_rng(0)
    rates = Rates(views=views, people=people_of(views, evaluated), metric="cosine", rng=rng, rounds=20)
    return rates, pairs_of(views, evaluated, rng=rng)


def by_name(rates: Rates, pairs: Pairs) -> dict[str, ConditionResult]:
    return {condition.name: condition for condition in rates.subset("all pairs", pairs).conditions}


def test_a_crowd_that_is_easily_told_apart_has_no_errors_but_an_honest_interval() -> None:
    clean = by_name(*measured(0.05))["clean"]
    assert (clean.mated, clean.non_mated) == (12 * 6, 48 * 47 // 2 - 72)
    assert clean.eer.rate == 0
    assert all(point.tpr.rate == 1 for point in clean.points)
    assert clean.points[0].tpr.low == pytest.approx(proportion(72, 72).low)
    assert [point.measurable for point in clean.points] == [True, True, False]
    assert clean.loss_points == 0


def test_what_a_condition_costs_is_stated_against_clean_in_points() -> None:
    clean, mirror = (by_name(*measured(0.5, mirror=1.2))[name] for name in ("clean", "mirror"))
    tpr = {each.name: each.points[1].tpr.rate for each in (clean, mirror)}
    assert clean.points[1].fmr_wanted == FMR
    assert tpr["mirror"] < tpr["clean"]
    assert mirror.loss_points == pytest.approx(100 * (tpr["clean"] - tpr["mirror"]))
    assert mirror.eer.rate > clean.eer.rate
    assert mirror.mated == 2 * clean.mated
    assert mirror.tpr_at_clean.rate < clean.tpr_at_clean.rate
    assert mirror.cllr_min > clean.cllr_min


def test_voices_lose_equal_error_rate() -> None:
    both = by_name(*measured(0.5, modality=Modality.VOICE, **{"mp3-48k": 1.2}))
    assert both["mp3-48k"].loss_points == pytest.approx(100 * (both["mp3-48k"].eer.rate - both["clean"].eer.rate))
    assert both["mp3-48k"].loss_points > 0


def test_what_was_not_found_counts_as_no_match() -> None:
    rates, pairs = measured(0.05, mirror=0.0)
    lost = rates.views.vectors["mirror"].copy()
    lost[:12] = np.nan
    rates = replace(rates, views=replace(rates.views, vectors={**rates.views.vectors, "mirror": lost}))
    mirror = by_name(rates, pairs)["mirror"]
    assert (mirror.suspects, mirror.not_found) == (48, 12)
    assert mirror.points[1].tpr.rate == pytest.approx(0.75)
    assert mirror.loss_points == pytest.approx(25)


def test_comparing_a_pair_both_ways_makes_nothing_more_certain() -> None:
    rates, pairs = measured(0.05, mirror=0.0)
    both = by_name(rates, pairs.where(np.arange(len(pairs.left)) < 900))
    assert [point.measurable for point in both["mirror"].points] == [True, False, False]
    assert both["mirror"].points[1].tpr == both["clean"].points[1].tpr
    assert both["mirror"].eer == both["clean"].eer
    assert both["mirror"].tpr_at_clean == both["clean"].tpr_at_clean
    assert both["mirror"].fmr_at_clean == both["clean"].fmr_at_clean
    assert share(np.array([1.0, 1.0]), 0.5, trials=1).low == pytest.approx(proportion(1, 1).low)


def test_a_condition_that_hardly_anybody_can_go_through_is_skipped_in_words() -> None:
    rates, pairs = measured(0.05, mirror=0.0)
    asked = {**rates.views.asked, "mirror": np.arange(48) < 1}
    subset = replace(rates, views=replace(rates.views, asked=asked)).subset("all", pairs)
    assert [condition.name for condition in subset.conditions] == ["clean"]
    assert subset.skipped == ("mirror was not evaluated: too few faces are larger than that",)


def test_a_condition_of_some_is_compared_with_clean_of_the_same() -> None:
    rates, pairs = measured(0.5, mirror=0.0)
    asked = {**rates.views.asked, "mirror": np.arange(48) < 24}
    mirror = by_name(replace(rates, views=replace(rates.views, asked=asked)), pairs)["mirror"]
    assert mirror.suspects == 24
    assert mirror.loss_points == 0


def test_rates_by_size_count_the_smaller_of_a_pair() -> None:
    evaluated = crowd_set([2, 2, 2])
    views = crowd_views(evaluated, spread=0.05, sizes=[30, 200, 50, 70, 90, 95])
    rates = Rates(views=views, people=people_of(views, evaluated), metric="cosine", rng=np.random.default_rng(0))
    rows = rates.sizes(pairs_of(views, evaluated, rng=np.random.default_rng(0)), bounds=(0, 40, 60, 90))
    assert [(row.low, row.high, row.mated) for row in rows] == [(0, 40, 1), (40, 60, 1), (60, 90, 0), (90, None, 1)]
    assert rows[0].tpr is not None
    assert rows[0].tpr.rate == 1
    assert rows[2].tpr is None


def test_curves_run_from_no_match_to_all_and_are_short_enough_to_draw() -> None:
    rates, pairs = measured(1.0)
    [curve] = rates.subset("all", pairs).curves
    assert len(curve.fmr) == len(curve.fnmr) <= CURVE_POINTS + 2
    assert (curve.fmr[0], curve.fnmr[0]) == (0, 1)
    assert (curve.fmr[-1], curve.fnmr[-1]) == (1, 0)
    assert list(curve.fmr) == sorted(curve.fmr)
    assert list(curve.fnmr) == sorted(curve.fnmr, reverse=True)
    assert 0 < min(fmr for fmr in curve.fmr if fmr) < 2e-3, "the small rates are kept"
