from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.identity_agreement import IdentityAgreement
from detectors.records import Axis, Bearing, Finding
from detectors.subject import CreativeSubject
from embeddings.packs import load_pack
from embeddings.samples import DecodedMedia, FaceSample, LoadedPack, VoiceSample
from tests.factories import make_creative, make_face_track, make_match, make_model_pack, make_person, make_voice_segment
from watchlist.gallery import Gallery
from watchlist.records import Match, Modality

PERSON = make_person()
THEIRS = np.array([1, 0, 0, 0], dtype=np.float32)
STRANGE = np.array([0.5, 0.866, 0, 0], dtype=np.float32)
"""Scores 0.5 against THEIRS, below the threshold of the test pack."""


@pytest.fixture(scope="module")
def pack() -> LoadedPack:
    """Real models behind the facts of a pack with small vectors: this detector reads only the facts."""
    loaded = load_pack("open")
    return LoadedPack(manifest=make_model_pack(), faces=loaded.faces, voices=loaded.voices)


def examine(
    pack: LoadedPack,
    *,
    matches: tuple[Match, ...],
    voices: tuple[VoiceSample, ...],
    enrolled: NDArray[np.float32] | None = THEIRS,
    faces: tuple[FaceSample, ...] = (),
) -> dict[str, Finding]:
    vectors = {} if enrolled is None else {PERSON.person_id: enrolled[None, :]}
    media = DecodedMedia(creative=make_creative(), path=Path("creative.mp4"), frames=(), sound=None)
    subject = CreativeSubject(
        media=media,
        faces=faces,
        voices=voices,
        matches=matches,
        gallery=Gallery.of(pack.manifest, persons=[PERSON], voice_vectors=vectors, face_vectors=vectors),
        pack=pack,
    )
    return {finding.claim: finding for finding in IdentityAgreement().examine(subject)}


def speech(vector: NDArray[np.float32], **changes: object) -> VoiceSample:
    return VoiceSample(segment=make_voice_segment(**changes), vector=vector)


def test_a_strange_voice_with_the_face_supports_alteration_and_names_dubbing(pack: LoadedPack) -> None:
    found = examine(pack, matches=(make_match(),), voices=(speech(STRANGE),))
    assert set(found) == {"voice_is_not_theirs"}
    strange = found["voice_is_not_theirs"]
    assert (strange.axis, strange.bearing, strange.weight) == (Axis.ALTERATION, Bearing.SUPPORTS, 0.0)
    assert strange.measurement == pytest.approx(0.5, abs=0.01)
    assert (strange.start_s, strange.end_s) == (0.5, 9.0)
    assert any("Dubbing" in explanation for explanation in strange.innocent_explanations)


def test_their_own_voice_agrees(pack: LoadedPack) -> None:
    found = examine(pack, matches=(make_match(),), voices=(speech(THEIRS),))
    assert set(found) == {"face_and_voice_agree"}
    assert found["face_and_voice_agree"].axis is Axis.LIKENESS
    assert "; not calibrated)" in found["face_and_voice_agree"].observation


def test_two_voices_give_both_findings_with_their_own_times(pack: LoadedPack) -> None:
    voices = (
        speech(THEIRS, start_s=0.0, end_s=4.0, speech_s=4.0),
        speech(STRANGE, segment=1, start_s=5.0, end_s=9.0, speech_s=4.0),
    )
    found = examine(pack, matches=(make_match(),), voices=voices)
    assert found["face_and_voice_agree"].end_s == 4.0
    assert found["voice_is_not_theirs"].start_s == 5.0


def test_a_voice_heard_while_the_face_is_not_shown_is_not_held_against_it(pack: LoadedPack) -> None:
    late = speech(STRANGE, start_s=20.0, end_s=28.0)
    assert set(examine(pack, matches=(make_match(),), voices=(late,))) == {"agreement_not_told"}


def test_a_voice_without_its_face_is_said_and_not_judged(pack: LoadedPack) -> None:
    heard = make_match(modality=Modality.VOICE, region=None)
    found = examine(pack, matches=(heard,), voices=(speech(THEIRS),))
    assert set(found) == {"voice_without_face"}
    assert found["voice_without_face"].bearing is Bearing.INCONCLUSIVE


@pytest.mark.parametrize(
    ("voices", "enrolled", "reason"),
    [
        ((), THEIRS, "no speech"),
        ((speech(STRANGE, speech_s=1.0),), THEIRS, "less than 2 s"),
        ((speech(STRANGE),), None, "no voice of theirs is enrolled"),
    ],
)
def test_where_it_cannot_be_told_it_says_why(
    pack: LoadedPack, voices: tuple[VoiceSample, ...], enrolled: NDArray[np.float32] | None, reason: str
) -> None:
    found = examine(pack, matches=(make_match(),), voices=voices, enrolled=enrolled)
    assert set(found) == {"agreement_not_told"}
    assert reason in found["agreement_not_told"].observation


def test_nobody_recognised(pack: LoadedPack) -> None:
    assert "Nobody" in examine(pack, matches=(), voices=(speech(STRANGE),))["agreement_not_told"].observation


HEARD = make_match(modality=Modality.VOICE, region=None, start_s=0.0, end_s=8.0)


def other(vector: NDArray[np.float32] = STRANGE, **changes: object) -> FaceSample:
    facts = {"track": 4, "start_s": 1.0, "end_s": 8.0, "size_px": 200, **changes}
    return FaceSample(track=make_face_track(**facts), vectors=vector[None, :])


def test_another_face_with_their_voice_is_said_and_nothing_of_it_is_kept(pack: LoadedPack) -> None:
    shown = examine(pack, matches=(HEARD,), voices=(speech(THEIRS),), faces=(other(),))["face_is_not_theirs"]
    assert (shown.axis, shown.bearing, shown.weight, shown.region) == (Axis.ALTERATION, Bearing.SUPPORTS, 0.0, None)
    assert (shown.start_s, shown.end_s) == (1.0, 8.0)
    assert shown.measurement == pytest.approx(0.5, abs=0.01)
    assert "for 7.0 s while another face (200 px high)" in shown.observation
    assert any("interviewer" in words for words in shown.innocent_explanations)
    assert not any(f"{value:.3f}" in str(shown) for value in STRANGE[1:2])


def test_a_listener_shown_besides_them_decides_nothing(pack: LoadedPack) -> None:
    own = make_match(start_s=20.0, end_s=24.0)
    found = examine(pack, matches=(HEARD, own), voices=(speech(THEIRS),), faces=(other(),))
    assert found["face_is_not_theirs"].bearing is Bearing.INCONCLUSIVE
    assert "cutaway" in found["face_is_not_theirs"].observation
    crowd = examine(pack, matches=(HEARD,), voices=(speech(THEIRS),), faces=(other(), other(track=5)))
    assert crowd["face_is_not_theirs"].bearing is Bearing.INCONCLUSIVE


@pytest.mark.parametrize(
    ("faces", "reason"),
    [
        ((), "no other face is shown meanwhile"),
        ((other(end_s=2.5),), "for 4.0 s of it"),
        ((other(size_px=40),), "less than 60 px high"),
        ((other(THEIRS),), "resembles theirs"),
    ],
)
def test_a_face_that_says_nothing(pack: LoadedPack, faces: tuple[FaceSample, ...], reason: str) -> None:
    found = examine(pack, matches=(HEARD,), voices=(speech(THEIRS),), faces=faces)
    assert set(found) == {"voice_without_face"}
    assert reason in found["voice_without_face"].observation


def test_while_they_are_shown_themselves_other_faces_are_not_compared(pack: LoadedPack) -> None:
    own = make_match(start_s=0.0, end_s=8.0)
    found = examine(pack, matches=(HEARD, own), voices=(speech(THEIRS),), faces=(other(),))
    assert "face_is_not_theirs" not in found
