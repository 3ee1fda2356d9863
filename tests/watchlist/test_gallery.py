"""Matching on vectors at hand: thresholds, pooling, one match per track, refusals, versions."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.records import FaceTrack, Region, VoiceSegment
from embeddings.samples import FaceSample, VoiceSample
from evidence.records import content_id
from tests.factories import make_model_pack, make_pack_file
from watchlist import store
from watchlist.calibration import Calibration, fit
from watchlist.errors import PersonUnknown, WatchlistInvalid
from watchlist.gallery import Gallery, GenuineFootage, face_space, voice_space
from watchlist.generations import Change
from watchlist.records import Brand, Enrolment, Modality, Person
from watchlist.store import StoredWatchlist

PACK = make_model_pack(
    name="tiny",
    face_metric="euclidean",
    face_threshold=0.4,
    face_min_size_px=48,
    voice_dimension=3,
    voice_min_speech_s=1.0,
    files=(),
)
REGION = Region(left=0.1, top=0.2, width=0.3, height=0.4)
CREATIVE = "ab" * 32


def person(person_id: str) -> Person:
    return Person(
        person_id=person_id,
        names=(person_id.title(),),
        role=None,
        jurisdiction=None,
        official_pages=(),
        official_domains=(),
    )


def brand(brand_id: str) -> Brand:
    return Brand(brand_id=brand_id, names=(brand_id,), official_pages=(), official_domains=())


def face(*vectors: list[float], track: int = 0) -> FaceSample:
    seen = FaceTrack(
        creative_sha256=CREATIVE,
        track=track,
        start_s=1.0,
        end_s=3.0,
        best_s=2.0,
        region=REGION,
        size_px=120,
        sharpness=90.0,
        quality=0.9,
        yaw_deg=4.0,
        frames_seen=5,
    )
    return FaceSample(track=seen, vectors=np.array(vectors, dtype=np.float32))


def voice(vector: list[float], segment: int = 0, *, speaker: int = 0) -> VoiceSample:
    heard = VoiceSegment(
        creative_sha256=CREATIVE, segment=segment, start_s=0.5, end_s=6.5, speech_s=5.0, speaker=speaker
    )
    return VoiceSample(segment=heard, vector=np.array(vector, dtype=np.float32))


def gallery(**changes: Any) -> Gallery:
    parts: dict[str, Any] = {
        "persons": [person("aysel"), person("gulnar")],
        "brands": [brand("socar")],
        "face_vectors": {
            "aysel": np.array([[0, 1, 0, 0], [0, 1, 0, 1]], dtype=np.float32),
            "gulnar": np.array([[2, 1, 0, 0]], dtype=np.float32),
        },
        "voice_vectors": {"aysel": np.array([[1, 0, 0]], dtype=np.float32)},
    }
    return Gallery.of(PACK, **{**parts, **changes})


def test_a_face_match_says_everything() -> None:
    [match] = gallery().match_faces([face([0.5, 1, 0, 0], track=7)])
    assert match.person_id == "aysel"
    assert match.modality is Modality.FACE
    assert match.score == 0.5
    assert match.threshold == 0.4
    assert (match.start_s, match.end_s, match.best_s, match.region) == (1.0, 3.0, 2.0, REGION)
    assert match.pack == "tiny@1"
    assert match.likelihood_ratio is None
    assert match.match_id == content_id(CREATIVE, "aysel", "face", "7", "tiny@1")


def test_a_voice_match_says_everything() -> None:
    [match] = gallery().match_voices([voice([4, 3, 0], segment=2)])
    assert (match.person_id, match.modality, match.track) == ("aysel", Modality.VOICE, 2)
    assert match.score == pytest.approx(0.8)
    assert (match.start_s, match.end_s, match.best_s, match.region) == (0.5, 6.5, 0.5, None)
    assert match.match_id == content_id(CREATIVE, "aysel", "voice", "2", "tiny@1")


def test_the_threshold_itself_matches_and_just_below_does_not() -> None:
    at = np.float32(0.6)
    exact = replace(PACK, face_threshold=1.0 - float(at))
    people = {"persons": [person("aysel")], "face_vectors": {"aysel": np.array([[0, 1, 0, 0]], dtype=np.float32)}}
    edge = Gallery.of(exact, **people)  # type: ignore[arg-type]
    assert len(edge.match_faces([face([float(at), 1, 0, 0])])) == 1
    assert edge.match_faces([face([float(np.nextafter(at, np.float32(1))), 1, 0, 0])]) == []


def test_pooling_takes_the_best_view_and_the_best_reference() -> None:
    [match] = gallery().match_faces([face([9, 9, 9, 9], [0, 1, 0, 0.75])])
    assert match.score == pytest.approx(0.75)


def test_one_match_per_track_and_only_the_best_person() -> None:
    matches = gallery().match_faces([face([1.5, 1, 0, 0], [0.5, 1, 0, 0], [2, 1, 0, 0]), face([50, 1, 0, 0], track=1)])
    assert [(match.track, match.person_id) for match in matches] == [(0, "gulnar")]


def test_two_equally_good_people_give_the_first_by_id() -> None:
    same = {"gulnar": np.ones((1, 4), dtype=np.float32), "aysel": np.ones((1, 4), dtype=np.float32)}
    [match] = gallery(face_vectors=same).match_faces([face([1, 1, 1, 1])])
    assert match.person_id == "aysel"


def test_no_samples_and_empty_galleries_match_nobody() -> None:
    nobody = Gallery.of(PACK, persons=())
    assert nobody.match_faces([face([0, 1, 0, 0])]) == []
    assert nobody.match_voices([voice([1, 0, 0])]) == []
    assert gallery().match_faces([]) == []
    assert gallery().match_voices([]) == []


def test_voice_score_of_one_person() -> None:
    people = gallery()
    assert people.voice_score(voice([3, 4, 0]), "aysel") == pytest.approx(0.6)
    assert people.voice_score(voice([3, 4, 0]), "gulnar") is None
    with pytest.raises(PersonUnknown, match="has the id 'nobody': `qalqan watchlist list`"):
        people.voice_score(voice([3, 4, 0]), "nobody")


def test_face_score_of_one_person() -> None:
    people = gallery()
    near, far = (people.face_score(face(vector), "gulnar") for vector in ([2.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]))
    assert near is not None
    assert far is not None
    assert near > far
    assert gallery(face_vectors={}).face_score(face([2, 0, 0, 0]), "gulnar") is None
    with pytest.raises(PersonUnknown, match="has the id 'nobody'"):
        people.face_score(face([2, 0, 0, 0]), "nobody")


def test_person_and_footage_by_id() -> None:
    film = GenuineFootage(
        person_id="aysel",
        sha256="cd" * 32,
        times_s=np.array([0.0, 0.1]),
        faces=np.zeros((2, 96, 96), dtype=np.uint8),
        sound=None,
    )
    people = gallery(footage=[film])
    assert people.person("aysel").names == ("Aysel",)
    assert people.footage("aysel") == (film,)
    assert people.footage("gulnar") == ()
    with pytest.raises(PersonUnknown):
        people.footage("nobody")
    with pytest.raises(PersonUnknown):
        people.person("nobody")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"persons": [person("aysel"), person("gulnar"), person("aysel")]}, "the person id 'aysel' occurs 2 times"),
        ({"brands": [brand("socar"), brand("socar")]}, "the brand id 'socar' occurs 2 times"),
        ({"persons": [person("gulnar")]}, "vectors or film of 'aysel', who is not enrolled"),
        (
            {"face_vectors": {"aysel": np.zeros((1, 512), dtype=np.float32)}},
            r"the face vectors of 'aysel' have shape \(1, 512\), but the model pack makes vectors of 4 numbers",
        ),
        ({"face_vectors": {"aysel": np.full((1, 4), np.nan)}}, "the face vectors of 'aysel' hold NaN or infinity"),
        ({"voice_vectors": {"gulnar": np.zeros((1, 3))}}, "the voice vectors of 'gulnar' hold a vector of zeros"),
    ],
)
def test_bad_galleries_are_refused_with_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(WatchlistInvalid, match=sentence):
        gallery(**changes)


@pytest.mark.parametrize(
    ("vector", "sentence"),
    [
        ([float("nan"), 0, 0, 0], "the face vectors of track 3 hold NaN or infinity"),
        ([0, 0], r"the face vectors of track 3 have shape \(1, 2\)"),
    ],
)
def test_bad_queries_are_refused_with_a_sentence(vector: list[float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        gallery().match_faces([face([0, 1, 0, 0]), face(vector, track=3)])
    with pytest.raises(ValueError, match="the voice vector of segment 0 hold"):
        gallery().match_voices([voice([0, 0, 0])])


def test_never_pickled() -> None:
    with pytest.raises(TypeError, match=r"never pickled: call Gallery\.load"):
        pickle.dumps(gallery())


def test_version_follows_what_can_change_a_match_and_nothing_else() -> None:
    base = gallery()
    assert gallery().version == base.version
    assert gallery(persons=[person("gulnar"), person("aysel")]).version == base.version
    changed = [
        gallery(brands=()),
        gallery(voice_vectors={}),
        gallery(face_vectors={"aysel": np.ones((1, 4), dtype=np.float32)}),
        gallery(persons=[replace(person("aysel"), official_domains=("gov.example",)), person("gulnar")]),
        Gallery.of(replace(PACK, version="2"), persons=[person("aysel"), person("gulnar")]),
        Gallery.of(PACK, persons=[person("aysel"), person("gulnar")]),
    ]
    assert len({base.version, *(other.version for other in changed)}) == len(changed) + 1


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECORD = Change(at=NOW, by="Rena", action="enrol", subject="aysel", detail="")


def stored(directory: Path, **changes: Any) -> Path:
    """A stored watchlist of one active person and one brand."""
    parts: dict[str, Any] = {
        "pack": PACK.label,
        "spaces": {Modality.FACE: face_space(PACK), Modality.VOICE: voice_space(PACK)},
        "persons": (person("aysel"),),
        "enrolments": (enrolment("Anar", "Leyla"),),
        "brands": (brand("socar"),),
        "vectors": {Modality.FACE: {"aysel": np.array([[0, 0, 0, 1]], dtype=np.float32)}},
    }
    store.change(directory, lambda _: StoredWatchlist(**{**parts, **changes}), record=RECORD)
    return directory


def enrolment(*approved_by: str) -> Enrolment:
    return Enrolment(
        person_id="aysel",
        legal_basis="consent",
        purpose="takedown",
        requested_by="Rena",
        approved_by=approved_by,
        enrolled_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )


def test_loaded_galleries_match_like_those_of_vectors_at_hand(tmp_path: Path) -> None:
    loaded = Gallery.load(stored(tmp_path / "w"), PACK, now=NOW)
    at_hand = Gallery.of(
        PACK,
        persons=[person("aysel")],
        brands=[brand("socar")],
        face_vectors={"aysel": np.array([[0, 0, 0, 1]], dtype=np.float32)},
    )
    assert loaded.version == at_hand.version
    assert loaded.match_faces([face([0, 0, 0, 1])]) == at_hand.match_faces([face([0, 0, 0, 1])])


def test_the_version_follows_who_is_active_now_and_not_who_is_stored(tmp_path: Path) -> None:
    directory = stored(tmp_path / "w")
    today = Gallery.load(directory, PACK, now=NOW)
    assert Gallery.load(directory, PACK, now=NOW + timedelta(hours=1)).version == today.version
    tomorrow = Gallery.load(directory, PACK, now=NOW + timedelta(days=1))
    assert tomorrow.version != today.version
    assert (tomorrow.persons, tomorrow.brands) == ((), (brand("socar"),))
    assert tomorrow.match_faces([face([0, 0, 0, 1])]) == []
    assert Gallery.load(stored(tmp_path / "one", enrolments=(enrolment("Anar"),)), PACK, now=NOW).persons == ()
    only_brands = Gallery.load(stored(tmp_path / "n", persons=(), enrolments=(), vectors={}), PACK, now=NOW)
    assert only_brands.version == tomorrow.version


def test_other_weights_under_the_same_label_are_refused(tmp_path: Path) -> None:
    directory = stored(tmp_path / "w", pack_files=PACK.digest)
    assert store.read(directory).pack_files == PACK.digest
    assert Gallery.load(directory, PACK, now=NOW).pack == PACK.label
    swapped = replace(PACK, files=(make_pack_file(),))
    assert swapped.label == PACK.label
    with pytest.raises(
        WatchlistInvalid, match=r"w was built with other files of the model pack tiny@1 than those in use"
    ):
        Gallery.load(directory, swapped, now=NOW)
    store.change(directory, lambda was: replace(was, brands=()), record=RECORD)
    assert store.read(directory).pack_files == PACK.digest
    old = stored(tmp_path / "old")  # written before files were noted
    assert Gallery.load(old, swapped, now=NOW).pack == PACK.label


def test_empty_absent_and_foreign_watchlists_are_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        WatchlistInvalid, match=r"the watchlist .*absent is empty: enrol somebody with `qalqan watchlist e"
    ):
        Gallery.load(tmp_path / "absent", PACK, now=NOW)
    assert not (tmp_path / "absent").exists()
    empty = stored(tmp_path / "empty", persons=(), enrolments=(), brands=(), vectors={})
    with pytest.raises(WatchlistInvalid, match="is empty: enrol somebody"):
        Gallery.load(empty, PACK, now=NOW)
    with pytest.raises(WatchlistInvalid, match="built with the model pack tiny@1, not other@1: use that pack"):
        Gallery.load(stored(tmp_path / "w"), replace(PACK, name="other"), now=NOW)
    with pytest.raises(
        WatchlistInvalid,
        match=r"face vectors of the watchlist have 4 numbers \(euclidean\), but the model pack makes 5",
    ):
        Gallery.load(stored(tmp_path / "d"), replace(PACK, face_dimension=5), now=NOW)
    (tmp_path / "w" / "generations/000001/face.faiss").write_bytes(b"")
    with pytest.raises(WatchlistInvalid, match=r"face\.faiss was altered"):
        Gallery.load(tmp_path / "w", PACK, now=NOW)


def face_calibration(pack: str = PACK.label, *, fpir: float = 0.01) -> Calibration:
    rng = np.random.default_rng(7)
    mated, non_mated = rng.normal(0.8, 0.1, size=100), rng.normal(0.2, 0.1, size=900)
    return fit(mated, non_mated, modality=Modality.FACE, pack=pack, people=50, source="drawn", fpir=fpir)


def test_a_calibrated_gallery_weighs_its_matches_by_modality() -> None:
    known = face_calibration()
    people = gallery(calibrations=[known])
    [match] = people.match_faces([face([0.2, 1, 0, 0])])
    assert match.likelihood_ratio == known.likelihood_ratio(match.score)
    assert match.likelihood_ratio > 1
    assert match.threshold > PACK.face_threshold
    assert people.match_faces([face([0.55, 1, 0, 0])]) == []
    assert len(gallery().match_faces([face([0.55, 1, 0, 0])])) == 1
    [heard] = people.match_voices([voice([1, 0, 0])])
    assert (heard.likelihood_ratio, heard.threshold) == (None, PACK.voice_threshold)
    assert people.likelihood_ratio(0.5, modality=Modality.FACE) == known.likelihood_ratio(0.5)
    assert people.likelihood_ratio(0.5, modality=Modality.VOICE) is None


def test_the_threshold_of_a_voice_follows_the_number_of_speakers_and_not_of_windows() -> None:
    rng = np.random.default_rng(7)
    mated, non_mated = rng.normal(0.97, 0.01, size=100), rng.normal(0.7, 0.1, size=900)
    known = fit(mated, non_mated, modality=Modality.VOICE, pack=PACK.label, people=50, source="drawn", fpir=0.05)
    people = gallery(calibrations=[known])

    def threshold(*speakers: int) -> float:
        heard = [voice([1, 0, 0], number, speaker=speaker) for number, speaker in enumerate(speakers)]
        return max(match.threshold for match in people.match_voices(heard))

    assert threshold(0) == threshold(0, 0, 0) < threshold(0, 1, 2)


def test_a_calibration_is_part_of_the_version_and_of_one_pack() -> None:
    versions = {
        gallery(calibrations=known).version for known in ([], [face_calibration()], [face_calibration(fpir=0.02)])
    }
    assert len(versions) == 3
    with pytest.raises(
        WatchlistInvalid, match="the face calibration was made with the model pack other@1, not tiny@1: calibrate again"
    ):
        gallery(calibrations=[face_calibration("other@1")])


def test_a_stored_calibration_is_in_use(tmp_path: Path) -> None:
    loaded = Gallery.load(stored(tmp_path / "w", calibrations=(face_calibration(),)), PACK, now=NOW)
    [match] = loaded.match_faces([face([0, 0, 0, 1])])
    assert match.likelihood_ratio == face_calibration().likelihood_ratio(1.0)


def test_the_memory_key_is_that_of_the_active_people_and_goes_with_one_of_theirs(tmp_path: Path) -> None:
    directory = stored(tmp_path / "w")
    key = Gallery.load(directory, PACK, now=NOW).memory_key()
    assert key is not None
    assert key == Gallery.load(directory, PACK, now=NOW).memory_key()
    assert Gallery.load(directory, PACK, now=NOW + timedelta(days=1)).memory_key() is None, "nobody is active any more"
    assert Gallery.of(PACK, persons=[person("aysel")]).memory_key() is None
    (directory / "keys" / "aysel.key").unlink()
    assert Gallery.load(directory, PACK, now=NOW).memory_key() is None
