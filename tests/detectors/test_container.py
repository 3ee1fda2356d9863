from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from detectors.container import Container, written_by
from detectors.records import Bearing, Finding
from detectors.subject import CreativeSubject
from embeddings.media import decode
from embeddings.packs import load_pack
from embeddings.records import Creative
from embeddings.samples import DecodedMedia
from tests.factories import make_creative
from tests.portrait_film import babble, portrait_frames, write_film
from watchlist.gallery import Gallery


def examine(media: DecodedMedia) -> dict[str, Finding]:
    pack = load_pack("open")
    subject = CreativeSubject(
        media=media, faces=(), voices=(), matches=(), gallery=Gallery.of(pack.manifest, persons=[]), pack=pack
    )
    return {finding.claim: finding for finding in Container().examine(subject)}


def test_a_film_of_ours_is_seen_to_come_from_ffmpeg(tmp_path: Path) -> None:
    found = examine(decode(write_film(tmp_path / "film.mp4", portrait_frames(0.5), babble(0.5))))
    assert {"written_by", "no_creation_time", "c2pa_absent", "edit_list_plain", "one_maker", "times_even"} <= set(found)
    assert "FFmpeg" in found["written_by"].observation
    assert found["c2pa_absent"].observation == "No C2PA manifest: this says nothing."
    assert all(finding.bearing is Bearing.INCONCLUSIVE for finding in found.values())


def test_formats_without_manifests_and_times_say_so(tmp_path: Path) -> None:
    media = decode(write_film(tmp_path / "film.mp4", portrait_frames(0.5), None))
    webm = DecodedMedia(
        creative=replace(media.creative, container="webm"), path=media.path, frames=media.frames, sound=None
    )
    assert {"written_by", "c2pa_not_read"} <= set(examine(webm))
    assert "no_creation_time" not in examine(webm)


@pytest.mark.parametrize(
    ("creative", "words"),
    [
        (make_creative(container="mp4"), "mp4 with h264 and aac; its tag is “Lavf61.7.100”: written by FFmpeg's muxer"),
        (make_creative(encoder=None), "names no program"),
        (make_creative(encoder="Unheard-of 3"), "“Unheard-of 3”."),
    ],
)
def test_who_wrote_it_is_said_in_words(creative: Creative, words: str) -> None:
    assert words in written_by(creative)
