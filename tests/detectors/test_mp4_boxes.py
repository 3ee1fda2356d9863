from __future__ import annotations

import io
import struct
from datetime import UTC, datetime

import pytest

from detectors.mp4_boxes import EPOCH, creation_time

MADE = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
SECONDS = int((MADE - EPOCH).total_seconds())


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def read(data: bytes) -> datetime | None:
    return creation_time(io.BytesIO(data), size_bytes=len(data))


@pytest.mark.parametrize(
    "header", [struct.pack(">BxxxIII", 0, SECONDS, SECONDS, 1000), struct.pack(">BxxxQQI", 1, SECONDS, SECONDS, 1000)]
)
def test_both_versions_of_the_movie_header_are_read(header: bytes) -> None:
    assert read(box(b"ftyp", b"isom") + box(b"free", b"") + box(b"moov", box(b"mvhd", header))) == MADE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff not a film at all",
        box(b"moov", box(b"mvhd", struct.pack(">BxxxIII", 0, 0, 0, 1000))),
        box(b"moov", box(b"mvhd", b"\1\0\0\0")),
        box(b"moov", box(b"mvhd", struct.pack(">BxxxQ", 1, (1 << 64) - 1))),
        struct.pack(">I4s", 4, b"moov") * 10,
        struct.pack(">I4sQ", 1, b"moov", 3),
        struct.pack(">I4s", 1 << 31, b"moov"),
    ],
)
def test_what_states_no_time_or_is_damaged_has_none(data: bytes) -> None:
    assert read(data) is None
