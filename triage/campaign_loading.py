"""The campaigns of a screening run into the console's database: those that have cases, as of the latest run.

Campaigns are no snapshots: they grow, merge and part, so each loading replaces them, unless a later run was loaded before. What
is shown of an ad that no case is about comes from the crawl that is loaded, and stays while the ad is in a campaign.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from evidence.records import Ad
from evidence.tables import from_row
from pipelines.campaign_records import CAMPAIGN_SCHEMA, Campaign
from triage.models import CampaignAd, CampaignName, CampaignReading, CampaignRow, CaseAd, CaseRow

LONGEST = 200
_AT_ONCE = 500
"""Rows of one statement."""


def read_campaigns(path: Path) -> pa.Table | None:
    """The rows of ``campaigns.parquet``; None where the run looked for no campaigns. Raises ``ValueError``."""
    if not path.exists():
        return None
    try:
        return pq.read_table(path, schema=CAMPAIGN_SCHEMA)
    except (pa.ArrowInvalid, OSError) as error:
        raise ValueError(f"{path} does not hold campaigns ({error}); run the step that wrote it again") from error


def put_campaigns(session: Session, rows: pa.Table, ads: Mapping[str, Ad], *, screen: str, as_of: datetime) -> bool:
    """Replace the campaigns by those of this run; False, and nothing is changed, if a later run was loaded before.

    ``ads`` are those of the crawl, by id; the cases are written already.
    """
    latest = session.scalar(select(func.max(CampaignReading.finished_at)))
    if latest is not None and latest > as_of:
        return False
    session.merge(CampaignReading(screen=screen, finished_at=as_of))
    _note_ads_of_cases(session)
    campaigns = _with_cases(rows, session.scalars(select(CaseAd.ad_id).distinct()))
    before = {row["ad_id"]: dict(row) for row in session.execute(select(*CampaignAd.__table__.columns)).mappings()}
    for table in (CampaignAd, CampaignName, CampaignRow):
        session.execute(delete(table))
    _insert(session, CampaignRow, (_row(one) for one in campaigns))
    names = ((name, one.campaign_id) for one in campaigns for name in (one.campaign_id, *one.aliases))
    _insert(session, CampaignName, ({"name": name, "campaign_id": campaign_id} for name, campaign_id in names))
    members = ((one.campaign_id, place, ad_id) for one in campaigns for place, ad_id in enumerate(one.ad_ids))
    _insert(
        session,
        CampaignAd,
        (
            {**_seen(ads.get(ad_id), before.get(ad_id)), "ad_id": ad_id, "campaign_id": campaign_id, "place": place}
            for campaign_id, place, ad_id in members
        ),
    )
    return True


def _note_ads_of_cases(session: Session) -> None:
    """Which ad each case is about; also of cases that an earlier version loaded."""
    unnoted = select(CaseRow).where(CaseRow.candidate_id.not_in(select(CaseAd.candidate_id)))
    rows = [{"candidate_id": row.candidate_id, "ad_id": row.candidate.ad_id} for row in session.scalars(unnoted)]
    _insert(session, CaseAd, rows)


def _with_cases(rows: pa.Table, ad_ids: Iterable[str]) -> list[Campaign]:
    lists = rows["ad_ids"].combine_chunks()
    wanted = pc.is_in(lists.flatten(), value_set=pa.array(sorted(ad_ids), type=pa.string()))
    numbers = pc.unique(pc.list_parent_indices(lists).filter(wanted))
    return [from_row(Campaign, row) for row in rows.take(numbers).to_pylist()]


def _row(one: Campaign) -> dict[str, Any]:
    return {
        "campaign_id": one.campaign_id,
        "size": len(one.ad_ids),
        "pages": one.pages,
        "known_since": one.known_since,
        "label": _label(one),
        "campaign": one,
    }


def _label(one: Campaign) -> str | None:
    """Where most of its ads lead, or whom they name; None where no tie says so."""
    for kinds in (("domain", "link", "card_form"), ("contact",)):
        best = max((tie for tie in one.ties if tie.kind in kinds), key=lambda tie: len(tie.members), default=None)
        if best is not None:
            return best.value[:LONGEST]
    return None


def _seen(ad: Ad | None, before: dict[str, Any] | None) -> dict[str, Any]:
    """What the console shows of an ad; all of it unknown where no crawl that was loaded has it."""
    if ad is None:
        return before or dict.fromkeys(("page_name", "host", "started_at", "first_seen_at", "is_active"))
    earlier = before["first_seen_at"] if before else None
    return {
        "page_name": (ad.page_name or "")[:LONGEST] or None,
        "host": _host(ad.link_url),
        "started_at": ad.started_at,
        "first_seen_at": min(ad.observed_at, earlier or ad.observed_at),
        "is_active": ad.is_active,
    }


def _host(url: str | None) -> str | None:
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host[:LONGEST] if host else None


def _insert(session: Session, table: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == _AT_ONCE:
            session.execute(insert(table), waiting)
            waiting = []
    if waiting:
        session.execute(insert(table), waiting)
