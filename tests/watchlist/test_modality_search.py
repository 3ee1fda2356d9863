"""Thresholds at work: never more matches with a calibration than without, look-alikes, and the weight of a match."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.calibration import Calibration, fit, with_look_alike
from watchlist.index import COSINE, Space, VectorIndex
from watchlist.modality_search import ModalitySearch, Query
from watchlist.records import Modality
from watchlist.thresholds import Basis

DIMENSION = 8
LEAST = 0.3


RNG = np.random.default_rng(2)
KNOWN = fit(
    RNG.normal(0.8, 0.1, size=300),
    RNG.normal(0.0, 0.12, size=3000),
    modality=Modality.FACE,
    pack="tiny@1",
    people=100,
    source="drawn",
)


def search(vectors: dict[str, np.ndarray], known: Calibration | None) -> ModalitySearch:
    index = VectorIndex.of(vectors, space=Space(DIMENSION, COSINE), what="face")
    return ModalitySearch(index, among=vectors, least=LEAST, calibration=known)


def people(count: int) -> dict[str, np.ndarray]:
    return {f"p{number}": np.eye(DIMENSION, dtype=np.float32)[[number]] for number in range(count)}


def query(toward: int, score: float, *, track: int = 0, creative: str = "film") -> Query:
    """A track whose best score is ``score``, against the person of that number; 0 against all others."""
    vector = np.zeros((1, DIMENSION), dtype=np.float32)
    vector[0, toward], vector[0, DIMENSION - 1] = score, math.sqrt(1 - score**2)
    return Query(creative=creative, track=track, vectors=vector, what=f"track {track}")


@settings(max_examples=15, deadline=None)
@given(
    scores=st.lists(st.floats(0.2, 0.999), min_size=1, max_size=12),
    fpir=st.sampled_from([1e-6, 0.01, 0.9]),
)
def test_with_a_calibration_the_same_tracks_match_or_fewer(scores: list[float], fpir: float) -> None:
    known = replace(KNOWN, fpir=fpir)
    asked = [query(0, score, track=number) for number, score in enumerate(scores)]
    without, with_one = search(people(3), None).hits(asked), search(people(3), known).hits(asked)
    for before, after in zip(without, with_one, strict=True):
        if after is None:
            continue
        assert before is not None
        assert (after.person_id, after.score) == (before.person_id, before.score)
        assert before.likelihood_ratio is None
        assert after.likelihood_ratio == known.likelihood_ratio(after.score)
        assert after.score >= after.threshold >= before.threshold == LEAST


def test_the_tracks_of_each_video_count_for_itself() -> None:
    one = search(people(3), KNOWN)
    alone = one.threshold("p0", tracks=1).score
    crowd = one.threshold("p0", tracks=500).score
    assert LEAST < alone < crowd < 1
    between = (alone + crowd) / 2
    asked = [query(0, between, creative="alone")]
    asked += [query(0, between, track=number, creative="crowd") for number in range(500)]
    found = one.hits(asked)
    assert found[0] is not None
    assert found[0].threshold == pytest.approx(alone)
    assert not any(found[1:])
    # One track asked about many times is one track
    assert all(one.hits([query(0, between, creative="crowd")] * 500))


def test_an_enrolled_look_alike_raises_both_thresholds_and_no_others() -> None:
    vectors = people(3)
    twin = 0.7 * vectors["p0"]
    twin[0, 5] = math.sqrt(1 - 0.49)
    known = KNOWN
    alike = search({**vectors, "twin": twin}, known)
    margin = math.log(10) / known.slope
    for person_id in ("p0", "twin"):
        raised = alike.threshold(person_id, tracks=1)
        assert raised.basis is Basis.LOOK_ALIKE
        assert raised.score == pytest.approx(0.7 + margin, abs=1e-6)
    assert alike.threshold("p1", tracks=1).basis is not Basis.LOOK_ALIKE
    just_below = alike.hits([query(0, 0.7 + margin - 0.01)])
    assert just_below == [None]


def test_a_declared_look_alike_raises_the_threshold_of_that_person() -> None:
    known = with_look_alike(KNOWN, "p1", 0.72)
    alike = search(people(3), known)
    assert alike.threshold("p1", tracks=1).score == pytest.approx(0.72 + math.log(10) / known.slope)
    assert alike.threshold("p0", tracks=1) == search(people(3), KNOWN).threshold("p0", tracks=1)


def test_without_a_calibration_a_threshold_is_raised_to_what_a_look_alike_scores() -> None:
    threshold = search(people(3), None).threshold("p0", tracks=99)
    assert (threshold.score, threshold.fmr, threshold.basis) == (LEAST, None, Basis.PACK)
    vectors = people(3)
    twin = 0.7 * vectors["p0"]
    twin[0, 5] = math.sqrt(1 - 0.49)
    alike = search({**vectors, "twin": twin}, None)
    raised = alike.threshold("p0", tracks=99)
    assert (raised.fmr, raised.basis) == (None, Basis.LOOK_ALIKE)
    assert raised.score == pytest.approx(0.7, abs=1e-6)
    assert alike.threshold("p1", tracks=99).score == LEAST
    assert alike.hits([query(0, 0.69)]) == [None]
    found = alike.hits([query(0, 0.72)])[0]
    assert found is not None
    assert (found.person_id, found.threshold, found.likelihood_ratio) == ("p0", raised.score, None)


def test_who_cannot_be_matched_now_neither_matches_nor_counts() -> None:
    held, others = people(4), ["p0", "p1"]
    index = VectorIndex.of(held, space=Space(DIMENSION, COSINE), what="face")
    now = ModalitySearch(index, among=[*others, "without vectors"], least=LEAST, calibration=KNOWN)
    assert now.owners == ("p0", "p1")
    assert now.hits([query(2, 0.99)]) == [None]
    assert now.threshold("p0", tracks=1) == search(people(2), KNOWN).threshold("p0", tracks=1)
    twin = VectorIndex.of({**held, "twin": held["p0"]}, space=Space(DIMENSION, COSINE), what="face")
    alone = ModalitySearch(twin, among=others, least=LEAST, calibration=KNOWN)
    assert alone.threshold("p0", tracks=1) == now.threshold("p0", tracks=1)


def test_bad_queries_are_named() -> None:
    bad = np.full((1, DIMENSION), np.nan, dtype=np.float32)
    with pytest.raises(ValueError, match="track 4 hold NaN"):
        search(people(2), None).hits([Query(creative="film", track=4, vectors=bad, what="track 4")])
