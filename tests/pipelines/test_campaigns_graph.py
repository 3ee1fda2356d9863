"""The whole way in Beam: from captured ads to named campaigns, run after run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import apache_beam as beam

from evidence.records import Capture, CaptureKind
from evidence.store import EvidenceStore
from pipelines.assess import AdFile
from pipelines.campaign_records import Campaign
from pipelines.campaigns_graph import campaigns, find_campaigns
from pipelines.tools import ScreenSettings
from pipelines.traits import AdTraits, Trait, TraitKind
from tests.factories import AT, make_ad, make_capture, sha


def domain(name: str, *values: str) -> AdTraits:
    traits = tuple(Trait(kind=TraitKind.DOMAIN, value=value, shown=value) for value in values)
    return AdTraits(ad_id=name, publisher=name, traits=traits)


def same(part: Sequence[AdTraits]) -> Sequence[AdTraits]:
    return part


def found(parts: Sequence[Sequence[AdTraits]], tmp_path: Path, *, run: str, now: datetime = AT) -> tuple[Campaign, ...]:
    return find_campaigns(parts, same, out_dir=tmp_path / run, registry_dir=tmp_path / "registry", now=now).campaigns


def test_runs_build_on_one_another(tmp_path: Path) -> None:
    ads = [domain("a", "x"), domain("b", "x"), domain("c", "y"), domain("d", "y"), domain("e", "z")]
    first = found([ads[:2], ads[2:]], tmp_path, run="1")
    assert sorted(one.ad_ids for one in first) == [("a", "b"), ("c", "d")]
    assert found([ads[::-1]], tmp_path, run="2") == first
    # Only new ads are seen: one that joins two known campaigns, one that joins a lone ad of before
    (both, new) = sorted(
        found([[domain("f", "x", "y"), domain("g", "z")]], tmp_path, run="3"), key=lambda one: one.ad_ids
    )
    assert (both.ad_ids, new.ad_ids) == (("a", "b", "c", "d", "f"), ("e", "g"))
    assert {both.campaign_id, *both.aliases} == {one.campaign_id for one in first}


def test_nothing_is_no_campaign(tmp_path: Path) -> None:
    assert found([], tmp_path, run="1") == ()


def test_ads_with_landing_pages_and_copies(tmp_path: Path) -> None:
    settings = ScreenSettings(
        crawl_dir=tmp_path,
        out_dir=tmp_path,
        store_url=str(tmp_path / "evidence"),
        watchlist_dir=tmp_path,
        cache_dir=tmp_path,
        pack="open",
        now=AT,
    )
    store = EvidenceStore(settings.store_url)
    html = store.put(b"<script>fbq('init','731456789012345')</script>", media_type="text/html")

    def file(name: str, *captures: Capture) -> AdFile:
        ad = make_ad(source_ad_id=name, title=None, body=None, link_url=None, page_id=name, page_url=None)
        return AdFile(ad=ad, captures=tuple(replace(one, ad_id=ad.ad_id) for one in captures))

    def media(of: str) -> Capture:
        capture = make_capture()
        assert capture.body is not None
        return replace(capture, body=replace(capture.body, sha256=sha(of)))

    page = make_capture(kind=CaptureKind.LANDING, final_url="http://127.0.0.1/", body=html)
    lost = replace(page, body=replace(html, sha256="0" * 64))
    files = [file("1", page), file("2", page, media("copy")), file("3", media("original")), file("4"), file("5", lost)]
    with beam.Pipeline() as pipeline:
        named, common, letters = campaigns(
            pipeline | "files" >> beam.Create(files),
            settings=settings,
            registry_dir=tmp_path / "registry",
            originals=pipeline | "originals" >> beam.Create([{sha("copy"): sha("original")}]),
        )
        for name, records in (("named", named), ("common", common), ("letters", letters)):
            _ = records | f"text of {name}" >> beam.Map(repr) | name >> beam.io.WriteToText(str(tmp_path / name))
    (campaign,) = _lines(tmp_path, "named")
    assert all(one.ad.ad_id in campaign for one in files[:3])
    assert not any(one.ad.ad_id in campaign for one in files[3:])
    assert "meta pixel 731456789012345" in campaign
    assert "creative" in campaign
    assert _lines(tmp_path, "common") == []
    (letter,) = _lines(tmp_path, "letters")
    assert files[4].ad.ad_id in letter


def _lines(directory: Path, name: str) -> list[str]:
    return [line for path in directory.glob(f"{name}-*") for line in path.read_text().splitlines()]
