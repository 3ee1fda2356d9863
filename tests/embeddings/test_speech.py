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
from embeddings.samples import LoadedPack, VoiceSample
from embeddings.sound_conditions import as_mp3, over_music
from embeddings.speech import (
    HOP_S,
    TURN_PAUSE_S,
    TURN_S,
    WINDOW_S,
    find_speech,
    speech_in,
    turns,
    voice_samples,
    windows,
    with_vectors,
)
from evidence.tables import to_row

Say = Callable[[str, str], NDArray[np.float32]]
TEXT = (
    "The ministry publishes its figures every quarter. Anyone may read them on its own pages, without a fee. "
    "Questions are answered by letter, usually within two weeks, and the answers are public as well."
)


def sample_sound(sound: NDArray[np.float32], pack: LoadedPack) -> list[VoiceSample]:
    """What ``voice_samples`` makes of a creative with this sound."""
    found = speech_in(sound, "a" * 64, pack)
    return with_vectors(found, pack.voices.embed(found.spoken), pack)


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
    samples = sample_sound(np.concatenate([pause, said, pause]), pack)
    assert len(samples) >= 2
    assert samples[0].segment.start_s > 1.5
    assert samples[-1].segment.end_s < len(said) / 16000 + 3.0
    assert all(sample.segment.speech_s <= WINDOW_S + 0.01 for sample in samples)
    assert float(samples[0].vector @ samples[-1].vector) > pack.manifest.voice_threshold


def test_too_little_speech_is_not_judged(pack: LoadedPack, say: Say) -> None:
    assert sample_sound(say("Yes.", "en+f2"), pack) == []
    assert sample_sound(np.zeros(16000 * 20, dtype=np.float32), pack) == []
    assert sample_sound(np.empty(0, dtype=np.float32), pack) == []


def test_a_film_without_sound_has_no_voices(pack: LoadedPack, film: Callable[..., Path]) -> None:
    assert voice_samples(decode(film("quiet.mp4", [np.zeros((64, 64, 3), dtype=np.uint8)] * 5)), pack) == []


def test_a_film_from_disk_gives_its_voice(pack: LoadedPack, film: Callable[..., Path], say: Say) -> None:
    media = decode(film("talk.wav", [], sound=say(TEXT, "en+m7")))
    samples = voice_samples(media, pack)
    assert samples[0].segment.creative_sha256 == media.creative.sha256
    row = to_row(samples[0].segment)
    assert set(row) == set(VOICE_SEGMENT_SCHEMA.names)
    assert not any(isinstance(value, list) for value in row.values())


def test_turns_are_parted_at_long_pauses_and_never_too_short() -> None:
    long, short = TURN_S + 1, TURN_S / 2
    first, second = (0.0, long), (long + TURN_PAUSE_S, 2 * long)
    assert turns([first, second]) == [[first], [second]]
    assert turns([first, (long + 0.1, 2 * long)]) == [[first, (long + 0.1, 2 * long)]]
    little = (long + 2.0, long + 2.0 + short)
    after = (little[1] + 1.0, little[1] + 1.0 + long)
    assert turns([first, little, after]) == [[first], [little, after]]
    assert turns([(0.0, short)]) == [[(0.0, short)]]
    assert turns([]) == []


def test_two_speakers_are_told_apart_and_windows_keep_to_one(pack: LoadedPack, say: Say) -> None:
    one, other = say(TEXT, "en+f2"), say(TEXT, "en+klatt2")
    pause = np.zeros(16000, dtype=np.float32)
    samples = sample_sound(np.concatenate([one, pause, other, pause, one]), pack)
    changes = [len(one) / 16000 + 0.5, (len(one) + len(other)) / 16000 + 1.5]
    assert not any(s.segment.start_s < change < s.segment.end_s for s in samples for change in changes)
    heard = [(sample.segment.end_s > changes[0]) != (sample.segment.end_s > changes[1]) for sample in samples]
    assert [sample.segment.speaker for sample in samples] == [int(second) for second in heard]


def test_windows_of_several_clips_can_be_embedded_in_one_call(pack: LoadedPack, say: Say) -> None:
    found = [speech_in(say(TEXT, voice), "a" * 64, pack) for voice in ("en+f2", "en+m7")]
    rows = pack.voices.embed([sound for one in found for sound in one.spoken])
    apart = np.split(rows, [len(found[0].spoken)])
    for one, part in zip(found, apart, strict=True):
        assert np.allclose([s.vector for s in with_vectors(one, part, pack)], pack.voices.embed(one.spoken), atol=1e-4)
    with pytest.raises(ValueError, match="do not fit"):
        with_vectors(found[0], rows, pack)


def test_a_picture_has_no_speech(pack: LoadedPack, film: Callable[..., Path]) -> None:
    found = find_speech(decode(film("quiet.mp4", [np.zeros((64, 64, 3), dtype=np.uint8)] * 5)), pack)
    assert found.windows == found.spoken == ()
    assert with_vectors(found, pack.voices.embed(found.spoken), pack) == []


@pytest.mark.fixtures
def test_real_speakers_stay_apart_clean_over_music_and_as_mp3(pack: LoadedPack, fixtures: Path) -> None:
    clips = {
        place.name: np.concatenate([_sound(path) for path in sorted(place.iterdir())[:3]])[: 16 * 16000]
        for place in sorted((fixtures / "resemblyzer" / "librispeech").iterdir())
    }
    clean = {name: _vectors(sound, pack) for name, sound in clips.items()}
    for condition, change in (("clean", None), ("music at 10 dB", over_music), ("MP3", as_mp3)):
        same: list[float] = []
        other: list[float] = []
        for number, (name, sound) in enumerate(clips.items()):
            heard = clean[name] if change is None else _vectors(change(sound, np.random.default_rng(number)), pack)
            for whose, rows in clean.items():
                scores = heard @ rows.T
                near = (
                    np.eye(len(heard), len(rows), dtype=bool) if whose == name else np.zeros(scores.shape, dtype=bool)
                )
                (same if whose == name else other).extend(scores[~near].tolist())
        error = _equal_error(np.array(same), np.array(other))
        print(f"{condition}: {len(same)} same, {len(other)} other pairs of windows, equal error rate {error:.1%}")  # noqa: T201
        assert error <= 0.1
    both = np.concatenate([clips[name][: 10 * 16000] for name in list(clips)[:2]])
    assert {sample.segment.speaker for sample in sample_sound(both, pack)} == {0, 1}


def _sound(path: Path) -> NDArray[np.float32]:
    sound = decode(path).sound
    assert sound is not None
    return sound


def _vectors(sound: NDArray[np.float32], pack: LoadedPack) -> NDArray[np.float32]:
    return np.stack([sample.vector for sample in sample_sound(sound, pack)])


def _equal_error(same: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    lines = np.unique(np.concatenate([same, other]))
    return float(min(max((same < line).mean(), (other >= line).mean()) for line in lines))
