"""The queue: which cases are shown, in which order, and what the runs could not look at."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from triage.language import LANGUAGES
from triage.loading import GAP_KINDS
from triage.models import CampaignAd, CampaignName, CaseAd, CaseName, CaseRow, Gap, ScreenRow
from triage.reasons import CaseState

PAGE_CASES = 50
ANY = "any"
BY_CAMPAIGN = "campaign"
_ID = re.compile(r"[0-9a-f]{64}")
STATES = (*(state.value for state in CaseState), ANY)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """What the analyst wants to see; None means all. ``state`` is one of ``STATES``; ``page`` counts from 1; where ``group`` is
    ``BY_CAMPAIGN``, only the most urgent case of each campaign is shown."""

    person: str | None = None
    brand: str | None = None
    language: str | None = None
    source: str | None = None
    campaign: str | None = None
    group: str | None = None
    state: str = CaseState.OPEN.value
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> QueueFilter:
        """From the parameters of a request; what makes no sense is left out."""
        state = query.get("state", CaseState.OPEN.value)
        page = query.get("page", "1")
        return cls(
            person=(query.get("person") or "")[:200] or None,
            brand=(query.get("brand") or "")[:200] or None,
            language=query.get("language") if query.get("language") in LANGUAGES else None,
            source=(query.get("source") or "")[:64] or None,
            campaign=query["campaign"] if _ID.fullmatch(query.get("campaign", "")) else None,
            group=BY_CAMPAIGN if query.get("group") == BY_CAMPAIGN else None,
            state=state if state in STATES else CaseState.OPEN.value,
            page=int(page) if page.isascii() and page.isdigit() and 1 <= len(page) <= 6 and int(page) else 1,
        )

    def query(self, *, page: int | None = None) -> str:
        """The filter as the query part of a URL, usual values left out (with its ``?``; empty if nothing is left)."""
        usual = asdict(QueueFilter())
        wanted = asdict(self if page is None else replace(self, page=page))
        given = {key: str(value) for key, value in wanted.items() if value is not None and value != usual[key]}
        return f"?{urlencode(given)}" if given else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """One page of the queue. ``total`` counts all cases that pass the filter."""

    cases: tuple[CaseRow, ...]
    total: int
    pages: int
    filter: QueueFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the filters can be set to, because there are cases of it."""

    persons: tuple[str, ...]
    brands: tuple[str, ...]
    languages: tuple[str, ...]
    sources: tuple[str, ...]
    states: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much was looked at, and ``gaps`` = (words for the kind, count) of what could not be."""

    ads: int
    flagged: int
    runs: int
    gaps: tuple[tuple[str, int], ...]


def queue_page(session: Session, wanted: QueueFilter) -> QueuePage:
    """The page that the filter asks for, or the last one if there are fewer."""
    total = session.scalar(select(func.count()).select_from(CaseRow).where(*_conditions(wanted))) or 0
    pages = max(1, -(-total // PAGE_CASES))
    page = min(wanted.page, pages)
    rows = session.scalars(
        select(CaseRow)
        .where(*_conditions(wanted))
        .order_by(*_ORDER)
        .options(selectinload(CaseRow.names))
        .limit(PAGE_CASES)
        .offset((page - 1) * PAGE_CASES)
    )
    return QueuePage(cases=tuple(rows), total=total, pages=pages, filter=replace(wanted, page=page))


def next_case(session: Session, after: CaseRow, wanted: QueueFilter) -> str | None:
    """The id of the next open case in the order of the queue under the same filter; from the top again after the last."""
    conditions = _conditions(replace(wanted, state=CaseState.OPEN.value))
    later = or_(
        CaseRow.priority < after.priority,
        and_(CaseRow.priority == after.priority, CaseRow.first_seen_at < after.first_seen_at),
        and_(
            CaseRow.priority == after.priority,
            CaseRow.first_seen_at == after.first_seen_at,
            CaseRow.candidate_id > after.candidate_id,
        ),
    )
    others = select(CaseRow.candidate_id).where(*conditions, CaseRow.candidate_id != after.candidate_id)
    others = others.order_by(*_ORDER).limit(1)
    return session.scalar(others.where(later)) or session.scalar(others)


def choices(session: Session) -> Choices:
    """Everything that the filters offer."""

    def names(kind: str) -> tuple[str, ...]:
        return tuple(
            session.scalars(select(CaseName.value).where(CaseName.kind == kind).distinct().order_by(CaseName.value))
        )

    counts = _counts(session, CaseRow.state)
    languages = session.scalars(select(CaseRow.language).where(CaseRow.language.is_not(None)).distinct())
    return Choices(
        persons=names("person"),
        brands=names("brand"),
        languages=tuple(sorted(language for language in languages if language)),
        sources=tuple(session.scalars(select(CaseRow.source).distinct().order_by(CaseRow.source))),
        states={state.value: counts.get(state.value, 0) for state in CaseState},
    )


def coverage(session: Session) -> Coverage:
    """What the loaded runs looked at and what they could not."""
    ads, flagged, runs = session.execute(
        select(func.coalesce(func.sum(ScreenRow.ads), 0), func.coalesce(func.sum(ScreenRow.flagged), 0), func.count())
    ).one()
    counts = _counts(session, Gap.kind)
    gaps = tuple((words, counts[kind]) for kind, words in GAP_KINDS.items() if counts.get(kind))
    return Coverage(ads=ads, flagged=flagged, runs=runs, gaps=gaps)


def gaps(session: Session) -> list[Gap]:
    """Everything that could not be looked at, by run and kind."""
    return list(session.scalars(select(Gap).order_by(Gap.screen, Gap.kind, Gap.position)))


_ORDER = (CaseRow.priority.desc(), CaseRow.first_seen_at.desc(), CaseRow.candidate_id)


def _counts(session: Session, column: InstrumentedAttribute[str]) -> dict[str, int]:
    # .all() first: dict() would take a result, which has keys(), for a mapping
    rows = session.execute(select(column, func.count()).group_by(column)).all()
    return {row[0]: row[1] for row in rows}


def _conditions(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state != ANY:
        conditions.append(CaseRow.state == wanted.state)
    if wanted.language:
        conditions.append(CaseRow.language == wanted.language)
    if wanted.source:
        conditions.append(CaseRow.source == wanted.source)
    if wanted.campaign:
        conditions.append(CaseRow.candidate_id.in_(_of_campaign(wanted.campaign)))
    for kind, value in (("person", wanted.person), ("brand", wanted.brand)):
        if value:
            conditions.append(CaseRow.names.any(and_(CaseName.kind == kind, CaseName.value == value)))
    return [CaseRow.candidate_id.in_(_first_of_each_campaign(conditions))] if wanted.group else conditions


def _of_campaign(name: str) -> Select[Any]:
    """The ids of the cases of a campaign, also by a name that it had before it was merged."""
    return (
        select(CaseAd.candidate_id)
        .join(CampaignAd, CampaignAd.ad_id == CaseAd.ad_id)
        .join(CampaignName, CampaignName.campaign_id == CampaignAd.campaign_id)
        .where(CampaignName.name == name)
    )


def _first_of_each_campaign(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Of the cases that pass, the first of each campaign, and those that belong to none."""
    group = func.coalesce(CampaignAd.campaign_id, CaseRow.candidate_id)
    place = func.row_number().over(partition_by=group, order_by=_ORDER).label("place")
    ranked = (
        select(CaseRow.candidate_id, place)
        .outerjoin(CaseAd, CaseAd.candidate_id == CaseRow.candidate_id)
        .outerjoin(CampaignAd, CampaignAd.ad_id == CaseAd.ad_id)
        .where(*conditions)
        .subquery()
    )
    return select(ranked.c.candidate_id).where(ranked.c.place == 1)
