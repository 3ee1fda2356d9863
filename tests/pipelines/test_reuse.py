"""A re-encoded copy takes over what was learned about its original; anything else is examined itself."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from detectors.patience import CUT_SHORT
from evidence.records import Ad, BlobRef
from evidence.tables import read_records
from pipelines.analyse import analyse, cache_path, read_analysis
from pipelines.copy_registry import CopyRegistry
from pipelines.reuse import REGISTRY, Original, Printed, decided, printed, taken_over
from pipelines.stopwatch import Stopwatch
from pipelines.tools import MediaTools, ScreenSettings, media_tools
from tests.factories import make_finding
from tests.film_variants import read_film, write_film
from watchlist.records import Modality


@pytest.fixture
def tools(settings: ScreenSettings) -> MediaTools:
    return dataclasses.replace(media_tools(settings), stopwatch=Stopwatch())


def blob_of(settings: ScreenSettings, title: str) -> BlobRef:
    return next(ad.raw for ad in read_records(settings.crawl_dir / "ads.parquet", Ad) if ad.title == title)


@pytest.fixture
def scam(settings: ScreenSettings) -> BlobRef:
    return blob_of(settings, "scam.mp4")


@pytest.fixture
def reencoded(tools: MediaTools, media_dir: Path, tmp_path: Path) -> BlobRef:
    film = read_film(media_dir / "scam.mp4", seconds=60)
    path = write_film(film, tmp_path / "again.mp4", bit_rate=400_000, height=240)
    return tools.store.put(path.read_bytes(), media_type="video/mp4")


def decide(tools: MediaTools, *blobs: BlobRef) -> tuple[list[Printed], dict[str, Original]]:
    looked = [printed(blob, ("ad",), tools) for blob in blobs]
    return looked, decided([one.print for one in looked if one.print is not None], tools.cache_dir)


def test_a_copy_costs_no_decoding_and_no_network(tools: MediaTools, scam: BlobRef, reencoded: BlobRef) -> None:
    (_, copy), originals = decide(tools, scam, reencoded)
    assert originals.keys() == {reencoded.sha256}
    original = originals[reencoded.sha256]
    assert original.print.creative.sha256 == scam.sha256
    known = analyse(scam, tools)
    cut = make_finding(claim=CUT_SHORT, creative_sha256=scam.sha256)
    taken_over(copy, original, dataclasses.replace(known, findings=(*known.findings, cut)), tools)
    assert read_analysis(cache_path(reencoded, tools)) is None, "what was cut short is not remembered"
    runs = dict(tools.stopwatch.runs)
    analysis = taken_over(copy, original, known, tools)
    assert {name for name, count in tools.stopwatch.runs.items() if count > runs.get(name, 0)} == {"taken over"}
    assert {match.modality for match in analysis.matches} == {Modality.FACE, Modality.VOICE}
    assert {match.person_id for match in analysis.matches} == {match.person_id for match in known.matches}
    assert {m.match_id for m in analysis.matches}.isdisjoint(m.match_id for m in known.matches)
    assert {match.creative_sha256 for match in analysis.matches} == {reencoded.sha256}
    assert {finding.creative_sha256 for finding in analysis.findings} == {reencoded.sha256}
    assert "container" in {finding.method for finding in analysis.findings}
    assert f"copy of {scam.sha256}" in analysis.creative.problems[-1]
    assert (known.copy_of, analysis.copy_of) == (None, scam.sha256)
    assert read_analysis(cache_path(reencoded, tools)) == analysis
    assert taken_over(copy, original, None, tools) == analysis


def test_what_the_original_was_is_remembered_between_runs(tools: MediaTools, scam: BlobRef, reencoded: BlobRef) -> None:
    assert decide(tools, scam)[1] == {}
    analyse(scam, tools)
    (copy,), originals = decide(tools, reencoded)
    analysis = taken_over(copy, originals[reencoded.sha256], None, tools)
    assert tools.stopwatch.runs["decode"] == 1
    assert analysis.matches
    (again,), nothing = decide(tools, reencoded)
    assert again.print is None
    assert nothing == {}


def test_a_copy_of_something_that_nobody_remembers_is_examined(
    tools: MediaTools, scam: BlobRef, reencoded: BlobRef
) -> None:
    decide(tools, scam)
    (copy,), originals = decide(tools, reencoded)
    analysis = taken_over(copy, originals[reencoded.sha256], None, tools)
    assert tools.stopwatch.runs["decode"] == 1
    assert analysis == analyse(reencoded, tools)
    assert analysis.creative.problems == ()
    assert analysis.copy_of == scam.sha256


def test_another_creative_is_no_copy(settings: ScreenSettings, tools: MediaTools, scam: BlobRef) -> None:
    _, originals = decide(tools, scam, blob_of(settings, "stranger.mp4"))
    assert originals == {}
    assert len(CopyRegistry(tools.cache_dir / REGISTRY).held()) == 2


def test_what_cannot_be_read_has_no_print(settings: ScreenSettings, tools: MediaTools) -> None:
    looked, originals = decide(tools, blob_of(settings, "broken.mp4"))
    assert [one.print for one in looked] == [None]
    assert originals == {}
