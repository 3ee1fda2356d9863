"""One creative: examined once, remembered, never with a vector."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from detectors.patience import CUT_SHORT
from embeddings.errors import UnreadableMedia
from embeddings.face_mesh import FaceMesh
from evidence.errors import BlobMissing
from evidence.records import Ad
from evidence.tables import read_records
from pipelines.analyse import (
    PADDED_TO,
    SEALED,
    WORKING,
    analyse,
    cache_path,
    read_analysis,
    recall,
    remember,
    write_analysis,
)
from pipelines.records import CreativeAnalysis
from pipelines.tools import MediaTools, ScreenSettings, media_tools
from tests.factories import make_blob_ref, make_creative, make_match, make_person, sha
from watchlist.gallery import Gallery
from watchlist.records import Modality
from watchlist.sealing import HEADER, PIECE, TAG


@pytest.fixture
def tools(settings: ScreenSettings) -> MediaTools:
    return media_tools(settings)


def ad_named(settings: ScreenSettings, title: str) -> Ad:
    return next(ad for ad in read_records(settings.crawl_dir / "ads.parquet", Ad) if ad.title == title)


def test_what_is_in_a_creative_is_found_once_and_remembered(settings: ScreenSettings, tools: MediaTools) -> None:
    blob = ad_named(settings, "scam.mp4").raw
    first = analyse(blob, tools)
    assert {match.modality for match in first.matches} == {Modality.FACE, Modality.VOICE}
    assert {trail.track for trail in first.trails} == {track.track for track in first.faces}
    place = cache_path(blob, tools)
    written = place.stat().st_mtime_ns
    assert analyse(blob, tools) == first == read_analysis(place)
    assert place.stat().st_mtime_ns == written
    assert tools.stopwatch.runs["decode"] == 1
    assert list((tools.cache_dir / WORKING).iterdir()) == []


def test_a_damaged_memory_is_made_again(settings: ScreenSettings, tools: MediaTools) -> None:
    blob = ad_named(settings, "stranger.mp4").raw
    first = analyse(blob, tools)
    cache_path(blob, tools).write_text('{"creative": 1')
    assert analyse(blob, tools) == first


def test_a_stranger_leaves_boxes_and_times_and_no_list_of_numbers(settings: ScreenSettings, tools: MediaTools) -> None:
    blob = ad_named(settings, "stranger.mp4").raw
    assert analyse(blob, tools).matches == ()

    def longest(value: object) -> int:
        if isinstance(value, dict):
            return max((longest(part) for part in value.values()), default=0)
        if isinstance(value, list):
            inside = max((longest(part) for part in value), default=0)
            return max(inside, len(value) if value and all(isinstance(part, float) for part in value) else 0)
        return 0

    assert longest(json.loads(cache_path(blob, tools).read_text())) < 8


def test_what_cannot_be_read_is_said_and_not_remembered(settings: ScreenSettings, tools: MediaTools) -> None:
    blob = ad_named(settings, "broken.mp4").raw
    with pytest.raises(UnreadableMedia, match="not a media file"):
        analyse(blob, tools)
    assert not cache_path(blob, tools).exists()
    with pytest.raises(BlobMissing):
        analyse(make_blob_ref(b"never stored"), tools)


def test_who_takes_too_long_is_cut_short_and_that_is_not_remembered(
    settings: ScreenSettings, tools: MediaTools
) -> None:
    blob = ad_named(settings, "stranger.mp4").raw
    found = analyse(blob, dataclasses.replace(tools, cap_s=0.0)).findings
    assert {one.claim for one in found} > {CUT_SHORT}
    assert not cache_path(blob, tools).exists()


def test_another_watchlist_is_another_place(tools: MediaTools) -> None:
    blob = make_blob_ref(b"x")
    place = cache_path(blob, tools)
    assert place.name.startswith(blob.sha256)
    assert tools.pack.manifest.label in place.parts
    others = dataclasses.replace(tools, gallery=Gallery.of(tools.pack.manifest, persons=[make_person()]))
    assert cache_path(blob, others) != place


def recognised(of: str = "scam", **changes: object) -> CreativeAnalysis:
    creative = make_creative(sha256=sha(of))
    matches = (make_match(creative_sha256=creative.sha256),)
    nothing = CreativeAnalysis(creative=creative, faces=(), trails=(), voices=(), matches=matches, findings=())
    return dataclasses.replace(nothing, **changes)  # type: ignore[arg-type]


def test_whom_own_media_show_is_remembered_for_whoever_has_the_watchlist(tools: MediaTools) -> None:
    one = recognised()
    blob = make_blob_ref(sha256=one.creative.sha256)
    remember(one, tools, own=True)
    place = cache_path(blob, tools).with_suffix(SEALED)
    assert [path for path in place.parent.iterdir() if path.is_file()] == [place]
    assert b"uliyeva" not in place.read_bytes()
    assert recall(blob, tools) == one
    write_analysis(cache_path(blob, tools), one)  # as an older Qalqan did
    assert recall(blob, tools, own=True) == one == recall(blob, tools)
    assert [path for path in place.parent.iterdir() if path.is_file()] == [place]
    keyless = dataclasses.replace(tools, gallery=Gallery.of(tools.pack.manifest, persons=[make_person()]))
    remember(one, keyless, own=True)
    assert recall(blob, keyless) is None, "without a key it is not remembered"
    other = make_blob_ref(sha256=sha("other"))
    taken = cache_path(other, tools).with_suffix(SEALED)
    taken.parent.mkdir(exist_ok=True)
    taken.write_bytes(place.read_bytes())
    assert recall(other, tools) is None, "one creative's memory is not another's"
    place.write_bytes(place.read_bytes()[:-1])
    assert recall(blob, tools) is None


def test_the_size_of_what_is_sealed_does_not_tell_how_long_a_name_is(tools: MediaTools) -> None:
    sizes = set()
    for name in ("Ali", "Aysel " * 100):
        one = recognised(name, unread=(name,))
        remember(one, tools, own=True)
        blob = make_blob_ref(sha256=one.creative.sha256)
        sizes.add(cache_path(blob, tools).with_suffix(SEALED).stat().st_size)
    assert sizes == {HEADER + PADDED_TO + PADDED_TO // PIECE * TAG}


def test_own_media_without_anybody_and_ads_of_crawls_are_remembered_in_plain(tools: MediaTools) -> None:
    for one, own in ((recognised("nobody", matches=()), True), (recognised("crawled"), False)):
        remember(one, tools, own=own)
        blob = make_blob_ref(sha256=one.creative.sha256)
        assert read_analysis(cache_path(blob, tools)) == one == recall(blob, tools)


def test_points_of_faces_that_are_installed_later_are_another_place(tools: MediaTools) -> None:
    blob = make_blob_ref(b"x")
    mesh = FaceMesh(lambda _: (np.zeros(1404, dtype=np.float32), 1.0), sha256="0" * 64)
    without, with_points = (
        dataclasses.replace(tools, pack=dataclasses.replace(tools.pack, points=points)) for points in (None, mesh)
    )
    assert cache_path(blob, without) != cache_path(blob, with_points)
