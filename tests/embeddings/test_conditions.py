"""The tables of conditions: chosen by name, deterministic, applied to pictures and sound alike."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.conditions import ALL, CLEAN, PICTURE_CONDITIONS, SOUND_CONDITIONS, chosen, shown_at


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    rng = np.random.default_rng(5)
    return np.repeat(np.repeat(rng.integers(0, 256, (24, 20, 3), dtype=np.uint8), 10, axis=0), 10, axis=1)


@pytest.fixture(scope="module")
def voice() -> np.ndarray:
    at = np.arange(32_000) / 16_000
    return (0.3 * np.sin(2 * np.pi * 300 * at) * (np.sin(2 * np.pi * 2 * at) > 0)).astype(np.float32)


def names(conditions: tuple[object, ...]) -> list[str]:
    return [getattr(condition, "name") for condition in conditions]  # noqa: B009


def test_clean_is_always_among_the_chosen_and_first() -> None:
    pictures, sounds = chosen(["mp3-48k", "mirror"])
    assert names(pictures) == [CLEAN, "mirror"]
    assert names(sounds) == [CLEAN, "mp3-48k"]


def test_a_name_of_both_tables_stands_for_both_and_all_for_everything() -> None:
    pictures, sounds = chosen(["noise"])
    assert names(pictures) == names(sounds) == [CLEAN, "noise"]
    pictures, sounds = chosen([ALL])
    assert names(pictures) == list(PICTURE_CONDITIONS)
    assert names(sounds) == list(SOUND_CONDITIONS)


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match=r"no condition 'mp3'; the conditions are: clean, .*h264-200k-360p.*mp3-48k.*all"
    ):
        chosen(["clean", "mp3"])


@pytest.mark.parametrize("name", PICTURE_CONDITIONS)
def test_a_picture_condition_is_deterministic_and_leaves_its_input_alone(name: str, picture: np.ndarray) -> None:
    before = picture.copy()
    condition = PICTURE_CONDITIONS[name]
    one, other = (shown_at(picture, condition, face_px=120, rng=np.random.default_rng(7)) for _ in range(2))
    assert one is not None
    assert other is not None
    assert one.dtype == np.uint8
    assert one.ndim == 3
    assert np.array_equal(one, other)
    assert np.array_equal(picture, before)
    assert (name == CLEAN) == (one.shape == picture.shape and np.array_equal(one, picture))


@pytest.mark.parametrize("name", SOUND_CONDITIONS)
def test_a_sound_condition_is_deterministic_and_keeps_the_length(name: str, voice: np.ndarray) -> None:
    before = voice.copy()
    one, other = (SOUND_CONDITIONS[name].apply(voice, np.random.default_rng(7)) for _ in range(2))
    assert one.dtype == np.float32
    assert one.shape == voice.shape
    assert float(np.abs(one).max()) <= 1.0
    assert np.array_equal(one, other)
    assert np.array_equal(voice, before)
    assert (name == CLEAN) == np.array_equal(one, voice)


def test_a_size_condition_scales_by_the_face_and_skips_faces_that_are_smaller(picture: np.ndarray) -> None:
    condition = PICTURE_CONDITIONS["face-48px"]
    shown = shown_at(picture, condition, face_px=120, rng=np.random.default_rng(1))
    assert shown is not None
    assert shown.shape == (96, 80, 3)
    assert shown_at(picture, condition, face_px=47, rng=np.random.default_rng(1)) is None
