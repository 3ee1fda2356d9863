"""What the boxes of an MP4 or MOV say: brands, times of creation, tracks, edit lists. Read without decoding anything.

Damaged files say less: nothing is raised for their contents, and every loop ends.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
MAX_BOXES = 1000
MAX_TRACKS = 16
MAX_EDITS = 64
MAX_NAME = 100
"""Bytes of a handler's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """``length_s`` of the presentation, shown from ``from_s`` of the track's media; None shows nothing (a delay)."""

    length_s: float
    from_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mp4Track:
    """``kind`` is ``vide``, ``soun`` or another four letters; ``descriptions`` counts how many ways its samples are coded in."""

    kind: str
    handler: str
    created: datetime | None
    edits: tuple[Edit, ...]
    descriptions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mp4Facts:
    """``brand`` is None without an ``ftyp`` box; ``order`` names the boxes at the top, in file order."""

    brand: str | None
    compatible: tuple[str, ...]
    created: datetime | None
    tracks: tuple[Mp4Track, ...]
    order: tuple[str, ...]

    @property
    def fragmented(self) -> bool:
        """Whether it is a stream of fragments, as live services and browsers' recorders write."""
        return "moof" in self.order


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


def mp4_facts(stream: BinaryIO, *, size_bytes: int) -> Mp4Facts:
    """All that is read here of a file that should be an MP4 or MOV."""
    brand: str | None = None
    compatible: tuple[str, ...] = ()
    created: datetime | None = None
    tracks: list[Mp4Track] = []
    order: list[str] = []
    for kind, start, end in _boxes(stream, 0, size_bytes):
        order.append(_text(kind))
        if kind == b"ftyp":
            named = _read(stream, start, min(end, start + 8 + 4 * 32))
            brand = _text(named[:4])
            compatible = tuple(_text(named[at : at + 4]) for at in range(8, len(named) - 3, 4))
        if kind == b"moov":
            header = _child(stream, start, end, b"mvhd")
            scale = 0 if header is None else _scale(stream, *header)
            created = None if header is None else _time(stream, *header)
            for inner, inner_start, inner_end in _boxes(stream, start, end):
                if inner == b"trak" and len(tracks) < MAX_TRACKS:
                    tracks.append(_track(stream, inner_start, inner_end, movie_scale=scale))
    return Mp4Facts(
        brand=brand, compatible=compatible, created=created, tracks=tuple(tracks), order=tuple(dict.fromkeys(order))
    )


def _track(stream: BinaryIO, start: int, end: int, *, movie_scale: int) -> Mp4Track:
    media = _child(stream, start, end, b"mdia") or (end, end)
    header, handler = _child(stream, *media, b"mdhd"), _child(stream, *media, b"hdlr")
    edits = _child(stream, start, end, b"edts", b"elst")
    described = _child(stream, *media, b"minf", b"stbl", b"stsd")
    named = b"" if handler is None else _read(stream, handler[0], min(handler[1], handler[0] + 24 + MAX_NAME))
    media_scale = 0 if header is None else _scale(stream, *header)
    count = b"" if described is None else _read(stream, described[0] + 4, described[0] + 8)
    return Mp4Track(
        kind=_text(named[8:12]),
        handler=_text(named[24:].strip(b"\0")),
        created=None if header is None else _time(stream, *header),
        edits=() if edits is None else _edits(stream, *edits, movie_scale=movie_scale, media_scale=media_scale),
        descriptions=struct.unpack(">I", count)[0] if len(count) == 4 else 0,
    )


def _edits(stream: BinaryIO, start: int, end: int, *, movie_scale: int, media_scale: int) -> tuple[Edit, ...]:
    head = _read(stream, start, min(end, start + 8))
    if len(head) < 8 or not (movie_scale and media_scale):
        return ()
    row = ">QqI" if head[0] == 1 else ">IiI"
    size = struct.calcsize(row)
    count = min(struct.unpack(">I", head[4:])[0], MAX_EDITS, (end - start - 8) // size)
    body = _read(stream, start + 8, start + 8 + count * size)
    found = []
    for length, at, _ in struct.iter_unpack(row, body[: len(body) // size * size]):
        found.append(Edit(length_s=length / movie_scale, from_s=None if at < 0 else at / media_scale))
    return tuple(found)


def _child(stream: BinaryIO, start: int, end: int, *path: bytes) -> tuple[int, int] | None:
    """Where the contents of the first box on this path lie."""
    place: tuple[int, int] | None = (start, end)
    for name in path:
        if place is None:
            return None
        place = next(((at, to) for kind, at, to in _boxes(stream, *place) if kind == name), None)
    return place


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


def _scale(stream: BinaryIO, start: int, end: int) -> int:
    """Units per second of a movie or media header; 0 where it is cut off."""
    body = _read(stream, start, min(end, start + 24))
    if len(body) < 24:
        return 0
    return int(struct.unpack(">I", body[20:24] if body[0] == 1 else body[12:16])[0])


def _time(stream: BinaryIO, start: int, end: int) -> datetime | None:
    body = _read(stream, start, min(end, start + 12))
    if len(body) < 12:
        return None
    seconds = struct.unpack(">Q", body[4:12])[0] if body[0] == 1 else struct.unpack(">I", body[4:8])[0]
    if seconds == 0:
        return None
    try:
        return EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _read(stream: BinaryIO, start: int, end: int) -> bytes:
    stream.seek(start)
    return stream.read(max(0, end - start))


def _text(data: bytes) -> str:
    """What is printable of it."""
    return "".join(letter for letter in data.decode("utf-8", "replace") if letter.isprintable())
