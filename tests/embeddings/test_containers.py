"""What a file is, by its first bytes, and what is never read."""

from __future__ import annotations

import pytest

from embeddings.containers import Container, recognise


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\xff\xd8\xff\xe0" + b"\0" * 20, "jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "wav"),
        (b"\0\0\0\x20ftypisom" + b"\0" * 20, "mp4"),
        (b"\0\0\0\x20ftypqt  " + b"\0" * 20, "mov"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 16 + b"webm" + b"\0" * 20, "webm"),
        (b"ID3\x04" + b"\0" * 20, "mp3"),
        (b"\xff\xfb\x90\x64" + b"\0" * 20, "mp3"),
        (b"\xff\xf1\x50\x80" + b"\0" * 20, "aac"),
        (b"\x47" + b"\0" * 187 + b"\x47" + b"\0" * 200, "mpegts"),
    ],
)
def test_media_is_recognised(head: bytes, name: str) -> None:
    found = recognise(head)
    assert isinstance(found, Container)
    assert found.name == name
    assert (found.demuxer is None) != (found.picture is None)


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (b"", "the file is empty"),
        (b"hi", "few bytes"),
        (b"#EXTM3U\n#EXT-X-VERSION:3\nhttp://169.254.169.254/\n", "playlist"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "playlist"),
        (b"<?xml version='1.0'?><MPD></MPD>", "playlist"),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", "playlist"),
        (b"<!doctype html><html></html>", "web page"),
        (b"This is not a video, whatever it is called.", "it is text"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 20, "HEIC"),
        (b"\x7fELF" + b"\0" * 60, "not a media file"),
    ],
)
def test_anything_else_is_named(head: bytes, says: str) -> None:
    found = recognise(head)
    assert isinstance(found, str)
    assert says in found
