"""Decoding as its callers see it: one answer for every file there is, and never a crash or a hang."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from embeddings.errors import UnreadableMedia
from embeddings.media import Limits, decode
from embeddings.records import CREATIVE_SCHEMA
from evidence.tables import to_row

Film = Callable[..., Path]
QUICK = Limits(wall_s=20.0, cpu_s=15, max_frames=4)


@pytest.fixture
def sample(film: Film) -> Path:
    rng = np.random.default_rng(11)
    pictures = [rng.integers(0, 255, (64, 96, 3), dtype=np.uint8) for _ in range(20)]
    sound = rng.normal(0, 0.1, 32000).astype(np.float32)
    return film("sample.mp4", pictures, sound=sound, options={"movflags": "+faststart"})


def test_a_creative_is_named_by_its_bytes_and_says_how_it_was_decoded(sample: Path) -> None:
    creative = decode(sample).creative
    assert creative.sha256 == hashlib.sha256(sample.read_bytes()).hexdigest()
    assert creative.size_bytes == sample.stat().st_size
    assert "rlimits+no_new_privs" in creative.sandbox
    assert set(to_row(creative)) == set(CREATIVE_SCHEMA.names)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b"Hello, I am a video, am I not?\n" * 9, "not a media file: it is text"),
        (b"#EXTM3U\nhttp://127.0.0.1:22/\n", "playlists are never followed"),
        (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0\0\1\0mdat" + b"\7" * 90, "cut off"),
        (b"ID3\4\0\0\0\0\0\0" + b"\0" * 300, "mp3"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_sentence(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "advert.mp4"
    path.write_bytes(data)
    with pytest.raises(UnreadableMedia, match=r"advert\.mp4") as caught:
        decode(path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_playlist_inside_a_media_name_fetches_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    path = tmp_path / "list.mp4"
    path.write_text(f"ffconcat version 1.0\nfile {secret}\n")
    with pytest.raises(UnreadableMedia, match="playlist"):
        decode(path)


DISGUISES = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{secret}\n",
    "dash": "<?xml version='1.0'?>\n<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'><BaseURL>{secret}</BaseURL></MPD>",
    "concat": "ffconcat version 1.0\nfile '{secret}'\n",
    "pls": "[playlist]\nFile1={secret}\n",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    "asx": "<ASX version='3.0'><Entry><Ref href='{secret}'/></Entry></ASX>",
    "xspf": "<?xml version='1.0'?><playlist><track><location>{secret}</location></track></playlist>",
}


@pytest.mark.parametrize("ending", ["mp4", "mp3"])
@pytest.mark.parametrize("kind", DISGUISES)
def test_a_playlist_is_refused_whatever_it_is_called(tmp_path: Path, kind: str, ending: str) -> None:
    secret = tmp_path / "secret.mp4"
    secret.write_text("secret")
    path = tmp_path / f"advert.{ending}"
    for before in (b"", b"\xef\xbb\xbf", b"\n  "):
        path.write_bytes(before + DISGUISES[kind].format(secret=secret).encode())
        with pytest.raises(UnreadableMedia, match="playlists are never followed"):
            decode(path)


def test_a_playlist_behind_the_start_of_something_else_is_not_followed_either(sample: Path, tmp_path: Path) -> None:
    for start in (b"ID3\4\0\0\0\0\0\0", b"OggS\0\2", b"\x1a\x45\xdf\xa3", b"\0\0\0\x08ftypisom"):
        for kind in ("hls", "concat"):
            path = tmp_path / "advert.mp4"
            path.write_bytes(start + DISGUISES[kind].format(secret=sample).encode() * 5)
            with pytest.raises(UnreadableMedia):
                decode(path)


def _elsewhere(data: bytes, path: Path) -> bytes:
    """An MP4, its index last, changed so that its first track says: my samples lie in ``path`` (a Macintosh alias)."""
    name = str(path).encode() + b"\0" * (len(str(path)) % 2)
    alias = b"\0" * 10 + b"\4disk" + b"\0" * 23 + b"\0" * 12 + b"\4file" + b"\0" * 59 + b"\0" * 16 + b"\0\1\0\1"
    alias += b"\0" * 16 + b"\0\2" + len(name).to_bytes(2, "big") + name + b"\xff\xff\0\0"
    here = data.index(b"url ", data.index(b"moov")) - 4
    box = (12 + len(alias)).to_bytes(4, "big") + b"alis" + b"\0\0\0\0" + alias
    changed = bytearray(data[:here] + box + data[here + 12 :])
    for outer in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        at = data.index(outer, data.index(b"moov")) - 4
        size = int.from_bytes(data[at : at + 4], "big") + len(alias)
        changed[at : at + 4] = size.to_bytes(4, "big")
    return bytes(changed)


def test_a_film_whose_pictures_lie_in_another_file_gets_nothing_of_that(film: Film) -> None:
    """QuickTime can name other files; whoever follows that reads whatever the bytes wish."""
    whole = film("whole.mp4", [np.full((64, 96, 3), 9 * n, dtype=np.uint8) for n in range(20)])
    path = whole.with_name("elsewhere.mov")
    path.write_bytes(_elsewhere(whole.read_bytes(), whole))
    careless = {"enable_drefs": "1", "use_absolute_path": "1"}
    with av.open(str(path), format="mov", options=careless) as followed:
        assert len(list(followed.decode(video=0))) == 20
    with pytest.raises(UnreadableMedia):
        decode(path)


def test_a_file_that_is_not_there_or_too_large_is_said_before_anything_is_parsed(sample: Path) -> None:
    with pytest.raises(FileNotFoundError):
        decode(sample.with_name("none.mp4"))
    with pytest.raises(UnreadableMedia, match="more than 100 are not read"):
        decode(sample, limits=Limits(max_bytes=100))
    with pytest.raises(UnreadableMedia, match="96×64 pixels"):
        decode(sample, limits=Limits(max_pixels=1000))


def test_out_of_time_is_a_named_end(sample: Path) -> None:
    started = time.monotonic()
    with pytest.raises(UnreadableMedia, match=r"longer than 0\.001 seconds"):
        decode(sample, limits=Limits(wall_s=0.001))
    assert time.monotonic() - started < 5
