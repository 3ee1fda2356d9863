"""The starts of shots of a long film, by its key frames."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from embeddings.cuts import COLUMNS, ROWS
from embeddings.key_frames import MOST_KEY_FRAMES, KeyFrame, key_frames_at, shot_starts

Film = Callable[..., Path]


def _key_frame(at_s: float, level: float) -> KeyFrame:
    return KeyFrame(at_s=at_s, small=np.full((ROWS, COLUMNS), level, dtype=np.float32))


def _read(path: Path, *, end_s: float) -> list[KeyFrame]:
    with av.open(str(path)) as container:
        return key_frames_at(container, container.streams.video[0], zero_s=0.0, end_s=end_s)


def _grey(level: int) -> NDArray[np.uint8]:
    return np.full((48, 64, 3), level, dtype=np.uint8)


def test_key_frames_are_read_and_nothing_else(film: Film) -> None:
    path = film("film.mp4", [_grey(40)] * 30 + [_grey(200)] * 30, codec="mpeg4")
    found = _read(path, end_s=6.0)
    times = [one.at_s for one in found]
    assert times == sorted(times)
    assert {0.0, 3.0} <= set(times)
    assert len(times) < 12
    assert shot_starts(found, most=5) == [3.0]
    assert [one.at_s for one in _read(path, end_s=2.0)] == [at for at in times if at <= 2.0]


def test_of_very_many_key_frames_those_that_lie_far_enough_apart_are_decoded(film: Film) -> None:
    count = 3 * MOST_KEY_FRAMES
    path = film("all.avi", [_grey(40)] * count, codec="mpeg4", fps=30)
    assert len(_read(path, end_s=count / 30)) <= MOST_KEY_FRAMES


def test_of_too_many_cuts_those_that_change_most_are_kept_in_order() -> None:
    film = [_key_frame(at, level) for at, level in ((0, 0), (5, 30), (6, 35), (9, 200), (12, 100))]
    assert shot_starts(film, most=9) == [5, 9, 12]
    assert shot_starts(film, most=2) == [9, 12]
    assert shot_starts(film, most=0) == []
    assert shot_starts([], most=3) == shot_starts(film[:1], most=3) == []


def test_damage_is_left_out(film: Film) -> None:
    rng = np.random.default_rng(3)
    noise = [rng.integers(0, 255, (48, 64, 3), dtype=np.uint8) for _ in range(60)]
    path = film("damaged.mp4", noise, codec="mpeg4", options={"movflags": "+faststart"})
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4000] = bytes(4000)
    path.write_bytes(bytes(data))
    assert 1 <= len(_read(path, end_s=6.0)) <= 60
