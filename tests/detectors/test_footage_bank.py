"""A bank of film: the place of a suspect is found among many films, mirrored, sped, cut, or not at all."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.footage_bank import FootageBank, MarkedFilm
from watchlist.film_marks import Marks, mirrored_marks


def made_film(seed: int, *, seconds: int = 60) -> MarkedFilm:
    """Marks that keep to a look of their own and wander about it."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0, 8, (2 * seconds, 64))
    wandering = np.stack([np.convolve(column, np.ones(5) / 2, mode="same") for column in steps.T], axis=1)
    marks = np.clip(rng.normal(0, 30, 64) + wandering, -127, 127).astype(np.int8)
    return MarkedFilm(times_s=np.arange(2 * seconds) / 2, marks=marks)


@pytest.fixture(scope="module")
def films() -> list[MarkedFilm]:
    return [made_film(seed) for seed in range(60)]


def noisy(marks: Marks) -> Marks:
    return np.clip(marks + np.random.default_rng(9).normal(0, 4, marks.shape), -127, 127).astype(np.int8)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_stretch_is_found_in_its_film_at_its_time(films: list[MarkedFilm], mirrored: bool) -> None:
    marks = noisy(films[41].marks[30:50])
    best = FootageBank(films).search(mirrored_marks(marks) if mirrored else marks, np.arange(20) / 2)[0]
    assert best.film == 41
    assert best.mirrored is mirrored
    assert best.start_s == pytest.approx(15.0, abs=0.5)
    assert best.end_s == pytest.approx(24.5, abs=0.5)
    assert best.score > 0.8


def test_a_sped_stretch_is_found(films: list[MarkedFilm]) -> None:
    times_s = np.arange(24) / 2
    at = np.rint(2 * (20 + 1.1 * times_s)).astype(int)
    best = FootageBank(films).search(noisy(films[3].marks[at]), times_s)[0]
    assert best.film == 3
    assert best.start_s == pytest.approx(20.0, abs=1.0)
    assert best.end_s == pytest.approx(32.65, abs=1.0)


def test_pieces_of_two_films_give_two_places(films: list[MarkedFilm]) -> None:
    marks = noisy(np.concatenate([films[5].marks[60:76], films[6].marks[10:26]]))
    places = FootageBank(films).search(marks, np.arange(32) / 2)
    assert {place.film for place in places[:2]} == {5, 6}


def test_strange_film_scores_low_and_empty_ones_give_nothing(films: list[MarkedFilm]) -> None:
    strange = made_film(999)
    bank = FootageBank(films)
    assert all(place.score < 0.6 for place in bank.search(strange.marks[:20], strange.times_s[:20]))
    assert bank.search(strange.marks[:0], strange.times_s[:0]) == []
    nothing = MarkedFilm(times_s=np.zeros(0), marks=np.zeros((0, 64), dtype=np.int8))
    assert FootageBank([nothing]).search(strange.marks, strange.times_s) == []
    assert FootageBank([]).search(strange.marks, strange.times_s) == []
