"""What platforms and forgers do to films keeps sound and picture together and can be read again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import av
import numpy as np
import pytest

from tests.film_variants import RATE_HZ, Film, read_film
from tests.redteam.conditions import (
    CONDITIONS,
    SLIDE_SIZE_PX,
    Condition,
    picture_in_picture,
    slideshow,
    split_screen,
    with_words,
)


def film(seconds: float = 1.0, *, rate: int = 10, shade: int = 60) -> Film:
    pictures = [np.full((96, 128, 3), shade + number, np.uint8) for number in range(round(seconds * rate))]
    sound = 0.3 * np.sin(np.arange(round(seconds * RATE_HZ)) * 440 * 2 * np.pi / RATE_HZ)
    return Film(pictures=pictures, rate=rate, sound=sound.astype(np.float32))


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.name)
def test_each_condition_gives_a_film_that_can_be_read(condition: Condition, tmp_path: Path) -> None:
    changed = condition.apply(film(), np.random.default_rng(1))
    assert changed.seconds == pytest.approx(1.0 / condition.speed, abs=0.11)
    assert changed.sound is not None
    assert len(changed.sound) / RATE_HZ == pytest.approx(1.0 / condition.speed, abs=0.01)
    path = condition.encoding.write(changed, tmp_path / "film.mp4")
    again = read_film(path, seconds=5.0)
    assert again.pictures[0].shape == changed.pictures[0].shape
    assert again.sound is not None
    with av.open(str(path)) as container:
        heard = container.streams.audio[0].codec_context.name
    assert heard.startswith({"aac": "aac", "libmp3lame": "mp3"}[condition.encoding.sound_codec])


def test_the_same_film_gives_the_same_bytes(tmp_path: Path) -> None:
    first, again = (CONDITIONS[0].encoding.write(film(), tmp_path / name) for name in ("a.mp4", "b.mp4"))
    assert first.read_bytes() == again.read_bytes()


def test_music_alone_stands_under_a_silent_film() -> None:
    music = next(one for one in CONDITIONS if one.name == "music")
    made = music.apply(dataclasses.replace(film(), sound=None), np.random.default_rng(1))
    assert made.sound is not None
    assert len(made.sound) == RATE_HZ
    assert 0.1 < np.abs(made.sound).max() <= 0.2


def test_a_slideshow_lasts_as_long_as_its_voice() -> None:
    voice = film(3.2).sound
    assert voice is not None
    shown = slideshow([np.full((50, 90, 3), shade, np.uint8) for shade in (40, 200)], voice)
    assert shown.seconds == pytest.approx(3.2)
    assert shown.pictures[0].shape == (SLIDE_SIZE_PX[1], SLIDE_SIZE_PX[0], 3)
    middles = [int(picture[180, 240, 0]) for picture in shown.pictures]
    assert middles[0] == 40
    assert middles[20] == 200
    assert middles[-1] == 40


def test_a_picture_in_a_picture_is_small_and_the_ground_stays() -> None:
    inset = picture_in_picture(film(), np.full((300, 400, 3), 250, np.uint8))
    picture = inset.pictures[0]
    assert picture[10, 240].tolist() == [250, 250, 250]
    assert picture[300, 400].tolist() == [60, 60, 60]


def test_a_split_screen_shows_both_for_as_long_as_the_shorter() -> None:
    both = split_screen(film(2.0), film(1.0, rate=5, shade=200))
    assert len(both.pictures) == 10
    assert both.sound is not None
    assert len(both.sound) == RATE_HZ
    assert both.pictures[9][50, 10, 0] == 69
    assert both.pictures[9][50, 200, 0] == 204


def test_words_are_written_below_and_cover_nothing() -> None:
    picture = np.full((200, 300, 3), 90, np.uint8)
    written = with_words(picture, "DEPOSIT $250, EARN $5,000 A MONTH, GUARANTEED PROFIT! REGISTER NOW")
    assert (written[:200] == picture).all()
    assert written.shape[0] > 240
