"""Recordings are heard from their sealed bytes, and what is no sound is left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.media import say
from watchlist.recordings import LIMITS, heard


def test_the_sound_of_a_recording_is_read_from_its_bytes_and_cut(tmp_path: Path) -> None:
    data = say(tmp_path / "voice.wav").read_bytes()
    sound = heard(data)
    assert sound is not None
    assert sound.dtype == np.float32
    assert 16_000 < len(sound) <= LIMITS.max_sound_s * 16_000
    assert float(np.abs(sound).max()) > 0.1


@pytest.mark.parametrize("data", [b"", b"RIFF", b"no recording at all, only words" * 10])
def test_what_is_no_recording_is_none(data: bytes) -> None:
    assert heard(data) is None
