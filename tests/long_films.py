"""A long film put together from the development media, and what a forger does to a little of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from tests.film_variants import Film, Picture, captioned, read_film, read_sound

RATE, RATE_HZ = 25, 16_000
WIDTH_PX, HEIGHT_PX = 480, 270
MOST_OF_ONE_S = 12.0


def long_film(media: Path, *, seconds: float) -> Film:
    """So many seconds of one shot after the other, as far as the media last, under speech that goes on throughout.

    The first is ``kim_7s_raw``, of which a lip-synced version exists.
    """
    files = [media / "wav2lip_gfpgan/kim_7s_raw.mp4", *sorted((media / "dfl_pairs").glob("*.mp4"))]
    pictures: list[Picture] = []
    for path in files:
        if len(pictures) < seconds * RATE:
            pictures += _shot(path, part=_left if path.parent.name == "dfl_pairs" else _whole)
    pictures = pictures[: round(seconds * RATE)]
    speech = np.concatenate([read_sound(path) for path in sorted((media / "styletalk/wav").glob("*.wav"))])
    return Film(pictures=pictures, rate=RATE, sound=np.resize(speech, round(len(pictures) / RATE * RATE_HZ)))


def with_other_lips(film: Film, media: Path, *, seconds: float) -> Film:
    """The first seconds lip-synced to something else; the sound stays."""
    synced = _shot(media / "wav2lip_gfpgan/kim_lip_synced.mp4", part=_whole)[: round(seconds * RATE)]
    return replace(film, pictures=[*synced, *film.pictures[len(synced) :]])


def inserted(film: Film, *, at_s: float, seconds: float, from_s: float) -> Film:
    """For so many seconds what it shows ``from_s`` is shown instead."""
    place = slice(round(at_s * RATE), round((at_s + seconds) * RATE))
    start = round(from_s * RATE)
    pictures = [*film.pictures]
    pictures[place] = film.pictures[start : start + place.stop - place.start]
    return replace(film, pictures=pictures)


def captioned_for(film: Film, *, at_s: float, seconds: float) -> Film:
    """A box with words over it for so many seconds."""
    place = slice(round(at_s * RATE), round((at_s + seconds) * RATE))
    pictures = [*film.pictures]
    pictures[place] = captioned(replace(film, pictures=pictures[place])).pictures
    return replace(film, pictures=pictures)


def _shot(path: Path, *, part: Callable[[Picture], Picture]) -> list[Picture]:
    film = read_film(path, seconds=MOST_OF_ONE_S, part=part)
    count = int(len(film.pictures) * RATE / film.rate)
    shown = (film.pictures[int(number * film.rate / RATE)] for number in range(count))
    return [
        np.asarray(cv2.resize(one, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        for one in shown
    ]


def _left(picture: Picture) -> Picture:
    return picture[:, : picture.shape[1] // 2]


def _whole(picture: Picture) -> Picture:
    return picture
