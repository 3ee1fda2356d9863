from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from detectors.packing import Packing, read_packing
from detectors.packing_words import Said, in_words
from embeddings.samples import DecodedMedia
from tests.detectors.films import copied, decoded, encoded, pictures
from tests.factories import make_creative
from tests.portrait_film import babble, portrait_frames, write_film


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name → file."""
    place = tmp_path_factory.mktemp("films")
    frames = pictures(110)
    once = encoded(place / "once.mp4", frames, keys_every=30)
    old = encoded(place / "old.mp4", frames, keys_every=12, crf=30)
    older = decoded(old)
    short = encoded(place / "short.mp4", frames[:20], keys_every=8)
    return {
        "once": once,
        "twice": encoded(place / "twice.mp4", older, keys_every=250),
        "joined": copied(place / "joined.mp4", [short, once], gap_s=1.5),
        "trimmed": copied(place / "trimmed.mp4", [once], hidden_s=2.0),
        "quicktime": copied(place / "film.mov", [once]),
        "varying": encoded(place / "varying.mp4", frames[:40], keys_every=250, at=[n * 3 + n % 3 for n in range(40)]),
    }


def packing(path: Path) -> Packing:
    media = DecodedMedia(creative=make_creative(), path=path, frames=(), sound=None)
    read = read_packing(media)
    assert read is not None
    return read


def said(path: Path) -> dict[str, Said]:
    return {one.claim: one for one in in_words(packing(path))}


def test_a_film_encoded_once_shows_one_rhythm_and_one_program(films: dict[str, Path]) -> None:
    found = said(films["once"])
    expected = {"edit_list_plain", "one_maker", "encoder_note", "times_even", "key_frames_regular", "no_earlier_rhythm"}
    assert set(found) == expected
    assert "x264" in found["encoder_note"].observation
    assert "crf 23" in found["encoder_note"].observation
    assert found["encoder_note"].measurement == pytest.approx(23, abs=6)
    assert "30 pictures apart" in found["key_frames_regular"].observation


def test_an_earlier_encoding_shines_through(films: dict[str, Path]) -> None:
    found = said(films["twice"])
    assert found["encoded_twice"].measurement == 12
    assert "OpenCV" in found["encoded_twice"].observation


def test_joined_films_show_a_gap_and_an_odd_key_frame(films: dict[str, Path]) -> None:
    found = said(films["joined"])
    assert "gap(s)" in found["times_odd"].observation
    assert "1.5" in found["times_odd"].observation
    assert "key_frames_irregular" in found


def test_what_an_edit_list_hides_is_told(films: dict[str, Path]) -> None:
    assert "the last from 2.0 s" in said(films["trimmed"])["edit_list_cut"].observation


def test_another_makers_container_is_a_sign_of_copying(films: dict[str, Path]) -> None:
    found = said(films["quicktime"])["remuxed"].observation
    assert "the brand “qt” is Apple's" in found
    assert "FFmpeg's" in found


def test_a_varying_rate_is_told(films: dict[str, Path]) -> None:
    assert said(films["varying"])["times_vary"].measurement is not None


def test_sound_alone_has_no_pictures_to_speak_of(tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mp4", portrait_frames(0.2), babble(1.0))
    short = packing(path)
    assert [stream["type"] for stream in short.streams] == ["video", "audio"]
    claims = {one.claim for one in in_words(replace(short, pictures=short.pictures[:0]))}
    assert claims == {"edit_list_plain", "one_maker"}


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_damaged_film_says_what_could_not_be_read_or_says_less(
    films: dict[str, Path], tmp_path: Path, cut: float
) -> None:
    whole = films["once"].read_bytes()
    path = tmp_path / "damaged.mp4"
    path.write_bytes(whole[: int(len(whole) * cut)] + bytes(range(256)) * 8)
    assert all(one.observation for one in in_words(packing(path)))
