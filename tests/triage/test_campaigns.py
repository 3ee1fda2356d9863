"""What the console says of a campaign, and why each ad belongs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, make_ad, sha
from tests.triage.conftest import load
from tests.triage.small_screen import SmallScreen, write_small_screen
from triage.campaigns import PAGE_ADS, campaign_page, case_campaign, largest, sizes
from triage.database import open_database
from triage.models import CampaignAd, CampaignRow, CaseRow


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> SmallScreen:
    small = write_small_screen(tmp_path_factory.mktemp("campaigns"), more=2)
    load(small, now=AT)
    return small


@pytest.fixture
def session(screened: SmallScreen) -> Iterator[Session]:
    engine = open_database(screened.database_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_a_case_knows_its_campaign_and_why_it_belongs(session: Session, screened: SmallScreen) -> None:
    case = session.get_one(CaseRow, screened.hostile.candidate_id)
    found = case_campaign(session, case)
    assert found is not None
    assert (found.campaign.row.size, found.campaign.row.pages) == (4, 3)
    assert [tie.kind for tie in found.ties] == ["domain", "script"]
    assert found.ties[0].why == "4 ads lead to the domain socar-qazanc[.]example."
    assert [other.candidate.headline for other in found.others] == [
        "Gülnar Sadıqova's picture beside a promise of profit"
    ]
    assert found.campaign.since == min(make_ad().started_at or AT, AT)
    assert dict(found.campaign.states) == {"open": 2}


def test_a_case_without_a_campaign_has_none(session: Session) -> None:
    lone = next(row for row in session.query(CaseRow) if row.priority == 40)
    assert case_campaign(session, lone) is None
    assert sizes(session, [lone.candidate_id]) == {}


def test_a_campaign_lists_its_ads_those_with_cases_first(session: Session) -> None:
    found = campaign_page(session, sha("campaign"), page=9)
    assert (found.page, found.pages) == (1, 1)
    assert [ad.case.priority if ad.case else None for ad in found.ads] == [95, 72, None, None]
    assert [ad.ties for ad in found.ads] == [(1, 2), (1, 2), (1,), (1,)]
    assert sorted(ad.seen.page_name or "" for ad in found.ads[2:]) == ["", "Baku Daily"]
    assert found.campaign.unseen == 1
    assert dict(found.campaign.hosts.names)["socar-qazanc.example"] >= 1
    assert found.campaign.people == ("aysel-quliyeva", "gulnar-sadiqova")


def test_the_queue_knows_how_large_campaigns_are(session: Session, screened: SmallScreen) -> None:
    (size,) = largest(session)
    assert (size.ads, size.open_cases, size.label) == (4, 2, "socar-qazanc.example")
    assert sizes(session, [screened.hostile.candidate_id]) == {screened.hostile.candidate_id: size}


def test_a_large_campaign_is_shown_in_pages(session: Session) -> None:
    row = session.get_one(CampaignRow, sha("campaign"))
    for number in range(4, 3 * PAGE_ADS):
        session.add(CampaignAd(ad_id=sha(f"more {number}"), campaign_id=row.campaign_id, place=number))
    session.flush()
    seen = [ad.seen.ad_id for page in (1, 2, 3) for ad in campaign_page(session, row.campaign_id, page=page).ads]
    assert len(seen) == len(set(seen)) == 3 * PAGE_ADS
    session.rollback()


def test_an_empty_console_has_no_campaigns(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with Session(engine) as session:
        assert largest(session) == []
    engine.dispose()
