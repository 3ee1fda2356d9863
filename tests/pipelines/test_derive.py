"""Working copies of what was flagged: made whole, made once, bystanders blurred."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from embeddings.samples import LoadedPack
from evidence.records import Ad
from evidence.tables import read_records, write_records
from pipelines.analyse import analyse
from pipelines.derive import MADE_FOR, Derivation, bystanders, creatives_with, derive, purge_copies
from pipelines.tools import MediaTools, ScreenSettings, media_tools
from pipelines.withholding import WITHHELD
from tests.factories import make_match, sha
from watchlist.records import MATCH_SCHEMA


def derivation(settings: ScreenSettings, title: str, directory: Path) -> Derivation:
    ads = read_records(settings.crawl_dir / "ads.parquet", Ad)
    blob = next(ad.raw for ad in ads if ad.title == title)
    return Derivation(blob=blob, analysis=analyse(blob, media_tools(settings)), directory=directory)


@pytest.fixture
def tools(settings: ScreenSettings) -> MediaTools:
    return media_tools(settings)


def faces_in(jpeg: bytes, pack: LoadedPack) -> int:
    picture = np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))
    return len(pack.faces.detect(np.ascontiguousarray(picture)))


def test_thumbnail_face_and_playable_copy(settings: ScreenSettings, tools: MediaTools, tmp_path: Path) -> None:
    element = derivation(settings, "scam.mp4", tmp_path / "copies")
    derive(element, tools)
    names = {path.name for path in element.directory.iterdir()}
    faces = {f"face-{match.match_id}.jpg" for match in element.analysis.matches if match.region}
    assert names == {"thumb.jpg", "proxy.mp4", *faces}
    assert faces_in((element.directory / "thumb.jpg").read_bytes(), tools.pack) == 1
    with av.open(str(element.directory / "proxy.mp4")) as copy:
        assert copy.streams.video[0].codec_context.name == "h264"
        assert copy.streams.audio[0].codec_context.name == "aac"
        assert "comment" not in copy.metadata
    made = (element.directory / "thumb.jpg").stat().st_mtime_ns
    derive(element, tools)
    assert (element.directory / "thumb.jpg").stat().st_mtime_ns == made


def test_a_bystander_is_blurred(settings: ScreenSettings, tools: MediaTools, tmp_path: Path) -> None:
    element = derivation(settings, "stranger.mp4", tmp_path / "copies")
    assert len(bystanders(element.analysis)) == 1
    derive(element, tools)
    assert faces_in((element.directory / "thumb.jpg").read_bytes(), tools.pack) == 0


def test_who_is_protected_no_longer_is_blurred_in_new_copies(
    settings: ScreenSettings, tools: MediaTools, tmp_path: Path
) -> None:
    element = derivation(settings, "scam.mp4", tmp_path / "copies")
    derive(element, tools)
    now = replace(element, analysis=replace(element.analysis, matches=()))
    derive(now, tools)
    assert {path.name for path in element.directory.iterdir()} == {"thumb.jpg", "proxy.mp4"}
    assert faces_in((element.directory / "thumb.jpg").read_bytes(), tools.pack) == 0


def test_the_copies_of_a_removed_person_go_wherever_they_lie(tmp_path: Path) -> None:
    matches = [
        make_match(match_id="a", creative_sha256=sha("theirs"), person_id="aysel-quliyeva"),
        make_match(match_id="b", creative_sha256=sha("another's"), person_id="gulnar-sadiqova"),
    ]
    write_records(tmp_path / "screen" / "matches.parquet", matches, MATCH_SCHEMA)
    folders = (tmp_path / "screen" / "derivatives", tmp_path / "console")
    for folder in folders:
        for name in ("theirs", "another's"):
            (folder / sha(name)).mkdir(parents=True)
            (folder / sha(name) / "thumb.jpg").write_bytes(b"jpeg")
    (folders[0] / (sha("theirs") + MADE_FOR)).write_text("key")
    absent = tmp_path / "never-screened"
    purged = purge_copies([tmp_path / "screen", absent], "aysel-quliyeva", shelves=[folders[1]])
    assert purged == [sha("theirs")]
    for folder in folders:
        assert [path.name for path in folder.iterdir()] == [sha("another's")]
    assert purge_copies([tmp_path / "screen"], "nobody") == []


def test_copies_with_somebody_whose_name_is_withheld_go_with_anybody(tmp_path: Path) -> None:
    match = make_match(creative_sha256=sha("own media"), person_id=WITHHELD)
    write_records(tmp_path / "matches.parquet", [match], MATCH_SCHEMA)
    assert creatives_with([tmp_path], "aysel-quliyeva") == [sha("own media")]
