"""Copies are recognised; what differs in voice, words, face, caption or length is another creative."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.fingerprints import LONG_STEP_S, CreativePrint, read_prints
from embeddings.registration import Placement, differences, place
from embeddings.sameness import MAX_DIFFERENCE, MAX_MEAN_DIFFERENCE, same_creative
from tests.copy_rates import POOR, Rates
from tests.film_variants import (
    Film,
    captioned,
    cropped,
    lengthened,
    mirrored,
    pale_caption,
    spliced,
    squared,
    voiced,
    write_film,
)
from tests.media import write_picture
from tests.portrait_film import babble, portrait_frames

Sound = NDArray[np.float32]
Reader = Callable[..., CreativePrint]


@pytest.fixture(scope="module")
def speech(say: Callable[[str, str], Sound]) -> Sound:
    return say("We have built much this year, and we will build more in the mountains and by the sea.", "en+f2")


@pytest.fixture(scope="module")
def other(say: Callable[[str, str], Sound]) -> Sound:
    return say("Invest two hundred dollars today and earn nine hundred every single day, guaranteed.", "en+m3")


@pytest.fixture(scope="module")
def film(speech: Sound) -> Film:
    frames = [np.asarray(cv2.resize(frame[60:420], (320, 240)), dtype=np.uint8) for frame in portrait_frames(3.0)]
    return Film(pictures=frames, rate=10, sound=speech[: 3 * 16_000])


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    def read(film: Film, **encoding: object) -> CreativePrint:
        path = tmp_path_factory.mktemp("film") / "film.mp4"
        return read_prints(write_film(film, path, **encoding))  # type: ignore[arg-type]

    return read


@pytest.fixture(scope="module")
def original(film: Film, printed: Reader) -> CreativePrint:
    return printed(film)


COPIES: Mapping[str, Callable[[Film], Film]] = {
    "re-encoded": lambda film: film,
    "square": squared,
    "cropped": lambda film: cropped(film, share=0.04, top=1.0, left=0.0),
    "mirrored": mirrored,
}


def test_somebody_shown_for_a_second_of_a_long_film_makes_another_creative(film: Film, printed: Reader) -> None:
    pictures = [*film.pictures, *film.pictures]
    print_ = printed(Film(pictures=pictures, rate=2))
    assert same_creative(print_, printed(Film(pictures=pictures, rate=2), bit_rate=150_000))
    mirror = [np.ascontiguousarray(picture[:, ::-1]) for picture in pictures]
    for first in (21, 22, 58):  # also at the end
        changed = printed(
            Film(pictures=[*pictures[:first], *mirror[first : first + 2], *pictures[first + 2 :]], rate=2)
        )
        assert same_creative(print_, changed) is None


@pytest.fixture(scope="module")
def long_film() -> Film:
    """Eighty seconds in ten shots, each of another part of the picture, with a speech."""
    portrait, sound = portrait_frames(8.0), [babble(2.0, seed=seed) for seed in range(20, 27)]
    shots = [
        [np.ascontiguousarray(frame[top : top + 240 : 2, left : left + 320 : 2]) for frame in portrait]
        for top, left in [(30 * (n % 5), 40 * (n % 4)) for n in range(10)]
    ]
    return Film(
        pictures=[one for shot in shots for one in shot], rate=10, sound=np.resize(np.concatenate(sound), 80 * 16_000)
    )


@pytest.fixture(scope="module")
def long_original(long_film: Film, printed: Reader) -> CreativePrint:
    return printed(long_film, codec="mpeg4")


def test_a_long_film_encoded_anew_is_the_same(long_film: Film, long_original: CreativePrint, printed: Reader) -> None:
    found = same_creative(long_original, printed(squared(mirrored(long_film)), **POOR, codec="mpeg4"))
    assert found is not None
    assert found.moments >= 70
    assert found.mirrored
    without = replace(long_original, glimpses=long_original.glimpses[:0], glimpsed_s=long_original.glimpsed_s[:0])
    assert same_creative(without, long_original) is None, "what one of them shows in between is not known"


def test_what_a_long_film_shows_for_half_a_second_makes_it_another_creative(
    long_film: Film, long_original: CreativePrint, printed: Reader
) -> None:
    """Between two moments, where only glimpses see it."""
    first = next(number for number in range(300, 800) if 0.15 < (number / 10) % LONG_STEP_S < 0.25)
    pictures = [*long_film.pictures]
    pictures[first : first + 5] = [np.ascontiguousarray(long_film.pictures[5][::-1])] * 5
    inserted = printed(replace(long_film, pictures=pictures), codec="mpeg4")
    assert differences(long_original.thumbnails, inserted.thumbnails, Placement()).max() < MAX_DIFFERENCE
    assert same_creative(long_original, inserted) is None
    assert same_creative(inserted, long_original) is None


def test_what_lies_between_moments_far_apart_is_not_vouched_for(film: Film, printed: Reader) -> None:
    print_ = printed(Film(pictures=film.pictures, rate=2))
    for kept in (slice(None, None, 3), slice(3, None), slice(None, -3)):
        sparse = replace(
            print_, frames=print_.frames[kept], mirrored=print_.mirrored[kept], thumbnails=print_.thumbnails[kept]
        )
        assert same_creative(sparse, sparse) is None
        assert same_creative(print_, sparse) is None
    assert same_creative(print_, print_) is not None


@pytest.mark.parametrize("change", COPIES)
def test_copies(film: Film, original: CreativePrint, printed: Reader, change: str) -> None:
    """As MP3 for one of them, AAC for the others; 200 kb/s picture, 48 kb/s sound."""
    codec = {"sound_codec": "libmp3lame"} if change == "square" else {}
    copy = printed(COPIES[change](film), **POOR, **codec)
    found = same_creative(original, copy)
    assert found is not None
    assert found.original_sha256 == original.creative.sha256
    assert found.copy_sha256 == copy.creative.sha256
    assert found.mirrored is (change == "mirrored")
    assert found.covered > 0.95
    assert found.moments >= 6
    assert found.sound_bit_error is not None
    assert found.sound_bit_error < 0.15
    assert ("crop" in found.sentence) is (change == "cropped")
    assert ("mirrored" in found.sentence) is (change == "mirrored")
    assert same_creative(copy, original) is not None


def test_other_voices_words_captions_and_lengths(
    film: Film, original: CreativePrint, printed: Reader, other: Sound
) -> None:
    assert same_creative(original, printed(voiced(film, other))) is None
    assert same_creative(original, printed(spliced(film, other, at_s=1.5, seconds=0.5))) is None
    assert same_creative(original, printed(captioned(film))) is None
    assert same_creative(original, printed(lengthened(film, seconds=0.8))) is None
    mute = printed(replace(film, sound=None))
    assert same_creative(original, mute) is None
    assert same_creative(mute, original) is None, "a voice was added"


def test_a_caption_however_pale(film: Film, original: CreativePrint, printed: Reader) -> None:
    """Of which a moment alone shows no more than what codecs do."""
    pale = printed(pale_caption(film, share=0.13, size=1000, level=0.12), bit_rate=400_000)
    thumbnails = original.thumbnails, pale.thumbnails
    placement = place(*thumbnails)
    apart = differences(*thumbnails, placement)
    assert (apart.max() < MAX_DIFFERENCE, apart.mean() < MAX_MEAN_DIFFERENCE) == (True, True)
    assert same_creative(original, pale) is None
    assert same_creative(pale, original) is None
    assert same_creative(original, printed(film, bit_rate=400_000)) is not None


def test_other_lips_with_the_same_sound(film: Film, original: CreativePrint, printed: Reader) -> None:
    moved = portrait_frames(3.0, mouth_seed=9)
    frames = [np.asarray(cv2.resize(frame[60:420], (320, 240)), dtype=np.uint8) for frame in moved]
    assert same_creative(original, printed(replace(film, pictures=frames))) is None


def test_a_change_in_one_moment_only(film: Film, original: CreativePrint, printed: Reader) -> None:
    pictures = list(film.pictures)
    pictures[12:20] = captioned(film).pictures[12:20]
    assert same_creative(original, printed(replace(film, pictures=pictures))) is None


def test_without_a_print_of_the_sound_nothing_is_inherited(original: CreativePrint) -> None:
    """As where the Chromaprint library is absent: the pictures agree, but nobody knows what is said."""
    unheard = replace(original, sound=None)
    assert same_creative(original, original) is not None
    assert same_creative(unheard, unheard) is None
    assert same_creative(original, unheard) is None


def test_damaged_media_are_never_copies(original: CreativePrint) -> None:
    damaged = replace(original, creative=replace(original.creative, problems=("the picture ends at 1 s",)))
    assert same_creative(original, damaged) is None
    assert same_creative(damaged, original) is None


def test_a_silent_track_is_as_good_as_none(film: Film, printed: Reader) -> None:
    mute = printed(replace(film, sound=None))
    silent = printed(replace(film, sound=np.zeros(3 * 16_000, dtype=np.float32)))
    assert silent.creative.has_sound
    assert same_creative(mute, silent) is not None


def test_sound_alone(tmp_path: Path, speech: Sound, other: Sound) -> None:
    import soundfile

    def read(name: str, sound: Sound) -> CreativePrint:
        soundfile.write(tmp_path / name, sound, 16_000)
        return read_prints(tmp_path / name)

    first = read("a.wav", speech)
    found = same_creative(first, read("b.flac", speech * np.float32(0.5)))
    assert found is not None
    assert found.max_distance is None
    assert "sound" in found.sentence
    assert same_creative(first, read("c.wav", np.resize(other, len(speech)))) is None


def test_stills(film: Film, tmp_path: Path) -> None:
    portrait, spoken = film.pictures[0], film.pictures[8]
    first = read_prints(write_picture(tmp_path / "a.png", portrait))
    copy = read_prints(write_picture(tmp_path / "b.jpg", np.asarray(cv2.resize(portrait, (200, 150)), dtype=np.uint8)))
    assert same_creative(first, copy) is not None
    assert same_creative(first, read_prints(write_picture(tmp_path / "c.png", np.array(spoken[::-1])))) is None
    plain = read_prints(write_picture(tmp_path / "d.png", np.full((150, 200, 3), 90, dtype=np.uint8)))
    assert same_creative(plain, plain) is None, "a picture with nothing in it says nothing"


@pytest.mark.fixtures
def test_real_forgeries_do_not_pass(fixtures: Path, tmp_path: Path) -> None:
    """A face swap and the lip-synced clip; ``python -m tests.copy_rates`` measures many more."""
    rates = Rates(fixtures, tmp_path, films=1, seconds=1.0)
    rates.forgeries_only()
    assert rates.passed_for_copies == 0
