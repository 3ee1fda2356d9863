"""Speech activity: speech is found, silence and tones are not, and intervals are joined with care."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.errors import PackInvalid
from embeddings.packs import manifest, verify_file
from embeddings.samples import LoadedPack
from embeddings.silero_activity import FRAME, SileroActivity, intervals

STEP = FRAME / 16000


def test_speech_is_found_where_it_is(pack: LoadedPack, say: Callable[[str, str], NDArray[np.float32]]) -> None:
    said = say("Good evening, this is a short sentence about nothing in particular.", "en+f2")
    sound = np.concatenate([np.zeros(32000, dtype=np.float32), said, np.zeros(32000, dtype=np.float32)])
    found = pack.voices.speech(sound)
    assert found[0][0] > 1.8
    assert found[-1][1] < len(sound) / 16000 - 1.5
    assert sum(b - a for a, b in found) > 0.6 * len(said) / 16000


def test_a_provider_that_is_not_here_is_refused() -> None:
    path = verify_file(manifest("open").file("speech_activity"))
    with pytest.raises(PackInvalid, match="the pack a asks ONNX Runtime for AbacusExecutionProvider; this one has"):
        SileroActivity(path, label="the pack a", providers=("AbacusExecutionProvider",))


def test_no_speech_in_silence_a_tone_or_nothing(pack: LoadedPack) -> None:
    tone = 0.3 * np.sin(np.arange(48000) * 0.2).astype(np.float32)
    for sound in (np.zeros(48000, dtype=np.float32), tone, np.empty(0, dtype=np.float32)):
        assert pack.voices.speech(sound) == []


def test_short_pauses_are_bridged_and_clicks_dropped() -> None:
    def run(pattern: str) -> list[tuple[float, float]]:
        chances = np.array([{"x": 0.9, "-": 0.4, ".": 0.1}[mark] for mark in pattern], dtype=np.float32)
        return intervals(chances, length_s=len(pattern) * STEP)

    assert len(run("x" * 10 + "..." + "x" * 10)) == 1
    assert len(run("x" * 10 + "." * 20 + "x" * 10)) == 2
    assert run("." * 10 + "xx" + "." * 10) == []
    assert len(run("x" * 10 + "-" * 20 + "x" * 10)) == 1
    assert run("") == []
