"""Copies go through all that the red team does to a film."""

from __future__ import annotations

import numpy as np

from tests.alignment_media import copies
from tests.film_variants import Film
from tests.redteam.conditions import CONDITIONS


def test_copies_go_through_every_condition_of_the_red_team() -> None:
    pictures = [np.full((48, 64, 3), 9 * number % 250, dtype=np.uint8) for number in range(90)]
    film = Film(pictures=pictures, rate=10)
    made = {copy.name: copy for copy in copies(film, film)}
    for condition in CONDITIONS:
        copy = made[condition.name]
        assert copy.encoding["bit_rate"] == condition.encoding.bit_rate
        assert copy.encoding["height"] == condition.encoding.height
        assert copy.encoding["sound_codec"] == condition.encoding.sound_codec
        (piece,) = copy.pieces
        assert piece[1] == 7.5 / condition.speed
    assert {"split screen", "picture in picture", "slides between", "recut"} <= set(made)
