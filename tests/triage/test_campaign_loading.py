"""Campaigns are taken over with every loading, found by the names they had, and never replaced by older ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from evidence.records import AD_SCHEMA, Ad
from evidence.tables import read_records, write_json, write_records
from pipelines.campaign_records import CAMPAIGN_SCHEMA, Campaign
from tests.factories import AT, make_ad, make_run_report, sha
from tests.triage.conftest import load
from tests.triage.small_screen import SmallScreen, small_campaign
from triage.campaign_loading import read_campaigns
from triage.campaigns import campaign_named
from triage.database import open_database
from triage.models import CampaignAd, CampaignRow, CaseAd


def rewrite(small: SmallScreen, campaigns: Sequence[Campaign], *, ended: datetime) -> None:
    write_records(small.screen_dir / "campaigns.parquet", campaigns, CAMPAIGN_SCHEMA)
    write_json(small.screen_dir / "report.json", make_run_report(finished_at=ended))
    load(small, now=AT)


def campaigns(small: SmallScreen) -> dict[str, tuple[int, str | None, list[str]]]:
    """Id → size, label, ids of its ads in order."""
    engine = open_database(small.database_url)
    with Session(engine) as session:
        ads = session.execute(select(CampaignAd.ad_id, CampaignAd.campaign_id).order_by(CampaignAd.place)).all()
        found = {
            row.campaign_id: (row.size, row.label, [ad_id for ad_id, home in ads if home == row.campaign_id])
            for row in session.scalars(select(CampaignRow))
        }
    engine.dispose()
    return found


def named(small: SmallScreen, name: str) -> str:
    engine = open_database(small.database_url)
    try:
        with Session(engine) as session:
            return campaign_named(session, name)
    finally:
        engine.dispose()


def test_campaigns_with_cases_are_taken_over_and_others_are_not(small: SmallScreen) -> None:
    load(small, now=AT)
    found = campaigns(small)
    assert found.keys() == {sha("campaign")}
    size, label, ads = found[sha("campaign")]
    assert (size, label) == (4, "socar-qazanc.example")
    assert ads == sorted(ads)
    load(small, now=AT)
    assert campaigns(small) == found


def test_what_is_shown_of_ads_is_kept_while_they_belong(small: SmallScreen) -> None:
    load(small, now=AT)
    unflagged = make_ad(source_ad_id="unflagged").ad_id
    left = [ad for ad in read_records(small.crawl_dir / "ads.parquet", Ad) if ad.ad_id != unflagged]
    others = [ad.ad_id for ad in left[:2]]
    write_records(small.crawl_dir / "ads.parquet", left, AD_SCHEMA)
    campaign = small_campaign(*others, unflagged)
    rewrite(small, [campaign], ended=AT + timedelta(days=1))
    engine = open_database(small.database_url)
    with Session(engine) as session:
        seen = session.get_one(CampaignAd, unflagged)
        assert (seen.page_name, seen.host, seen.first_seen_at) == ("Baku Daily", "socar-qazanc.example", AT)
    engine.dispose()
    rewrite(small, [small_campaign(*others)], ended=AT + timedelta(days=2))
    assert campaigns(small)[sha("campaign")][0] == 2
    rewrite(small, [], ended=AT + timedelta(days=3))
    assert campaigns(small) == {}


def test_a_merged_campaign_is_found_by_its_former_name(small: SmallScreen) -> None:
    load(small, now=AT)
    assert named(small, sha("merged")) == named(small, sha("campaign")) == sha("campaign")
    hostile = small.hostile.ad_id
    grown = small_campaign(
        hostile, sha("more"), campaign_id=sha("eldest"), aliases=tuple(sorted((sha("campaign"), sha("merged"))))
    )
    rewrite(small, [grown], ended=AT + timedelta(days=1))
    assert {named(small, sha(name)) for name in ("merged", "campaign", "eldest")} == {sha("eldest")}
    with pytest.raises(LookupError, match="no such campaign now"):
        named(small, sha("never"))


def test_an_earlier_run_replaces_nothing(small: SmallScreen) -> None:
    rewrite(small, [small_campaign(small.hostile.ad_id, sha("b"), sha("c"))], ended=AT + timedelta(days=1))
    rewrite(small, [small_campaign(small.hostile.ad_id, sha("b"))], ended=AT)
    assert campaigns(small)[sha("campaign")][0] == 3


def test_a_run_that_looked_for_no_campaigns_replaces_nothing(small: SmallScreen) -> None:
    load(small, now=AT)
    before = campaigns(small)
    (small.screen_dir / "campaigns.parquet").unlink()
    load(small, now=AT + timedelta(days=1))
    assert campaigns(small) == before


def test_cases_of_earlier_versions_are_found_too(small: SmallScreen) -> None:
    load(small, now=AT)
    engine = open_database(small.database_url)
    with Session(engine) as session, session.begin():
        session.execute(delete(CaseAd))
    load(small, now=AT)
    with Session(engine) as session:
        assert session.get_one(CaseAd, small.hostile.candidate_id).ad_id == small.hostile.ad_id
    engine.dispose()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    assert read_campaigns(tmp_path / "none.parquet") is None
    (tmp_path / "campaigns.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(ValueError, match=r"campaigns\.parquet does not hold campaigns"):
        read_campaigns(tmp_path / "campaigns.parquet")
