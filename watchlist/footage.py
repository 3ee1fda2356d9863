"""Genuine film of enrolled people, as descriptors that a suspect clip can be aligned with."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from watchlist.errors import WatchlistInvalid
from watchlist.film_marks import NUMBERS, Marks, make_marks, marked_frames

DESCRIPTOR_FORM = "grey96-10fps/1"
"""What the descriptors are and how they were made; changes when they would."""

FACE_PX = 96
FRAMES_PER_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenes:
    """Marks (k, 64) of whole pictures at ``times_s`` (k,), two a second while the person is seen, in time order."""

    times_s: NDArray[np.float64]
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GenuineFootage:
    """Enrolled film of a person, as descriptors: ``times_s`` (n,), ``faces`` (n, 96, 96) uint8 aligned grey faces
    (one per sampled frame with a face), the sound as (m,) float32 mono 16 kHz or None, and ``marks`` of the faces of
    ``marked_frames``, None where they have to be made anew. ``scenes`` are of the whole picture, None for film that was enrolled
    without them."""

    person_id: str
    sha256: str
    times_s: NDArray[np.float64]
    faces: NDArray[np.uint8]
    sound: NDArray[np.float32] | None
    marks: Marks | None = None
    scenes: Scenes | None = None


def marks_of(film: GenuineFootage) -> Marks:
    """(k, 64) marks of the film, one for each of its ``marked_frames``; read if they lie beside it, made if not."""
    return make_marks(film.faces[marked_frames(film.times_s)]) if film.marks is None else film.marks


def marks_file(person_id: str, sha256: str) -> str:
    """Where the marks of a piece of film lie: derived from its faces, hence never sealed, and made anew when they are missing."""
    return f"footage/{person_id}/{sha256}.marks.npy"


def pack_marks(times: Path, faces: Path) -> bytes:
    """The marks of the film whose times and faces lie in these files, as a NumPy file."""
    times_s, greys = (np.load(path, mmap_mode="r", allow_pickle=False) for path in (times, faces))
    return _npy(make_marks(greys[marked_frames(times_s)]))


def scenes_file(person_id: str, sha256: str) -> str:
    """Where the marks of whole pictures lie, if there are any: sealed like the film's other descriptors."""
    return f"footage/{person_id}/{sha256}.scenes.npy"


def film_files(person_id: str, sha256: str) -> tuple[str, str, str]:
    """Where the descriptors of a piece of film lie, relative to the watchlist: times, faces, sound."""
    stem = f"footage/{person_id}/{sha256}"
    return f"{stem}.times.npy", f"{stem}.faces.npy", f"{stem}.sound.npy"


def pack_film(film: GenuineFootage) -> dict[str, bytes]:
    """The descriptors as NumPy files by name; absent sound is an array of no samples, absent scenes are no file."""
    sound = np.zeros(0, dtype=np.float32) if film.sound is None else film.sound.astype(np.float32)
    arrays: tuple[NDArray[Any], ...] = (film.times_s.astype(np.float64), film.faces.astype(np.uint8), sound)
    files = {name: _npy(array) for name, array in zip(film_files(film.person_id, film.sha256), arrays, strict=True)}
    if film.scenes is not None:
        hundredths = np.rint(100 * film.scenes.times_s).astype(np.int32)[:, None]
        files[scenes_file(film.person_id, film.sha256)] = _npy(
            np.hstack([hundredths, film.scenes.marks.astype(np.int32)])
        )
    return files


def unpack_film(person_id: str, sha256: str, *, files: Mapping[str, Path]) -> GenuineFootage:
    """The film whose files ``pack_film`` made, by their names; faces, sound and marks (if there are any) stay on disk until they
    are looked at.

    Raises ``WatchlistInvalid`` for arrays of another shape or kind.
    """
    times_s, faces, sound = (
        np.load(files[name], mmap_mode="r", allow_pickle=False) for name in film_files(person_id, sha256)
    )
    if faces.shape != (len(times_s), FACE_PX, FACE_PX) or faces.dtype != np.uint8 or sound.ndim != 1:
        raise WatchlistInvalid(f"the film descriptors of {person_id!r} are damaged: enrol the film again")
    marks, path = None, files.get(marks_file(person_id, sha256))
    if path is not None:
        marks = np.load(path, mmap_mode="r", allow_pickle=False)
        if marks.shape != (len(marked_frames(times_s)), NUMBERS) or marks.dtype != np.int8:
            raise WatchlistInvalid(f"the film marks of {person_id!r} are damaged: run `qalqan watchlist rebuild`")
    path = files.get(scenes_file(person_id, sha256))
    return GenuineFootage(
        person_id=person_id,
        sha256=sha256,
        times_s=times_s,
        faces=faces,
        sound=sound if len(sound) else None,
        marks=marks,
        scenes=None if path is None else _scenes(path, person_id),
    )


def _scenes(path: Path, person_id: str) -> Scenes:
    rows = np.load(path, allow_pickle=False)
    if rows.ndim != 2 or rows.shape[1] != NUMBERS + 1 or rows.dtype != np.int32:
        raise WatchlistInvalid(f"the film descriptors of {person_id!r} are damaged: enrol the film again")
    return Scenes(times_s=rows[:, 0] / 100, marks=rows[:, 1:].astype(np.int8))


def _npy(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()
