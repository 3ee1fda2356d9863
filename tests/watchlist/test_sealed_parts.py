"""What is sealed of each person: sealed once, opened with their key, put out again when a backup comes without arrays."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.factories import make_person, make_reference
from watchlist import sealed_parts
from watchlist.errors import WatchlistInvalid
from watchlist.footage import GenuineFootage, film_files, marks_file, pack_film
from watchlist.generations import Generation
from watchlist.index import COSINE, Space
from watchlist.records import Modality, ReferenceKind
from watchlist.sealing import own_key, seal
from watchlist.store import StoredWatchlist

FILM = make_reference(person_id="aysel", kind=ReferenceKind.FOOTAGE)
ROWS = np.array([[0.6, 0.8]], dtype=np.float32)


def film() -> GenuineFootage:
    faces = np.full((2, 96, 96), 7, dtype=np.uint8)
    return GenuineFootage(
        person_id="aysel",
        sha256=FILM.sha256,
        times_s=np.arange(2) / 10,
        faces=faces,
        sound=np.ones(9, dtype=np.float32),
    )


def generation(directory: Path, files: dict[str, str], vectors: dict[str, dict[str, str]]) -> Generation:
    return Generation(directory=directory, number=1, manifest={"files": files, "vectors": vectors})


def test_vectors_are_sealed_when_they_are_new_or_changed(tmp_path: Path) -> None:
    own = {Modality.FACE: {"aysel": ROWS}}
    files, names = sealed_parts.keep_vectors(own, tmp_path, before=None, old={})
    assert names == {"face": {"aysel": "sealed/aysel/face-000001.npy"}}
    assert ROWS.tobytes() not in (tmp_path / names["face"]["aysel"]).read_bytes()
    before = generation(tmp_path, files, names)
    assert sealed_parts.keep_vectors(own, tmp_path, before=before, old=own) == (files, names)
    changed = {Modality.FACE: {"aysel": ROWS[:, ::-1].copy()}}
    assert sealed_parts.keep_vectors(changed, tmp_path, before=before, old=own)[1] == {
        "face": {"aysel": "sealed/aysel/face-000002.npy"}
    }
    [read] = sealed_parts.read_vectors(before, Modality.FACE, Space(2, COSINE)).values()
    assert read.tobytes() == ROWS.tobytes()
    assert sealed_parts.read_vectors(before, Modality.VOICE, Space(2, COSINE)) == {}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([[np.nan, 1]], "the face vectors of 'aysel' hold NaN or infinity"),
        ([[np.inf, 1]], "the face vectors of 'aysel' hold NaN or infinity"),
        ([[0, 0]], "the face vectors of 'aysel' hold a vector of zeros"),
        ([[1, 0, 0]], "the face vectors of 'aysel' have shape .* but the model pack makes vectors of 2 numbers"),
    ],
)
def test_vectors_that_cannot_be_compared_are_refused(tmp_path: Path, rows: list[list[float]], sentence: str) -> None:
    own = {Modality.FACE: {"aysel": np.array(rows, dtype=np.float32)}}
    files, names = sealed_parts.keep_vectors(own, tmp_path, before=None, old={})
    with pytest.raises(WatchlistInvalid, match=sentence):
        sealed_parts.read_vectors(generation(tmp_path, files, names), Modality.FACE, Space(2, COSINE))


def test_vectors_that_were_sealed_at_another_time_are_refused(tmp_path: Path) -> None:
    files, names = sealed_parts.keep_vectors({Modality.FACE: {"aysel": ROWS}}, tmp_path, before=None, old={})
    name = names["face"]["aysel"]
    seal(tmp_path / name, b"older vectors", key=own_key(tmp_path, "aysel"), name=name)
    with pytest.raises(WatchlistInvalid, match=r"face-000001\.npy was altered"):
        sealed_parts.read_vectors(generation(tmp_path, files, names), Modality.FACE, Space(2, COSINE))


def test_films_are_laid_out_as_arrays_and_again_where_they_are_missing(tmp_path: Path) -> None:
    files = sealed_parts.keep_films([FILM], tmp_path, before=None, films=[film()])
    arrays, marks = film_files("aysel", FILM.sha256), marks_file("aysel", FILM.sha256)
    assert set(files) == {*arrays, marks, *(f"sealed/aysel/{Path(name).name}" for name in arrays)}
    for name in (*arrays, marks):
        (tmp_path / name).unlink()
    before = generation(tmp_path, files, {})
    assert sealed_parts.keep_films([FILM], tmp_path, before=before, films=[]) == files
    assert {name: (tmp_path / name).read_bytes() for name in arrays} == pack_film(film())
    assert np.load(tmp_path / marks).shape == (1, 64)
    older = generation(tmp_path, {name: sha256 for name, sha256 in files.items() if name != marks}, {})
    assert sealed_parts.keep_films([FILM], tmp_path, before=older, films=[]) == files
    assert sealed_parts.keep_films([replace(FILM, kind=ReferenceKind.IMAGE)], tmp_path, before=before, films=[]) == {}


def test_media_are_sealed_for_everybody_who_has_them(tmp_path: Path) -> None:
    data = b"both are in this picture"
    sha256 = hashlib.sha256(data).hexdigest()
    people = ("aysel", "gulnar")
    stored = StoredWatchlist(
        persons=tuple(make_person(person_id=who) for who in people),
        references=tuple(make_reference(person_id=who, sha256=sha256) for who in people),
    )
    kept = sealed_parts.keep_media(stored, tmp_path, {sha256: data})
    assert kept == ["keys/aysel.key", "keys/gulnar.key", f"sealed/aysel/{sha256}", f"sealed/gulnar/{sha256}"]
    one, other = (sealed_parts.open_media(tmp_path, who, sha256) for who in people)
    assert one.read() == other.read() == data
    assert one.path.read_bytes() != other.path.read_bytes()
    before = one.path.read_bytes()
    assert sealed_parts.keep_media(stored, tmp_path, {sha256: data}) == kept
    assert one.path.read_bytes() == before
