from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import resample_poly

from detectors.records import Finding
from detectors.subject import CreativeSubject
from detectors.voice_networks import voice_manifest
from detectors.voice_spectrum import VoiceSpectrum, measure
from embeddings.packs import load_pack
from embeddings.samples import SAMPLE_RATE_HZ, DecodedMedia
from tests.factories import make_creative, make_match, make_person
from tests.portrait_film import babble
from watchlist.gallery import Gallery
from watchlist.records import Modality

Sound = NDArray[np.float32]


def speech(seconds: float) -> Sound:
    """Babble with some hiss: speech is not empty above 5 kHz."""
    hiss = np.random.default_rng(1).normal(0, 0.002, round(seconds * SAMPLE_RATE_HZ))
    return (babble(seconds) + hiss).astype(np.float32)


def subject(sound: Sound | None, *, until_s: float, matched: bool = True) -> CreativeSubject:
    pack = load_pack("open")
    match = make_match(modality=Modality.VOICE, start_s=0.0, end_s=until_s, region=None)
    return CreativeSubject(
        media=DecodedMedia(creative=make_creative(), path=Path("creative.mp4"), frames=(), sound=sound),
        faces=(),
        voices=(),
        matches=(match,) if matched else (),
        gallery=Gallery.of(pack.manifest, persons=[make_person()]),
        pack=pack,
    )


def examined(one: CreativeSubject) -> list[Finding]:
    return list(VoiceSpectrum().examine(one))


def test_measures_follow_what_is_known_of_the_sound() -> None:
    at = np.arange(2 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    low = measure((0.5 * np.sin(2 * np.pi * 440 * at)).astype(np.float32))
    noise = measure(np.random.default_rng(1).normal(0, 0.1, len(at)).astype(np.float32))
    assert low.centroid_hz == pytest.approx(440, abs=40)
    assert low.high_share < 0.01
    assert noise.high_share == pytest.approx(0.5, abs=0.05)
    assert noise.flatness > 10 * low.flatness
    assert noise.flux > 5 * low.flux
    assert low.chroma_variance < measure(babble(2.0)).chroma_variance


def test_the_networks_answer_and_two_observations() -> None:
    answer, shape, movement = examined(subject(speech(7.0), until_s=7.0))
    assert answer.claim.startswith("network_")
    assert answer.inside_validation is None
    assert any("Which language is spoken" in limit for limit in answer.quality_limits)
    assert "over 2 windows" in answer.observation
    assert answer.model_sha256 == voice_manifest().sha256
    assert (shape.claim, movement.claim) == ("spectrum_shape", "spectrum_movement")
    assert "6.0 s of Demo Person's speech" in shape.observation or "s speech" in shape.observation
    assert "--network" not in answer.reproduce


def test_only_as_much_weight_as_was_measured() -> None:
    answer, *observations = examined(subject(speech(7.0), until_s=7.0))
    calibration = voice_manifest().calibration
    assert answer.weight <= (0.0 if calibration is None else calibration.weight)
    assert all(one.weight == 0 for one in observations)


@pytest.mark.parametrize(
    ("sound", "until_s", "why"),
    [
        (None, 4.0, "there is no sound"),
        (speech(4.0), 1.0, "there are 1.0 s of speech"),
        (np.zeros(SAMPLE_RATE_HZ * 4, dtype=np.float32), 4.0, "the sound is silent"),
        (resample_poly(resample_poly(speech(4.0), 1, 2), 2, 1).astype(np.float32), 4.0, "as on a telephone"),
    ],
)
def test_what_it_does_not_take_is_left_undecided(sound: Sound | None, until_s: float, why: str) -> None:
    (found,) = examined(subject(sound, until_s=until_s))
    assert found.claim == "network_not_asked"
    assert why in found.observation


def test_sound_of_another_codec_is_observed_and_not_judged() -> None:
    one = subject(speech(7.0), until_s=7.0)
    media = replace(one.media, creative=replace(one.media.creative, audio_codec="vorbis"))
    answer, *observed = examined(replace(one, media=media))
    assert (answer.claim, answer.inside_validation) == ("network_not_asked", False)
    assert "encoded with vorbis" in answer.observation
    assert len(observed) == 2


def test_nobodys_voice_is_left_alone() -> None:
    (found,) = examined(subject(speech(4.0), until_s=4.0, matched=False))
    assert "nobody was recognised" in found.observation
