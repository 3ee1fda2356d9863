"""Error rates by hand, by identity (swaps, shifts, duplicates), and what few comparisons must not claim."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.error_rates import (
    Comparisons,
    Curve,
    area_under_curve,
    bootstrap_intervals,
    cllr,
    cllr_interval,
    cllr_min,
    det_curve,
    equal_error_rate,
    operating_point,
    proportion,
    share_interval,
    true_match_rate,
)

quick = settings(max_examples=40, deadline=None)
# Few distinct values, so that ties are the rule
some = st.lists(st.integers(-8, 8).map(lambda tenths: tenths / 10), min_size=1, max_size=30)


def test_the_curve_by_hand() -> None:
    curve = det_curve([0.9, 0.5], [0.5, 0.1])
    assert curve.thresholds.tolist() == [np.inf, 0.9, 0.5, 0.1]
    assert curve.fmr.tolist() == [0, 0, 0.5, 1]
    assert curve.fnmr.tolist() == [1, 0.5, 0, 0]
    assert equal_error_rate(curve) == pytest.approx(0.25)
    assert area_under_curve(curve) == pytest.approx(7 / 8)
    assert true_match_rate(curve, 0.4) == 0.5
    assert true_match_rate(curve, 0.5) == 1.0


@quick
@given(mated=some, non_mated=some)
def test_swapping_the_classes_of_negated_scores_changes_nothing(mated: list[float], non_mated: list[float]) -> None:
    curve = det_curve(mated, non_mated)
    turned = det_curve([-score for score in non_mated], [-score for score in mated])
    assert equal_error_rate(turned) == pytest.approx(equal_error_rate(curve))
    assert area_under_curve(turned) == pytest.approx(area_under_curve(curve))
    assert cllr_min([-s for s in non_mated], [-s for s in mated]) == pytest.approx(cllr_min(mated, non_mated))


@quick
@given(mated=some, non_mated=some)
def test_only_the_order_of_scores_and_their_shares_count(mated: list[float], non_mated: list[float]) -> None:
    plain = det_curve(mated, non_mated)
    for other in (
        det_curve(np.exp(mated) * 7 + 3, np.exp(non_mated) * 7 + 3),
        det_curve(mated * 2, non_mated * 2),
    ):
        assert np.allclose(other.fmr, plain.fmr)
        assert np.allclose(other.fnmr, plain.fnmr)
    assert (np.diff(plain.fmr) >= 0).all()
    assert (np.diff(plain.fnmr) <= 0).all()


@quick
@given(mated=some, non_mated=some)
def test_auc_is_the_chance_of_the_right_order(mated: list[float], non_mated: list[float]) -> None:
    gaps = np.sign(np.subtract.outer(mated, non_mated))
    assert area_under_curve(det_curve(mated, non_mated)) == pytest.approx((gaps.mean() + 1) / 2)


@quick
@given(mated=some, non_mated=some, fmr=st.floats(0.001, 0.999))
def test_an_operating_point_keeps_its_promise_and_wastes_nothing(
    mated: list[float], non_mated: list[float], fmr: float
) -> None:
    point = operating_point(mated, non_mated, fmr)
    assert point.fmr.rate <= fmr + 1e-9
    assert point.tpr.rate == pytest.approx(true_match_rate(det_curve(mated, non_mated), fmr))
    assert point.fmr.low <= point.fmr.rate <= point.fmr.high
    assert point.tpr.low <= point.tpr.rate <= point.tpr.high
    assert point.measurable == (fmr * len(non_mated) >= 1)


def test_scores_that_separate_and_scores_that_say_nothing() -> None:
    apart = det_curve([0.8, 0.9], [0.1, 0.2, 0.3])
    assert (equal_error_rate(apart), area_under_curve(apart), true_match_rate(apart, 0.001)) == (0.0, 1.0, 1.0)
    assert cllr_min([0.8, 0.9], [0.1, 0.2]) == 0.0
    equal = det_curve([0.5] * 4, [0.5] * 9)
    assert equal_error_rate(equal) == pytest.approx(0.5)
    assert area_under_curve(equal) == pytest.approx(0.5)
    assert cllr_min([0.5] * 4, [0.5] * 9) == pytest.approx(1.0)
    assert equal_error_rate(det_curve([0.1], [0.9])) == pytest.approx(1.0)


@pytest.mark.parametrize("rates", [det_curve, cllr_min, cllr, lambda m, n: operating_point(m, n, 0.1)])
@pytest.mark.parametrize(("mated", "non_mated"), [([], [0.1]), ([0.1], []), ([float("nan")], [0.1])])
def test_a_missing_class_or_nan_is_refused(
    rates: Callable[[list[float], list[float]], object], mated: list[float], non_mated: list[float]
) -> None:
    with pytest.raises(ValueError, match=r"there are no (non-)?mated comparisons|NaN"):
        rates(mated, non_mated)


@pytest.mark.parametrize(
    ("comparisons", "measurable", "note"),
    [
        (99, False, "not measurable with 99 non-mated comparisons"),
        (100, True, "300 without an error would be needed to show it with 95 % confidence"),
        (300, True, "fewer than 30 false matches among 300 non-mated comparisons (rule of 30)"),
        (3000, True, None),
    ],
)
def test_what_so_many_comparisons_cannot_show_is_said(comparisons: int, measurable: bool, note: str | None) -> None:
    point = operating_point([0.9], np.linspace(0, 0.5, comparisons), 0.01)
    assert point.measurable is measurable
    assert point.note == note if note is None else note in (point.note or "")


def test_a_wanted_rate_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1: give one such as"):
        operating_point([1], [0], 1.0)


def test_exact_intervals() -> None:
    # Rule of three: no error in n trials excludes 3.69/n (two-sided), and the mirror image
    none, every = proportion(0, 100), proportion(100, 100)
    assert (none.low, every.high) == (0.0, 1.0)
    assert none.high == pytest.approx(1 - 0.025 ** (1 / 100))
    assert every.low == pytest.approx(1 - none.high)
    # Published: 10 of 100 gives (0.0490, 0.1762)
    some_errors = proportion(10, 100)
    assert some_errors.low == pytest.approx(0.0490, abs=1e-4)
    assert some_errors.high == pytest.approx(0.1762, abs=1e-4)
    for count, trials in ((1, 0), (-1, 3), (4, 3)):
        with pytest.raises(ValueError, match="is no proportion"):
            proportion(count, trials)


@quick
@given(mated=some, non_mated=some)
def test_cllr_is_never_below_its_minimum(mated: list[float], non_mated: list[float]) -> None:
    for slope, shift in ((0.5, 0.0), (3.0, 0.4), (0.0, 0.0)):
        made = cllr(slope * np.array(mated) + shift, slope * np.array(non_mated) + shift)
        assert made >= cllr_min(mated, non_mated) - 1e-9
    assert 0 <= cllr_min(mated, non_mated) <= 1 + 1e-9


def test_cllr_by_hand() -> None:
    assert cllr([0.0], [0.0]) == 1.0
    assert cllr([np.inf], [-np.inf]) == 0.0
    assert cllr([-np.inf], [-1.0]) == np.inf
    assert cllr([1.0], [-1.0]) == pytest.approx(np.log2(1.1))
    with pytest.raises(ValueError, match="none of them NaN"):
        cllr([np.nan], [0])


def samples(people: int, each: int, *, seed: int) -> Comparisons:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(people, 6))
    vectors = np.repeat(centres, each, axis=0) + rng.normal(size=(people * each, 6))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Comparisons.of_matrix(vectors @ vectors.T, [f"p{number // each}" for number in range(people * each)])


def test_pairs_of_a_matrix() -> None:
    pairs = Comparisons.of_matrix([[1, 0.8, 0.1], [0.8, 1, 0.2], [0.1, 0.2, 1]], ["b", "b", "a"])
    assert pairs.mated.tolist() == [0.8]
    assert pairs.mated_people.tolist() == [1]
    assert sorted(pairs.non_mated) == [0.1, 0.2]
    assert pairs.non_mated_people.tolist() == [[1, 0], [1, 0]]
    assert pairs.people == 2
    with pytest.raises(ValueError, match="give every pair a score"):
        Comparisons.of_matrix([[1.0]], ["a", "b"])


def test_the_bootstrap_over_people_is_wider_than_pairs_would_claim_and_repeatable() -> None:
    pairs = samples(12, 6, seed=3)
    statistics = [equal_error_rate, lambda curve: true_match_rate(curve, 0.01)]
    [(low, high), (low_tpr, high_tpr)] = bootstrap_intervals(
        pairs, statistics, rng=np.random.default_rng(1), rounds=200
    )
    eer = equal_error_rate(det_curve(pairs.mated, pairs.non_mated))
    assert low < eer < high
    assert low_tpr < true_match_rate(det_curve(pairs.mated, pairs.non_mated), 0.01) < high_tpr
    [again] = bootstrap_intervals(pairs, statistics[:1], rng=np.random.default_rng(1), rounds=200)
    assert (low, high) == again
    as_if_independent = proportion(round(eer * len(pairs.non_mated)), len(pairs.non_mated))
    assert high - low > 1.5 * (as_if_independent.high - as_if_independent.low)


def test_a_person_drawn_twice_counts_twice_in_each_of_his_pairs() -> None:
    pairs = samples(6, 3, seed=3)
    drawn = np.random.default_rng(5).multinomial(6, [1 / 6] * 6)
    middle = float(np.median(pairs.non_mated))
    weights = drawn[pairs.non_mated_people].prod(axis=1)
    expected = weights[pairs.non_mated >= middle].sum() / weights.sum()
    assert len(set(drawn)) > 1

    def fmr(curve: Curve) -> float:
        return float(curve.fmr[np.flatnonzero(curve.thresholds >= middle)[-1]])

    [(low, high)] = bootstrap_intervals(pairs, [fmr], rng=np.random.default_rng(5), rounds=1)
    assert low == high
    assert low == pytest.approx(expected)


def test_nobody_to_draw_from_is_refused() -> None:
    two = Comparisons.of_matrix([[1, 0.9], [0.9, 1]], ["a", "a"])
    with pytest.raises(ValueError, match="no non-mated"):
        bootstrap_intervals(two, [equal_error_rate], rng=np.random.default_rng(1), rounds=5)
    with pytest.raises(ValueError, match="too few to draw from"):
        bootstrap_intervals(samples(2, 2, seed=1), [equal_error_rate], rng=np.random.default_rng(1), rounds=0)


def test_trials_that_share_something_widen_the_interval() -> None:
    hits = np.repeat([1, 1, 1, 0], 25)
    rng = np.random.default_rng(1)
    alone = share_interval(hits, [str(number) for number in range(100)], rng=rng)
    together = share_interval(hits, [str(number // 25) for number in range(100)], rng=rng)
    assert alone[0] > 0.6 > together[0]
    assert alone[1] < 0.9 < together[1]
    assert share_interval([1, 1], ["a", "b"], rng=rng) == (1.0, 1.0)
    with pytest.raises(ValueError, match="name the group of each"):
        share_interval([], [], rng=rng)


def test_the_interval_of_cllr_knows_what_items_share() -> None:
    logs = np.where(np.arange(40) % 4 == 0, -0.5, 1.0)
    separate, shared = np.arange(40), np.arange(40) // 8
    other = -np.ones(20)
    wide, narrow = (
        cllr_interval(logs, groups, other, 100 + np.arange(20), rng=np.random.default_rng(3), rounds=400)
        for groups in (np.where(logs < 0, 0, 1 + shared), separate)
    )
    assert narrow[0] < cllr(logs, other) < narrow[1]
    assert wide[1] - wide[0] > narrow[1] - narrow[0]
    with pytest.raises(ValueError, match="too few to draw from"):
        cllr_interval([], [], [1.0], [0], rng=np.random.default_rng(3), rounds=5)
