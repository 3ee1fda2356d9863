from __future__ import annotations

import io
import struct
from datetime import UTC, datetime

import pytest

from detectors.mp4_boxes import EPOCH, MAX_EDITS, Edit, Mp4Facts, creation_time, mp4_facts

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


def facts(data: bytes) -> Mp4Facts:
    return mp4_facts(io.BytesIO(data), size_bytes=len(data))


def track(*, edits: bytes, handler: bytes = b"VideoHandler", scale: int = 90_000) -> bytes:
    media = box(b"mdhd", struct.pack(">BxxxIII", 0, SECONDS, 0, scale) + bytes(16))
    media += box(b"hdlr", struct.pack(">I4s4s12x", 0, b"", b"vide") + handler + b"\0")
    media += box(b"minf", box(b"stbl", box(b"stsd", struct.pack(">II", 0, 2))))
    return box(b"trak", box(b"edts", box(b"elst", edits)) + box(b"mdia", media))


def film(*tracks: bytes) -> bytes:
    head = box(b"mvhd", struct.pack(">BxxxIII", 0, 0, 0, 1000) + bytes(16))
    return box(b"ftyp", b"qt  " + bytes(4) + b"isommp41") + box(b"moov", head + b"".join(tracks))


def test_brands_tracks_and_edits_are_read() -> None:
    edits = (
        struct.pack(">II", 0, 2) + struct.pack(">IiI", 500, -1, 1 << 16) + struct.pack(">IiI", 2000, 180_000, 1 << 16)
    )
    read = facts(film(track(edits=edits)))
    assert (read.brand, read.compatible, read.created, read.fragmented) == ("qt  ", ("isom", "mp41"), None, False)
    (one,) = read.tracks
    assert (one.kind, one.handler, one.created, one.descriptions) == ("vide", "VideoHandler", MADE, 2)
    assert one.edits == (Edit(length_s=0.5, from_s=None), Edit(length_s=2.0, from_s=2.0))


@pytest.mark.parametrize(
    "edits",
    [b"", struct.pack(">II", 0, 1 << 31), struct.pack(">II", 1 << 24, 3) + bytes(7), struct.pack(">II", 0, 9) + b"x"],
)
def test_damaged_edit_lists_say_nothing(edits: bytes) -> None:
    assert facts(film(track(edits=edits))).tracks[0].edits == ()


def test_endless_lists_end() -> None:
    edits = struct.pack(">II", 0, 5000) + struct.pack(">IiI", 1, 0, 1 << 16) * 5000
    read = facts(film(*[track(edits=edits)] * 40))
    assert len(read.tracks) == 16
    assert len(read.tracks[0].edits) == MAX_EDITS


def test_names_hold_nothing_unprintable() -> None:
    assert facts(film(track(edits=b"", handler=b"\x1b[31mred\xff"))).tracks[0].handler == "[31mred\ufffd"


@pytest.mark.parametrize("data", [b"", b"x" * 100, film()[:30], film()[:-3]])
def test_what_is_no_film_has_no_tracks(data: bytes) -> None:
    assert facts(data).tracks == ()
