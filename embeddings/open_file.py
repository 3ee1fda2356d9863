"""A file of which only its descriptor is known: each ``OpenFile`` of one descriptor reads at a place of its own."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class OpenFile(io.RawIOBase):
    """Reads and writes at its own position, whatever others do with the descriptor; closing it leaves that open."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._at = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        count = os.preadv(self._descriptor, [buffer], self._at)
        self._at += count
        return count

    def write(self, data: ReadableBuffer, /) -> int:
        count = os.pwrite(self._descriptor, data, self._at)
        self._at += count
        return count

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError(f"a file has no place {start + offset}")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    @property
    def size(self) -> int:
        """How many bytes the file holds."""
        return os.fstat(self._descriptor).st_size
