"""The whole way in Beam: from captured ads to named campaigns, run after run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest

from evidence.records import Capture, CaptureKind
from evidence.store import EvidenceStore
from evidence.tables import write_records
from pipelines.assess import AdFile, AdWithAnalyses
from pipelines.campaign_records import CAMPAIGN_SCHEMA, Campaign
from pipelines.campaigns_graph import Protected, campaigns, find_campaigns, membership, with_campaigns
from pipelines.records import CreativeAnalysis
from pipelines.tools import ScreenSettings
from pipelines.trait_tables import sharded
from pipelines.traits import AdTraits, Trait, TraitKind
from pipelines.workers import open_pipeline
from tests.factories import AT, make_ad, make_campaign, make_capture, make_creative, make_match, sha
from watchlist.records import Modality


def domain(name: str, *values: str) -> AdTraits:
    traits = tuple(Trait(kind=TraitKind.DOMAIN, value=value, shown=value) for value in values)
    return AdTraits(ad_id=name, publisher=name, traits=traits)


def found(parts: Sequence[Sequence[AdTraits]], tmp_path: Path, *, run: str, now: datetime = AT) -> tuple[Campaign, ...]:
    made = find_campaigns(parts, sharded, out_dir=tmp_path / run, registry_dir=tmp_path / "registry", now=now)
    return tuple(made.records())


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


@pytest.fixture
def settings(tmp_path: Path) -> ScreenSettings:
    return ScreenSettings(
        crawl_dir=tmp_path,
        out_dir=tmp_path,
        store_url=str(tmp_path / "evidence"),
        watchlist_dir=tmp_path,
        cache_dir=tmp_path,
        campaigns_dir=tmp_path / "campaigns",
        pack="open",
        now=AT,
    )


PROTECTED = Protected(people=("aysel-quliyeva",), pages=("official",), domains=("gov.example",))


def bare(
    name: str, *captures: Capture, live: bool | None = True, media_type: str = "video/mp4", **analysis: Any
) -> AdWithAnalyses:
    """An ad that carries nothing but its captures; ``analysis`` is of one creative."""
    captures = tuple(
        replace(one, body=replace(one.body, media_type=media_type))
        if one.kind is CaptureKind.MEDIA and one.body
        else one
        for one in captures
    )
    ad = make_ad(source_ad_id=name, title=None, body=None, link_url=None, page_id=name, page_url=None, is_active=live)
    file = AdFile(ad=ad, captures=tuple(replace(one, ad_id=ad.ad_id) for one in captures))
    shown = next((one.body.sha256 for one in captures if one.kind is CaptureKind.MEDIA and one.body), sha("none"))
    nothing = CreativeAnalysis(
        creative=make_creative(sha256=shown), faces=(), trails=(), voices=(), matches=(), findings=()
    )
    return AdWithAnalyses(file=file, analyses=(replace(nothing, **analysis),) if analysis else ())


def test_ads_with_landing_pages_copies_and_voices(settings: ScreenSettings, tmp_path: Path) -> None:
    store = EvidenceStore(settings.store_url)
    html = store.put(b"<script>fbq('init','731456789012345')</script>", media_type="text/html")

    def media(of: str) -> Capture:
        capture = make_capture()
        assert capture.body is not None
        return replace(capture, body=replace(capture.body, sha256=sha(of)))

    page = make_capture(kind=CaptureKind.LANDING, final_url="http://127.0.0.1/", body=html)
    page = replace(page, icon=replace(html, sha256=sha("icon")))
    lost = replace(page, body=replace(html, sha256="0" * 64))
    hers, strange = (make_match(modality=Modality.VOICE, person_id=name) for name in ("aysel-quliyeva", "nobody-now"))
    ads = [
        bare("1", page, matches=(hers, strange)),
        bare("2", page, media("copy"), copy_of=sha("original"), matches=(hers, strange)),
        bare("3", media("original"), live=False),
        bare("4", matches=(hers,)),
        bare("5", lost),
        bare("official", media("original")),
        bare("6", media("still"), media_type="image/png"),
        bare("7", media("still"), media_type="image/png"),
    ]
    with open_pipeline([]) as pipeline:
        made = pipeline | "files" >> beam.Create(ads)
        found, letters = campaigns(made, settings=settings, protected=PROTECTED)
        placed = with_campaigns(made, found) | "live" >> beam.Map(
            lambda one: f"{one.file.ad.source_ad_id} {one.campaign_ads_live}"
        )
        told = found | "told" >> beam.FlatMap(lambda one: one.records())
        for name, records in (("found", told), ("placed", placed), ("letters", letters)):
            _ = records | f"text of {name}" >> beam.Map(str) | name >> beam.io.WriteToText(str(tmp_path / name))
    (campaign,) = _lines(tmp_path, "found")
    assert all(one.file.ad.ad_id in campaign for one in ads[:3])
    assert not any(one.file.ad.ad_id in campaign for one in ads[3:])
    assert "meta pixel 731456789012345" in campaign
    assert "creative" in campaign
    assert "voice of aysel-quliyeva" in campaign
    assert sha("icon")[:12] not in campaign, "an icon by itself joins nothing"
    assert "nobody-now" not in campaign
    assert sorted(_lines(tmp_path, "placed")) == [
        "1 2",
        "2 2",
        "3 2",
        "4 None",
        "5 None",
        "6 None",
        "7 None",
        "official None",
    ]
    (letter,) = _lines(tmp_path, "letters")
    assert ads[4].file.ad.ad_id in letter


def test_a_run_knows_how_many_of_its_ads_are_in_campaigns(tmp_path: Path) -> None:
    path = tmp_path / "campaigns.parquet"
    write_records(path, [], CAMPAIGN_SCHEMA)
    assert membership(path, {"a"}) == (0, 0)
    several = [
        make_campaign(campaign_id=name, ad_ids=tuple(ads)) for name, ads in (("1", "ab"), ("2", "cd"), ("3", "ef"))
    ]
    write_records(path, several, CAMPAIGN_SCHEMA)
    assert membership(path, {"a", "b", "c", "x"}) == (2, 3)


def _lines(directory: Path, name: str) -> list[str]:
    return [line for path in directory.glob(f"{name}-*") for line in path.read_text().splitlines()]
