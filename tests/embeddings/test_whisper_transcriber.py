"""Speech becomes lines with times and a language; the network is real, its weights are random."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.errors import PackInvalid
from embeddings.records import TextPlace
from embeddings.transcription import Transcriber, open_transcriber
from embeddings.whisper_transcriber import WINDOW_S, windows
from tests.embeddings.tiny_speech import LANGUAGES, make_speech_model

SECOND = 16_000


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_speech_model(tmp_path_factory.mktemp("whisper"))


@pytest.fixture(scope="module")
def transcriber(place: Path) -> Transcriber:
    return open_transcriber(place)


def tone(seconds: float) -> NDArray[np.float32]:
    return (0.1 * np.sin(np.arange(int(seconds * SECOND)) / 12)).astype(np.float32)


def test_each_stretch_of_speech_becomes_a_line(transcriber: Transcriber) -> None:
    found = transcriber.write_down(tone(12.0), [(1.0, 4.0), (6.0, 9.5)], source_sha256="a" * 64)
    assert found.problems == ()
    assert [(line.start_s, line.end_s, line.line) for line in found.lines] == [(1.0, 4.0, 0), (6.0, 9.5, 1)]
    for line in found.lines:
        assert line.place is TextPlace.SPEECH
        assert line.language in LANGUAGES
        assert line.text.strip()
        assert "<|" not in line.text
        assert line.confidence is not None
        assert 0.0 < line.confidence <= 1.0
    assert transcriber.write_down(tone(12.0), [(1.0, 4.0), (6.0, 9.5)], source_sha256="a" * 64) == found


def test_only_so_much_speech_is_written_down_and_that_is_said(place: Path, tmp_path: Path) -> None:
    short = open_transcriber(make_speech_model(tmp_path / "short", max_speech_s=3.0, languages=["kk"]))
    found = short.write_down(tone(12.0), [(0.0, 2.0), (5.0, 8.0), (10.0, 12.0)], source_sha256="a" * 64)
    assert [(line.start_s, line.end_s) for line in found.lines] == [(0.0, 2.0), (5.0, 6.0)]
    assert {line.language for line in found.lines} == {"kk"}
    assert found.problems == ("only the first 3 s of its speech were written down",)


def test_no_speech_and_next_to_none_give_no_line(transcriber: Transcriber) -> None:
    assert transcriber.write_down(tone(1.0), [], source_sha256="a" * 64).lines == ()
    assert transcriber.write_down(tone(1.0), [(0.0, 0.1), (4.0, 9.0)], source_sha256="a" * 64).lines == ()


def test_stretches_are_joined_over_pauses_and_cut() -> None:
    assert list(windows([(3.0, 5.0), (0.0, 2.5), (9.0, 10.0)])) == [(0.0, 5.0), (9.0, 10.0)]
    assert list(windows([(0.0, 20.0), (20.1, 30.0)])) == [(0.0, 20.0), (20.1, 30.0)]
    assert list(windows([(0.0, 60.0)])) == [(0.0, WINDOW_S), (WINDOW_S, 2 * WINDOW_S), (2 * WINDOW_S, 60.0)]
    assert list(windows([])) == []


def test_it_is_never_pickled(transcriber: Transcriber) -> None:
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(transcriber)


def test_a_language_that_the_model_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackInvalid, match="does not know the language ky"):
        open_transcriber(make_speech_model(tmp_path, languages=["az", "ky"]))
