"""The watchlist on disk: records as Parquet, vectors and media sealed per person, FAISS native files derived from them.

Nothing is pickled. One watchlist belongs to one model pack: scores of different packs are never compared.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.records import ModelPack
from evidence.tables import read_records, write_records
from watchlist import generations, sealed_parts, shredding
from watchlist.calibration import Calibration, from_row, to_row, without_others
from watchlist.errors import WatchlistInvalid
from watchlist.footage import GenuineFootage, film_files, marks_file, scenes_file, unpack_film
from watchlist.generations import Change, Generation
from watchlist.index import Space, VectorIndex
from watchlist.private_files import make_directory, settle, write_private
from watchlist.records import (
    ALLOWED_CREATIVE_SCHEMA,
    BRAND_SCHEMA,
    ENROLMENT_SCHEMA,
    NEWS_PUBLISHER_SCHEMA,
    PERSON_SCHEMA,
    REFERENCE_SCHEMA,
    AllowedCreative,
    Brand,
    Enrolment,
    Modality,
    NewsPublisher,
    Person,
    Reference,
    ReferenceKind,
)
from watchlist.sealing import SealedFile

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoredWatchlist:
    """Everything that is enrolled, active or not. ``pack`` is the pack's label, None until somebody is enrolled, ``pack_files``
    the digest of its files, None also where an older Qalqan did not note it."""

    pack: str | None = None
    pack_files: str | None = None
    spaces: Mapping[Modality, Space] = field(default_factory=dict)
    persons: tuple[Person, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    references: tuple[Reference, ...] = ()
    brands: tuple[Brand, ...] = ()
    allowed: tuple[AllowedCreative, ...] = ()
    publishers: tuple[NewsPublisher, ...] = ()
    calibrations: tuple[Calibration, ...] = ()
    vectors: Mapping[Modality, Mapping[str, Vectors]] = field(default_factory=dict)
    """(k, d) per modality and person id; taken out of the mapped index when they are asked for."""
    indexes: Mapping[Modality, VectorIndex] = field(default_factory=dict)
    """The indexes that were read, mapped from their files; ``change`` writes ``vectors``, not these."""

    def foreign_to(self, pack: ModelPack) -> str | None:
        """Why vectors of this pack are not to be compared with those that are stored, as the end of a sentence; None if they
        may be."""
        if self.pack not in (None, pack.label):
            return f"was built with the model pack {self.pack}, not {pack.label}"
        if self.pack_files not in (None, pack.digest):
            return f"was built with other files of the model pack {pack.label} than those in use"
        return None


class IndexedVectors(Mapping[str, Vectors]):
    """The vectors (k, d) of each person in an index, copied out one person at a time."""

    def __init__(self, index: VectorIndex) -> None:
        self._index = index
        self._owners = dict.fromkeys(sorted(set(index.owners)))

    def __getitem__(self, person_id: str) -> Vectors:
        if person_id not in self._owners:
            raise KeyError(person_id)
        return self._index.rows(person_id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._owners)

    def __len__(self) -> int:
        return len(self._owners)


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
        indexes = {modality: _read_index(standing, modality, space) for modality, space in spaces.items()}
        return StoredWatchlist(
            pack=manifest["pack"],
            pack_files=manifest.get("pack_files"),
            spaces=spaces,
            persons=tuple(read_records(standing.file(f"{base}/persons.parquet"), Person)),
            enrolments=tuple(read_records(standing.file(f"{base}/enrolments.parquet"), Enrolment)),
            references=tuple(read_records(standing.file(f"{base}/references.parquet"), Reference)),
            brands=tuple(read_records(standing.file(f"{base}/brands.parquet"), Brand)),
            allowed=tuple(read_records(standing.file(f"{base}/allowed.parquet"), AllowedCreative)),
            publishers=_publishers(standing, f"{base}/publishers.parquet"),
            calibrations=tuple(from_row(row) for row in manifest.get("calibrations", ())),
            vectors={modality: IndexedVectors(index) for modality, index in indexes.items()},
            indexes=indexes,
        )
    except (KeyError, TypeError) as error:
        raise WatchlistInvalid(f"{standing.directory} is damaged ({error}): restore it from its backup") from error


def _publishers(standing: Generation, name: str) -> tuple[NewsPublisher, ...]:
    """None where the watchlist was last changed by a Qalqan that knew no publishers."""
    return tuple(read_records(standing.file(name), NewsPublisher)) if name in standing.manifest["files"] else ()


def _read_index(standing: Generation, modality: Modality, space: Space) -> VectorIndex:
    owners = standing.manifest["owners"][modality.value]
    name = f"{generations.folder(standing.number)}/{modality.value}.faiss"
    if not (standing.directory / name).exists():  # put back from a backup
        vectors = sealed_parts.read_vectors(standing, modality, space)
        return VectorIndex.of(vectors, space=space, what=modality.value)
    path = standing.file(name)
    try:
        return VectorIndex.read(path, owners, space=space, mmap=True)
    except ValueError as error:
        raise WatchlistInvalid(str(error)) from error


def change(
    directory: Path,
    edit: Callable[[StoredWatchlist], StoredWatchlist],
    *,
    record: Change,
    films: Sequence[GenuineFootage] = (),
    reference_bytes: Mapping[str, bytes] | None = None,
    logos: Mapping[str, bytes] | None = None,
) -> StoredWatchlist:
    """Replace the watchlist by what ``edit`` makes of it, wholly or not at all, and write ``record`` to the audit.

    ``films`` are the descriptors of new film, ``reference_bytes`` and ``logos`` new media by SHA-256. What no record
    names any more is destroyed, the keys of those who are gone first. If ``edit`` gives back what it was given, nothing
    is written. Whatever ``edit`` raises passes through and nothing is written; ``OSError`` likewise.
    """
    if not directory.exists():
        edit(StoredWatchlist())  # refuses before anything is created
    with generations.locked(directory) as before:
        stored = read(directory)
        after = edit(stored)
        if after is stored:
            return stored
        _check(after)
        shredding.sweep(directory, keep=before)
        media = _Media(films=films, references=reference_bytes or {}, logos=logos or {})
        try:
            content = _write(after, directory, before=before, media=media, old=stored)
            published = generations.publish(before, directory, change=record, content=content)
        except BaseException:
            with contextlib.suppress(OSError):
                shredding.sweep(directory, keep=generations.current(directory))
            raise
        shredding.sweep(directory, keep=published)
        return after


def rebuild(directory: Path, *, by: str, now: datetime) -> StoredWatchlist:
    """Make indexes and film arrays anew from what is sealed, after a backup without them was put back."""
    record = Change(
        at=now, by=by, action="rebuild", subject="", detail="indexes and film arrays made from sealed files"
    )
    return change(directory, replace, record=record)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Media:
    """What comes with a change: film descriptors, and bytes by SHA-256."""

    films: Sequence[GenuineFootage]
    references: Mapping[str, bytes]
    logos: Mapping[str, bytes]


def _check(stored: StoredWatchlist) -> None:
    """Raises ``WatchlistInvalid`` for duplicate ids and for vectors of nobody."""
    for what, ids in (
        ("person", [person.person_id for person in stored.persons]),
        ("enrolment", [enrolment.person_id for enrolment in stored.enrolments]),
        ("brand", [brand.brand_id for brand in stored.brands]),
        ("news publisher", [publisher.publisher_id for publisher in stored.publishers]),
    ):
        for one, times in Counter(ids).items():
            if times > 1:
                raise WatchlistInvalid(f"the {what} id {one!r} occurs {times} times: give each its own")
    known = {person.person_id for person in stored.persons}
    strangers = sorted({owner for theirs in stored.vectors.values() for owner in theirs} - known)
    if strangers:
        raise WatchlistInvalid(f"there are vectors of {strangers[0]!r}, who is not enrolled: enrol them first")


def _write(
    stored: StoredWatchlist, directory: Path, *, before: Generation | None, media: _Media, old: StoredWatchlist
) -> dict[str, object]:
    """Write the next generation's files; gives what its manifest says."""
    base = generations.folder(generations.next_number(before))
    make_directory(directory / base)
    known = {person.person_id for person in stored.persons}
    indexes = {
        modality: VectorIndex.of(stored.vectors.get(modality, {}), space=space, what=modality.value)
        for modality, space in stored.spaces.items()
    }
    files = sealed_parts.keep_films(stored.references, directory, before=before, films=media.films)
    sealed_files, vectors = sealed_parts.keep_vectors(stored.vectors, directory, before=before, old=old.vectors)
    files |= sealed_files
    for sha256 in sorted({sha256 for brand in stored.brands for sha256 in brand.logos}):
        name = f"logos/{sha256}"
        files[name] = sha256 if sha256 not in media.logos else write_private(directory / name, media.logos[sha256])
    for name, records, schema in (
        ("persons", stored.persons, PERSON_SCHEMA),
        ("enrolments", stored.enrolments, ENROLMENT_SCHEMA),
        ("references", stored.references, REFERENCE_SCHEMA),
        ("brands", stored.brands, BRAND_SCHEMA),
        ("allowed", stored.allowed, ALLOWED_CREATIVE_SCHEMA),
        ("publishers", stored.publishers, NEWS_PUBLISHER_SCHEMA),
    ):
        path = directory / base / f"{name}.parquet"
        write_records(path, records, schema)
        files[f"{base}/{path.name}"] = settle(path)
    for modality, index in indexes.items():
        path = directory / base / f"{modality.value}.faiss"
        index.write(path)
        files[f"{base}/{path.name}"] = settle(path)
    return {
        "pack": stored.pack,
        "pack_files": stored.pack_files,
        "spaces": {
            modality.value: {"dimension": space.dimension, "metric": space.metric}
            for modality, space in stored.spaces.items()
        },
        "owners": {modality.value: index.owners for modality, index in indexes.items()},
        "calibrations": [to_row(without_others(one, known)) for one in stored.calibrations],
        "files": files,
        "vectors": vectors,
        "kept": sealed_parts.keep_media(stored, directory, media.references),
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
            files={name: standing.file(name) for name in _laid_out(standing, ref)},
        )
        for ref in references
        if ref.kind is ReferenceKind.FOOTAGE
    )


def _laid_out(standing: Generation, ref: Reference) -> list[str]:
    """The arrays of a film; those that were enrolled by an older Qalqan have no scenes, and perhaps no marks yet."""
    held, more = standing.manifest["files"], [one(ref.person_id, ref.sha256) for one in (marks_file, scenes_file)]
    there = [name for name in more if name in held and (standing.directory / name).exists()]
    return [*film_files(ref.person_id, ref.sha256), *there]


def open_reference(directory: Path, reference: Reference) -> SealedFile:
    """The reference as it was enrolled, opened with its person's key; ``WatchlistInvalid`` if it is absent or altered."""
    return sealed_parts.open_media(directory, reference.person_id, reference.sha256)


def logo_file(directory: Path, sha256: str) -> Path:
    """The picture of a brand's logo, its bytes checked; ``WatchlistInvalid`` if it is absent or altered."""
    standing = generations.current(directory)
    if standing is None:
        raise WatchlistInvalid(f"the watchlist {directory} is gone: restore it and run again")
    return standing.file(f"logos/{sha256}")
