"""The watchlist on disk: records as Parquet, vectors as FAISS native files, film as plain arrays, nothing pickled.

One watchlist belongs to one model pack: scores of different packs are never compared.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evidence.tables import read_records, write_records
from watchlist import generations
from watchlist.errors import WatchlistInvalid
from watchlist.footage import GenuineFootage, film_files, pack_film, unpack_film
from watchlist.generations import Change, Generation
from watchlist.index import Space, VectorIndex
from watchlist.records import (
    BRAND_SCHEMA,
    ENROLMENT_SCHEMA,
    PERSON_SCHEMA,
    REFERENCE_SCHEMA,
    Brand,
    Enrolment,
    Modality,
    Person,
    Reference,
    ReferenceKind,
)

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoredWatchlist:
    """Everything that is enrolled, active or not. ``pack`` is the pack's label, None until somebody is enrolled."""

    pack: str | None = None
    spaces: Mapping[Modality, Space] = field(default_factory=dict)
    persons: tuple[Person, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    references: tuple[Reference, ...] = ()
    brands: tuple[Brand, ...] = ()
    vectors: Mapping[Modality, Mapping[str, Vectors]] = field(default_factory=dict)
    """(k, d) per modality and person id."""


def read(directory: Path) -> StoredWatchlist:
    """The watchlist as it stands; an empty one where there is none yet.

    Raises ``WatchlistInvalid`` for damaged or altered files; ``OSError`` passes through.
    """
    while True:
        standing = generations.current(directory)
        try:
            return StoredWatchlist() if standing is None else _read(standing)
        except (WatchlistInvalid, FileNotFoundError):
            # Somebody else's change may have replaced the generation while it was being read
            latest = generations.current(directory)
            if standing is None or latest is None or latest.number == standing.number:
                raise


def _read(standing: Generation) -> StoredWatchlist:
    base, manifest = generations.folder(standing.number), standing.manifest
    try:
        spaces = {Modality(name): Space(**space) for name, space in manifest["spaces"].items()}
        return StoredWatchlist(
            pack=manifest["pack"],
            spaces=spaces,
            persons=tuple(read_records(standing.file(f"{base}/persons.parquet"), Person)),
            enrolments=tuple(read_records(standing.file(f"{base}/enrolments.parquet"), Enrolment)),
            references=tuple(read_records(standing.file(f"{base}/references.parquet"), Reference)),
            brands=tuple(read_records(standing.file(f"{base}/brands.parquet"), Brand)),
            vectors={modality: _read_vectors(standing, modality, space) for modality, space in spaces.items()},
        )
    except (KeyError, TypeError) as error:
        raise WatchlistInvalid(f"{standing.directory} is damaged ({error}): restore it from its backup") from error


def _read_vectors(standing: Generation, modality: Modality, space: Space) -> dict[str, Vectors]:
    owners = standing.manifest["owners"][modality.value]
    path = standing.file(f"{generations.folder(standing.number)}/{modality.value}.faiss")
    try:
        index = VectorIndex.read(path, owners, space=space)
    except ValueError as error:
        raise WatchlistInvalid(str(error)) from error
    return {owner: index.rows(owner) for owner in sorted(set(owners))}


def change(
    directory: Path,
    edit: Callable[[StoredWatchlist], StoredWatchlist],
    *,
    record: Change,
    films: Sequence[GenuineFootage] = (),
    reference_bytes: Mapping[str, bytes] | None = None,
) -> StoredWatchlist:
    """Replace the watchlist by what ``edit`` makes of it, wholly or not at all, and write ``record`` to the audit.

    ``films`` are the descriptors of new film, ``reference_bytes`` the new reference media by SHA-256. What no record
    names any more is deleted. If ``edit`` gives back what it was given, nothing is written. Whatever ``edit`` raises
    passes through and nothing is written; ``OSError`` likewise.
    """
    if not directory.exists():
        edit(StoredWatchlist())  # refuses before anything is created
    with generations.locked(directory) as before:
        stored = read(directory)
        after = edit(stored)
        if after is stored:
            return stored
        generations.sweep(directory, keep=before)
        try:
            content = _write(after, directory, before=before, films=films, reference_bytes=reference_bytes or {})
            published = generations.publish(before, directory, change=record, content=content)
        except BaseException:
            with contextlib.suppress(OSError):
                generations.sweep(directory, keep=generations.current(directory))
            raise
        generations.sweep(directory, keep=published)
        return after


def _write(
    stored: StoredWatchlist,
    directory: Path,
    *,
    before: Generation | None,
    films: Sequence[GenuineFootage],
    reference_bytes: Mapping[str, bytes],
) -> dict[str, object]:
    """Write the next generation's files; gives what its manifest says."""
    base = generations.folder(generations.next_number(before))
    generations.make_directory(directory / base)
    files: dict[str, str] = {} if before is None else dict(before.manifest["files"])
    for film in films:
        for name, data in pack_film(film).items():
            files[name] = generations.write_private(directory / name, data)
    footage = (ref for ref in stored.references if ref.kind is ReferenceKind.FOOTAGE)
    kept = {name for ref in footage for name in film_files(ref.person_id, ref.sha256)}
    files = {name: sha256 for name, sha256 in files.items() if name in kept}
    for name, records, schema in (
        ("persons", stored.persons, PERSON_SCHEMA),
        ("enrolments", stored.enrolments, ENROLMENT_SCHEMA),
        ("references", stored.references, REFERENCE_SCHEMA),
        ("brands", stored.brands, BRAND_SCHEMA),
    ):
        path = directory / base / f"{name}.parquet"
        write_records(path, records, schema)
        files[f"{base}/{path.name}"] = generations.settle(path)
    owners = {}
    for modality, space in stored.spaces.items():
        index = VectorIndex.of(stored.vectors.get(modality, {}), space=space, what=modality.value)
        path = directory / base / f"{modality.value}.faiss"
        index.write(path)
        files[f"{base}/{path.name}"] = generations.settle(path)
        owners[modality.value] = index.owners
    for sha256, data in reference_bytes.items():
        generations.write_private(directory / "references" / sha256, data)
    return {
        "pack": stored.pack,
        "spaces": {
            modality.value: {"dimension": space.dimension, "metric": space.metric}
            for modality, space in stored.spaces.items()
        },
        "owners": owners,
        "files": files,
        "references": sorted({f"references/{reference.sha256}" for reference in stored.references}),
    }


def open_films(directory: Path, references: Sequence[Reference]) -> tuple[GenuineFootage, ...]:
    """The descriptors of the film among the references, faces memory-mapped; ``WatchlistInvalid`` if altered or
    removed."""
    standing = generations.current(directory)
    if standing is None:
        raise WatchlistInvalid(f"the watchlist {directory} is gone: restore it and run again")
    return tuple(
        unpack_film(
            ref.person_id,
            ref.sha256,
            files={name: standing.file(name) for name in film_files(ref.person_id, ref.sha256)},
        )
        for ref in references
        if ref.kind is ReferenceKind.FOOTAGE
    )


def reference_file(directory: Path, sha256: str) -> Path:
    """The file of a reference as it was enrolled, its bytes checked; ``WatchlistInvalid`` if it is absent or
    altered."""
    path = directory / "references" / sha256
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        raise WatchlistInvalid(f"the reference {path} is missing: restore it from its backup, or enrol again") from None
    if found != sha256:
        raise WatchlistInvalid(f"the reference {path} was altered: restore it from its backup, or enrol again")
    return path
