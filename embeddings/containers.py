"""What a file is, by its first bytes. Only what is listed here is ever handed to a parser, and to exactly that parser."""

from __future__ import annotations

from dataclasses import dataclass

HEAD_BYTES = 4096

READABLE = "JPEG, PNG, GIF, WebP, AVIF, BMP, MP4, MOV, WebM, MKV, AVI, MPEG-TS, MP3, AAC, WAV, OGG, FLAC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """``demuxer`` is ffmpeg's name of the one demuxer that may open the file; ``picture`` is Pillow's, for pictures."""

    name: str
    demuxer: str | None = None
    picture: str | None = None


_STARTS = (
    (b"\xff\xd8\xff", Container(name="jpeg", picture="JPEG")),
    (b"\x89PNG\r\n\x1a\n", Container(name="png", picture="PNG")),
    (b"GIF87a", Container(name="gif", picture="GIF")),
    (b"GIF89a", Container(name="gif", picture="GIF")),
    (b"OggS", Container(name="ogg", demuxer="ogg")),
    (b"fLaC", Container(name="flac", demuxer="flac")),
    (b"ID3", Container(name="mp3", demuxer="mp3")),
)
_RIFF = {
    b"WAVE": Container(name="wav", demuxer="wav"),
    b"AVI ": Container(name="avi", demuxer="avi"),
    b"WEBP": Container(name="webp", picture="WEBP"),
}
_MOV_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_PLAYLISTS = (
    *(b"#EXTM3U", b"<MPD", b"ffconcat", b"[playlist]", b"[InternetShortcut]", b"<ASX", b"<smil", b"<playlist"),
    *(b"v=0\no=", b"v=0\r\no="),
)


def recognise(head: bytes) -> Container | str:
    """The container of a file that starts with ``head``; if we do not read such files, a phrase that says what it is."""
    if not head:
        return "the file is empty"
    if len(head) < 12:
        return "not a media file: it has only a few bytes"
    for start, container in _STARTS:
        if head.startswith(start):
            return container
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return Container(name="webm" if b"webm" in head[:64] else "matroska", demuxer="matroska,webm")
    if head[4:8] == b"ftyp":
        return _iso(head[8:12])
    if head[4:8] in _MOV_BOXES:
        return Container(name="mov", demuxer="mov")
    if head[:2] == b"BM" and head[14:18] in (b"\x0c\0\0\0", b"\x28\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0"):
        return Container(name="bmp", picture="BMP")
    if head[0] == 0x47 and head[188:189] == b"\x47":
        return Container(name="mpegts", demuxer="mpegts")
    if head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return Container(name="aac", demuxer="aac")
    if head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return Container(name="mp3", demuxer="mp3")
    return _what_else(head)


def _iso(brand: bytes) -> Container | str:
    if brand in (b"avif", b"avis"):
        return Container(name="avif", picture="AVIF")
    if brand in (b"heic", b"heix", b"hevc", b"mif1", b"msf1"):
        return f"a HEIC picture, which is not read here; convert it to one of {READABLE}"
    return Container(name="mov" if brand == b"qt  " else "mp4", demuxer="mov")


def _what_else(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if any(start[:200].lower().startswith(mark.lower()) or mark in start[:400] for mark in _PLAYLISTS):
        return "not a media file: it is a playlist, and playlists are never followed"
    if start[:1] == b"<":
        return "not a media file: it is a web page or XML"
    printable = sum(byte >= 32 or byte in (9, 10, 13) for byte in head)
    if printable == len(head):
        return "not a media file: it is text"
    return f"not a media file that we read; readable are {READABLE}"
