"""The content-addressed store of evidence: bytes go in once, under their SHA-256, and are never changed.

Under the URL of the store, blobs lie at ``blobs/sha256/ab/<sha256>``. A local directory gets atomic writes (temporary file,
fsync, rename); object stores write whole objects themselves.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import fsspec
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from evidence.errors import BlobMissing, EvidenceAltered, StoreUnavailable
from evidence.records import BlobRef

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def store_unavailable(error: OSError, where: str) -> StoreUnavailable:
    """The error to raise instead of ``error``: one sentence that says what, where and what to do."""
    if error.errno in _FULL:
        return StoreUnavailable(f"There is no room left at {where}; free some space there and run the command again.")
    if error.errno in _FORBIDDEN:
        return StoreUnavailable(
            f"There is no permission to use {where}; grant this user access or configure another place for the evidence."
        )
    what = error.strerror or str(error) or type(error).__name__
    return StoreUnavailable(f"The evidence at {where} cannot be reached ({what}); check that the place exists.")


def write_atomically(path: Path, data: bytes, *, partial: Path) -> None:
    """Write ``data`` so that ``path`` holds all of it or does not exist, also after a crash; ``OSError`` passes through.

    ``partial`` has a fixed name and is locked while it is written: a run that was killed leaves at most the partial file
    of the blob it was writing, and writing that blob again replaces it.
    """
    make_directory(path.parent)
    make_directory(partial.parent)
    while True:
        with partial.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not _still_named(partial, file.fileno()):
                continue  # another writer finished and renamed it while we waited for the lock
            try:
                if os.fstat(file.fileno()).st_size:
                    file.truncate(0)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                partial.replace(path)
            except OSError:
                partial.unlink(missing_ok=True)
                raise
        path.chmod(0o444)
        sync_directory(path.parent)
        return


def _still_named(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def make_directory(directory: Path) -> None:
    """Make the directory and its parents; each new name survives a power cut. ``OSError`` passes through."""
    if not directory.is_dir():
        make_directory(directory.parent)
        directory.mkdir(exist_ok=True)
        sync_directory(directory.parent)


def sync_directory(directory: Path) -> None:
    """Make renames and new names in ``directory`` survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class EvidenceStore:
    """Bytes by SHA-256 at any fsspec URL (a plain path is a local directory). Holds no open files: it may be pickled."""

    def __init__(self, url: str) -> None:
        """Touches nothing yet; raises ``StoreUnavailable`` if the URL is not one that fsspec understands."""
        self.url = url
        try:
            filesystem, root = url_to_fs(url)
        except (ValueError, ImportError) as error:
            known = "a directory or a URL such as s3://bucket/evidence"
            raise StoreUnavailable(f"The evidence store cannot be {url!r} ({error}); give {known}.") from error
        self._filesystem: fsspec.AbstractFileSystem = filesystem
        self._root: str = root.rstrip("/")
        self.local_root: Path | None = Path(root) if isinstance(filesystem, LocalFileSystem) else None
        """The directory of a local store; None for any other."""

    def put(self, data: bytes, *, media_type: str) -> BlobRef:
        """Keep ``data``; harmless if the store has it already. Raises ``StoreUnavailable``."""
        ref = BlobRef(sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data), media_type=media_type)
        try:
            if self._size(ref.sha256) == len(data):
                return ref
            if self.local_root is None:
                self._filesystem.pipe_file(self._path(ref.sha256), data)
            else:
                partial = self.local_root / "partial" / ref.sha256
                write_atomically(Path(self._path(ref.sha256)), data, partial=partial)
        except OSError as error:
            raise store_unavailable(error, self.url) from error
        return ref

    def read(self, ref: BlobRef) -> bytes:
        """The bytes, checked against their SHA-256. Raises ``BlobMissing``, ``EvidenceAltered`` or ``StoreUnavailable``."""
        try:
            data: bytes = self._filesystem.cat_file(self._path(ref.sha256))
        except FileNotFoundError as error:
            raise BlobMissing(
                f"The evidence store {self.url} does not hold {ref.sha256}; restore it from a copy of the store."
            ) from error
        except OSError as error:
            raise store_unavailable(error, self.url) from error
        if hashlib.sha256(data).hexdigest() != ref.sha256:
            raise EvidenceAltered(
                f"The blob {ref.sha256} in {self.url} no longer matches its SHA-256; restore it from a copy of the store."
            )
        return data

    def has(self, sha256: str) -> bool:
        """Whether the store holds a blob of that name (its bytes are not read). Raises ``StoreUnavailable``."""
        try:
            return self._size(sha256) is not None
        except OSError as error:
            raise store_unavailable(error, self.url) from error

    def fetch(self, ref: BlobRef, directory: Path) -> Path:
        """A local file ``directory/<sha256>`` with the bytes, checked; errors as for ``read``."""
        path = directory / ref.sha256
        try:
            if path.is_file() and _file_sha256(path) == ref.sha256:
                return path
            data = self.read(ref)
            write_atomically(path, data, partial=directory / f".{ref.sha256}.part")
        except StoreUnavailable:
            raise
        except OSError as error:
            raise store_unavailable(error, str(directory)) from error
        return path

    def delete(self, sha256: str) -> None:
        """Take a blob out; harmless if it is not there. Only what writes down why may call this (``evidence.deletions``).
        Raises ``StoreUnavailable``."""
        path = self._path(sha256)
        try:
            self._filesystem.rm_file(path)
        except FileNotFoundError:
            return
        except OSError as error:
            raise store_unavailable(error, self.url) from error
        if self.local_root is not None:
            sync_directory(Path(path).parent)

    def hashes(self) -> Iterator[str]:
        """The SHA-256 of every blob, sorted. Raises ``StoreUnavailable``."""
        base = f"{self._root}/blobs/sha256"
        try:
            found = self._filesystem.find(base) if self._filesystem.exists(base) else []
        except OSError as error:
            raise store_unavailable(error, self.url) from error
        names = (path.rsplit("/", 1)[-1] for path in found)
        yield from sorted(name for name in names if _SHA256.match(name))

    def _path(self, sha256: str) -> str:
        if not _SHA256.match(sha256):
            raise ValueError(f"{sha256!r} is not a SHA-256 in lower-case hex")
        return f"{self._root}/blobs/sha256/{sha256[:2]}/{sha256}"

    def _size(self, sha256: str) -> int | None:
        try:
            return int(self._filesystem.size(self._path(sha256)))
        except FileNotFoundError:
            return None


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
