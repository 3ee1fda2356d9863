"""When an MP4 or MOV says that it was made: its ``mvhd`` box, read without decoding anything."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
MAX_BOXES = 1000


def creation_time(stream: BinaryIO, *, size_bytes: int) -> datetime | None:
    """The creation time in the movie header; None where the file has none, or the zero that muxers write for "not said".

    Damaged files have none either: nothing is raised for their contents.
    """
    for kind, start, end in _boxes(stream, 0, size_bytes):
        if kind == b"moov":
            for inner, inner_start, inner_end in _boxes(stream, start, end):
                if inner == b"mvhd":
                    return _time(stream, inner_start, inner_end)
    return None


def _boxes(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the contents of each box between two places; stops at the first that does not fit."""
    at = start
    for _ in range(MAX_BOXES):
        stream.seek(at)
        head = stream.read(16)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head[:8])
        header = 8
        if length == 1 and len(head) == 16:
            length, header = struct.unpack(">Q", head[8:])[0], 16
        elif length == 0:
            length = end - at
        if length < header or at + length > end:
            return
        yield kind, at + header, at + length
        at += length


def _time(stream: BinaryIO, start: int, end: int) -> datetime | None:
    stream.seek(start)
    body = stream.read(min(12, end - start))
    if len(body) < 12:
        return None
    seconds = struct.unpack(">Q", body[4:12])[0] if body[0] == 1 else struct.unpack(">I", body[4:8])[0]
    if seconds == 0:
        return None
    try:
        return EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None
