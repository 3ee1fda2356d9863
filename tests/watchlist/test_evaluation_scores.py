"""Which items are compared, and that a comparison in a condition has a degraded suspect and a clean reference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.watchlist.crowd import crowd_set, crowd_views
from watchlist.evaluation_scores import BELOW_ALL, compared, pairs_of, people_of, scores, table
from watchlist.evaluation_views import Views


def test_every_pair_of_different_files_once() -> None:
    evaluated = crowd_set([2, 3, 1])
    pairs = pairs_of(crowd_views(evaluated, spread=0.1), evaluated, rng=np.random.default_rng(0))
    assert {(a, b) for a, b in zip(pairs.left, pairs.right, strict=True)} == {
        (a, b) for a in range(6) for b in range(a + 1, 6)
    }
    assert len(pairs.left) == 15
    assert pairs.same.sum() == 1 + 3
    assert pairs.possible == 11


def test_segments_of_one_recording_are_never_compared() -> None:
    evaluated = crowd_set([2, 1])
    views = crowd_views(evaluated, spread=0.1)
    segments = replace(views, files=np.array([0, 0, 2]))
    pairs = pairs_of(segments, evaluated, rng=np.random.default_rng(0))
    assert not pairs.same.any()
    assert sorted(zip(pairs.left, pairs.right, strict=True)) == [(0, 2), (1, 2)]


def test_listed_pairs_only() -> None:
    evaluated = crowd_set([2, 2], listed=((0, 1), (3, 0)))
    pairs = pairs_of(crowd_views(evaluated, spread=0.1), evaluated, rng=np.random.default_rng(0))
    assert list(zip(pairs.left, pairs.right, pairs.same, strict=True)) == [(0, 1, True), (3, 0, False)]


@pytest.mark.parametrize("most", [30, 5])
def test_of_very_many_strangers_some_are_drawn_and_all_mated_kept(most: int) -> None:
    evaluated = crowd_set([3] * 6)
    views = crowd_views(evaluated, spread=0.1)
    drawn = [pairs_of(views, evaluated, rng=np.random.default_rng(seed), most=most) for seed in (1, 1, 2)]
    people = people_of(views, evaluated)
    for pairs in drawn:
        assert pairs.same.sum() == 6 * 3
        assert (~pairs.same).sum() == most
        assert pairs.possible == 135
        assert (people[pairs.left] != people[pairs.right])[~pairs.same].all()
        assert len(set(zip(pairs.left, pairs.right, strict=True))) == len(pairs.left)
    assert np.array_equal(drawn[0].right, drawn[1].right)
    assert not np.array_equal(drawn[0].right, drawn[2].right)


def test_in_a_condition_each_of_a_pair_is_the_suspect_once() -> None:
    evaluated = crowd_set([2])
    views = crowd_views(evaluated, spread=0.3, degraded={"mirror": 0.5})
    pairs = pairs_of(views, evaluated, rng=np.random.default_rng(0))
    clean, dirty = (views.vectors[name][:, 0].astype(np.float64) for name in ("clean", "mirror"))
    assert scores(views, pairs, "clean", metric="cosine") == pytest.approx(np.array([[clean[0] @ clean[1]]]))
    assert scores(views, pairs, "mirror", metric="cosine") == pytest.approx(
        np.array([[dirty[0] @ clean[1]], [dirty[1] @ clean[0]]])
    )
    far = 1 - np.linalg.norm(dirty[0] - clean[1])
    assert scores(views, pairs, "mirror", metric="euclidean")[0, 0] == pytest.approx(far)


def test_of_several_views_the_most_alike_counts_and_what_was_not_found_has_no_score() -> None:
    evaluated = crowd_set([1, 1])
    one = np.array([[[1, 0], [0, 1]], [[0, 1], [np.nan, np.nan]]], dtype=np.float32)
    lost = np.array([[[np.nan, np.nan]] * 2, [[0, 1], [1, 0]]], dtype=np.float32)
    views = Views(
        modality=crowd_views(evaluated, spread=0.1).modality,
        files=np.arange(2),
        sizes=np.ones(2),
        vectors={"clean": one, "mirror": lost},
        asked={name: np.ones(2, dtype=np.bool_) for name in ("clean", "mirror")},
    )
    pairs = pairs_of(views, evaluated, rng=np.random.default_rng(0))
    assert scores(views, pairs, "clean", metric="cosine").tolist() == [[1.0]]
    both = scores(views, pairs, "mirror", metric="cosine")
    assert np.isnan(both[0, 0])
    assert both[1, 0] == 1.0
    ours = compared(both, people_of(views, evaluated), pairs)
    assert ours.non_mated.tolist() == [1.0 - BELOW_ALL, 1.0]
    assert ours.non_mated_people.tolist() == [[0, 1], [0, 1]]
    assert not len(ours.mated)


def test_the_table_pools_over_the_other_files_of_each_person() -> None:
    evaluated = crowd_set([2, 1])
    views = crowd_views(evaluated, spread=0.4)
    found = table(views, "clean", people_of(views, evaluated), metric="cosine")
    rows = views.vectors["clean"][:, 0].astype(np.float64)
    assert found == pytest.approx(
        np.array(
            [
                [rows[0] @ rows[1], rows[0] @ rows[2]],
                [rows[0] @ rows[1], rows[1] @ rows[2]],
                [max(rows[2] @ rows[0], rows[2] @ rows[1]), -np.inf],
            ]
        )
    )
