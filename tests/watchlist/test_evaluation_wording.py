"""Figures as people read them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.watchlist.evaluations import HOSTILE, crowd_evaluation
from watchlist.evaluation_records import Rate, Target
from watchlist.evaluation_wording import headline, interval, percent, points, printable, verdict


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0.0 %"), (1.0, "100.0 %"), (0.9874, "98.7 %"), (0.005, "0.50 %"), (0.0001, "0.010 %")],
)
def test_small_shares_keep_their_digits(share: float, words: str) -> None:
    assert percent(share) == words


def test_points_that_round_to_nothing_have_no_sign() -> None:
    assert [points(value) for value in (-0.04, 0.04, -0.06, 12.34)] == ["0.0", "0.0", "-0.1", "12.3"]


def test_an_interval_is_one_phrase() -> None:
    assert interval(Rate(rate=0.95, low=0.9, high=1.0)) == "90.0 to 100.0 %"


def test_the_headline_says_what_was_reached_and_what_costs_most() -> None:
    faces, voices = crowd_evaluation(spread=0.3, degraded=2.0).modalities
    said = headline(faces)
    assert "of the same person" in said
    assert "at a threshold that none of the 135 comparisons of different people reaches" in said
    assert "The most costly condition is mirror:" in said
    assert headline(voices).startswith("Nothing could be measured: no voice was found in any file")


def test_a_headline_says_what_a_measured_rate_means() -> None:
    faces = crowd_evaluation().modalities[0]
    assert faces.figures is not None
    subset = faces.figures.subsets[-1]
    clean = subset.conditions[0]
    sure = replace(clean, points=tuple(replace(point, measurable=True) for point in clean.points))
    figures = replace(faces.figures, subsets=(replace(subset, conditions=(sure,)),))
    assert "where one in a thousand comparisons of different people matches" in headline(
        replace(faces, figures=figures)
    )


def test_names_cannot_turn_the_reading_direction() -> None:
    assert printable(HOSTILE) == "<script>alert(1)</script>/\ufffd.jpg"


def test_a_verdict_says_why() -> None:
    target = Target(what="x", wanted="y", reached="z", met=True, missed_by="", why=None)
    assert verdict(target) == "met"
    assert verdict(replace(target, why="but of few")) == "met, but of few"
    assert verdict(replace(target, met=False, missed_by="2 points", why="of few")) == "missed by 2 points: of few"
    assert verdict(replace(target, met=False, missed_by="2 points")) == "missed by 2 points"
    few = replace(target, met=False, not_shown="5 ads")
    assert verdict(few) == "not shown by 5 ads"
    assert verdict(replace(few, missed_by="2 points", why="x")) == "not shown by 5 ads; 2 points short here: x"
