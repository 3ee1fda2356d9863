"""What lies at another moment beside a piece is not taken for a generated mouth; a mouth that is another stays another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.film_alignment import Alignment, FaceSeries, compare, locate
from detectors.own_moments import own_moments
from detectors.source_verdicts import picture_verdict
from tests.detectors.test_film_alignment import film as film
from tests.detectors.test_film_alignment import noisy, portrait, series
from watchlist.footage import GenuineFootage


def whole(suspect: FaceSeries, found: Alignment, film: GenuineFootage) -> Alignment:
    """The alignment, as if all of the suspect belonged to it."""
    agreement = compare(suspect, film, shift=found.shift, stretch=slice(0, len(suspect.faces)))
    assert agreement is not None
    return replace(found, agreement=agreement)


def otherwise(faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same face under light from the side, as at another moment of a shot."""
    return np.clip(0.7 * faces + 0.3 * faces[:, :, ::-1], 0, 255).astype(np.uint8)


@pytest.mark.parametrize("before", [True, False])
def test_a_piece_is_cut_down_to_what_is_of_its_moment(film: GenuineFootage, before: bool) -> None:
    piece, other = portrait(6.0)[12:45], otherwise(portrait(6.0, seed=31, mouth_seed=32)[:16])
    suspect = series(noisy(np.concatenate([other, piece] if before else [piece, other])))
    found = max(locate(suspect, [film]), key=lambda one: one.agreement.pairs)
    bled = whole(suspect, found, film)
    assert not bled.agreement.same_mouth
    assert bled.agreement.same_face
    cut = own_moments(suspect, bled)
    assert picture_verdict(cut.agreement).claim == "same_as_genuine"
    assert cut.agreement.end_s - cut.agreement.start_s == pytest.approx(3.2, abs=0.4)


def test_another_mouth_stays_another_throughout(film: GenuineFootage) -> None:
    suspect = series(noisy(portrait(6.0, mouth_seed=9)))
    [found] = locate(suspect, [film])
    cut = own_moments(suspect, found)
    assert picture_verdict(cut.agreement).claim == "mouth_regenerated"
    assert (cut.agreement.start_s, cut.agreement.end_s) == (found.agreement.start_s, found.agreement.end_s)


def test_what_is_the_same_already_is_left_alone(film: GenuineFootage) -> None:
    suspect = series(noisy(portrait(6.0)[12:45]))
    [found] = locate(suspect, [film])
    assert own_moments(suspect, found) is found
