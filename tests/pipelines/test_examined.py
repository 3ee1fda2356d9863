"""The creatives of a job: several share a call of the networks, copies are recognised, failures stay single."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import apache_beam as beam

from crawlers.folder import import_media
from evidence.store import EvidenceStore
from evidence.tables import read_records
from pipelines.examined import examine
from pipelines.outputs import DATASETS
from pipelines.records import Candidate, CreativeAnalysis, DeadLetter
from pipelines.screen import ad_files, screen
from pipelines.tools import ScreenSettings
from pipelines.workers import open_pipeline
from tests.film_variants import read_film, write_film
from tests.pipelines.conftest import SCAM, clock


def with_another_copy(settings: ScreenSettings, media_dir: Path, directory: Path) -> ScreenSettings:
    """The same crawl with a re-encoded copy of the scam, advertised with the scam's text."""
    directory.mkdir()
    for path in media_dir.iterdir():
        (directory / path.name).hardlink_to(path)
    film = read_film(media_dir / "scam.mp4", seconds=60)
    write_film(film, directory / "smaller.mp4", bit_rate=400_000, height=240)
    (directory / "smaller.txt").write_text(SCAM)
    crawl = settings.crawl_dir.with_name("with-copy")
    import_media([directory], store=EvidenceStore(settings.store_url), directory=crawl, clock=clock)
    return dataclasses.replace(settings, crawl_dir=crawl, out_dir=settings.out_dir.with_name("with-copy"))


def test_a_copy_is_flagged_like_its_original(settings: ScreenSettings, media_dir: Path, tmp_path: Path) -> None:
    larger = with_another_copy(settings, media_dir, tmp_path / "ads")
    report = screen(larger, beam_args=[], clock=clock)
    assert (report.ads, report.creatives, report.creatives_copied, report.creatives_seen_before) == (5, 3, 1, 0)
    candidates = read_records(larger.out_dir / "candidates.parquet", Candidate)
    assert len(candidates) == 2
    assert len({candidate.creative_sha256 for candidate in candidates}) == 2
    for candidate in candidates:
        copies = larger.out_dir / "derivatives" / str(candidate.creative_sha256)
        assert {path.name for path in copies.iterdir()} >= {"thumb.jpg", "proxy.mp4"}
    before = {dataset.name: (larger.out_dir / f"{dataset.name}.parquet").read_bytes() for dataset in DATASETS}
    again = screen(larger, beam_args=[], clock=clock)
    assert (again.creatives_copied, again.creatives_seen_before) == (0, 3)
    after = {dataset.name: (larger.out_dir / f"{dataset.name}.parquet").read_bytes() for dataset in DATASETS}
    assert after == before


def test_each_creative_comes_out_once_with_all_its_ads(settings: ScreenSettings, tmp_path: Path) -> None:
    rows = tmp_path / "rows"
    rows.mkdir()

    def keep(analysis: CreativeAnalysis, ads: tuple[str, ...]) -> None:
        (rows / analysis.creative.sha256).write_text(" ".join(ads))

    def bury(letter: DeadLetter) -> None:
        (rows / f"letter-{letter.ad_id}").write_text(letter.reason)

    with open_pipeline([]) as pipeline:
        examined, letters = examine(pipeline | beam.Create(ad_files(settings.crawl_dir)), settings)
        _ = examined | beam.Map(lambda one: keep(one.analysis, one.ads))
        for number, some in enumerate(letters):
            _ = some | f"letters {number}" >> beam.Map(bury)
    ads = {file.ad.title: file.ad.ad_id for file in ad_files(settings.crawl_dir)}
    found = {path.read_text() for path in rows.iterdir() if not path.name.startswith("letter-")}
    assert found == {" ".join(sorted((ads["scam.mp4"], ads["copy.mp4"]))), ads["stranger.mp4"]}
    (letter,) = rows.glob("letter-*")
    assert letter.name == f"letter-{ads['broken.mp4']}"
