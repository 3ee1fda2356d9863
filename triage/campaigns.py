"""Campaigns as the console shows them: how large, since when, by whom, leading where, and why each ad belongs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.campaign_records import Tie
from triage.models import CampaignAd, CampaignName, CampaignRow, CaseAd, CaseRow
from triage.reasons import CaseState

PAGE_ADS = 100
MOST_TIES = 200
MOST_TIES_OF_AN_AD = 12
MOST_NAMED = 12
MOST_CHOICES = 30
_INNER_DOT = re.compile(r"(?<=\w)\.(?=\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the campaign of a case is. ``label`` is where it leads, if that is known; ``open_cases`` are its open ones."""

    campaign_id: str
    ads: int
    label: str | None
    open_cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TieView:
    """One thing that ads have in common. ``number`` counts from 1 within the campaign; ``why`` holds no live address."""

    number: int
    kind: str
    why: str
    ads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdView:
    """An ad of a campaign; ``case`` is what it became if it was flagged, ``ties`` the numbers of its reasons."""

    seen: CampaignAd
    case: CaseRow | None
    ties: tuple[int, ...]
    further_ties: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The most frequent names with their number of ads, and how many ads have others."""

    names: tuple[tuple[str, int], ...]
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignView:
    """What is known of a campaign as a whole. ``since`` is when its first ad started or was seen; ``unseen`` of its ads are
    known from crawls that were never loaded here."""

    row: CampaignRow
    since: datetime
    running: int
    unseen: int
    publishers: Named
    hosts: Named
    people: tuple[str, ...]
    brands: tuple[str, ...]
    states: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPage:
    """The campaign's page: its reasons, and one page of its ads, those with cases first."""

    campaign: CampaignView
    ties: tuple[TieView, ...]
    further_ties: int
    ads: tuple[AdView, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCampaign:
    """The campaign of one case: why this ad belongs, and other cases of it, the most urgent first."""

    campaign: CampaignView
    ties: tuple[TieView, ...]
    further_ties: int
    others: tuple[CaseRow, ...]


def campaign_named(session: Session, name: str) -> str:
    """The id of the campaign that bears this name now, after merging too. Raises ``LookupError``."""
    found = session.get(CampaignName, name)
    if found is None:
        raise LookupError(
            "There is no such campaign now; perhaps its ads came apart, or may no longer be kept. The cases are in the queue."
        )
    return found.campaign_id


def campaign_page(session: Session, campaign_id: str, *, page: int) -> CampaignPage:
    """One page of the campaign's ads, or the last one if there are fewer. ``campaign_id`` is an id of now."""
    row = session.get_one(CampaignRow, campaign_id)
    ads, cases = _ads(session, campaign_id), _cases(session, campaign_id)
    ordered = sorted(ads, key=lambda ad: (-cases[ad.ad_id].priority if ad.ad_id in cases else 1, ad.place))
    pages = max(1, -(-len(ordered) // PAGE_ADS))
    page = min(page, pages)
    shown = ordered[(page - 1) * PAGE_ADS : page * PAGE_ADS]
    ties = row.campaign.ties
    numbers = _numbers(ties[:MOST_TIES], [ad.place for ad in shown])
    return CampaignPage(
        campaign=_view(row, ads, cases.values()),
        ties=tuple(_tie(number, tie) for number, tie in enumerate(ties[:MOST_TIES], start=1)),
        further_ties=max(0, len(ties) - MOST_TIES),
        ads=tuple(
            AdView(
                seen=ad,
                case=cases.get(ad.ad_id),
                ties=tuple(numbers[ad.place][:MOST_TIES_OF_AN_AD]),
                further_ties=max(0, len(numbers[ad.place]) - MOST_TIES_OF_AN_AD),
            )
            for ad in shown
        ),
        page=page,
        pages=pages,
    )


def case_campaign(session: Session, case: CaseRow, *, most_others: int = 5) -> CaseCampaign | None:
    """The campaign that the ad of a case belongs to now; None where it belongs to none."""
    own = session.get(CampaignAd, case.candidate.ad_id)
    if own is None:
        return None
    row = session.get_one(CampaignRow, own.campaign_id)
    cases = _cases(session, own.campaign_id)
    theirs = [(number, tie) for number, tie in enumerate(row.campaign.ties, start=1) if own.place in tie.members]
    others = sorted(
        (one for ad_id, one in cases.items() if ad_id != own.ad_id), key=lambda one: (-one.priority, one.candidate_id)
    )
    return CaseCampaign(
        campaign=_view(row, _ads(session, own.campaign_id), cases.values()),
        ties=tuple(_tie(number, tie) for number, tie in theirs[:MOST_TIES_OF_AN_AD]),
        further_ties=max(0, len(theirs) - MOST_TIES_OF_AN_AD),
        others=tuple(others[:most_others]),
    )


def sizes(session: Session, candidate_ids: Sequence[str]) -> dict[str, Size]:
    """For each of these cases that belongs to a campaign, how large that is."""
    found = session.execute(
        select(CaseAd.candidate_id, CampaignRow.campaign_id, CampaignRow.size, CampaignRow.label)
        .join(CampaignAd, CampaignAd.ad_id == CaseAd.ad_id)
        .join(CampaignRow, CampaignRow.campaign_id == CampaignAd.campaign_id)
        .where(CaseAd.candidate_id.in_(candidate_ids))
    ).all()
    cases = _open_cases(session, {row.campaign_id for row in found})
    return {
        row.candidate_id: Size(
            campaign_id=row.campaign_id, ads=row.size, label=row.label, open_cases=cases.get(row.campaign_id, 0)
        )
        for row in found
    }


def largest(session: Session) -> list[Size]:
    """The campaigns with the most open cases, for choosing one."""
    cases = _open_cases(session, None)
    best = sorted(cases, key=lambda name: (-cases[name], name))[:MOST_CHOICES]
    rows = session.execute(
        select(CampaignRow.campaign_id, CampaignRow.size, CampaignRow.label).where(CampaignRow.campaign_id.in_(best))
    ).all()
    found = [Size(campaign_id=r.campaign_id, ads=r.size, label=r.label, open_cases=cases[r.campaign_id]) for r in rows]
    return sorted(found, key=lambda size: (-size.open_cases, -size.ads, size.campaign_id))


def _open_cases(session: Session, campaign_ids: set[str] | None) -> dict[str, int]:
    counted = (
        select(CampaignAd.campaign_id, func.count(CaseRow.candidate_id))
        .join(CaseAd, CaseAd.ad_id == CampaignAd.ad_id)
        .join(CaseRow, CaseRow.candidate_id == CaseAd.candidate_id)
        .where(CaseRow.state == CaseState.OPEN.value)
        .group_by(CampaignAd.campaign_id)
    )
    if campaign_ids is not None:
        counted = counted.where(CampaignAd.campaign_id.in_(campaign_ids))
    return {row[0]: row[1] for row in session.execute(counted).all()}


def _ads(session: Session, campaign_id: str) -> list[CampaignAd]:
    return list(session.scalars(select(CampaignAd).where(CampaignAd.campaign_id == campaign_id)))


def _cases(session: Session, campaign_id: str) -> dict[str, CaseRow]:
    """The most urgent case of each ad."""
    rows = session.execute(
        select(CaseAd.ad_id, CaseRow)
        .join(CaseAd, CaseAd.candidate_id == CaseRow.candidate_id)
        .join(CampaignAd, CampaignAd.ad_id == CaseAd.ad_id)
        .where(CampaignAd.campaign_id == campaign_id)
        .order_by(CaseRow.priority, CaseRow.loaded_at, CaseRow.candidate_id)
    )
    return {ad_id: case for ad_id, case in rows}  # noqa: C416  dict() would take the result for a mapping


def _view(row: CampaignRow, ads: Sequence[CampaignAd], cases: Iterable[CaseRow]) -> CampaignView:
    moments = [moment for ad in ads for moment in (ad.started_at, ad.first_seen_at) if moment is not None]
    names = {(name.kind, name.value) for case in cases for name in case.names}
    states = Counter(case.state for case in cases)
    return CampaignView(
        row=row,
        since=min(moments, default=row.known_since),
        running=sum(ad.is_active is True for ad in ads),
        unseen=sum(ad.first_seen_at is None for ad in ads),
        publishers=_named(ad.page_name for ad in ads),
        hosts=_named(ad.host for ad in ads),
        people=tuple(sorted(value for kind, value in names if kind == "person")),
        brands=tuple(sorted(value for kind, value in names if kind == "brand")),
        states={state.value: states[state.value] for state in CaseState if states[state.value]},
    )


def _named(names: Iterable[str | None]) -> Named:
    counted = sorted(Counter(name for name in names if name).items(), key=lambda item: (-item[1], item[0]))
    return Named(names=tuple(counted[:MOST_NAMED]), others=sum(count for _, count in counted[MOST_NAMED:]))


def _tie(number: int, tie: Tie) -> TieView:
    return TieView(
        number=number,
        kind=tie.kind.replace("_", " ").replace("+", " and "),
        why=_INNER_DOT.sub("[.]", tie.why),
        ads=len(tie.members),
    )


def _numbers(ties: Sequence[Tie], places: Sequence[int]) -> dict[int, list[int]]:
    """For each place, the numbers of the ties that the ad there has."""
    found: dict[int, list[int]] = {place: [] for place in places}
    for number, tie in enumerate(ties, start=1):
        for place in found.keys() & set(tie.members):
            found[place].append(number)
    return found
