"""The stored watchlist: there and back, wholly or not at all, also when killed; removal, tampering, privacy."""

from __future__ import annotations

import hashlib
import json
import pickle
import pickletools
import random
import shutil
import signal
import struct
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from watchlist import store
from watchlist.errors import WatchlistInvalid
from watchlist.footage import GenuineFootage
from watchlist.generations import Change
from watchlist.index import COSINE, EUCLIDEAN, Space
from watchlist.records import Brand, Enrolment, Modality, Person, Reference, ReferenceKind
from watchlist.store import StoredWatchlist

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECORD = Change(at=NOW, by="Rena", action="enrol", subject="aysel", detail="")
PICTURE = b"a picture"
FILM = b"a film"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def reference(person_id: str, kind: ReferenceKind, data: bytes) -> Reference:
    return Reference(
        person_id=person_id,
        kind=kind,
        sha256=sha(data),
        media_type="image/jpeg",
        provenance="press office",
        added_at=NOW,
        pack="tiny@1",
    )


def with_person(stored: StoredWatchlist, person_id: str, *, seed: int = 1) -> StoredWatchlist:
    generator = np.random.default_rng(seed)
    faces = generator.normal(size=(2, 4)).astype(np.float32)
    voices = generator.normal(size=(1, 3)).astype(np.float32)
    voices /= np.linalg.norm(voices, axis=1, keepdims=True)
    person = Person(
        person_id=person_id, names=("Aysel",), role=None, jurisdiction=None, official_pages=(), official_domains=()
    )
    enrolment = Enrolment(
        person_id=person_id,
        legal_basis="consent",
        purpose="takedown",
        requested_by="Rena",
        approved_by=(),
        enrolled_at=NOW,
        expires_at=NOW + timedelta(days=365),
    )
    return replace(
        stored,
        pack="tiny@1",
        spaces={Modality.FACE: Space(4, EUCLIDEAN), Modality.VOICE: Space(3, COSINE)},
        persons=(*stored.persons, person),
        enrolments=(*stored.enrolments, enrolment),
        references=(
            *stored.references,
            reference(person_id, ReferenceKind.IMAGE, PICTURE),
            reference(person_id, ReferenceKind.FOOTAGE, FILM),
        ),
        vectors={
            Modality.FACE: {**stored.vectors.get(Modality.FACE, {}), person_id: faces},
            Modality.VOICE: {**stored.vectors.get(Modality.VOICE, {}), person_id: voices},
        },
    )


def film(person_id: str) -> GenuineFootage:
    faces = np.full((3, 96, 96), 7, dtype=np.uint8)
    return GenuineFootage(person_id=person_id, sha256=sha(FILM), times_s=np.arange(3) / 10, faces=faces, sound=None)


def enrol(directory: Path, person_id: str, *, seed: int = 1) -> StoredWatchlist:
    return store.change(
        directory,
        lambda stored: with_person(stored, person_id, seed=seed),
        record=replace(RECORD, subject=person_id),
        films=[film(person_id)],
        reference_bytes={sha(PICTURE): PICTURE, sha(FILM): FILM},
    )


def without(stored: StoredWatchlist, person_id: str) -> StoredWatchlist:
    return replace(
        stored,
        persons=tuple(person for person in stored.persons if person.person_id != person_id),
        enrolments=tuple(item for item in stored.enrolments if item.person_id != person_id),
        references=tuple(ref for ref in stored.references if ref.person_id != person_id),
        vectors={
            modality: {owner: rows for owner, rows in theirs.items() if owner != person_id}
            for modality, theirs in stored.vectors.items()
        },
    )


def files_with(directory: Path, stored: StoredWatchlist, person_id: str) -> list[str]:
    """The names of the files that hold a row of the person's vectors, or the first half of one."""
    rows = [row.tobytes() for theirs in stored.vectors.values() for row in theirs[person_id]]
    return sorted(
        path.name
        for path in directory.rglob("*")
        if path.is_file() and any(row[: len(row) // 2] in path.read_bytes() for row in rows)
    )


def everything(directory: Path) -> list[str]:
    return sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())


def test_an_absent_watchlist_reads_as_an_empty_one_and_is_not_created(tmp_path: Path) -> None:
    assert store.read(tmp_path / "w").persons == ()
    assert not (tmp_path / "w").exists()


def test_there_and_back(tmp_path: Path) -> None:
    written = enrol(tmp_path / "w", "aysel")
    read = store.read(tmp_path / "w")
    assert (read.pack, read.spaces) == (written.pack, written.spaces)
    assert read.persons == written.persons
    assert read.enrolments == written.enrolments
    assert read.references == written.references
    for modality in Modality:
        assert read.vectors[modality]["aysel"].tobytes() == written.vectors[modality]["aysel"].tobytes()
    [film_read] = store.open_films(tmp_path / "w", read.references)
    np.testing.assert_array_equal(film_read.faces, film("aysel").faces)
    for ref, data in zip(read.references, (PICTURE, FILM), strict=True):
        assert store.open_reference(tmp_path / "w", ref).read() == data


def test_indexes_are_mapped_from_their_files_and_outlive_a_change(tmp_path: Path) -> None:
    directory = tmp_path / "w"
    enrol(directory, "aysel")
    before = enrol(directory, "gulnar", seed=2)
    read = store.read(directory)
    assert "generations/000002/face.faiss" in Path("/proc/self/maps").read_text()
    store.change(directory, lambda stored: without(stored, "aysel"), record=RECORD)
    for modality in Modality:
        assert list(read.vectors[modality]) == ["aysel", "gulnar"]
        assert read.vectors[modality]["gulnar"].tobytes() == before.vectors[modality]["gulnar"].tobytes()
        assert not read.vectors[modality]["aysel"].any()  # removed under the eyes of whoever has the old file mapped
        with pytest.raises(KeyError):
            read.vectors[modality]["farid"]


def test_vectors_do_not_drift_when_others_change(tmp_path: Path) -> None:
    first = enrol(tmp_path / "w", "aysel")
    for number in range(3):
        enrol(tmp_path / "w", f"other-{number}", seed=number + 10)
    read = store.read(tmp_path / "w")
    for modality in Modality:
        assert read.vectors[modality]["aysel"].tobytes() == first.vectors[modality]["aysel"].tobytes()


def test_removal_leaves_nothing_of_the_person_and_all_of_the_others(tmp_path: Path) -> None:
    directory = tmp_path / "w"
    before = enrol(directory, "aysel")
    enrol(directory, "gulnar", seed=2)
    store.change(directory, lambda stored: without(stored, "aysel"), record=replace(RECORD, action="remove"))
    read = store.read(directory)
    assert [person.person_id for person in read.persons] == ["gulnar"]
    assert [film.person_id for film in store.open_films(directory, read.references)] == ["gulnar"]
    assert store.open_reference(directory, read.references[0]).read() == PICTURE  # gulnar's too
    assert files_with(directory, before, "aysel") == []
    assert files_with(directory, read, "gulnar") == ["face.faiss", "voice.faiss"]
    store.change(directory, lambda stored: without(stored, "gulnar"), record=replace(RECORD, action="remove"))
    left = [".lock", "audit.jsonl", "current", "keys/signing.pem", "keys/signing.pem.pub"]
    assert [name for name in everything(directory) if not name.startswith("generations")] == left
    assert len((directory / "audit.jsonl").read_text().splitlines()) == 4


def test_a_backup_of_somebody_who_was_removed_cannot_be_opened(tmp_path: Path) -> None:
    directory, backup = tmp_path / "w", tmp_path / "backup"
    references = enrol(directory, "aysel").references
    shutil.copytree(directory / "sealed", backup / "sealed")
    store.change(directory, lambda stored: without(stored, "aysel"), record=replace(RECORD, action="remove"))
    assert not (directory / "keys/aysel.key").exists()
    enrol(directory, "aysel")  # a new key, which opens nothing that the old one sealed
    shutil.copytree(directory / "keys", backup / "keys")
    for place in (directory / "sealed", backup / "sealed"):
        assert files_with(place, store.read(directory), "aysel") == []
    for ref in references:
        assert store.open_reference(directory, ref).read()
        with pytest.raises(WatchlistInvalid, match="is not sealed with this key"):
            store.open_reference(backup, ref).read()
    shutil.rmtree(backup / "keys")
    with pytest.raises(WatchlistInvalid, match=r"the key .* is missing, without which nothing of aysel can be opened"):
        store.open_reference(backup, references[0])


def test_indexes_and_films_are_made_again_from_what_is_sealed(tmp_path: Path) -> None:
    directory = tmp_path / "w"
    before = enrol(directory, "aysel")
    shutil.rmtree(directory / "footage")
    for index in directory.glob("generations/*/*.faiss"):
        index.unlink()
    after = store.rebuild(directory, by="Rena", now=NOW)
    for modality in Modality:
        assert after.vectors[modality]["aysel"].tobytes() == before.vectors[modality]["aysel"].tobytes()
    assert files_with(directory, before, "aysel") == ["face.faiss", "voice.faiss"]
    [film_read] = store.open_films(directory, after.references)
    np.testing.assert_array_equal(film_read.faces, film("aysel").faces)


def test_nothing_is_sealed_again_that_did_not_change(tmp_path: Path) -> None:
    directory = tmp_path / "w"
    enrol(directory, "aysel")
    before = {path: path.read_bytes() for path in (directory / "sealed/aysel").iterdir()}
    enrol(directory, "gulnar", seed=2)
    assert {path: path.read_bytes() for path in (directory / "sealed/aysel").iterdir()} == before
    others = {Modality.FACE: {"aysel": np.ones((1, 4), dtype=np.float32)}}
    store.change(directory, lambda stored: replace(without(stored, "gulnar"), vectors=others), record=RECORD)
    shutil.rmtree(directory / "generations/000003")
    assert len(list((directory / "sealed/aysel").glob("face-*"))) == 1
    assert not (directory / "sealed/aysel/face-000001.npy").exists()


def test_ids_occur_once_and_vectors_are_of_somebody(tmp_path: Path) -> None:
    with pytest.raises(WatchlistInvalid, match="the person id 'aysel' occurs 2 times: give each its own"):
        store.change(tmp_path / "w", lambda stored: with_person(with_person(stored, "aysel"), "aysel"), record=RECORD)
    with pytest.raises(WatchlistInvalid, match="there are vectors of 'aysel', who is not enrolled"):
        store.change(tmp_path / "w", lambda stored: replace(with_person(stored, "aysel"), persons=()), record=RECORD)
    assert store.read(tmp_path / "w").persons == ()


def test_an_index_from_elsewhere_is_refused(tmp_path: Path) -> None:
    directory = tmp_path / "w"
    enrol(directory, "aysel")
    voices = directory / "generations/000001/voice.faiss"
    shutil.copy(voices, voices.with_name("face.faiss"))
    with pytest.raises(WatchlistInvalid, match=r"face\.faiss was altered"):
        store.read(directory)


def is_pickle(data: bytes) -> bool:
    """Whether the bytes are a pickle from the first to the last."""
    try:
        return bool(list(pickletools.genops(data)))
    except (ValueError, struct.error, IndexError):
        return False


def test_nothing_is_pickled(tmp_path: Path) -> None:
    enrol(tmp_path / "w", "aysel")
    assert is_pickle(pickle.dumps({"face": np.ones(3)}))
    assert [name for name in everything(tmp_path / "w") if is_pickle((tmp_path / "w" / name).read_bytes())] == []


def test_a_refused_edit_writes_nothing(tmp_path: Path) -> None:
    def refuse(stored: StoredWatchlist) -> StoredWatchlist:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.change(tmp_path / "w", refuse, record=RECORD)
    assert not (tmp_path / "w").exists()
    enrol(tmp_path / "w", "aysel")
    before = everything(tmp_path / "w")
    with pytest.raises(ValueError, match="no"):
        store.change(tmp_path / "w", refuse, record=RECORD, reference_bytes={"x": b"y"})
    assert everything(tmp_path / "w") == before


def test_vectors_that_cannot_be_stored_leave_the_old_generation(tmp_path: Path) -> None:
    directory = tmp_path / "w"
    enrol(directory, "aysel")
    before = everything(directory)

    def spoil(stored: StoredWatchlist) -> StoredWatchlist:
        bad = {Modality.FACE: {"aysel": np.full((1, 4), np.nan, dtype=np.float32)}}
        return replace(stored, vectors=bad)

    with pytest.raises(ValueError, match="the face vectors of 'aysel' hold NaN"):
        store.change(directory, spoil, record=RECORD, reference_bytes={"ab" * 32: b"new"})
    assert everything(directory) == before
    assert [person.person_id for person in store.read(directory).persons] == ["aysel"]


@pytest.mark.parametrize("name", ["persons.parquet", "enrolments.parquet", "face.faiss", "voice.faiss"])
def test_altered_files_are_refused(tmp_path: Path, name: str) -> None:
    enrol(tmp_path / "w", "aysel")
    path = tmp_path / "w" / "generations/000001" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(WatchlistInvalid, match=f"{name} was altered: restore"):
        store.read(tmp_path / "w")


def test_altered_film_and_references_are_refused_when_used(tmp_path: Path) -> None:
    directory = tmp_path / "w"
    references = enrol(directory, "aysel").references
    film_path = next(directory.glob("footage/aysel/*.faces.npy"))
    film_path.write_bytes(film_path.read_bytes()[:-1] + b"\0")
    with pytest.raises(WatchlistInvalid, match=r"faces\.npy was altered"):
        store.open_films(directory, references)
    sealed = directory / "sealed/aysel" / sha(PICTURE)
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"\0")
    with pytest.raises(WatchlistInvalid, match=r"was altered or is not sealed with this key: restore"):
        store.open_reference(directory, references[0]).read()
    with pytest.raises(WatchlistInvalid, match=r"sealed/aysel/0+ is missing: restore"):
        store.open_reference(directory, replace(references[0], sha256="00" * 32))


def test_brands_need_no_pack(tmp_path: Path) -> None:
    brand = Brand(brand_id="socar", names=("SOCAR",), official_pages=(), official_domains=("socar.example",))
    store.change(tmp_path / "w", lambda stored: replace(stored, brands=(brand,)), record=RECORD)
    assert store.read(tmp_path / "w").brands == (brand,)
    assert store.read(tmp_path / "w").pack is None


def test_only_the_owner_can_read(tmp_path: Path) -> None:
    enrol(tmp_path / "w", "aysel")
    for path in [tmp_path / "w", *(tmp_path / "w").rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_the_audit_holds_no_biometric_data(tmp_path: Path) -> None:
    enrol(tmp_path / "w", "aysel")
    [line] = (tmp_path / "w" / "audit.jsonl").read_text().splitlines()
    assert set(json.loads(line)) == {"at", "by", "action", "subject", "detail", "generation"}


KILLED = """
import itertools, pathlib, sys
sys.path.insert(0, sys.argv[2])
import test_store
for number in itertools.count():
    directory = pathlib.Path(sys.argv[1])
    test_store.store.change(directory, lambda stored: test_store.without(stored, "gulnar"), record=test_store.RECORD)
    print("removed", flush=True)
    test_store.enrol(directory, "gulnar")
    print("enrolled", flush=True)
"""


def test_killed_at_any_moment_leaves_one_whole_generation(tmp_path: Path) -> None:
    directory = tmp_path / "w"
    enrol(directory, "aysel")
    moments = random.Random(7)
    for _ in range(4):
        here = str(Path(__file__).parent)
        child = subprocess.Popen([sys.executable, "-c", KILLED, str(directory), here], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(moments.uniform(0, 0.1))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        people = [person.person_id for person in store.read(directory).persons]
        assert people in (["aysel"], ["aysel", "gulnar"])
        assert store.open_films(directory, store.read(directory).references)
    store.change(directory, lambda stored: without(stored, "gulnar"), record=RECORD)
    assert not [name for name in everything(directory) if "gulnar" in name]
    numbers = [json.loads(line)["generation"] for line in (directory / "audit.jsonl").read_text().splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_readers_are_not_disturbed_by_changes(tmp_path: Path) -> None:
    directory = tmp_path / "w"
    enrol(directory, "aysel")
    here = str(Path(__file__).parent)
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(directory), here], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    try:
        seen = {len(store.read(directory).persons) for _ in range(80)}
    finally:
        child.kill()
        child.communicate()
    assert seen <= {1, 2}
