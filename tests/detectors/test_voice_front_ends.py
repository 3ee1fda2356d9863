from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.voice_front_ends import FRONT_ENDS, WAVELETS, WINDOW, views, wavelet_view
from tests.portrait_film import babble

Sound = NDArray[np.float32]


def window(seed: int = 3) -> Sound:
    return babble(3.0, seed=seed)


@pytest.mark.parametrize(
    "sound",
    [
        window(),
        np.zeros(WINDOW),
        np.ones(WINDOW),
        np.eye(1, WINDOW)[0],
        np.random.default_rng(1).normal(0, 1e-7, WINDOW),
        np.concatenate([np.zeros(WINDOW - 100), np.ones(100)]),
    ],
)
def test_every_front_end_answers_finite_numbers_of_the_same_length_for_any_sound(sound: Sound) -> None:
    ordinary, odd = views(window(1)), views(sound.astype(np.float32))
    assert list(odd) == list(FRONT_ENDS)
    for name, row in odd.items():
        assert row.dtype == np.float32
        assert row.shape == ordinary[name].shape
        assert np.isfinite(row).all()


def test_loudness_changes_nothing() -> None:
    quiet, loud = views(window() * np.float32(0.01)), views(window())
    for name, row in loud.items():
        assert np.allclose(quiet[name], row, atol=0.02 * np.abs(row).max())


def test_neighbouring_wavelets_rise_together_only_where_pulses_line_up() -> None:
    rng = np.random.default_rng(1)
    at = np.arange(WINDOW) / 16_000
    partials = np.arange(1, 50)
    together = np.sum([np.cos(2 * np.pi * 120 * partial * at) for partial in partials], axis=0)
    apart = np.sum([np.cos(2 * np.pi * 120 * partial * at + rng.uniform(0, 7)) for partial in partials], axis=0)
    first, second = (wavelet_view(sound.astype(np.float32)) for sound in (together, apart))
    beside = slice(3 * WAVELETS, 4 * WAVELETS)
    assert first[beside].mean() > second[beside].mean() + 0.1
