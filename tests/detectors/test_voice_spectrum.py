from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.records import Bearing
from detectors.subject import CreativeSubject
from detectors.voice_spectrum import VoiceSpectrum, measure, speech_of
from embeddings.packs import load_pack
from embeddings.samples import SAMPLE_RATE_HZ, DecodedMedia, VoiceSample
from tests.factories import make_creative, make_match, make_person, make_voice_segment
from tests.portrait_film import babble
from watchlist.gallery import Gallery


def subject(sound: NDArray[np.float32] | None, *, segments: tuple[tuple[float, float], ...]) -> CreativeSubject:
    pack = load_pack("open")
    voices = tuple(
        VoiceSample(
            segment=make_voice_segment(segment=at, start_s=start, end_s=end, speech_s=end - start),
            vector=np.full(256, 1 / 16, dtype=np.float32),
        )
        for at, (start, end) in enumerate(segments)
    )
    return CreativeSubject(
        media=DecodedMedia(creative=make_creative(), path=Path("creative.mp4"), frames=(), sound=sound),
        faces=(),
        voices=voices,
        matches=(make_match(),),
        gallery=Gallery.of(pack.manifest, persons=[make_person()]),
        pack=pack,
    )


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


def test_two_observations_without_weight() -> None:
    found = list(VoiceSpectrum().examine(subject(babble(4.0), segments=((0.0, 3.0), (2.0, 4.0)))))
    assert [finding.claim for finding in found] == ["spectrum_shape", "spectrum_movement"]
    assert all(finding.bearing is Bearing.INCONCLUSIVE and finding.weight == 0 for finding in found)
    assert "4.0 s of speech" in found[0].observation


def test_what_two_segments_share_is_taken_once() -> None:
    assert len(speech_of(subject(babble(4.0), segments=((0.0, 3.0), (2.0, 4.0))))) == 4 * SAMPLE_RATE_HZ


@pytest.mark.parametrize(
    ("sound", "segments"),
    [
        (None, ()),
        (babble(1.0), ()),
        (np.zeros(SAMPLE_RATE_HZ * 2, dtype=np.float32), ((0.0, 2.0),)),
        (babble(0.2), ((0.0, 0.2),)),
    ],
)
def test_without_speech_it_says_so(
    sound: NDArray[np.float32] | None, segments: tuple[tuple[float, float], ...]
) -> None:
    found = list(VoiceSpectrum().examine(subject(sound, segments=segments)))
    assert [finding.claim for finding in found] == ["spectrum_not_measured"]
