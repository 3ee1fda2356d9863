"""Windows are of the sound in which a recognised person speaks, as long and as fast as the manifest says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.appearances import Look, NotShown
from detectors.network_manifest import read_manifest
from detectors.network_windows import BY_FACE, bandwidth_hz, heard_windows
from detectors.subject import CreativeSubject
from embeddings.sound_conditions import by_telephone
from tests.detectors.recognised import heard, seen, subject, tone
from tests.detectors.tiny_networks import make_onnx_sound
from tests.portrait_film import babble


def windows(place: Path, of: CreativeSubject, **sections: Any) -> Look:
    (one,) = heard_windows(of, read_manifest(make_onnx_sound(place, **sections)))
    assert isinstance(one, Look), one.why
    return one


def why_not(place: Path, of: CreativeSubject, **sections: Any) -> NotShown:
    (one,) = heard_windows(of, read_manifest(make_onnx_sound(place, **sections)))
    assert isinstance(one, NotShown)
    return one


def test_windows_of_the_recognised_voice(tmp_path: Path) -> None:
    sound = np.concatenate([np.full(16_000, value, dtype=np.float32) for value in (0.1, 0.2, 0.3, 0.4)])
    of = subject(heard(1.0, 2.5), heard(2.0, 3.0, track=1), sound=sound)
    one = windows(tmp_path, of)
    assert one.times_s == (1.0, 1.5, 2.0)
    assert [float(item.mean()) for item in one.items] == pytest.approx([0.2, 0.25, 0.3], abs=1e-3)
    assert (one.start_s, one.end_s) == (1.0, 3.0)
    assert windows(tmp_path, of, cost={"max_windows": 2}).times_s == (1.0, 2.0)


def test_without_the_voice_what_is_spoken_while_the_face_is_seen(tmp_path: Path) -> None:
    of = subject(seen(1.0, 4.0, region=None), sound=tone(6.0), spoken=[(0.0, 2.5), (3.0, 6.0)])
    one = windows(tmp_path, of)
    assert one.times_s == (1.0, 1.5, 3.0)
    assert one.limits == (BY_FACE,)


def test_short_sound_is_refused_filled_or_repeated(tmp_path: Path) -> None:
    of = subject(heard(0.0, 0.5), sound=tone(0.5))
    refused = why_not(tmp_path, of)
    assert "for 1 s at a stretch" in refused.why
    assert refused.outside
    filled = windows(tmp_path, of, sound={"short": "silence"}).items[0]
    assert filled.shape == (16_000,)
    assert np.any(filled[:8000])
    assert not np.any(filled[8000:])
    again = windows(tmp_path, of, sound={"short": "repeat"}).items[0]
    assert np.array_equal(again[:8000], again[8000:])


def test_rate_and_normalisation_are_as_stated(tmp_path: Path) -> None:
    of = subject(heard(0.0, 1.0), sound=tone(1.0, hz=200.0) + 0.2)
    slow = windows(tmp_path, of, sound={"rate_hz": 8_000}).items[0]
    assert slow.shape == (8_000,)
    spectrum = np.abs(np.fft.rfft(slow - slow.mean()))
    assert np.argmax(spectrum) == 200
    beyond = windows(tmp_path, subject(heard(0.0, 1.0), sound=tone(1.0, hz=6_000.0)), sound={"rate_hz": 8_000}).items[0]
    assert float(np.abs(beyond[1000:-1000]).max()) < 0.01
    level = windows(tmp_path, of, sound={"normalise": True}).items[0]
    assert float(level.mean()) == pytest.approx(0.0, abs=1e-5)
    assert float(level.std()) == pytest.approx(1.0, abs=1e-4)


def test_sound_that_is_none_of_the_kind(tmp_path: Path) -> None:
    assert why_not(tmp_path, subject(heard(0.0, 2.0))).why == "there is no sound"
    unheard = why_not(tmp_path, subject(seen(0.0, 2.0, region=None), sound=tone(4.0), spoken=[(2.5, 4.0)]))
    assert "nobody is heard to speak" in unheard.why
    assert "silent" in why_not(tmp_path, subject(heard(0.0, 2.0), sound=np.zeros(32_000, dtype=np.float32))).why
    short = why_not(tmp_path, subject(heard(0.0, 2.0), sound=tone(2.0)), conditions={"min_speech_s": 3.0})
    assert "2.0 s of speech, and this network takes at least 3 s" in short.why
    assert short.outside


def test_a_telephone_is_outside_a_wide_band(tmp_path: Path) -> None:
    wide = np.random.default_rng(2).normal(0, 0.1, 32_000).astype(np.float32)
    narrow = by_telephone(wide, np.random.default_rng(0))
    assert bandwidth_hz(wide) > 7_900
    assert bandwidth_hz(narrow) < 5_000
    assert bandwidth_hz(np.zeros(16_000, dtype=np.float32)) == 0
    refused = why_not(tmp_path, subject(heard(0.0, 2.0), sound=narrow), conditions={"min_bandwidth_hz": 6_000})
    assert "as on a telephone" in refused.why
    assert (
        len(windows(tmp_path, subject(heard(0.0, 2.0), sound=wide), conditions={"min_bandwidth_hz": 6_000}).items) == 3
    )


def test_windows_in_which_nobody_is_heard_are_left_out(tmp_path: Path) -> None:
    sound = babble(4.0)
    sound[16_000:48_000] = 0
    assert windows(tmp_path, subject(heard(0.0, 4.0), sound=sound)).times_s == (0.0, 0.5, 2.5, 3.0)
