"""A half that differs is found with its times; one unlike moment, silence and sounds that differ throughout are not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.sound_course import parts_apart

Spectrogram = NDArray[np.float64]


def drawn(seed: int, seconds: int = 8) -> Spectrogram:
    return np.random.default_rng(seed).normal(-30, 10, (40, 100 * seconds))


def noisy(sound: Spectrogram) -> Spectrogram:
    return sound + np.random.default_rng(9).normal(0, 5, sound.shape)


def mixed(start: int, end: int) -> Spectrogram:
    both = noisy(drawn(1))
    both[:, start:end] = drawn(2)[:, start:end]
    return both


@pytest.mark.parametrize(("start", "end"), [(0, 400), (250, 600), (500, 800)])
def test_a_part_of_another_sound(start: int, end: int) -> None:
    (found,) = parts_apart(mixed(start, end), drawn(1))
    assert found.start_s == pytest.approx(start / 100, abs=0.8)
    assert found.end_s == pytest.approx(end / 100, abs=0.8)
    assert found.correlation < 0.4


def test_what_is_alike_or_unlike_throughout_has_no_parts() -> None:
    for ours in (noisy(drawn(1)), drawn(2), mixed(300, 400), drawn(1)[:, :100]):
        assert parts_apart(ours, drawn(1)[:, : ours.shape[1]]) == ()


def test_silence_is_not_compared() -> None:
    quiet = noisy(drawn(1))
    quiet[:, 200:700] = -80
    assert parts_apart(quiet, drawn(1)) == ()
