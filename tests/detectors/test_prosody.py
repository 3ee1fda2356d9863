from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from detectors.prosody import Prosody
from detectors.records import Bearing, Finding
from detectors.subject import CreativeSubject
from embeddings.packs import load_pack
from embeddings.samples import SAMPLE_RATE_HZ, DecodedMedia
from tests.factories import make_creative, make_match, make_person
from tests.media import say
from watchlist.footage import GenuineFootage
from watchlist.gallery import Gallery
from watchlist.recordings import GenuineRecording
from watchlist.records import Modality

Sound = NDArray[np.float32]


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sound]:
    """A low and a high voice that read the same text."""
    place, found = tmp_path_factory.mktemp("voices"), {}
    for name, voice in (("low", "en+m3"), ("high", "en+f2")):
        samples, rate = soundfile.read(str(say(place / f"{name}.wav", voice=voice)), dtype="float32")
        found[name] = resample_poly(samples, SAMPLE_RATE_HZ, rate).astype(np.float32)[: 5 * SAMPLE_RATE_HZ]
    return found


def film(sound: Sound | None) -> GenuineFootage:
    return GenuineFootage(
        person_id=make_person().person_id,
        sha256="f" * 64,
        times_s=np.zeros(0),
        faces=np.zeros((0, 96, 96), dtype=np.uint8),
        sound=sound,
    )


def subject(sound: Sound | None, *films: GenuineFootage, until_s: float = 8.0, matched: bool = True) -> CreativeSubject:
    pack = load_pack("open")
    match = make_match(modality=Modality.VOICE, start_s=0.0, end_s=until_s, region=None)
    return CreativeSubject(
        media=DecodedMedia(creative=make_creative(), path=Path("creative.mp4"), frames=(), sound=sound),
        faces=(),
        voices=(),
        matches=(match,) if matched else (),
        gallery=Gallery.of(pack.manifest, persons=[make_person()], footage=films),
        pack=pack,
    )


def examined(one: CreativeSubject) -> dict[str, Finding]:
    found = {finding.claim: finding for finding in Prosody().examine(one)}
    assert all(finding.bearing is Bearing.INCONCLUSIVE and finding.weight == 0 for finding in found.values())
    return found


def test_the_same_voice_lies_beside_itself_and_another_above_it(voices: dict[str, Sound]) -> None:
    same = examined(subject(voices["low"], film(voices["low"])))
    assert set(same) == {"pitch_beside_genuine", "pauses_beside_genuine", "pace_beside_genuine"}
    assert same["pitch_beside_genuine"].measurement == pytest.approx(0, abs=0.5)
    assert same["pace_beside_genuine"].measurement == pytest.approx(0, abs=0.1)
    other = examined(subject(voices["high"], film(voices["low"])))["pitch_beside_genuine"]
    assert other.measurement is not None
    assert other.measurement > 3


def test_an_enrolled_recording_is_genuine_speech_too(voices: dict[str, Sound]) -> None:
    one = subject(voices["low"])
    recording = GenuineRecording(person_id=make_person().person_id, sha256="e" * 64, sound=voices["low"])
    gallery = Gallery.of(one.pack.manifest, persons=[make_person()], recordings=[recording])
    found = examined(replace(one, gallery=gallery))
    assert found["pitch_beside_genuine"].measurement == pytest.approx(0, abs=0.5)


def test_without_genuine_speech_the_manner_is_told_and_not_judged(voices: dict[str, Sound]) -> None:
    for films in ((), (film(None), film(np.zeros(8 * SAMPLE_RATE_HZ, dtype=np.float32)))):
        found = examined(subject(voices["low"], *films))
        assert set(found) == {"prosody_not_compared"}
        assert "syllables a second" in found["prosody_not_compared"].observation
        assert "cannot be told because no genuine speech" in found["prosody_not_compared"].observation


def test_what_is_unfit_is_not_judged_and_says_why(voices: dict[str, Sound]) -> None:
    telephone = resample_poly(resample_poly(voices["low"], 1, 2), 2, 1).astype(np.float32)
    noise = np.random.default_rng(1).normal(0, 0.1, 8 * SAMPLE_RATE_HZ).astype(np.float32)
    for sound, until_s, why in (
        (None, 8.0, "there is no sound"),
        (voices["low"], 2.0, "only 2.0 s of speech"),
        (np.zeros(8 * SAMPLE_RATE_HZ, dtype=np.float32), 8.0, "silent"),
        (telephone, 8.0, "as on a telephone"),
        (noise, 8.0, "no pitch"),
    ):
        (found,) = Prosody().examine(subject(sound, film(voices["low"]), until_s=until_s))
        assert "cannot tell because" in found.observation
        assert why in found.observation


def test_nobodys_voice_is_left_alone(voices: dict[str, Sound]) -> None:
    (found,) = Prosody().examine(subject(voices["low"], matched=False))
    assert "Nobody was recognised" in found.observation
