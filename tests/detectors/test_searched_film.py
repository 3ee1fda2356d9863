"""Little film is searched whole; of much, only the places that its marks point to, with the same answer."""

from __future__ import annotations

import numpy as np
import pytest

from detectors import searched_film
from detectors.film_alignment import FaceSeries
from detectors.searched_film import locate_in, places
from tests.factories import sha
from tests.portrait_film import grey_faces, portrait_frames
from watchlist.footage import GenuineFootage


@pytest.fixture(scope="module")
def films() -> tuple[GenuineFootage, ...]:
    made = []
    for number, seconds in enumerate((12.0, 12.0)):
        faces = grey_faces(portrait_frames(seconds, seed=20 + number, mouth_seed=40 + number))
        times_s = np.arange(len(faces)) / 10
        made.append(
            GenuineFootage(person_id="aysel", sha256=sha(f"film {number}"), times_s=times_s, faces=faces, sound=None)
        )
    return tuple(made)


def test_a_large_collection_gives_the_whole_film_back(
    films: tuple[GenuineFootage, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searched_film, "WHOLE_S", 10.0)
    suspect = FaceSeries(times_s=np.arange(40) / 10, faces=films[1].faces[50:90])
    assert all(len(place.times_s) <= 120 for place in places(suspect, films))
    [found] = locate_in(suspect, films)
    assert found.film is films[1]
    assert found.agreement.reference_start_s == pytest.approx(5.0, abs=0.05)


def test_no_faces_are_nowhere(films: tuple[GenuineFootage, ...]) -> None:
    assert locate_in(FaceSeries(times_s=np.zeros(0), faces=films[0].faces[:0]), films) == ()
