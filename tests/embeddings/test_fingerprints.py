"""Prints of real files: what they hold, how alike they are after re-encoding, and that reading them is frugal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.borders import WHOLE
from embeddings.fingerprints import (
    GLIMPSED_PX,
    LONGEST_S,
    MAX_MOMENTS,
    SAMPLING,
    THUMBNAIL_PX,
    CreativePrint,
    _median,
    pdq,
    pdq_values,
    read_prints,
)
from embeddings.records import MediaKind
from embeddings.sound_prints import BANDS, HOP_S, ITEM_S
from tests.film_variants import Film, mirrored, squared, write_film
from tests.media import swaying, write_picture

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def film(astronaut: Picture) -> Film:
    wide = np.asarray(cv2.resize(astronaut[:288, :], (256, 144)), dtype=np.uint8)
    return Film(pictures=swaying(wide, frames=30), rate=10)


@pytest.fixture(scope="module")
def print_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Film], CreativePrint]:
    return lambda film: read_prints(write_film(film, tmp_path_factory.mktemp("film") / "film.mp4", bit_rate=200_000))


@pytest.fixture(scope="module")
def original(film: Film, print_of: Callable[[Film], CreativePrint]) -> CreativePrint:
    return print_of(film)


def distances(ours: CreativePrint, hashes: NDArray[np.uint8]) -> NDArray[np.int64]:
    values = pdq_values(ours.frames)
    apart: NDArray[np.int64] = np.bitwise_count(values[: len(hashes)] ^ hashes[: len(values)]).sum(axis=1)
    return apart


def test_what_a_print_holds(original: CreativePrint) -> None:
    assert original.creative.kind is MediaKind.VIDEO
    assert original.whole
    assert original.content == WHOLE
    assert original.sound is None
    count = len(original.frames)
    assert 6 <= count <= MAX_MOMENTS
    times = [frame.at_s for frame in original.frames if frame.at_s is not None]
    assert times == sorted(times)
    assert len(times) == count
    assert times[-1] > 2.0
    assert all(frame.creative_sha256 == original.creative.sha256 for frame in original.frames)
    assert {len(frame.value) for frame in original.frames} == {64}
    assert min(frame.quality for frame in original.frames) >= 50
    assert original.mirrored.shape == (count, 32)
    assert original.thumbnails.shape == (count, THUMBNAIL_PX, THUMBNAIL_PX)
    assert original.probes.shape[1] == 32
    assert len(original.probes) > 8


def test_borders_do_not_change_the_hash(
    film: Film, original: CreativePrint, print_of: Callable[..., CreativePrint]
) -> None:
    bordered = print_of(squared(film, colour=(200, 20, 20)))
    assert bordered.content.height == pytest.approx(144 / 256, abs=0.03)
    assert distances(bordered, pdq_values(original.frames)).max() <= 31


def test_a_mirrored_film_has_the_mirrored_hashes(
    film: Film, original: CreativePrint, print_of: Callable[..., CreativePrint]
) -> None:
    turned = print_of(mirrored(film))
    assert distances(turned, original.mirrored).max() <= 16
    assert distances(original, turned.mirrored).max() <= 16
    assert distances(turned, pdq_values(original.frames)).min() > 60


def test_the_mirrored_hash_is_exactly_that_of_the_mirrored_picture(astronaut: Picture) -> None:
    grey = np.asarray(cv2.resize(cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY), (64, 64)), dtype=np.uint8)
    own, turned, quality = pdq(grey)
    again, back, _ = pdq(np.ascontiguousarray(grey[:, ::-1]))
    assert np.array_equal(again, turned)
    assert np.array_equal(back, own)
    assert quality > 50
    assert pdq(np.full((64, 64), 9, dtype=np.uint8))[2] < 50


def test_the_hash_is_that_of_the_library(astronaut: Picture) -> None:
    """Other programs hash the whole picture: theirs must be near enough to be exchanged."""
    import pdqhash

    bits, _ = pdqhash.compute(astronaut)
    grey = cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY)
    own, _, _ = pdq(np.asarray(cv2.resize(grey, (64, 64), interpolation=cv2.INTER_AREA), dtype=np.uint8))
    assert int((np.unpackbits(own) != bits).sum()) <= 31


def test_the_longest_print_stays_below_two_megabytes() -> None:
    sound = LONGEST_S / ITEM_S * 4 + LONGEST_S / HOP_S * BANDS
    assert MAX_MOMENTS * (THUMBNAIL_PX**2 + 64) + SAMPLING.max_glimpses * (GLIMPSED_PX**2 + 4) + sound < 2e6


def test_a_still_picture(astronaut: Picture, tmp_path: Path) -> None:
    found = read_prints(write_picture(tmp_path / "a.jpg", astronaut))
    assert found.creative.kind is MediaKind.IMAGE
    assert [frame.at_s for frame in found.frames] == [None]
    assert found.sound is None


def test_reading_prints_looks_at_the_same_instants_of_any_encoding(film: Film, tmp_path: Path) -> None:
    times = [
        [frame.at_s for frame in read_prints(write_film(film, tmp_path / f"{rate}.mp4", bit_rate=rate)).frames]
        for rate in (100_000, 2_000_000)
    ]
    assert times[0] == pytest.approx(times[1], abs=0.02)


def test_no_moment_that_was_sampled_is_left_out(film: Film, tmp_path: Path) -> None:
    path = write_film(Film(pictures=[*film.pictures] * 7, rate=10), tmp_path / "long.mp4")
    times = [frame.at_s for frame in read_prints(path).frames if frame.at_s is not None]
    assert 48 < len(times) <= MAX_MOMENTS
    assert np.diff(times).max() < 0.6


def test_the_median_is_numpys() -> None:
    for seed in range(20):
        waves = np.random.default_rng(seed).normal(0, 10, 256).astype(np.float32).round(seed % 4)
        assert _median(waves) == np.median(waves)
