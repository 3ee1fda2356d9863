"""Reference media: what is taken, and every refusal with the file's name in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data

from embeddings.packs import load_pack
from embeddings.samples import LoadedPack
from tests.watchlist import portraits
from watchlist.errors import EnrolmentRefused
from watchlist.index import Space, VectorIndex
from watchlist.references import ReadReference, check_agreement, read_film, read_picture, read_recording


@pytest.fixture(scope="module")
def pack() -> LoadedPack:
    return load_pack("open")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("references")
    astronaut, hopper = portraits.astronaut(), portraits.hopper()
    both = portraits.side_by_side(hopper, cv2.resize(astronaut, (600, 600)))
    portraits.write_picture(folder / "astronaut.jpg", astronaut)
    portraits.write_picture(folder / "darker.jpg", portraits.darker(astronaut))
    portraits.write_picture(folder / "hopper.jpg", hopper)
    portraits.write_picture(folder / "both.jpg", both)
    portraits.write_picture(folder / "coffee.jpg", data.coffee())
    portraits.write_picture(
        folder / "small.jpg", cv2.resize(hopper, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    )
    portraits.write_speech(folder / "f2.wav", "+f2")
    portraits.write_speech(folder / "klatt2.wav", "+klatt2")
    portraits.write_speech(folder / "word.wav", "+f2", "Good evening.")
    portraits.join_speech(folder / "two.wav", folder / "f2.wav", folder / "klatt2.wav")
    portraits.join_speech(folder / "twice.wav", folder / "f2.wav", folder / "f2.wav")
    portraits.write_silence(folder / "silence.wav", seconds=5)
    portraits.write_film(folder / "astronaut.mp4", astronaut)
    portraits.write_film(folder / "both.mp4", cv2.resize(both, None, fx=0.6, fy=0.6), seconds=1.5)
    (folder / "text.jpg").write_text("this is no picture at all")
    return folder


def space(pack: LoadedPack) -> Space:
    return Space(pack.manifest.face_dimension, pack.manifest.face_metric)


def test_a_face_that_is_small_only_where_it_is_looked_for_is_said_to_be_that(tmp_path: Path, pack: LoadedPack) -> None:
    scene = np.full((2250, 4000, 3), 90, dtype=np.uint8)
    scene[600:1020, 1800:2220] = cv2.resize(portraits.hopper()[20:420, 60:460], (420, 420))
    path = portraits.write_picture(tmp_path / "far.jpg", scene)
    with pytest.raises(
        EnrolmentRefused,
        match=r"far\.jpg is 2\d\d px high, which is \d\d px in the picture scaled to 640 px, in which faces are looked for, less "
        "than the 48 px",
    ):
        read_picture(path, pack)


def test_a_picture_gives_one_vector_and_its_bytes(files: Path, pack: LoadedPack) -> None:
    read = read_picture(files / "astronaut.jpg", pack)
    assert read.vectors.shape == (1, pack.manifest.face_dimension)
    assert read.media_type == "image/jpeg"
    assert read.data == (files / "astronaut.jpg").read_bytes()
    assert read.sha256 == hashlib.sha256(read.data).hexdigest()


def test_a_recording_gives_a_vector_per_window(files: Path, pack: LoadedPack) -> None:
    read = read_recording(files / "f2.wav", pack)
    assert read.vectors.shape[1] == pack.manifest.voice_dimension
    assert read.media_type == "audio/wav"
    assert len(read_recording(files / "twice.wav", pack).vectors) > len(read.vectors)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("coffee.jpg", r"coffee\.jpg shows no face that can be found: give a picture"),
        ("both.jpg", r"both\.jpg shows 2 faces \(.*% across and .*% down, .*\): cut it"),
        (
            "small.jpg",
            r"the face in .*small\.jpg is \d+ px high, less than the 48 px .*: give a picture that shows it larger",
        ),
        ("f2.wav", r"f2\.wav is not a picture but audio"),
        ("astronaut.mp4", r"astronaut\.mp4 is not a picture but video"),
        ("text.jpg", r"text\.jpg cannot be read \(.*\): give another file"),
    ],
)
def test_bad_pictures_are_refused_by_name(files: Path, pack: LoadedPack, name: str, sentence: str) -> None:
    with pytest.raises(EnrolmentRefused, match=sentence):
        read_picture(files / name, pack)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("word.wav", r"word\.wav holds less than 3 s of speech: give a longer recording"),
        ("silence.wav", r"silence\.wav holds less than 3 s of speech"),
        (
            "two.wav",
            r"in .*two\.wav somebody else seems to speak too \(\d+% of the speech, for instance after \d+ s\): cut",
        ),
        ("hopper.jpg", r"hopper\.jpg has no sound that can be read"),
    ],
)
def test_bad_recordings_are_refused_by_name(files: Path, pack: LoadedPack, name: str, sentence: str) -> None:
    with pytest.raises(EnrolmentRefused, match=sentence):
        read_recording(files / name, pack)


def test_an_absent_file_is_the_systems_error(files: Path, pack: LoadedPack) -> None:
    with pytest.raises(FileNotFoundError, match=r"absent\.jpg"):
        read_picture(files / "absent.jpg", pack)


def test_references_must_agree(files: Path, pack: LoadedPack) -> None:
    one, two, other = (read_picture(files / f"{name}.jpg", pack) for name in ("astronaut", "darker", "hopper"))
    threshold = pack.manifest.face_threshold
    check_agreement([one, two], space=space(pack), threshold=threshold, what="face")
    check_agreement([one], space=space(pack), threshold=threshold, what="face")
    with pytest.raises(EnrolmentRefused, match=r"the face in [^ ]*hopper\.jpg \(best score .*\) is not like"):
        check_agreement([one, two, other], space=space(pack), threshold=threshold, what="face")
    with pytest.raises(EnrolmentRefused, match=r"astronaut\.jpg .* and .*hopper\.jpg .* is not like"):
        check_agreement([one, other], space=space(pack), threshold=threshold, what="face")
    with pytest.raises(EnrolmentRefused, match=r"astronaut\.jpg is the same file as .*: leave one out"):
        check_agreement([one, two, one], space=space(pack), threshold=threshold, what="face")


def _made(name: str, *vectors: list[float]) -> ReadReference:
    rows = np.array(vectors, dtype=np.float32)
    return ReadReference(path=Path(name), sha256=name, media_type="image/jpeg", data=b"", vectors=rows)


def test_two_pairs_of_two_people_are_not_one_person() -> None:
    """Each is like one other, and yet they are not one group."""
    plane, a, b = Space(2, "euclidean"), [1.0, 0.0], [0.0, 1.0]
    near = [1.0, 0.3]
    pairs = [_made("a1", a), _made("b1", b), _made("a2", near), _made("b2", [0.1, 1.0])]
    with pytest.raises(EnrolmentRefused) as refused:
        check_agreement(pairs, space=plane, threshold=0.5, what="face")
    assert all(f"{name} (best score" in str(refused.value) for name in ("a1", "a2", "b1", "b2"))  # nobody knows which
    with pytest.raises(EnrolmentRefused) as refused:
        check_agreement([*pairs, _made("a3", [1.0, 0.1])], space=plane, threshold=0.5, what="face")
    assert "the face in b1 (best score -0.22) and b2 (best score -0.14) is not like" in str(refused.value)
    # A row of pictures, each like the next, hangs together: the face turns from one side to the other
    chain = [_made(str(angle), [float(np.cos(angle)), float(np.sin(angle))]) for angle in (0.0, 0.4, 0.8, 1.2)]
    check_agreement(chain, space=plane, threshold=0.5, what="face")
    check_agreement([_made("many", b, a), _made("one", near)], space=plane, threshold=0.5, what="face")


def test_recordings_must_agree(files: Path, pack: LoadedPack) -> None:
    voices = Space(pack.manifest.voice_dimension, pack.manifest.voice_metric)
    recordings = [read_recording(files / f"{name}.wav", pack) for name in ("f2", "klatt2")]
    with pytest.raises(EnrolmentRefused, match=r"the voice in .*f2\.wav .* and .*klatt2\.wav .* is not like"):
        check_agreement(recordings, space=voices, threshold=pack.manifest.voice_threshold, what="voice")


def test_film_gives_dense_aligned_faces(files: Path, pack: LoadedPack) -> None:
    faces = read_picture(files / "astronaut.jpg", pack).vectors
    read, film = read_film(files / "astronaut.mp4", pack, person_id="aysel", faces=faces)
    assert (read.media_type, read.vectors.shape) == ("video/mp4", (0, pack.manifest.face_dimension))
    assert (film.person_id, film.sha256) == ("aysel", read.sha256)
    assert film.faces.shape == (len(film.times_s), 96, 96)
    assert film.faces.dtype == np.uint8
    assert len(film.times_s) >= 25
    assert film.scenes is not None
    assert film.scenes.marks.shape == (len(film.scenes.times_s), 64)
    assert 5 <= len(film.scenes.times_s) <= 8
    assert (np.diff(film.times_s) > 0).all()
    assert film.sound is None


def test_of_several_people_in_film_the_right_one_is_followed(files: Path, pack: LoadedPack) -> None:
    greys = {}
    for name in ("astronaut", "hopper"):
        faces = read_picture(files / f"{name}.jpg", pack).vectors
        _, film = read_film(files / "both.mp4", pack, person_id=name, faces=faces)
        assert len(film.times_s) >= 10
        greys[name] = film.faces.astype(np.float64)
        spread = np.abs(greys[name] - greys[name].mean(axis=0)).mean()
        assert spread < 10  # levels of grey: one face throughout
    apart = np.abs(greys["astronaut"].mean(axis=0) - greys["hopper"].mean(axis=0)).mean()
    assert apart > 20


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("astronaut.mp4", r"no face in .*astronaut\.mp4 is like the pictures of gulnar: give film"),
        ("hopper.jpg", r"hopper\.jpg is not film but image"),
        ("f2.wav", r"f2\.wav is not film but audio"),
    ],
)
def test_bad_film_is_refused_by_name(files: Path, pack: LoadedPack, name: str, sentence: str) -> None:
    faces = read_picture(files / "hopper.jpg", pack).vectors
    with pytest.raises(EnrolmentRefused, match=sentence):
        read_film(files / name, pack, person_id="gulnar", faces=faces)


def test_vectors_of_the_same_person_match_across_files(files: Path, pack: LoadedPack) -> None:
    one = read_picture(files / "astronaut.jpg", pack)
    index = VectorIndex.of({"aysel": one.vectors}, space=space(pack), what="face")
    [best] = index.best([read_picture(files / "darker.jpg", pack).vectors], what=["q"])
    assert best is not None
    assert best[0] > pack.manifest.face_threshold
