"""Film descriptors on disk: there and back, without sound, damaged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from watchlist.errors import WatchlistInvalid
from watchlist.footage import (
    GenuineFootage,
    Scenes,
    film_files,
    marks_file,
    marks_of,
    pack_film,
    pack_marks,
    scenes_file,
    unpack_film,
)

SHA256 = "cd" * 32


def film(*, sound: bool) -> GenuineFootage:
    faces = np.random.default_rng(3).integers(0, 256, size=(5, 96, 96), dtype=np.uint8)
    return GenuineFootage(
        person_id="aysel",
        sha256=SHA256,
        times_s=np.arange(5) / 10,
        faces=faces,
        sound=np.linspace(-1, 1, 8000, dtype=np.float32) if sound else None,
    )


def written(directory: Path, files: dict[str, bytes]) -> dict[str, Path]:
    paths = {name: directory / name.replace("/", "_") for name in files}
    for name, data in files.items():
        paths[name].write_bytes(data)
    return paths


@pytest.mark.parametrize("sound", [True, False])
def test_there_and_back(tmp_path: Path, sound: bool) -> None:
    before = film(sound=sound)
    files = pack_film(before)
    assert tuple(files) == film_files("aysel", SHA256)
    after = unpack_film("aysel", SHA256, files=written(tmp_path, files))
    assert (after.person_id, after.sha256) == ("aysel", SHA256)
    np.testing.assert_array_equal(after.times_s, before.times_s)
    np.testing.assert_array_equal(after.faces, before.faces)
    if before.sound is None:
        assert after.sound is None
    else:
        assert after.sound is not None
        np.testing.assert_array_equal(after.sound, before.sound)


def test_arrays_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    times, faces, sound = film_files("aysel", SHA256)
    files = pack_film(film(sound=True))
    for mixed in ({**files, times: files[sound]}, {**files, faces: files[times]}):
        with pytest.raises(WatchlistInvalid, match="the film descriptors of 'aysel' are damaged: enrol the film again"):
            unpack_film("aysel", SHA256, files=written(tmp_path, mixed))


def test_pickled_arrays_are_never_opened(tmp_path: Path) -> None:
    files = written(tmp_path, pack_film(film(sound=True)))
    np.save(files[film_files("aysel", SHA256)[0]].open("wb"), np.array([object()]), allow_pickle=True)
    with pytest.raises((ValueError, WatchlistInvalid)):
        unpack_film("aysel", SHA256, files=files)


def test_marks_that_lie_beside_the_film_are_those_that_would_be_made(tmp_path: Path) -> None:
    before = film(sound=False)
    paths = written(tmp_path, pack_film(before))
    times, faces, _ = film_files("aysel", SHA256)
    bare = unpack_film("aysel", SHA256, files=paths)
    assert bare.marks is None
    marked = written(tmp_path, {marks_file("aysel", SHA256): pack_marks(paths[times], paths[faces])})
    whole = unpack_film("aysel", SHA256, files=paths | marked)
    assert whole.marks is not None
    np.testing.assert_array_equal(marks_of(whole), marks_of(bare))


def test_marks_of_another_film_are_refused(tmp_path: Path) -> None:
    files = pack_film(film(sound=False))
    name = marks_file("aysel", SHA256)
    np.save(tmp_path / "m.npy", np.zeros((7, 64), dtype=np.int8))
    with pytest.raises(WatchlistInvalid, match="film marks of 'aysel' are damaged: run `qalqan watchlist rebuild`"):
        unpack_film("aysel", SHA256, files=written(tmp_path, files) | {name: tmp_path / "m.npy"})


def test_scenes_are_kept_where_there_are_some(tmp_path: Path) -> None:
    marks = np.arange(-64, 64, dtype=np.int8).reshape(2, 64)
    scenes = Scenes(times_s=np.array([0.5, 1.03]), marks=marks)
    files = pack_film(replace(film(sound=False), scenes=scenes))
    paths = written(tmp_path, files)
    after = unpack_film("aysel", SHA256, files=paths).scenes
    assert after is not None
    np.testing.assert_array_equal(after.marks, marks)
    assert after.times_s.tolist() == [0.5, 1.03]
    np.save(tmp_path / "bad.npy", np.zeros((2, 9), dtype=np.int32))
    with pytest.raises(WatchlistInvalid, match="descriptors of 'aysel' are damaged"):
        unpack_film("aysel", SHA256, files=paths | {scenes_file("aysel", SHA256): tmp_path / "bad.npy"})
