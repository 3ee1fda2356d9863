"""A mouth's opening is measured without landmarks of the lips, at any frame rate that shows syllables."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.mouth_motion import GRID_PER_S, mouth_motion, speech_band
from tests.detectors.moving_faces import close_up, face, flow_of, speech, talking


@pytest.mark.parametrize("rate", [20.0, 30.0])
def test_the_movement_follows_the_opening(rate: float) -> None:
    _, opening = speech(4.0)
    wanted = np.interp(np.arange(0, 3.9, 1 / rate), np.arange(len(opening)) / 30, opening)
    mouth = mouth_motion(flow_of(close_up(talking(wanted), rate=rate)))
    assert mouth is not None
    assert mouth.end_s == pytest.approx(3.9, abs=0.1)
    truth = speech_band(opening[: len(mouth.movement)], rate=rate)
    for curve in (mouth.movement, mouth.opening):
        assert np.corrcoef(curve, truth)[0, 1] > 0.7
    assert 0.002 < mouth.amplitude < 0.03


def test_a_still_mouth_has_no_amplitude() -> None:
    mouth = mouth_motion(flow_of(close_up(np.repeat(face()[None], 60, axis=0))))
    assert mouth is not None
    assert mouth.amplitude < 1e-4
    assert np.isfinite(mouth.movement).all()


@pytest.mark.parametrize(("count", "rate"), [(20, 30.0), (6, 2.0)])
def test_too_short_or_too_sparse_is_none(count: int, rate: float) -> None:
    assert mouth_motion(flow_of(close_up(np.repeat(face()[None], count, axis=0), rate=rate))) is None


def test_slow_and_fast_changes_are_taken_out() -> None:
    at = np.arange(0, 6, 1 / GRID_PER_S)
    kept = [float(speech_band(np.sin(2 * np.pi * hertz * at))[30:-30].std()) for hertz in (0.1, 4.0, 14.0)]
    assert kept[0] < 0.1
    assert kept[1] == pytest.approx(np.sqrt(0.5), rel=0.1)
    assert kept[2] < 0.1
