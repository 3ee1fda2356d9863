"""What is sealed of each person, in files under ``sealed/<person>/``: vectors, film descriptors, reference media.

These are the source of truth; the FAISS files of a generation and the arrays in ``footage/`` are made from them.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from watchlist import generations, sealing
from watchlist.errors import WatchlistInvalid
from watchlist.footage import GenuineFootage, film_files, marks_file, pack_film, pack_marks, scenes_file
from watchlist.generations import Generation
from watchlist.index import Space, checked
from watchlist.private_files import make_directory, write_private
from watchlist.records import Modality, Person, Reference, ReferenceKind
from watchlist.sealing import SealedFile, key_name, open_sealed, own_key, read_key

Vectors = NDArray[np.float32]
OwnVectors = Mapping[Modality, Mapping[str, Vectors]]


class Enrolled(Protocol):
    """The part of a stored watchlist that says whose media are kept."""

    @property
    def persons(self) -> tuple[Person, ...]: ...
    @property
    def references(self) -> tuple[Reference, ...]: ...


def keep_vectors(
    vectors: OwnVectors, directory: Path, *, before: Generation | None, old: OwnVectors
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Seal what is new or changed. Gives SHA-256 by file name, and file name by person by modality."""
    number = generations.next_number(before)
    files: dict[str, str] = {}
    names: dict[str, dict[str, str]] = {}
    for modality, theirs in vectors.items():
        names[modality.value] = {}
        for person_id, rows in theirs.items():
            kept = _kept(before, modality, person_id)
            if kept is None or rows.tobytes() != old[modality][person_id].tobytes():
                name = f"sealed/{person_id}/{modality.value}-{number:06d}.npy"
                kept = name, sealing.seal(directory / name, _npy(rows), key=own_key(directory, person_id), name=name)
            names[modality.value][person_id] = kept[0]
            files[kept[0]] = kept[1]
    return files, names


def read_vectors(standing: Generation, modality: Modality, space: Space) -> dict[str, Vectors]:
    """The vectors (k, d) of everybody, by person id, from the sealed files. Raises ``WatchlistInvalid``."""
    found = {}
    for person_id, name in sorted(standing.manifest["vectors"].get(modality.value, {}).items()):
        standing.file(name)
        data = _open(standing.directory, person_id, name).read()
        rows = np.load(io.BytesIO(data), allow_pickle=False)
        try:
            found[person_id] = checked(rows, space=space, what=f"the {modality.value} vectors of {person_id!r}")
        except ValueError as error:
            raise WatchlistInvalid(str(error)) from error
    return found


def keep_films(
    references: Sequence[Reference], directory: Path, *, before: Generation | None, films: Sequence[GenuineFootage]
) -> dict[str, str]:
    """Seal the descriptors of new film and lay them out as arrays, those of older film where they are missing. Gives
    SHA-256 by file name of sealed files and arrays."""
    held: dict[str, str] = {} if before is None else before.manifest["files"]
    new = {name: data for film in films for name, data in pack_film(film).items()}
    files: dict[str, str] = {}
    for ref in references:
        if ref.kind is not ReferenceKind.FOOTAGE:
            continue
        for name in (*film_files(ref.person_id, ref.sha256), scenes_file(ref.person_id, ref.sha256)):
            sealed = f"sealed/{ref.person_id}/{Path(name).name}"
            if name in new:
                key = own_key(directory, ref.person_id)
                files[sealed] = sealing.seal(directory / sealed, new[name], key=key, name=sealed)
                files[name] = _lay_out(directory / name, new[name])
            elif name in held:
                files |= {name: held[name], sealed: held[sealed]}
                if not (directory / name).exists():
                    _lay_out(directory / name, _open(directory, ref.person_id, sealed).read())
        files |= _keep_marks(ref, directory, held=held, laid=files)
    return files


def _keep_marks(ref: Reference, directory: Path, *, held: Mapping[str, str], laid: Mapping[str, str]) -> dict[str, str]:
    """The marks of one film, made where they are missing or its faces are new."""
    name, (times, faces, _) = marks_file(ref.person_id, ref.sha256), film_files(ref.person_id, ref.sha256)
    if faces not in laid:
        return {}
    if name in held and held.get(faces) == laid[faces] and (directory / name).exists():
        return {name: held[name]}
    return {name: _lay_out(directory / name, pack_marks(directory / times, directory / faces))}


def keep_media(stored: Enrolled, directory: Path, new: Mapping[str, bytes]) -> list[str]:
    """Seal the reference media whose bytes are given by SHA-256; gives the names of all that are kept, keys included."""
    kept = {key_name(person.person_id) for person in stored.persons}
    for ref in stored.references:
        name = _media_name(ref.person_id, ref.sha256)
        kept.add(name)
        if ref.sha256 in new and not (directory / name).exists():
            sealing.seal(directory / name, new[ref.sha256], key=own_key(directory, ref.person_id), name=name)
    return sorted(kept)


def open_media(directory: Path, person_id: str, sha256: str) -> SealedFile:
    """A reference of the person, opened with their key. Raises ``WatchlistInvalid``."""
    return _open(directory, person_id, _media_name(person_id, sha256))


def _media_name(person_id: str, sha256: str) -> str:
    return f"sealed/{person_id}/{sha256}"


def _open(directory: Path, person_id: str, name: str) -> SealedFile:
    return open_sealed(directory / name, key=read_key(directory, person_id), name=name)


def _kept(before: Generation | None, modality: Modality, person_id: str) -> tuple[str, str] | None:
    if before is None:
        return None
    manifest: dict[str, Any] = before.manifest
    name = manifest["vectors"].get(modality.value, {}).get(person_id)
    return None if name is None else (name, manifest["files"][name])


def _lay_out(path: Path, data: bytes) -> str:
    make_directory(path.parent)
    return write_private(path, data)


def _npy(rows: Vectors) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, rows.astype(np.float32), allow_pickle=False)
    return buffer.getvalue()
