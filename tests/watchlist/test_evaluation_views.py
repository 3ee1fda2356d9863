"""Faces and voices of real files: found, named where they are not, and looked for anew in every condition."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from embeddings.conditions import chosen
from embeddings.packs import load_pack
from embeddings.samples import LoadedPack
from tests.watchlist import portraits
from watchlist.evaluation_set import LeftOut, read_set
from watchlist.evaluation_views import SEGMENT_S, Seen, Views, look_at, segments
from watchlist.records import Modality


@pytest.fixture(scope="module")
def pack() -> LoadedPack:
    return load_pack("open")


def look(folder: Path, pack: LoadedPack, *modalities: Modality, conditions: tuple[str, ...] = ()) -> Seen:
    return look_at(
        read_set(folder),
        pack,
        modalities=modalities,
        conditions=chosen(conditions),
        seed=3,
        tell=lambda done: None,
    )


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, pack: LoadedPack) -> Seen:
    """Two people with pictures, a film, and files of all kinds of trouble."""
    folder = tmp_path_factory.mktemp("people")
    for name in ("Eileen", "Grace", "trouble"):
        (folder / name).mkdir()
    astronaut = portraits.astronaut()
    portraits.write_picture(folder / "Eileen/1.png", astronaut)
    portraits.write_film(folder / "Eileen/2.mp4", astronaut, seconds=1.0)
    portraits.write_picture(folder / "Grace/1.jpg", portraits.hopper())
    shutil.copy(folder / "Eileen/1.png", folder / "trouble/again.png")
    (folder / "trouble/broken.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(40))
    (folder / "trouble/notes.txt").write_text("words")
    portraits.write_silence(folder / "trouble/silence.wav", seconds=6)
    portraits.write_picture(folder / "trouble/two.png", portraits.side_by_side(astronaut, astronaut[:, ::-1]))
    portraits.write_picture(folder / "trouble/wall.png", np.full((200, 300, 3), 90, dtype=np.uint8))
    return look(folder, pack, Modality.FACE, Modality.VOICE, conditions=("mirror", "face-24px", "face-96px"))


def test_every_file_is_an_item_or_is_named_with_its_reason(seen: Seen) -> None:
    faces, voices = seen.views
    assert faces.files.tolist() == [0, 1, 2]
    assert not len(voices.files)
    why = {item.name.removeprefix("trouble/"): item.why for item in seen.left_out}
    assert why["again.png"] == "it is the same file as Eileen/1.png"
    assert why["silence.wav"] == f"it holds less than {SEGMENT_S:g} s of speech"
    assert why["wall.png"] == "no face was found in it"
    assert why["two.png"].startswith("it shows 2 faces about as large as each other")
    assert set(why) == {"again.png", "broken.jpg", "notes.txt", "silence.wav", "two.png", "wall.png"}
    assert all(name not in reason for name, reason in why.items()), "the name is said once, by whoever lists it"


def test_a_film_is_one_item_seen_several_times(seen: Seen) -> None:
    clean = seen.views[0].vectors["clean"]
    assert clean.shape[0] == 3
    assert np.isfinite(clean).all(axis=2).sum(axis=1)[0] == 1
    assert np.isfinite(clean).all(axis=2).sum(axis=1)[1] > 1


def test_the_size_of_a_face_is_that_in_the_original(seen: Seen) -> None:
    sizes = seen.views[0].sizes
    assert sizes[0] == pytest.approx(sizes[1], rel=0.15)
    assert 80 < sizes[0] < 200


def test_conditions_change_the_vectors_and_losses_are_kept_apart_from_what_was_not_asked(seen: Seen) -> None:
    faces: Views = seen.views[0]
    clean, mirror = faces.vectors["clean"][:, 0], faces.vectors["mirror"][:, 0]
    assert np.isfinite(mirror).all()
    assert 0 < np.linalg.norm(clean - mirror, axis=1).max() < 0.6
    assert np.isnan(faces.vectors["face-24px"]).all(axis=(1, 2)).any(), "a face of 24 px is not always found"
    assert faces.asked["face-96px"].tolist() == (faces.sizes >= 96).tolist()
    assert faces.asked["face-24px"].all()


def test_the_same_seed_gives_the_same_vectors(tmp_path: Path, pack: LoadedPack) -> None:
    (tmp_path / "Eileen").mkdir()
    portraits.write_picture(tmp_path / "Eileen/1.png", portraits.astronaut())
    one, other = (look(tmp_path, pack, Modality.FACE, conditions=("noise",)).views[0] for _ in range(2))
    assert np.array_equal(one.vectors["noise"], other.vectors["noise"])


def test_a_face_smaller_than_a_condition_is_not_asked(tmp_path: Path, pack: LoadedPack) -> None:
    (tmp_path / "Eileen").mkdir()
    small = np.ascontiguousarray(portraits.astronaut()[::2, ::2])
    portraits.write_picture(tmp_path / "Eileen/1.png", small)
    views = look(tmp_path, pack, Modality.FACE, conditions=("face-96px", "face-32px")).views[0]
    assert views.sizes[0] < 96
    assert not views.asked["face-96px"][0]
    assert views.asked["face-32px"][0]


def test_speech_is_cut_into_equal_segments_without_the_pauses(tmp_path: Path, pack: LoadedPack) -> None:
    (tmp_path / "Anna").mkdir()
    portraits.write_speech(tmp_path / "Anna/1.wav", "+f2", portraits.SPEECH + " " + portraits.SPEECH)
    found = look(tmp_path, pack, Modality.VOICE, conditions=("telephone",))
    [voices] = found.views
    assert not found.left_out
    assert len(voices.files) >= 2
    assert set(voices.files) == {0}
    assert (voices.sizes >= SEGMENT_S).all()
    assert np.ptp(voices.sizes) < 0.01
    assert np.isfinite(voices.vectors["telephone"]).all()


def test_silence_has_no_segments(pack: LoadedPack) -> None:
    assert segments(np.zeros(16_000 * 8, dtype=np.float32), pack) == []


def test_a_file_of_the_other_kind_says_so(tmp_path: Path, pack: LoadedPack) -> None:
    (tmp_path / "Eileen").mkdir()
    portraits.write_picture(tmp_path / "Eileen/1.png", portraits.astronaut())
    assert look(tmp_path, pack, Modality.VOICE).left_out == (LeftOut(name="Eileen/1.png", why="it holds no sound"),)
