from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors import film_alignment
from detectors.film_alignment import (
    SAME_MOVEMENT,
    Alignment,
    FaceSeries,
    locate,
)
from detectors.shift_search import aligned_stretch
from detectors.source_verdicts import OTHER_GAP
from tests.factories import sha
from tests.portrait_film import grey_faces, portrait_frames
from watchlist.footage import GenuineFootage


@cache
def portrait(seconds: float, *, seed: int = 1, mouth_seed: int = 2, still_above: bool = False) -> NDArray[np.uint8]:
    return grey_faces(portrait_frames(seconds, seed=seed, mouth_seed=mouth_seed, still_above=still_above))


def noisy(faces: NDArray[np.uint8], seed: int = 5) -> NDArray[np.uint8]:
    noise = np.random.default_rng(seed).normal(0, 2, faces.shape)
    return np.clip(faces + noise, 0, 255).astype(np.uint8)


def series(faces: NDArray[np.uint8]) -> FaceSeries:
    return FaceSeries(times_s=np.arange(len(faces)) / 10, faces=faces)


@pytest.fixture(scope="module")
def film() -> GenuineFootage:
    faces = noisy(portrait(6.0), seed=4)
    return GenuineFootage(
        person_id="aysel-quliyeva", sha256=sha("film"), times_s=np.arange(len(faces)) / 10, faces=faces, sound=None
    )


def test_a_cut_copy_is_found_at_its_time_and_is_the_same(film: GenuineFootage) -> None:
    [found] = locate(series(noisy(portrait(6.0)[12:45])), [film])
    assert found.shift.seconds == pytest.approx(1.2, abs=0.03)
    assert not found.mirrored
    assert found.agreement.reference_start_s == pytest.approx(1.2, abs=0.03)
    assert found.agreement.gap < 0.01


def test_a_mirrored_copy_is_found_mirrored(film: GenuineFootage) -> None:
    [found] = locate(series(noisy(portrait(6.0))).mirrored(), [film])
    assert found.mirrored


def test_another_mouth_at_the_same_time_shows_as_a_gap(film: GenuineFootage) -> None:
    [found] = locate(series(noisy(portrait(6.0, mouth_seed=9))), [film])
    assert found.shift.seconds == pytest.approx(0.0, abs=0.05)
    assert found.agreement.gap > 0.03


def test_a_mouth_that_is_another_for_a_while_shows_in_the_course_and_not_in_the_medians(film: GenuineFootage) -> None:
    mixed = portrait(6.0).copy()
    mixed[10:27] = portrait(6.0, mouth_seed=9)[10:27]
    [found] = locate(series(noisy(mixed)), [film])
    assert found.agreement.gap < 0.01
    [change] = found.agreement.course.changes()
    assert 0.7 < change.start_s < change.end_s < 3.0
    [same] = locate(series(noisy(portrait(6.0))), [film])
    assert same.agreement.course.changes() == ()


def test_another_film_of_the_same_face_does_not_align(film: GenuineFootage) -> None:
    assert locate(series(noisy(portrait(6.0, seed=7, mouth_seed=9))), [film]) == ()


def test_a_frozen_picture_does_not_align(film: GenuineFootage) -> None:
    still = np.repeat(film.faces[20:21], 60, axis=0)
    assert locate(series(still), [film]) == ()


def test_where_only_the_mouth_moves_it_can_say_same_but_never_different() -> None:
    frozen = noisy(portrait(6.0, still_above=True), seed=4)
    film = GenuineFootage(
        person_id="aysel-quliyeva", sha256=sha("film"), times_s=np.arange(60) / 10, faces=frozen, sound=None
    )
    [same] = locate(series(noisy(portrait(6.0, still_above=True))), [film])
    assert same.agreement.gap < 0.01
    other = portrait(6.0, still_above=True, mouth_seed=9)
    assert locate(series(noisy(other)), [film]) == ()


def test_a_clip_of_which_only_a_part_is_in_the_film_is_aligned_there(film: GenuineFootage) -> None:
    strange = portrait(3.0, seed=7, mouth_seed=9)[:, :, ::-1]
    mixed = np.concatenate([noisy(film.faces[10:45]), noisy(strange)])
    [found] = locate(series(mixed), [film])
    assert found.agreement.end_s < 3.9


def test_pieces_in_another_order_are_found_each_at_its_time(film: GenuineFootage) -> None:
    pieces = np.concatenate([film.faces[32:60], film.faces[0:28]])
    first, second = locate(series(noisy(pieces)), [film])
    assert first.agreement.start_s == pytest.approx(0.0, abs=0.3)
    assert first.agreement.reference_start_s == pytest.approx(3.2, abs=0.3)
    assert first.agreement.end_s == pytest.approx(2.7, abs=0.5)
    assert second.agreement.end_s == pytest.approx(5.5, abs=0.3)
    assert second.agreement.reference_end_s == pytest.approx(2.7, abs=0.3)


def test_a_sped_copy_is_found_with_its_speed(film: GenuineFootage) -> None:
    chosen = np.rint(np.arange(0, 59, 1.1)).astype(int)
    [found] = locate(series(noisy(film.faces[chosen])), [film])
    assert found.shift.speed == pytest.approx(1.1, abs=0.011)
    assert found.agreement.reference_end_s == pytest.approx(5.8, abs=0.2)


def test_too_short_and_empty_films_align_with_nothing(film: GenuineFootage) -> None:
    empty = FaceSeries(times_s=np.zeros(0), faces=np.zeros((0, 96, 96), dtype=np.uint8))
    assert locate(empty, [film]) == ()
    assert locate(series(film.faces[:10]), [film]) == ()
    assert locate(series(film.faces), []) == ()


def test_a_mirrored_copy_is_searched_only_mirrored(film: GenuineFootage) -> None:
    assert film_alignment._ways(series(film.faces), film) == [False]
    assert film_alignment._ways(series(film.faces).mirrored(), film) == [True]


def test_two_frames_a_second_find_the_moment_and_the_verdict() -> None:
    genuine = portrait(11.0)
    film = GenuineFootage(
        person_id="aysel-quliyeva", sha256=sha("film"), times_s=np.arange(110) / 10, faces=noisy(genuine, 4), sound=None
    )
    found: list[Alignment] = []
    for faces in (genuine, portrait(11.0, mouth_seed=9)):
        sparse = noisy(faces[21:110:5])
        found += locate(FaceSeries(times_s=np.arange(len(sparse)) / 2, faces=sparse), [film])
    same, other = found
    for aligned in (same, other):
        assert aligned.shift.seconds == pytest.approx(2.1, abs=0.05)
        assert aligned.agreement.pairs == 18
    assert same.agreement.gap < 0.005
    assert other.agreement.gap > OTHER_GAP
    assert same.agreement.mouth_movement > SAME_MOVEMENT > other.agreement.mouth_movement


def test_the_stretch_is_the_run_that_the_window_lies_in_with_short_breaks_bridged() -> None:
    good = np.array([True] * 6 + [False] * 12 + [True] * 10 + [False] * 8 + [True] * 12)
    assert aligned_stretch(good, slice(20, 26), bridge=10) == slice(18, 48)
    assert aligned_stretch(good, slice(20, 26), bridge=5) == slice(18, 28)
    assert aligned_stretch(np.zeros(20, dtype=bool), slice(0, 20), bridge=5) == slice(0, 0)
