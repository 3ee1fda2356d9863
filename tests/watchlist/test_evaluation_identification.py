"""Searches in a gallery: counted here by hand, and grown to larger galleries only with a word about it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.watchlist.crowd import crowd_set, crowd_views
from watchlist.evaluation_identification import identify
from watchlist.evaluation_records import Identification
from watchlist.evaluation_scores import people_of, table
from watchlist.evaluation_thresholds import InUse


def searched(sizes: list[int], **asked: float) -> tuple[Identification, ...]:
    evaluated = crowd_set(sizes)
    views = crowd_views(evaluated, spread=0.6)
    given = {"fpir": 0.1, "gallery_size": 4, "in_use": 0.4, **asked}
    return identify(
        views,
        people_of(views, evaluated),
        metric="cosine",
        fpir=given["fpir"],
        gallery_size=int(given["gallery_size"]),
        in_use=[InUse(where="the pack", threshold=given["in_use"])],
        rng=np.random.default_rng(1),
    )


def test_the_rates_at_the_threshold_in_use_are_those_counted_by_hand() -> None:
    sizes = [3, 3, 3, 3, 3]
    evaluated = crowd_set(sizes)
    views = crowd_views(evaluated, spread=0.6)
    people = people_of(views, evaluated)
    scores = table(views, "clean", people, metric="cosine")
    own = scores[np.arange(15), people]
    others = np.where(np.eye(5, dtype=bool)[people], -np.inf, scores).max(axis=1)
    alone, missed = (others >= 0.4).mean(), 0.0
    for mine, best, row, who in zip(own, others, scores, people, strict=True):
        # One of the four others is not in a gallery of four
        better = int((np.delete(row, who) >= mine).sum())
        missed += (1.0 if mine < 0.4 else [0.0, 3 / 4, 1.0, 1.0, 1.0][better]) / 15
        assert best == np.delete(row, who).max()
    chosen, in_use = searched(sizes)
    assert in_use.where == "the pack"
    assert in_use.fpir.rate == pytest.approx(alone)
    assert in_use.fnir.rate == pytest.approx(missed)
    assert 0 < in_use.fpir.rate < 1
    assert not in_use.extrapolated
    assert chosen.where == "set here for FPIR 0.1"
    assert chosen.fpir.rate <= 0.1


def test_rates_are_functions_of_gallery_size_and_rank() -> None:
    _, in_use = searched([3] * 8)
    rows = in_use.galleries
    assert [row.gallery_size for row in rows] == [2, 5, 7]
    assert [row.fpir.rate for row in rows] == sorted(row.fpir.rate for row in rows)
    assert [row.fnir_rank_1.rate for row in rows] == sorted(row.fnir_rank_1.rate for row in rows)
    assert all(row.fnir_rank_5.rate <= row.fnir_rank_1.rate for row in rows)
    assert rows[0].fnir_rank_1.low <= rows[0].fnir_rank_1.rate <= rows[0].fnir_rank_1.high
    _, seven = searched([3] * 8, gallery_size=7)
    assert seven.fpir == rows[2].fpir
    assert seven.fnir == rows[2].fnir_rank_1


def test_a_video_of_more_strangers_shows_a_match_more_often() -> None:
    _, in_use = searched([3] * 8, gallery_size=7)
    one, three = in_use.videos
    assert [(row.tracks, row.gallery_size) for row in in_use.videos] == [(1, 7), (3, 5)]
    assert one.fpir.rate == pytest.approx(in_use.fpir.rate, abs=0.05), "drawn, where the other is counted"
    assert three.fpir.rate > one.fpir.rate
    assert three.fpir.high - three.fpir.low > one.fpir.high - one.fpir.low, "two videos that share nobody are few"
    assert not searched([3] * 4)[1].videos[1:], "of four people no gallery is left for three strangers"


def test_the_chosen_threshold_is_the_lowest_that_keeps_the_rate() -> None:
    evaluated = crowd_set([3] * 5)
    views = crowd_views(evaluated, spread=0.6)
    people = people_of(views, evaluated)
    scores = table(views, "clean", people, metric="cosine")
    others = np.sort(np.where(np.eye(5, dtype=bool)[people], -np.inf, scores).max(axis=1))
    chosen, _ = searched([3] * 5, fpir=0.2)
    assert others[-2] > others[-3] == others[-4], "three may match, but the third and the fourth are equally alike"
    assert chosen.threshold == np.nextafter(others[-3], np.inf)
    assert chosen.fpir.rate == pytest.approx(2 / 15)


def test_a_larger_gallery_is_extrapolated_and_said_to_be() -> None:
    _, four = searched([3] * 5)
    chosen, forty = searched([3] * 5, gallery_size=40)
    assert forty.extrapolated
    assert forty.measured_with == 4
    assert forty.fpir.rate == pytest.approx(1 - (1 - four.fpir.rate) ** 10)
    assert forty.fnir == four.fnir
    assert forty.note is not None
    assert "as if people were independent" in forty.note
    assert chosen.fpir.rate <= 0.1


def test_so_few_searches_cannot_show_a_low_rate() -> None:
    chosen, _ = searched([3] * 5, fpir=0.001)
    assert chosen.note is not None
    assert "15 searches cannot show so low a rate" in chosen.note
    assert chosen.fpir.rate == 0
    both = searched([3] * 5, fpir=0.001, gallery_size=40)[0].note
    assert both is not None
    assert "extrapolated" in both
    assert chosen.note in both


def test_there_is_no_search_without_others_or_without_a_second_file() -> None:
    assert searched([3, 3]) == ()
    assert searched([1, 1, 1]) == ()
