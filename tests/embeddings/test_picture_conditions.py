"""What is done to pictures really happens: the film stays within its rate, the frame is a late one, the codecs lose detail."""

from __future__ import annotations

import io

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings import picture_conditions as conditions

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def portrait(astronaut: Picture) -> Picture:
    return np.ascontiguousarray(astronaut[:300, 60:361])


def test_the_film_is_h264_360p_and_keeps_to_its_rate(astronaut: Picture) -> None:
    film = conditions.encode_film(cv2.resize(astronaut, (360, 360)), np.random.default_rng(1))
    with av.open(io.BytesIO(film)) as container:
        [stream] = container.streams.video
        assert stream.codec_context.name == "h264"
        frames = list(container.decode(video=0))
    assert len(frames) == conditions.FILM_S * conditions.FILM_FRAMES_PER_S
    assert len(film) * 8 / conditions.FILM_S <= conditions.FILM_BITS_PER_S
    last, first = (frames[place].to_ndarray(format="rgb24") for place in (-1, 0))
    assert np.array_equal(conditions.decode_last(film), last)
    assert not np.array_equal(first, last)


def test_a_picture_as_film_is_at_most_360p_with_even_sides(astronaut: Picture, portrait: Picture) -> None:
    rng = np.random.default_rng(1)
    assert conditions.as_film(astronaut, rng).shape == (360, 360, 3)
    assert conditions.as_film(portrait, rng).shape == (300, 300, 3)


def test_jpeg_costs_detail_but_keeps_the_colours(portrait: Picture) -> None:
    saved = conditions.as_jpeg(portrait, np.random.default_rng(1)).astype(int)
    assert np.abs(saved - portrait).max() > 40
    assert np.abs(saved.mean(axis=(0, 1)) - portrait.mean(axis=(0, 1))).max() < 2


def test_a_mirrored_mirror_is_the_picture(portrait: Picture) -> None:
    rng = np.random.default_rng(1)
    once = conditions.mirrored(portrait, rng)
    assert np.array_equal(once[:, 0], portrait[:, -1])
    assert np.array_equal(conditions.mirrored(once, rng), portrait)


def test_the_border_goes_around_and_the_picture_is_inside(portrait: Picture) -> None:
    framed = conditions.bordered(portrait, np.random.default_rng(1))
    assert framed.shape == portrait.shape
    assert (framed[:30] == framed[0, 0]).all()
    assert (framed[:, :30] == framed[0, 0])[:270].all()
    inner = cv2.resize(portrait, (241, 240), interpolation=cv2.INTER_AREA)
    assert np.array_equal(framed[30:270, 30:271], inner)
    assert not (framed[270:] == framed[0, 0]).all(), "there is no text"


def test_grain_has_the_stated_deviation() -> None:
    grey = np.full((200, 200, 3), 128, dtype=np.uint8)
    assert conditions.grainy(grey, np.random.default_rng(1)).std() == pytest.approx(conditions.GRAIN, rel=0.05)
