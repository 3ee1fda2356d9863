"""A set is what a crawl leaves behind, with right answers beside it; made of the demo's people it needs nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.records import CaptureKind, Outcome
from evidence.store import EvidenceStore
from pipelines.assess import AdFile, landing_pages
from pipelines.screen import ad_files
from pipelines.truth import AdTruth
from tests.redteam.ads import Plan
from tests.redteam.creatives import make_creatives
from tests.redteam.invented import invented
from tests.redteam.making import NAME, ad_id, truth_of, write_crawl
from tests.redteam.texts import Texts


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[AdFile], dict[str, AdTruth]]:
    """Forty ads of films of a second, by and about invented people; nobody is enrolled."""
    out = tmp_path_factory.mktemp("set")
    material = invented(out / "enrolment", seconds=1.0, footage=False)
    creatives = make_creatives(material, out / "media", films=3, seed=1)
    planned = Plan(creatives, [Texts("first")], material.people, seed=1).draw(40)
    write_crawl(out, planned)
    files = ad_files(out / "run" / "crawls" / NAME)
    return out, files, {ad_id(ad): truth_of(ad) for ad in planned}


def test_every_ad_has_its_truth(crawled: tuple[Path, list[AdFile], dict[str, AdTruth]]) -> None:
    _, files, truth = crawled
    assert {file.ad.ad_id for file in files} == set(truth)
    assert {one.flag for one in truth.values()} == {True, False}


def test_media_and_pages_lie_in_the_evidence(crawled: tuple[Path, list[AdFile], dict[str, AdTruth]]) -> None:
    out, files, truth = crawled
    store = EvidenceStore(str(out / "run" / "evidence"))
    for file in files:
        right = truth[file.ad.ad_id]
        assert right.creative is not None
        (blob,) = file.creatives()
        assert store.read(blob) == (out / "media" / right.creative).read_bytes()
        pages = landing_pages(file, store)
        walled = [page for page in pages if page.capture.outcome is Outcome.BLOCKED]
        assert bool(walled) is (right.landing == "page that could not be opened")
        assert all(page.html and page.text for page in pages if page not in walled)


def test_making_it_again_adds_nothing(crawled: tuple[Path, list[AdFile], dict[str, AdTruth]]) -> None:
    out, files, _ = crawled
    write_crawl(out, [])
    again = ad_files(out / "run" / "crawls" / NAME)
    assert again == files
    assert sum(capture.kind is CaptureKind.MEDIA for file in again for capture in file.captures) == len(files)
