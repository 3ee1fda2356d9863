"""The words of a creative: read and written down where something does that, and otherwise a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.packs import load_pack
from embeddings.records import MediaKind, TextPlace
from embeddings.samples import DecodedMedia, Frame, VoiceSample
from embeddings.transcription import open_transcriber
from evidence.store import EvidenceStore
from pipelines.tools import MediaTools, picture_reader
from pipelines.words import Words, spoken_words, written_words
from tests.embeddings.reading import needs_tesseract
from tests.embeddings.tiny_speech import make_speech_model
from tests.factories import make_creative, make_voice_segment
from tests.written_pictures import written
from watchlist.gallery import Gallery


@pytest.fixture
def tools(tmp_path: Path) -> MediaTools:
    pack = load_pack("open")
    return MediaTools(
        store=EvidenceStore(str(tmp_path / "evidence")),
        pack=pack,
        gallery=Gallery.of(pack.manifest, persons=[]),
        detectors=(),
        cache_dir=tmp_path,
    )


def media() -> DecodedMedia:
    frame = Frame(at_s=0.0, pixels=written(["Gündə 500 AZN qazanın"]), scale=1.0)
    sound = (0.1 * np.sin(np.arange(80_000) / 12)).astype(np.float32)
    return DecodedMedia(
        creative=make_creative(kind=MediaKind.VIDEO), path=Path("film.mp4"), frames=(frame,), sound=sound
    )


def words_of(media: DecodedMedia, voices: Sequence[VoiceSample], tools: MediaTools) -> Words:
    written, said = written_words(media, tools), spoken_words(media, voices, tools)
    return (*written[0], *said[0]), (*written[1], *said[1])


VOICE = VoiceSample(segment=make_voice_segment(start_s=1.0, end_s=4.0), vector=np.ones(2, np.float32))


@needs_tesseract
def test_pictures_are_read_and_speech_is_written_down(tools: MediaTools, tmp_path: Path) -> None:
    tools = replace(tools, pictures=picture_reader(), speech=open_transcriber(make_speech_model(tmp_path / "speech")))
    lines, unread = words_of(media(), [VOICE], tools)
    assert [line.place for line in lines] == [TextPlace.FRAMES, TextPlace.SPEECH]
    assert lines[0].text == "Gündə 500 AZN qazanın"
    assert (lines[1].start_s, lines[1].end_s) == (1.0, 4.0)
    assert unread == ()
    assert {"words in pictures", "words in speech"} <= set(tools.stopwatch.runs)


def test_what_is_missing_is_said_once_for_each_place(tools: MediaTools) -> None:
    tools = replace(tools, pictures="Tesseract is missing its languages: install them")
    lines, unread = words_of(media(), [VOICE], tools)
    assert lines == ()
    assert unread == (
        "Its frames were not read: Tesseract is missing its languages: install them.",
        "There is speech and no transcript: no speech model is configured.",
    )


def test_nothing_is_missed_where_there_is_nothing(tools: MediaTools) -> None:
    silent = replace(media(), frames=(), sound=None)
    assert words_of(silent, [], tools) == ((), ())
    assert words_of(replace(media(), frames=()), [], tools) == ((), ())
