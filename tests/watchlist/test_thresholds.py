"""Thresholds per video: the stated rate is kept on fresh scores, and every cause moves them the right way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.calibration import Calibration, fit
from watchlist.records import Modality
from watchlist.thresholds import Basis, comparison_fmr, person_threshold, score_at, video_threshold


def calibrated(count: int, *, seed: int = 1, references_per_score: int = 1) -> Calibration:
    rng = np.random.default_rng(seed)
    return fit(
        rng.normal(0.6, 0.1, size=200),
        rng.normal(0.0, 0.08, size=count),
        modality=Modality.FACE,
        pack="tiny@1",
        people=200,
        source="drawn",
        references_per_score=references_per_score,
    )


LARGE, SMALL = calibrated(20_000), calibrated(100)


def test_many_comparisons_share_the_rate() -> None:
    assert comparison_fmr(0.01, 1) == pytest.approx(0.01)
    each = comparison_fmr(0.01, 5000)
    assert 1 - (1 - each) ** 5000 == pytest.approx(0.01)
    with pytest.raises(ValueError, match="0 comparisons have no error rate"):
        comparison_fmr(0.01, 0)
    with pytest.raises(ValueError, match="is not between 0 and 1: state one like"):
        comparison_fmr(0.0, 5)


def test_the_stated_rate_is_kept_on_fresh_videos() -> None:
    people, tracks, fpir = 50, 4, 0.05
    threshold = video_threshold(LARGE, people=people, references=people, tracks=tracks, least=0.0, fpir=fpir)
    videos = np.random.default_rng(9).normal(0.0, 0.08, size=(4000, people * tracks))
    hit = float((videos.max(axis=1) >= threshold.score).mean())
    # The tail is held to be exponential or heavier, a normal one is lighter: rather too few than too many
    assert 0.003 < hit <= fpir
    assert threshold.basis is Basis.MEASURED


@settings(max_examples=40, deadline=None)
@given(
    fpirs=st.lists(st.floats(1e-6, 0.999), min_size=2, max_size=2),
    people=st.lists(st.integers(1, 3000), min_size=2, max_size=2),
    tracks=st.lists(st.integers(1, 200), min_size=2, max_size=2),
    small=st.booleans(),
)
def test_a_lower_rate_more_people_and_more_tracks_never_lower_it(
    fpirs: list[float], people: list[int], tracks: list[int], small: bool
) -> None:
    made = SMALL if small else LARGE
    (low, high), (few, many), (short, long) = sorted(fpirs), sorted(people), sorted(tracks)
    lenient = video_threshold(made, people=few, references=few, tracks=short, least=0.1, fpir=high)
    for other in (
        video_threshold(made, people=few, references=few, tracks=short, least=0.1, fpir=low),
        video_threshold(made, people=many, references=many, tracks=short, least=0.1, fpir=high),
        video_threshold(made, people=few, references=many + few, tracks=short, least=0.1, fpir=high),
        video_threshold(made, people=few, references=few, tracks=long, least=0.1, fpir=high),
    ):
        assert 0.1 <= lenient.score <= other.score <= 1.0


@pytest.mark.parametrize(
    ("made", "fmr", "basis"),
    [
        (SMALL, 0.1, Basis.MEASURED),
        (SMALL, 0.001, Basis.TOO_FEW),
        (LARGE, 0.001, Basis.MEASURED),
        (LARGE, 1e-6, Basis.EXTRAPOLATED),
    ],
)
def test_it_says_what_it_rests_on(made: Calibration, fmr: float, basis: Basis) -> None:
    assert score_at(made, fmr)[1] is basis


def test_too_few_comparisons_give_just_above_the_highest_seen() -> None:
    score, _ = score_at(SMALL, 1e-9)
    assert score > SMALL.tail[0]
    assert score == pytest.approx(SMALL.tail[0])
    assert score_at(SMALL, 0.02)[0] == pytest.approx(SMALL.tail[2])


def test_never_below_the_packs_own() -> None:
    kept = video_threshold(LARGE, people=1, references=1, tracks=1, least=0.9)
    assert (kept.score, kept.basis) == (0.9, Basis.PACK)
    assert kept.fmr == pytest.approx(0.01)


def test_references_beyond_those_of_the_calibration_count_as_people() -> None:
    pooled = calibrated(20_000, references_per_score=5)
    kinds = [
        video_threshold(made, people=people, references=references, tracks=1, least=0.0).score
        for made, people, references in ((LARGE, 100, 500), (LARGE, 500, 500), (pooled, 100, 500), (LARGE, 100, 100))
    ]
    assert kinds[0] == kinds[1] > kinds[2] == kinds[3]


def tailed(non_mated: np.ndarray) -> Calibration:
    return fit([0.9, 0.8], non_mated, modality=Modality.FACE, pack="p", people=200, source="drawn")


def test_a_tail_that_ends_is_not_believed_to_end() -> None:
    ends_at_half = tailed(np.random.default_rng(3).uniform(0, 0.5, size=20_000))
    assert score_at(ends_at_half, 1e-7)[0] > 0.6


def test_a_heavy_tail_is_followed() -> None:
    # Generalised Pareto of shape 0.3: its quantiles are known
    shape, scale = 0.3, 0.005
    uniform = np.random.default_rng(3).uniform(size=20_000)
    heavy = tailed(scale / shape * (uniform**-shape - 1))
    for fmr in (1e-3, 1e-4):
        assert score_at(heavy, fmr)[0] == pytest.approx(scale / shape * (fmr**-shape - 1), rel=0.2)


def test_an_upper_end_that_no_score_passes() -> None:
    assert score_at(LARGE, 1e-300)[0] == 1.0


def test_equal_scores_have_a_tail_too() -> None:
    flat = fit(
        [0.9, 0.8], [0.25] * 5000, modality=Modality.FACE, pack="p", people=200, source="one score, over and over"
    )
    assert score_at(flat, 1e-5)[0] == pytest.approx(0.25)
    assert score_at(flat, 1e-5)[0] > 0.25


def test_look_alikes_raise_a_threshold_and_never_lower_it() -> None:
    video = video_threshold(LARGE, people=10, references=10, tracks=1, least=0.0)
    assert person_threshold(video, None, calibration=LARGE) == video
    assert person_threshold(video, -0.5, calibration=LARGE) == video
    raised = person_threshold(video, 0.6, calibration=LARGE)
    assert raised.basis is Basis.LOOK_ALIKE
    free = [LARGE.intercept + LARGE.slope * score for score in (0.6, raised.score)]
    assert free[1] - free[0] == pytest.approx(np.log(10))
    assert person_threshold(video, 0.99, calibration=LARGE).score == 1.0
