"""Copies for the measurement are smaller, worse, and of films only."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from embeddings.fingerprints import read_prints
from embeddings.sameness import same_creative
from qalqan.bench_copies import HEIGHT_SHARE, reencode
from tests.media import SPEECH, portrait, say, swaying, write_clip, write_picture


@pytest.mark.parametrize("voiced", [True, False])
def test_a_copy_is_smaller_and_still_the_same(tmp_path: Path, voiced: bool) -> None:
    sound = say(tmp_path / "speech.wav", voice="en+f2", text=SPEECH) if voiced else None
    film = write_clip(tmp_path / "film.mp4", swaying(portrait("astronaut"), frames=60), sound=sound)
    copy = reencode(film, tmp_path / "copy.mp4")
    assert copy is not None
    with av.open(str(film)) as before, av.open(str(copy)) as after:
        assert after.streams.video[0].height == pytest.approx(HEIGHT_SHARE * before.streams.video[0].height, abs=2)
        assert len(after.streams.audio) == len(before.streams.audio)
    assert copy.stat().st_size < film.stat().st_size
    assert same_creative(read_prints(film), read_prints(copy)) is not None


def test_what_is_no_film_has_no_copy(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "picture.jpg", portrait("hopper"))
    assert reencode(picture, tmp_path / "copy.mp4") is None
    assert not (tmp_path / "copy.mp4").exists()
