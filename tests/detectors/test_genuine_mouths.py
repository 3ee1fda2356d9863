"""Genuine film of a person is measured as a suspect is, at the rate at which it was enrolled."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.genuine_mouths import MOST_WINDOWS, genuine_stretches, thinned_agreement
from tests.detectors.moving_faces import close_up, flow_of, speaker, speech
from tests.detectors.recognised import PERSON
from watchlist.footage import GenuineFootage

TEN_A_SECOND = slice(None, None, 3)


def enrolled(faces: NDArray[np.uint8], sound: NDArray[np.float32] | None, *, sha256: str = "f" * 64) -> GenuineFootage:
    """Film of close-ups as the watchlist keeps it: a quarter of the face's width around it, 96 px."""
    small = [cv2.resize(cv2.cvtColor(one[40:280, 40:280], cv2.COLOR_RGB2GRAY), (96, 96)) for one in faces[TEN_A_SECOND]]
    return GenuineFootage(
        person_id=PERSON.person_id,
        sha256=sha256,
        times_s=np.arange(len(small)) / 10,
        faces=np.stack(small).astype(np.uint8),
        sound=sound,
    )


@pytest.fixture(scope="module")
def faces() -> NDArray[np.uint8]:
    return speaker().faces


def test_footage_and_suspect_agree_about_the_same_film(faces: NDArray[np.uint8]) -> None:
    sound = speech()[0]
    (stretch,) = genuine_stretches([enrolled(faces, sound)])
    thinned = thinned_agreement(flow_of(close_up(faces)), sound)
    assert thinned is not None
    assert stretch.film_sha256 == "f" * 64
    assert stretch.agreement.correlation > 0.5
    assert stretch.agreement.correlation == pytest.approx(thinned.correlation, abs=0.15)
    assert abs(stretch.agreement.delay_s) < 0.1


def test_what_shows_nothing_is_left_out_and_the_number_is_bounded(faces: NDArray[np.uint8]) -> None:
    sound = speech()[0]
    whole = enrolled(faces, sound)
    silent = enrolled(faces, None, sha256="a" * 64)
    quiet = enrolled(faces, np.zeros_like(sound), sha256="b" * 64)
    short = replace(whole, times_s=whole.times_s[:20], faces=whole.faces[:20])
    empty = replace(whole, times_s=whole.times_s[:0], faces=whole.faces[:0])
    gaps = replace(whole, times_s=whole.times_s * 4)
    assert genuine_stretches([silent, quiet, short, empty, gaps]) == ()
    assert len(genuine_stretches([whole] * 5)) == MOST_WINDOWS


def test_a_short_suspect_is_not_thinned_out(faces: NDArray[np.uint8]) -> None:
    assert thinned_agreement(flow_of(close_up(faces[:60])), speech()[0]) is None
