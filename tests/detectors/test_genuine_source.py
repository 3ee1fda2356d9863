from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.film_alignment import SAME_GAP
from detectors.genuine_source import GenuineSource
from detectors.official_source import OfficialSource
from detectors.records import Bearing, Finding
from detectors.shift_search import STEPS_PER_S
from detectors.source_verdicts import OTHER_GAP
from detectors.subject import CreativeSubject
from embeddings.alignment import aligned_faces
from embeddings.faces import see_faces
from embeddings.media import decode, decode_interval
from embeddings.packs import load_pack
from embeddings.samples import LoadedPack
from tests.detectors.subjects import by_claim
from tests.detectors.subjects import subject as ad_subject
from tests.factories import make_person, sha
from tests.film_variants import read_sound
from tests.media import say
from tests.portrait_film import babble, portrait_frames, write_film
from watchlist.film_marks import make_scene_marks
from watchlist.footage import GenuineFootage, Scenes
from watchlist.gallery import Gallery

PERSON = make_person()


@pytest.fixture(scope="module")
def pack() -> LoadedPack:
    return load_pack("open")


def footage_of(path: Path, pack: LoadedPack, *, name: str = "footage") -> GenuineFootage:
    media = decode(path)
    frames = decode_interval(path, start_s=0.0, end_s=60.0, frames_per_s=STEPS_PER_S)
    faces = aligned_faces(frames, pack)
    return GenuineFootage(
        person_id=PERSON.person_id,
        sha256=sha(name),
        times_s=np.array([face.at_s for face in faces]),
        faces=np.stack([face.grey for face in faces]),
        sound=media.sound,
    )


def gallery_with(path: Path, pack: LoadedPack, *, footage: list[GenuineFootage]) -> Gallery:
    """The person as the film at ``path`` shows them."""
    vectors = np.concatenate([face.vectors for face in see_faces(decode(path), pack).samples])
    return Gallery.of(pack.manifest, persons=[PERSON], face_vectors={PERSON.person_id: vectors}, footage=footage)


def examine(path: Path, gallery: Gallery, pack: LoadedPack) -> dict[str, Finding]:
    """Findings by claim; everybody seen is the person, as far as the gallery says so."""
    return {finding.claim: finding for finding in GenuineSource().examine(subject_of(path, gallery, pack))}


def of_the_source(found: dict[str, Finding]) -> dict[str, Finding]:
    """What is said about the source of a stranger's ad whose creative was found so."""
    return by_claim(list(OfficialSource().examine(ad_subject(None, findings=tuple(found.values())))))


def subject_of(path: Path, gallery: Gallery, pack: LoadedPack) -> CreativeSubject:
    media = decode(path)
    seen = see_faces(media, pack)
    return CreativeSubject(
        media=media,
        faces=seen.samples,
        voices=(),
        matches=tuple(gallery.match_faces(seen.samples)),
        gallery=gallery,
        pack=pack,
        paths=seen.paths,
    )


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> NDArray[np.float32]:
    return read_sound(say(tmp_path_factory.mktemp("speech") / "own.wav"))[:96_000]


@pytest.fixture(scope="module")
def other_speech(tmp_path_factory: pytest.TempPathFactory) -> NDArray[np.float32]:
    text = "Invest two hundred today and receive ten thousand every month. Oil for everybody. Write your number below."
    return read_sound(say(tmp_path_factory.mktemp("speech") / "other.wav", voice="en+m3", text=text))[:96_000]


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory, speech: NDArray[np.float32]) -> Path:
    return write_film(tmp_path_factory.mktemp("film") / "genuine.mp4", portrait_frames(6.0), speech)


@pytest.fixture(scope="module")
def gallery(genuine: Path, pack: LoadedPack) -> Gallery:
    return gallery_with(genuine, pack, footage=[footage_of(genuine, pack)])


def test_a_cut_and_recompressed_copy_is_the_same(
    gallery: Gallery, pack: LoadedPack, tmp_path: Path, speech: NDArray[np.float32]
) -> None:
    copy = write_film(tmp_path / "copy.mp4", portrait_frames(6.0)[10:], speech[16_000:], bit_rate=200_000)
    found = examine(copy, gallery, pack)
    assert set(found) == {"same_as_genuine", "sound_as_genuine"}
    same = found["same_as_genuine"]
    noted = of_the_source(found)["genuine_creative"]
    assert (noted.bearing, noted.person_id) == (Bearing.INCONCLUSIVE, PERSON.person_id)
    assert noted.reference_sha256 == same.reference_sha256
    assert "not told" not in noted.observation
    assert same.bearing is Bearing.AGAINST
    assert same.reference_sha256 == sha("footage")
    assert same.reference_start_s == pytest.approx((same.start_s or 0.0) + 1.0, abs=0.15)
    assert same.weight == 0.0


def test_another_mouth_with_another_voice_is_regenerated_and_replaced(
    gallery: Gallery, pack: LoadedPack, tmp_path: Path, other_speech: NDArray[np.float32]
) -> None:
    fake = write_film(tmp_path / "fake.mp4", portrait_frames(6.0, mouth_seed=9), other_speech)
    found = examine(fake, gallery, pack)
    assert set(found) == {"mouth_regenerated", "voice_replaced", "frames_to_compare"}
    pair = found["frames_to_compare"]
    assert (pair.bearing, pair.weight, pair.start_s) == (Bearing.INCONCLUSIVE, 0.0, pair.end_s)
    assert pair.reference_start_s == pytest.approx(pair.start_s, abs=0.15)
    assert pair.region is not None
    assert found["mouth_regenerated"].bearing is Bearing.SUPPORTS
    assert (found["mouth_regenerated"].measurement or 0) >= OTHER_GAP


def test_genuine_picture_with_another_voice_is_told_apart_from_one_with_noise(
    gallery: Gallery, pack: LoadedPack, tmp_path: Path, other_speech: NDArray[np.float32]
) -> None:
    dubbed = write_film(tmp_path / "dubbed.mp4", portrait_frames(6.0), other_speech)
    found = examine(dubbed, gallery, pack)
    assert set(found) == {"same_as_genuine", "voice_replaced"}
    assert "in another voice" in found["voice_replaced"].observation
    assert "genuine_creative" not in of_the_source(found)
    noisy = write_film(tmp_path / "noisy.mp4", portrait_frames(6.0), babble(6.0))
    found = examine(noisy, gallery, pack)
    assert set(found) == {"same_as_genuine", "sound_replaced"}
    assert found["sound_replaced"].bearing is Bearing.INCONCLUSIVE


def test_a_sped_mirrored_copy_and_one_that_was_cut_anew_are_told_with_their_pieces(
    gallery: Gallery, pack: LoadedPack, tmp_path: Path
) -> None:
    frames = portrait_frames(6.0)
    quick = [np.ascontiguousarray(frames[int(at)][:, ::-1]) for at in np.arange(0, 60, 1.1)]
    found = examine(write_film(tmp_path / "quick.mp4", quick, None), gallery, pack)
    assert set(found) == {"same_as_genuine", "sound_not_compared"}
    assert ", mirrored, sped up to 1" in found["same_as_genuine"].observation
    recut = write_film(tmp_path / "recut.mp4", [*frames[32:], *frames[:30]], None)
    findings = list(GenuineSource().examine(subject_of(recut, gallery, pack)))
    [cut] = [finding for finding in findings if finding.claim == "recut"]
    assert cut.measurement == 2
    pieces = [finding for finding in findings if finding.claim == "same_as_genuine"]
    starts_s = [piece.reference_start_s for piece in pieces]
    assert starts_s == [pytest.approx(3.2, abs=0.4), pytest.approx(0.0, abs=0.4)]


def test_without_sound_the_picture_is_still_compared(gallery: Gallery, pack: LoadedPack, tmp_path: Path) -> None:
    mute = write_film(tmp_path / "mute.mp4", portrait_frames(6.0), None)
    assert set(examine(mute, gallery, pack)) == {"same_as_genuine", "sound_not_compared"}


def test_another_film_of_the_person_says_how_much_was_searched(
    gallery: Gallery, pack: LoadedPack, tmp_path: Path
) -> None:
    other = write_film(tmp_path / "other.mp4", portrait_frames(5.0, seed=7, mouth_seed=9), None)
    found = examine(other, gallery, pack)
    assert set(found) == {"not_aligned"}
    assert found["not_aligned"].bearing is Bearing.INCONCLUSIVE
    assert "6.0 s of film" in found["not_aligned"].observation


def test_a_scene_whose_face_cannot_be_aligned_is_found_as_a_whole(
    genuine: Path, pack: LoadedPack, tmp_path: Path
) -> None:
    frames = decode_interval(genuine, start_s=0.0, end_s=6.0, frames_per_s=2)
    scenes = Scenes(
        times_s=np.array([frame.at_s for frame in frames]), marks=make_scene_marks([frame.pixels for frame in frames])
    )
    footage = replace(footage_of(genuine, pack), scenes=scenes)
    frozen = write_film(tmp_path / "frozen.mp4", [portrait_frames(1.0)[5]] * 40, None)
    found = examine(frozen, gallery_with(genuine, pack, footage=[footage]), pack)
    assert set(found) == {"scene_found", "not_aligned"}
    scene = found["scene_found"]
    assert scene.bearing is Bearing.INCONCLUSIVE
    assert scene.reference_sha256 == sha("footage")
    assert "The face could not be compared there." in scene.observation


def test_without_footage_it_says_so(genuine: Path, pack: LoadedPack) -> None:
    found = examine(genuine, gallery_with(genuine, pack, footage=[]), pack)
    assert "enrolled" in found["not_aligned"].observation


@pytest.fixture(scope="module")
def fixtures() -> Path:
    place = Path(os.environ.get("QALQAN_FIXTURES", Path(__file__).parents[3] / "shared" / "fixtures"))
    if not place.is_dir():
        pytest.skip(f"NO REAL MEDIA: {place} is absent; set QALQAN_FIXTURES to test on it")
    return place


def reencoded(source: Path, target: Path, *, drop_s: float = 0.0, mirrored: bool = False) -> Path:
    """360p at 200 kb/s without sound, perhaps cut at the start or mirrored."""
    frames: list[NDArray[np.uint8]] = []
    with av.open(str(source)) as film:
        for frame in film.decode(video=0):
            if frame.time >= drop_s:
                pixels = cv2.resize(frame.to_ndarray(format="rgb24"), (640, 360), interpolation=cv2.INTER_AREA)
                frames.append(pixels[:, ::-1] if mirrored else pixels)
    return write_film(target, frames, None, bit_rate=200_000, rate=30)


@pytest.mark.fixtures
def test_on_a_real_lip_synced_clip_and_honest_copies_of_its_source(
    fixtures: Path, pack: LoadedPack, tmp_path: Path
) -> None:
    raw = fixtures / "wav2lip_gfpgan" / "kim_7s_raw.mp4"
    gallery = gallery_with(raw, pack, footage=[footage_of(raw, pack)])
    fake = examine(fixtures / "wav2lip_gfpgan" / "kim_lip_synced.mp4", gallery, pack)
    assert set(fake) == {"mouth_regenerated", "voice_replaced", "frames_to_compare"}
    for name, change in {"plain": {}, "cut": {"drop_s": 1.617}, "mirrored": {"mirrored": True}}.items():
        found = examine(reencoded(raw, tmp_path / f"{name}.mp4", **change), gallery, pack)  # type: ignore[arg-type]
        assert "same_as_genuine" in found, (name, found)
        assert (found["same_as_genuine"].measurement or 0) < SAME_GAP / 2


@pytest.mark.fixtures
def test_real_film_of_the_same_person_at_another_moment_does_not_align(
    fixtures: Path, pack: LoadedPack, tmp_path: Path
) -> None:
    clip = fixtures / "dfl_real" / "Obama_speaking.mp4"
    whole = footage_of(clip, pack)
    early = whole.times_s < 4.0
    first_half = GenuineFootage(
        person_id=whole.person_id,
        sha256=whole.sha256,
        times_s=whole.times_s[early],
        faces=whole.faces[early],
        sound=None,
    )
    gallery = gallery_with(clip, pack, footage=[first_half])
    assert set(examine(reencoded(clip, tmp_path / "later.mp4", drop_s=4.2), gallery, pack)) == {"not_aligned"}
