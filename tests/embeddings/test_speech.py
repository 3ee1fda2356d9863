"""Speech: windows over what is spoken, nothing from silence, two voices told apart, no vector in a record."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.media import decode
from embeddings.records import VOICE_SEGMENT_SCHEMA
from embeddings.samples import LoadedPack
from embeddings.speech import HOP_S, WINDOW_S, sample_sound, voice_samples, windows
from evidence.tables import to_row

Say = Callable[[str, str], NDArray[np.float32]]
TEXT = (
    "The ministry publishes its figures every quarter. Anyone may read them on its own pages, without a fee. "
    "Questions are answered by letter, usually within two weeks, and the answers are public as well."
)


def test_windows_are_spread_evenly_and_cover_everything() -> None:
    assert windows(5.0) == [(0.0, 5.0)]
    assert windows(WINDOW_S) == [(0.0, WINDOW_S)]
    spread = windows(21.0)
    assert spread[0][0] == 0.0
    assert spread[-1][1] == pytest.approx(21.0)
    assert all(b[0] - a[0] <= HOP_S for a, b in itertools.pairwise(spread))


def test_a_talk_gives_windows_in_time_with_one_voice(pack: LoadedPack, say: Say) -> None:
    pause = np.zeros(16000 * 2, dtype=np.float32)
    said = say(TEXT, "en+f2")
    samples = sample_sound(np.concatenate([pause, said, pause]), "a" * 64, pack)
    assert len(samples) >= 2
    assert samples[0].segment.start_s > 1.5
    assert samples[-1].segment.end_s < len(said) / 16000 + 3.0
    assert all(sample.segment.speech_s <= WINDOW_S + 0.01 for sample in samples)
    assert float(samples[0].vector @ samples[-1].vector) > pack.manifest.voice_threshold


def test_too_little_speech_is_not_judged(pack: LoadedPack, say: Say) -> None:
    assert sample_sound(say("Yes.", "en+f2"), "a" * 64, pack) == []
    assert sample_sound(np.zeros(16000 * 20, dtype=np.float32), "a" * 64, pack) == []
    assert sample_sound(np.empty(0, dtype=np.float32), "a" * 64, pack) == []


def test_a_film_without_sound_has_no_voices(pack: LoadedPack, film: Callable[..., Path]) -> None:
    assert voice_samples(decode(film("quiet.mp4", [np.zeros((64, 64, 3), dtype=np.uint8)] * 5)), pack) == []


def test_a_film_from_disk_gives_its_voice(pack: LoadedPack, film: Callable[..., Path], say: Say) -> None:
    media = decode(film("talk.wav", [], sound=say(TEXT, "en+m7")))
    samples = voice_samples(media, pack)
    assert samples[0].segment.creative_sha256 == media.creative.sha256
    row = to_row(samples[0].segment)
    assert set(row) == set(VOICE_SEGMENT_SCHEMA.names)
    assert not any(isinstance(value, list) for value in row.values())
