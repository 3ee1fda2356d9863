"""The same recording in another codec stays itself; another voice, other words and half a second of them do not."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.sameness import (
    MAX_BIT_ERROR,
    MAX_DIFFERENCE_DB,
    MAX_WORST_BIT_ERROR,
    MAX_WORST_DIFFERENCE_DB,
)
from embeddings.sound_prints import SoundAgreement, SoundPrint, compare_sounds, sound_print

Sound = NDArray[np.float32]
RATE_HZ = 16_000
pytest.importorskip(
    "chromaprint", reason="libchromaprint1 is not installed: apt-get install libchromaprint1", exc_type=ImportError
)


@pytest.fixture(scope="module")
def speech(say: Callable[[str, str], Sound]) -> Sound:
    return say("We have built much this year and we will build more, in the mountains and by the sea.", "en+f2")


@pytest.fixture(scope="module")
def other(say: Callable[[str, str], Sound]) -> Sound:
    return say("Invest two hundred dollars today and earn nine hundred every single day, guaranteed.", "en+m3")


def compared(ours: Sound, theirs: Sound) -> SoundAgreement:
    prints = [sound_print(sound) for sound in (ours, theirs)]
    found = compare_sounds(*[one for one in prints if one is not None])
    assert found is not None
    return found


def agrees(found: SoundAgreement) -> bool:
    return (
        found.bit_error <= MAX_BIT_ERROR
        and found.worst_bit_error <= MAX_WORST_BIT_ERROR
        and found.difference_db <= MAX_DIFFERENCE_DB
        and found.worst_difference_db <= MAX_WORST_DIFFERENCE_DB
    )


def coded(sound: Sound, codec: str, container: str) -> Sound:
    """Through a lossy codec at 48 kb/s and back."""
    file = BytesIO()
    with av.open(file, "w", format=container) as out:
        stream: Any = out.add_stream(codec, rate=44_100, layout="mono")
        stream.bit_rate = 48_000
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=44_100)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[None]), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    file.seek(0)
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    with av.open(file) as coded_file:
        pieces = [p.to_ndarray()[0] for frame in coded_file.decode(audio=0) for p in resampler.resample(frame)]
    return np.concatenate(pieces)


@pytest.mark.parametrize(("codec", "container"), [("libmp3lame", "mp3"), ("aac", "adts")])
def test_codecs_change_little(speech: Sound, codec: str, container: str) -> None:
    found = compared(speech, coded(speech, codec, container))
    assert agrees(found), found


def test_volume_does_not_matter(speech: Sound) -> None:
    found = compared(speech, speech * np.float32(0.2))
    assert found.difference_db < 0.5
    assert agrees(found)


def test_a_short_delay_is_found_and_undone(speech: Sound) -> None:
    found = compared(speech, np.concatenate([np.zeros(RATE_HZ // 5, np.float32), speech]))
    assert found.shift_s == pytest.approx(0.2, abs=0.05)
    assert agrees(found), found


def test_a_long_delay_is_another_cut(speech: Sound) -> None:
    assert not agrees(compared(speech, np.concatenate([np.zeros(RATE_HZ, np.float32), speech])))


def test_other_words(speech: Sound, other: Sound) -> None:
    found = compared(speech, np.resize(other, len(speech)))
    assert found.bit_error > 0.3
    assert found.difference_db > 2 * MAX_DIFFERENCE_DB


@pytest.mark.parametrize("seconds", [2.0, 1.0, 0.5])
def test_a_piece_of_other_words(speech: Sound, other: Sound, seconds: float) -> None:
    changed = speech.copy()
    piece = slice(RATE_HZ, RATE_HZ + round(seconds * RATE_HZ))
    changed[piece] = other[piece]
    found = compared(speech, changed)
    assert found.worst_difference_db > MAX_WORST_DIFFERENCE_DB
    assert not agrees(found)


def test_another_voice_with_the_same_words(speech: Sound, say: Callable[[str, str], Sound]) -> None:
    words = "We have built much this year and we will build more, in the mountains and by the sea."
    assert not agrees(compared(speech, np.resize(say(words, "en+m7"), len(speech))))


def test_silence_is_said_to_be_silent() -> None:
    found = sound_print(np.zeros(RATE_HZ * 3, np.float32))
    assert isinstance(found, SoundPrint)
    assert found.silent
    assert found.length_s == 3.0
    assert len(found.chroma) == 0
    assert compare_sounds(found, found) is None


def test_even_a_short_sound_has_a_print(speech: Sound) -> None:
    found = sound_print(speech[RATE_HZ : RATE_HZ + RATE_HZ // 2])
    assert found is not None
    assert len(found.chroma) >= 8
    assert agrees(compared(speech[RATE_HZ : RATE_HZ * 3 // 2], speech[RATE_HZ : RATE_HZ * 3 // 2]))
