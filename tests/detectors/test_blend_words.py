from __future__ import annotations

import numpy as np

from detectors.blend_model import blend_model
from detectors.blend_traces import KINDS
from detectors.blend_words import HEADLINES, contributors, observed
from tests.detectors.test_blend_model import made


def test_every_kind_has_a_headline_that_is_measured() -> None:
    assert set(HEADLINES) == set(KINDS)
    film = blend_model().film
    for kind, headline in HEADLINES.items():
        assert headline.trace.startswith(f"{kind}.")
        if kind in film.kinds:
            assert headline.trace in film.names
            low, high = film.usual[headline.trace]
            assert low <= high


def test_the_strongest_come_first_with_their_numbers_and_what_is_usual() -> None:
    said = contributors(made(), {"detail.0.inner-around": -0.5, "noise.luma.strength.inner-around": 0.3})
    assert said == (
        "sharpness +1.00 (for an alteration; fine detail of the inner face against hair, neck and background: 0.61 times, half "
        "of the genuine faces 0.82 times to 1.35 times); noise -0.40 (against an alteration; noise of the inner face against "
        "what is around it: 1.35 times, half of the genuine faces 1.22 times to 2.23 times)"
    )


def test_what_has_no_part_in_the_score_is_told_beside_it() -> None:
    told = observed(made(), {"scene.across.face-body": 0.2, "texture.pattern4.inner-around": np.nan, "edge.6": 0.1})
    assert "light and shadow of face and body: how much brighter the right side is" in told
    assert "1.22 times" in told
    assert "texture" not in told
    assert observed(made(), {}) == ""


def test_what_was_not_measured_is_left_out() -> None:
    assert contributors(made(), {"colour.l.inner-rim": 3.0}) == "colour +1.00 (for an alteration)"
    assert contributors(made(), {"detail.0.inner-around": np.nan}) == ""
