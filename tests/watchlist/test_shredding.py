"""What no generation names is destroyed; a worker that has an old index mapped loses one person's rows only."""

from __future__ import annotations

import mmap
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.factories import make_person
from watchlist import generations, shredding, store
from watchlist.generations import Change
from watchlist.index import COSINE, Space
from watchlist.private_files import make_directory, write_private
from watchlist.records import Modality
from watchlist.store import StoredWatchlist

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECORD = Change(at=NOW, by="Rena", action="enrol", subject="aysel", detail="")
ROWS = np.random.default_rng(7).normal(size=(2, 8)).astype(np.float32)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    people = ("aysel", "gulnar")
    stored = StoredWatchlist(
        pack="tiny@1",
        spaces={Modality.FACE: Space(8, COSINE)},
        persons=tuple(make_person(person_id=person_id) for person_id in people),
        vectors={Modality.FACE: {person_id: ROWS[[number]] for number, person_id in enumerate(people)}},
    )
    store.change(tmp_path / "w", lambda _: stored, record=RECORD)
    return tmp_path / "w"


def without_aysel(stored: StoredWatchlist) -> StoredWatchlist:
    rows = stored.vectors[Modality.FACE]["gulnar"]
    return replace(stored, persons=stored.persons[1:], vectors={Modality.FACE: {"gulnar": rows}})


def test_a_mapped_index_keeps_the_rows_of_those_who_stay(directory: Path) -> None:
    aysel, gulnar = (rows.tobytes() for rows in store.read(directory).vectors[Modality.FACE].values())
    with (directory / "generations/000001/face.faiss").open("rb") as stream:
        mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    assert aysel in mapped[:]
    store.change(directory, without_aysel, record=replace(RECORD, action="remove"))
    assert aysel not in mapped[:]
    assert aysel[:16] not in mapped[:]
    assert gulnar in mapped[:]
    assert store.read(directory).vectors[Modality.FACE]["gulnar"].tobytes() == gulnar


def test_an_index_that_nobody_can_read_is_overwritten_wholly(directory: Path) -> None:
    unfinished = directory / "generations/000002"
    make_directory(unfinished)
    write_private(unfinished / "face.faiss", b"vectors")
    with (unfinished / "face.faiss").open("rb") as stream:
        mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    shredding.sweep(directory, keep=generations.current(directory))
    assert mapped[:] == bytes(7)
    assert not unfinished.exists()


def test_what_a_cut_off_change_left_behind_is_swept(directory: Path) -> None:
    before = sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*"))
    for name in (
        "generations/000002/half.parquet",
        "generations/current.part",
        "sealed/farid/" + "ab" * 32,
        "sealed/aysel/face-000009.npy",
        "keys/farid.key",
        "keys/farid.part",
        "footage/farid/x.faces.npy",
        "logos/" + "cd" * 32,
    ):
        make_directory((directory / name).parent)
        write_private(directory / name, b"left behind")
    shredding.sweep(directory, keep=generations.current(directory))
    assert sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*")) == before


def test_where_nothing_stands_nothing_is_kept_but_the_signing_key(directory: Path) -> None:
    shredding.sweep(directory, keep=None)
    left = sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())
    assert left == [".lock", "audit.jsonl", "current", "keys/signing.pem", "keys/signing.pem.pub"]
