"""The store keeps bytes whole or not at all, and says in one sentence when it cannot."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import tempfile
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from evidence.errors import BlobMissing, EvidenceAltered, StoreUnavailable
from evidence.store import EvidenceStore
from tests.factories import make_blob_ref


@pytest.fixture(params=["directory", "file_url", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceStore:
    """The same behaviour is asked of a plain directory, a file URL and a store that is no directory at all."""
    urls = {
        "directory": str(tmp_path / "evidence"),
        "file_url": f"file://{tmp_path}/evidence",
        "memory": f"memory://{tmp_path.name}",
    }
    return EvidenceStore(urls[request.param])


def test_bytes_come_back(store: EvidenceStore) -> None:
    ref = store.put(b"one", media_type="text/plain")
    assert ref == make_blob_ref(b"one", media_type="text/plain")
    assert store.read(ref) == b"one"
    assert store.has(ref.sha256)


def test_putting_twice_is_harmless(store: EvidenceStore) -> None:
    assert store.put(b"one", media_type="text/plain") == store.put(b"one", media_type="text/plain")
    assert list(store.hashes()) == [make_blob_ref(b"one").sha256]


def test_empty_bytes_are_bytes(store: EvidenceStore) -> None:
    assert store.read(store.put(b"", media_type="text/plain")) == b""


def test_hashes_are_sorted_and_complete(store: EvidenceStore) -> None:
    assert list(store.hashes()) == []
    refs = [store.put(bytes([n]), media_type="text/plain") for n in range(20)]
    assert list(store.hashes()) == sorted(ref.sha256 for ref in refs)


def test_a_missing_blob_is_named(store: EvidenceStore) -> None:
    ref = make_blob_ref(b"never stored")
    assert not store.has(ref.sha256)
    with pytest.raises(BlobMissing, match=ref.sha256):
        store.read(ref)


def test_fetch_gives_a_checked_local_file(store: EvidenceStore, tmp_path: Path) -> None:
    ref = store.put(b"video", media_type="video/mp4")
    path = store.fetch(ref, tmp_path / "work")
    assert path == tmp_path / "work" / ref.sha256
    assert path.read_bytes() == b"video"
    assert [file.name for file in path.parent.iterdir()] == [ref.sha256]


def test_fetch_replaces_a_damaged_copy(store: EvidenceStore, tmp_path: Path) -> None:
    ref = store.put(b"video", media_type="video/mp4")
    (tmp_path / ref.sha256).write_bytes(b"vide")
    assert store.fetch(ref, tmp_path).read_bytes() == b"video"


def test_a_store_travels_to_workers(store: EvidenceStore) -> None:
    ref = store.put(b"one", media_type="text/plain")
    assert pickle.loads(pickle.dumps(store)).read(ref) == b"one"


def test_a_name_that_is_no_hash_is_refused(store: EvidenceStore) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.has("../../etc/passwd")


def test_blobs_lie_in_two_digit_folders_and_are_read_only(tmp_path: Path) -> None:
    ref = EvidenceStore(str(tmp_path)).put(b"one", media_type="text/plain")
    path = tmp_path / "blobs" / "sha256" / ref.sha256[:2] / ref.sha256
    assert path.read_bytes() == b"one"
    assert path.stat().st_mode & 0o222 == 0


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    store = EvidenceStore(str(tmp_path))
    ref = store.put(b"evidence", media_type="text/plain")
    path = tmp_path / "blobs" / "sha256" / ref.sha256[:2] / ref.sha256
    path.chmod(0o644)
    path.write_bytes(b"evidencd")
    with pytest.raises(EvidenceAltered, match=ref.sha256):
        store.read(ref)
    with pytest.raises(EvidenceAltered, match=ref.sha256):
        store.fetch(ref, tmp_path / "work")


def test_what_a_killed_writer_left_is_replaced(tmp_path: Path) -> None:
    store = EvidenceStore(str(tmp_path))
    ref = make_blob_ref(b"evidence")
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / ref.sha256).write_bytes(b"evid")
    assert list(store.hashes()) == []
    store.put(b"evidence", media_type="text/plain")
    assert store.read(ref) == b"evidence"
    assert list((tmp_path / "partial").iterdir()) == []


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    store = EvidenceStore(str(tmp_path))
    ref = make_blob_ref(b"evidence")
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / ref.sha256).symlink_to("/dev/full")  # every write to it fails as on a full disk
    with pytest.raises(StoreUnavailable, match="no room left"):
        store.put(b"evidence", media_type="text/plain")
    assert not store.has(ref.sha256)
    assert list((tmp_path / "partial").iterdir()) == []


@pytest.mark.parametrize("url", ["nonsense://place", "s4://bucket/evidence"])
def test_a_bad_url_is_refused_at_once(url: str) -> None:
    with pytest.raises(StoreUnavailable, match=url):
        EvidenceStore(url)


def test_a_store_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        EvidenceStore(str(tmp_path / "file")).put(b"one", media_type="text/plain")


@pytest.fixture
def public_directory() -> Iterator[Path]:
    """A directory whose parents every user may enter, unlike ``tmp_path``."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _attempt(directory: Path, answer: Connection) -> None:
    """Run in a child that is not root: root may write anywhere."""
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    store = EvidenceStore(str(directory))
    read = store.read(make_blob_ref(b"one"))
    try:
        store.put(b"two", media_type="text/plain")
        answer.send((read, "written"))
    except StoreUnavailable as error:
        answer.send((read, str(error)))


def test_a_read_only_store_can_be_read_and_says_that_it_cannot_be_written(public_directory: Path) -> None:
    EvidenceStore(str(public_directory)).put(b"one", media_type="text/plain")
    for path in [public_directory, *public_directory.rglob("*")]:
        if path.is_dir():
            path.chmod(0o555)
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_attempt, args=(public_directory, sender))
    child.start()
    try:
        assert receiver.poll(20)
        read, said = receiver.recv()
    finally:
        child.join(5)
        for path in [public_directory, *public_directory.rglob("*")]:
            if path.is_dir():
                path.chmod(0o755)
    assert read == b"one"
    assert "no permission" in said
    assert str(public_directory) in said
