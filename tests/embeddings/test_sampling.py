"""Which frames are looked at: two a second, fewer of long videos, all of a short interval; damage is told."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.fingerprints import LONG_STEP_S, SAMPLING, STEP_S
from embeddings.media import Limits, decode, decode_interval
from embeddings.samples import DecodedMedia, Frame, Glimpse
from embeddings.sampling import are_worth_reading
from tests.film_variants import Film as StoredFilm
from tests.film_variants import write_film

Film = Callable[..., Path]


def _numbered(count: int, size: tuple[int, int] = (48, 64)) -> list[NDArray[np.uint8]]:
    """Pictures whose grey tells their number."""
    return [np.full((*size, 3), 20 + 200 * number // count, dtype=np.uint8) for number in range(count)]


def test_two_frames_a_second_in_time_order(film: Film) -> None:
    frames = decode(film("five.mp4", _numbered(50))).frames
    assert [frame.at_s for frame in frames] == pytest.approx([0.5 * n for n in range(10)], abs=0.11)
    assert all(a.pixels.mean() < b.pixels.mean() for a, b in itertools.pairwise(frames))


def test_a_long_video_gets_no_more_frames_than_allowed_over_its_whole_length(film: Film) -> None:
    path = film("long.mp4", _numbered(600), fps=1)
    frames = decode(path, limits=Limits(max_frames=20)).frames
    assert 18 <= len(frames) <= 21
    assert frames[-1].at_s > 540
    assert all(a.at_s < b.at_s for a, b in itertools.pairwise(frames))


def test_of_a_film_so_long_that_it_is_leapt_through_it_is_said_that_shots_were_sought_by_key_frames(film: Film) -> None:
    long, short = film("long.mp4", _numbered(600), fps=1), film("short.mp4", _numbered(20), fps=1)
    limits = Limits(max_frames=20)
    assert decode(long, limits=limits).creative.problems == (
        "of so long a film one picture every 35 s was looked at and, of the starts of its shots, 2 key frames",
    )
    assert decode(short, limits=limits).creative.problems == ()
    assert decode(long, limits=replace(limits, shots=False)).creative.problems == ()


@pytest.fixture
def referring(tmp_path: Path) -> Path:
    """A short film with frames that no other refers to."""
    pictures = [_noise(number) for number in range(60)]
    return write_film(StoredFilm(pictures=pictures, rate=20), tmp_path / "short.mp4", bit_rate=200_000)


def test_frames_that_nobody_wants_are_left_out_without_changing_the_others(referring: Path) -> None:
    limits = replace(SAMPLING, frames_per_s=4.0)
    with av.open(str(referring)) as opened:
        assert are_worth_reading(opened.streams.video[0], _asked(limits))
    frames = decode(referring, limits=limits).frames
    dense = {frame.at_s: frame.pixels for frame in decode_interval(referring, start_s=0.0, end_s=3.0, frames_per_s=20)}
    assert [frame.at_s for frame in frames] == pytest.approx([0.25 * n for n in range(12)], abs=0.01)
    for frame in frames:
        assert np.array_equal(frame.pixels, dense[frame.at_s]), "as if all had been decoded"


def test_of_a_long_film_frames_lie_close_and_there_are_glimpses_between_at_the_same_instants_in_any_encoding(
    tmp_path: Path,
) -> None:
    pictures = [_noise(number // 5) for number in range(800)]
    limits = replace(SAMPLING, usual_frames=20)
    found = [
        decode(
            write_film(StoredFilm(pictures=pictures, rate=10), tmp_path / f"{codec}.mp4", codec=codec), limits=limits
        )
        for codec in ("libx264", "mpeg4")
    ]
    times, glimpsed = ([[one.at_s for one in part(media)] for media in found] for part in (_frames, _glimpses))
    assert times[0] == pytest.approx(times[1])
    assert glimpsed[0] == pytest.approx(glimpsed[1])
    assert len(times[0]) == pytest.approx(80 / LONG_STEP_S, abs=1)
    assert np.diff(times[0]).max() <= 1.2
    assert len(glimpsed[0]) == pytest.approx(80 / STEP_S, abs=1)
    for one, frame in (
        (one, frame) for one in found[0].glimpses for frame in found[0].frames if one.at_s == frame.at_s
    ):
        grey = cv2.resize(cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2GRAY), one.pixels.shape[::-1])
        assert np.abs(grey.astype(float) - one.pixels).mean() < 25
    short = decode(tmp_path / "mpeg4.mp4", limits=replace(limits, max_frames=60))
    assert len(short.frames) <= 20, "too long to be read so closely"
    assert short.glimpses == ()


def _frames(media: DecodedMedia) -> tuple[Frame, ...]:
    return media.frames


def _glimpses(media: DecodedMedia) -> tuple[Glimpse, ...]:
    return media.glimpses


def _noise(number: int) -> NDArray[np.uint8]:
    """Coarse noise that moves on."""
    coarse = np.random.default_rng(number // 4).integers(0, 256, (6, 8), dtype=np.uint8)
    return np.repeat(np.roll(np.kron(coarse, np.ones((8, 8), dtype=np.uint8)), number, axis=1)[:, :, None], 3, axis=2)


def _asked(limits: Limits) -> dict[str, object]:
    return {
        "shots": limits.shots,
        "start_s": 0.0,
        "max_frames": limits.max_frames,
        "usual_frames": limits.usual_frames,
        "furthest_apart_s": limits.furthest_apart_s,
        "frames_per_s": limits.frames_per_s,
    }


def test_it_is_asked_beforehand_only_where_that_helps(referring: Path, film: Film) -> None:
    with av.open(str(film("plain.mp4", _numbered(30)))) as opened:
        assert not are_worth_reading(opened.streams.video[0], _asked(replace(SAMPLING, frames_per_s=1.0)))
    with av.open(str(referring)) as opened:
        stream = opened.streams.video[0]
        assert not are_worth_reading(stream, _asked(replace(SAMPLING, shots=True)))
        assert not are_worth_reading(stream, _asked(replace(SAMPLING, frames_per_s=10.0)))
        assert not are_worth_reading(stream, _asked(replace(SAMPLING, usual_frames=4, furthest_apart_s=None)))
        assert are_worth_reading(stream, _asked(replace(SAMPLING, usual_frames=4)))
        assert not are_worth_reading(stream, _asked(SAMPLING) | {"start_s": 1.0})


def test_of_a_film_that_is_leapt_through_the_starts_of_shots_that_are_key_frames_are_seen(film: Film) -> None:
    pictures = [_scene(1)] * 207 + [_scene(2)] * 2 + [_scene(3)] * 391
    path = film("long.mp4", pictures, fps=1, codec="mpeg4")
    times = [frame.at_s for frame in decode(path, limits=Limits(max_frames=20)).frames]
    assert {207.0, 209.0} <= set(times)
    assert times == sorted(times)
    assert 15 <= len(times) <= 20
    assert max(b - a for a, b in itertools.pairwise(times)) <= 1.5 * 600 / 17


def test_two_a_second_of_a_minute_and_every_two_seconds_one_of_four_minutes(film: Film) -> None:
    pictures = _numbered(200)
    minute = [frame.at_s for frame in decode(film("minute.mp4", [pictures[n // 2] for n in range(240)], fps=4)).frames]
    assert len(minute) == 120
    four = [frame.at_s for frame in decode(film("four.mp4", [pictures[n // 3] for n in range(480)], fps=2)).frames]
    assert 110 <= len(four) <= 160
    assert max(b - a for a, b in itertools.pairwise(four)) <= 2.5


def test_frames_keep_within_the_longest_side(film: Film) -> None:
    frame = decode(film("wide.mp4", _numbered(4, (400, 1280)))).frames[0]
    assert frame.pixels.shape == (200, 640, 3)
    assert frame.scale == pytest.approx(0.5)


def test_an_interval_is_dense_and_starts_and_ends_where_asked(film: Film) -> None:
    path = film("five.mp4", _numbered(50), sound=np.zeros(80000, dtype=np.float32))
    frames = decode_interval(path, start_s=2.0, end_s=3.5, frames_per_s=10)
    assert [frame.at_s for frame in frames] == pytest.approx([2.0 + 0.1 * n for n in range(16)], abs=0.06)


def test_a_long_interval_is_thinner_and_still_whole(film: Film) -> None:
    path = film("ten.mp4", _numbered(100))
    frames = decode_interval(path, start_s=0.0, end_s=10.0, frames_per_s=10, limits=Limits(max_interval_frames=20))
    assert 15 <= len(frames) <= 21
    assert frames[-1].at_s > 9


def test_an_interval_beyond_the_end_is_empty_and_one_that_is_none_is_refused(film: Film) -> None:
    path = film("one.mp4", _numbered(10))
    assert decode_interval(path, start_s=50.0, end_s=60.0, frames_per_s=5) == ()
    with pytest.raises(ValueError, match="is none"):
        decode_interval(path, start_s=3.0, end_s=3.0, frames_per_s=5)


def test_a_video_that_breaks_off_gives_its_beginning_and_says_where_it_ends(film: Film) -> None:
    rng = np.random.default_rng(2)
    noise = [rng.integers(0, 255, (96, 128, 3), dtype=np.uint8) for _ in range(60)]
    path = film("broken.mp4", noise, options={"movflags": "+faststart"})
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    media = decode(path)
    assert 3 <= len(media.frames) <= 9
    assert any("although 6.0 s are announced" in problem for problem in media.creative.problems)


def test_what_lies_beyond_the_cap_is_not_looked_at_and_that_is_said(film: Film) -> None:
    media = decode(film("six.mp4", _numbered(60)), limits=Limits(max_duration_s=2.0))
    assert media.frames[-1].at_s <= 2.0
    assert any("only the part up to 2 s" in problem for problem in media.creative.problems)


def _scene(number: int) -> NDArray[np.uint8]:
    patches = np.random.default_rng(number).integers(0, 255, (6, 8, 1), dtype=np.uint8)
    return np.repeat(np.kron(patches, np.ones((16, 16, 1), dtype=np.uint8)), 3, axis=2)


def test_a_frame_of_every_shot_is_among_them_and_an_interval_stays_regular(film: Film) -> None:
    pictures = [_scene(1)] * 13 + [_scene(2)] * 4 + [_scene(3)] * 23
    path = film("cut.mp4", pictures)
    times = [frame.at_s for frame in decode(path).frames]
    assert {1.3, 1.7} <= {round(at, 3) for at in times}
    assert 8 <= len(times) <= 10
    dense = [frame.at_s for frame in decode_interval(path, start_s=0.0, end_s=4.0, frames_per_s=2)]
    assert dense == pytest.approx([0.5 * n for n in range(8)], abs=0.01)


def test_every_picture_of_a_slideshow_is_seen(film: Film) -> None:
    frames = decode(film("slides.mp4", [_scene(number) for number in range(5)], fps=1)).frames
    assert [frame.at_s for frame in frames] == pytest.approx([0, 1, 2, 3, 4])
    fast = decode(film("fast.mp4", [_scene(number // 2) for number in range(20)])).frames
    apart = [[np.abs(frame.pixels.astype(int) - _scene(number)).mean() for number in range(10)] for frame in fast]
    assert set(np.argmin(apart, axis=1)) == set(range(10))


def test_cuts_without_end_stay_within_what_is_allowed(film: Film) -> None:
    path = film("wild.mp4", [_scene(number // 2) for number in range(120)])
    assert 6 <= len(decode(path, limits=Limits(max_frames=12)).frames) <= 12


def test_a_video_that_grows_on_the_way_is_read_as_far_as_it_is_allowed_to_be_large(film: Film) -> None:
    rng = np.random.default_rng(4)
    small, large = ([rng.integers(0, 255, (*size, 3), dtype=np.uint8)] * 20 for size in ((96, 128), (480, 640)))
    path = film("grown.ts", small)
    path.write_bytes(path.read_bytes() + film("large.ts", large, fps=2).read_bytes())
    grown = decode(path)
    assert {frame.pixels.shape for frame in grown.frames} == {(96, 128, 3), (480, 640, 3)}
    kept = decode(path, limits=Limits(max_pixels=20_000))
    assert {frame.pixels.shape for frame in kept.frames} == {(96, 128, 3)}
    assert any("left out" in problem for problem in kept.creative.problems)
