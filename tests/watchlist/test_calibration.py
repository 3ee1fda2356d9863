"""Likelihood ratios against known densities, their bounds, what is refused, and the way to JSON and back."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.calibration import Calibration, bounds, fit, from_row, tail_size, to_row, with_look_alike
from watchlist.records import Modality


def calibrated(
    *, mated: float = 0.6, people: int = 200, spread: float = 0.1, count: int = 4000, seed: int = 1
) -> Calibration:
    rng = np.random.default_rng(seed)
    return fit(
        rng.normal(mated, spread, size=count),
        rng.normal(0.1, spread, size=count * 5),
        modality=Modality.FACE,
        pack="tiny@1",
        people=people,
        source="drawn from two normal distributions",
    )


def test_two_equal_normals_give_their_known_ratio() -> None:
    # log LR of N(0.3, s) against N(0.1, s) is (score - 0.2) · 0.2 / s²
    made = calibrated(mated=0.3, people=4000)
    assert made.slope == pytest.approx(20, rel=0.05)
    assert made.intercept == pytest.approx(-4, rel=0.05)
    assert made.likelihood_ratio(0.3) == pytest.approx(math.exp(2), rel=0.15)
    assert made.cllr_min <= made.cllr < made.cllr_min + 0.02


def test_the_shares_of_the_classes_do_not_move_the_ratio() -> None:
    rng = np.random.default_rng(5)
    mated, non_mated = rng.normal(0.3, 0.1, size=2000), rng.normal(0.1, 0.1, size=2000)
    parts = {"modality": Modality.VOICE, "pack": "p", "people": 2000, "source": "s"}
    one = fit(mated, non_mated, **parts)  # type: ignore[arg-type]
    many = fit(mated, np.tile(non_mated, 30), **parts)  # type: ignore[arg-type]
    assert many.likelihood_ratio(0.25) == pytest.approx(one.likelihood_ratio(0.25), rel=0.02)


@settings(max_examples=20, deadline=None)
@given(
    people=st.integers(2, 60),
    gap=st.floats(0.05, 3.0),
    scores=st.lists(st.floats(-5, 5), min_size=2, max_size=2),
    seed=st.integers(0, 99),
)
def test_ratios_rise_with_the_score_and_stay_within_what_the_people_can_show(
    people: int, gap: float, scores: list[float], seed: int
) -> None:
    made = calibrated(mated=0.1 + gap, people=people, count=60, seed=seed)
    low, high = (made.likelihood_ratio(score) for score in sorted(scores))
    assert low <= high
    assert high <= people * (people - 1) / 2 + 1 + 1e-6
    assert low >= 1 / (people + 1) - 1e-9
    assert made.log10_lr_low <= 0 <= made.log10_lr_high
    assert made.cllr >= made.cllr_min - 1e-9


def test_perfect_separation_is_finite_and_weighs_what_so_many_people_can_show() -> None:
    few, many = (
        fit([0.9] * people, [0.1] * people, modality=Modality.FACE, pack="p", people=people, source="s")
        for people in (5, 50)
    )
    # A line through the two log-odds of Platt's targets: log 51 at 0.9, -log 51 at 0.1
    assert many.slope == pytest.approx(2 * math.log(51) / 0.8, rel=1e-6)
    assert few.slope > 0
    assert math.isfinite(few.slope)
    assert 2 < few.likelihood_ratio(0.9) < many.likelihood_ratio(0.9) <= 51
    assert few.cllr_min == 0.0


def test_bounds_by_hand() -> None:
    # Nine misleading ratios, none above 1: a tenth that misleads is added, so t may be 10
    right, misleading = np.full(4, 3.0), np.full(9, -3.0)
    low, high = bounds(right, misleading, counts=(4, 9))
    assert high == pytest.approx(1.0)
    assert low == pytest.approx(-math.log10(5))
    # Never above the highest ratio seen where it is right
    assert bounds(np.full(4, 0.5), misleading, counts=(4, 9))[1] == pytest.approx(0.5)
    # One of nine misleads at 3: beyond it (1 + 1) / 10 would have to be borne
    _, worse = bounds(right, np.array([3.0, *[-3.0] * 8]), counts=(4, 9))
    assert worse == pytest.approx(math.log10(5))
    # Ratios that say the opposite are worth nothing
    assert bounds(misleading, right, counts=(4, 9)) == (0.0, 0.0)


def test_the_same_pictures_of_fewer_people_weigh_less() -> None:
    few, many = calibrated(people=5), calibrated(people=500)
    assert few.likelihood_ratio(1.0) < many.likelihood_ratio(1.0)
    assert few.likelihood_ratio(1.0) <= 11


@pytest.mark.parametrize(
    ("mated", "non_mated", "people", "fpir", "sentence"),
    [
        ([], [0.1], 5, 0.01, "there are no mated comparisons"),
        ([0.9], [], 5, 0.01, "there are no non-mated comparisons"),
        ([0.9], [math.nan], 5, 0.01, "NaN"),
        ([0.5, 0.5], [0.5], 5, 0.01, "all scores are equal"),
        ([0.1, 0.2], [0.8, 0.9], 5, 0.01, "mated face scores are not higher .* check who is in which folder"),
        ([0.9], [0.1], 1, 0.01, "1 people cannot be told apart"),
        ([0.9], [0.1], 5, 1.0, "rate 1 is not between 0 and 1"),
    ],
)
def test_what_cannot_be_calibrated_is_refused(
    mated: list[float], non_mated: list[float], people: int, fpir: float, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        fit(mated, non_mated, modality=Modality.FACE, pack="p", people=people, source="s", fpir=fpir)


def test_the_tail_holds_the_highest_non_mated_scores() -> None:
    assert [tail_size(count) for count in (5, 100, 2000, 10**6)] == [5, 30, 100, 1000]
    made = calibrated(count=40)
    assert made.non_mated == 200
    assert len(made.tail) == 31
    assert list(made.tail) == sorted(made.tail, reverse=True)


def test_look_alikes_keep_their_highest_score() -> None:
    made = with_look_alike(with_look_alike(with_look_alike(calibrated(), "b", 0.4), "b", 0.3), "a", 0.5)
    assert made.look_alikes == (("a", 0.5), ("b", 0.4))
    with pytest.raises(ValueError, match="NaN or infinite"):
        with_look_alike(made, "a", math.nan)


def test_to_json_and_back() -> None:
    made = with_look_alike(calibrated(), "aysel", 0.42)
    row = json.loads(json.dumps(to_row(made)))
    assert from_row(row) == made
    for broken in (
        {},
        {**row, "modality": "gait"},
        {**row, "tail": 3},
        {**row, "tail": []},
        {**row, "slope": -1.0},
        {**row, "log10_lr_high": math.nan},
    ):
        with pytest.raises(ValueError, match=r"the calibration is damaged .*run `qalqan watchlist calibrate` again"):
            from_row(broken)
    assert from_row({**row, "slope": 2.0}) == replace(made, slope=2.0)
