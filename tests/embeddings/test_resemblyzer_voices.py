"""The speaker encoder: one voice agrees with itself across texts and languages, and not with another."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.librosa_alone import melspectrogram
from embeddings.media import decode
from embeddings.resemblyzer_voices import PARTIAL_FRAMES, louder, partial_starts
from embeddings.samples import LoadedPack

Say = Callable[[str, str], NDArray[np.float32]]


def test_one_voice_agrees_with_itself_and_not_with_another(pack: LoadedPack, say: Say) -> None:
    english = "The ministry publishes the figures of the energy sector every quarter, and answers questions."
    russian = "Министерство публикует показатели энергетики каждый квартал и отвечает на вопросы граждан."
    said = [say(english, "en+f2"), say(russian, "ru+f2"), say(english, "en+m7")]
    one, again, other = pack.voices.embed(said)
    assert float(one @ again) > pack.manifest.voice_threshold > float(one @ other)


def test_vectors_have_unit_norm_and_do_not_depend_on_a_lower_volume(pack: LoadedPack, say: Say) -> None:
    said = say("A sentence that is spoken once loudly and once very quietly.", "en+f2")
    loud, quiet = pack.voices.embed([0.03 * said, 0.003 * said])
    assert np.linalg.norm(loud) == pytest.approx(1.0, abs=1e-5)
    assert float(loud @ quiet) > 0.99


def test_silence_makes_no_vector(pack: LoadedPack) -> None:
    for sound in (np.empty(0, dtype=np.float32), np.zeros(16000, dtype=np.float32)):
        with pytest.raises(ValueError, match="no sound"):
            pack.voices.embed([sound])


def test_a_sound_shorter_than_one_part_is_padded(pack: LoadedPack) -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, 4000).astype(np.float32)
    assert pack.voices.embed([noise]).shape == (1, 256)


def test_stretches_heard_together_give_what_each_gives_alone(pack: LoadedPack) -> None:
    noise = np.random.default_rng(5).normal(0, 0.1, 16000 * 60).astype(np.float32)
    sounds = [noise[:30000], noise, noise[7:40000]]  # the long one alone is more than a batch
    together = pack.voices.embed(sounds)
    assert np.allclose(together, np.concatenate([pack.voices.embed([sound]) for sound in sounds]), atol=1e-5)
    assert pack.voices.embed([]).shape == (0, 256)


def test_parts_cover_the_sound_and_a_nearly_empty_last_one_is_left_out() -> None:
    assert partial_starts(100) == [0]
    starts = partial_starts(16000 * 8)
    assert starts[0] == 0
    assert starts[-1] + PARTIAL_FRAMES >= 800 - 160


def test_the_mel_spectrogram_is_that_of_librosa(pack: LoadedPack) -> None:
    sound = np.random.default_rng(4).normal(0, 0.1, 16000).astype(np.float32)
    expected = melspectrogram(y=sound, sr=16000, n_fft=400, hop_length=160, n_mels=40)
    ours = pack.voices._mel(sound)  # type: ignore[attr-defined]
    assert np.allclose(ours, expected, atol=1e-5)


def test_sound_is_made_louder_and_never_quieter() -> None:
    loud = np.full(100, 0.5, dtype=np.float32)
    assert louder(loud) is loud
    assert float(np.sqrt(np.mean(louder(loud * 1e-3) ** 2))) == pytest.approx(10 ** (-30 / 20), rel=1e-3)


@pytest.mark.fixtures
def test_real_speakers_are_told_apart(pack: LoadedPack, fixtures: Path) -> None:
    speakers = sorted(path for path in (fixtures / "resemblyzer" / "librispeech").iterdir() if path.is_dir())[:4]
    vectors = [
        (speaker.name, pack.voices.embed([sound[: 16000 * 8]])[0])
        for speaker in speakers
        for path in sorted(speaker.rglob("*.flac"))[:3]
        if (sound := decode(path).sound) is not None and len(sound) > 16000 * 4
    ]
    scores: dict[bool, list[float]] = {True: [], False: []}
    for (name, one), (other_name, other) in itertools.combinations(vectors, 2):
        scores[name == other_name].append(float(one @ other))
    assert np.mean(scores[True]) > np.mean(scores[False]) + 0.2
    assert max(scores[False]) < pack.manifest.voice_threshold
