"""The console's tables. A case is a snapshot: it owns its ad, findings, matches and captures as they were when it was loaded,
so that what a reviewer saw does not change when a later run uses other detectors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from detectors.records import Finding
from embeddings.records import TextLine
from evidence.records import Ad, Capture
from pipelines.campaign_records import Campaign
from pipelines.records import Candidate
from triage.columns import RecordOf, UtcTime
from watchlist.records import Match

ID = String(64)


class Base(DeclarativeBase):
    """The base of every table."""


class CaseRow(Base):
    """One candidate. ``state`` follows from the latest decision; ``language`` is a hint from the letters of the ad's text."""

    __tablename__ = "cases"
    __table_args__ = (Index("cases_in_order", "state", "priority"),)

    candidate_id: Mapped[str] = mapped_column(ID, primary_key=True)
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(8))
    creative_sha256: Mapped[str | None] = mapped_column(ID, index=True)
    screen: Mapped[str] = mapped_column(String(200))
    first_seen_at: Mapped[datetime] = mapped_column(UtcTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcTime)
    loaded_at: Mapped[datetime] = mapped_column(UtcTime)
    candidate: Mapped[Candidate] = mapped_column(RecordOf(Candidate))
    ad: Mapped[Ad] = mapped_column(RecordOf(Ad))

    names: Mapped[list[CaseName]] = relationship(cascade="all, delete-orphan", order_by="CaseName.value")
    findings: Mapped[list[FindingRow]] = relationship(cascade="all, delete-orphan", order_by="FindingRow.position")
    matches: Mapped[list[MatchRow]] = relationship(cascade="all, delete-orphan", order_by="MatchRow.position")
    captures: Mapped[list[CaptureRow]] = relationship(cascade="all, delete-orphan", order_by="CaptureRow.position")
    lines: Mapped[list[LineRow]] = relationship(cascade="all, delete-orphan", order_by="LineRow.position")
    decisions: Mapped[list[Decision]] = relationship(order_by="Decision.decided_at", back_populates="case")


class CaseName(Base):
    """A person or brand that a case is about, for filtering; ``kind`` is ``person`` or ``brand``."""

    __tablename__ = "case_names"
    __table_args__ = (Index("case_names_by_value", "kind", "value"),)

    candidate_id: Mapped[str] = mapped_column(ForeignKey("cases.candidate_id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)


class FindingRow(Base):
    """One finding of one case."""

    __tablename__ = "findings"

    candidate_id: Mapped[str] = mapped_column(ForeignKey("cases.candidate_id"), primary_key=True)
    finding_id: Mapped[str] = mapped_column(ID, primary_key=True)
    position: Mapped[int]
    finding: Mapped[Finding] = mapped_column(RecordOf(Finding))


class MatchRow(Base):
    """One recognised face or voice of one case."""

    __tablename__ = "matches"

    candidate_id: Mapped[str] = mapped_column(ForeignKey("cases.candidate_id"), primary_key=True)
    match_id: Mapped[str] = mapped_column(ID, primary_key=True)
    position: Mapped[int]
    match: Mapped[Match] = mapped_column(RecordOf(Match))


class CaptureRow(Base):
    """One capture of one case; ``text`` is the beginning of a landing page's visible text."""

    __tablename__ = "captures"

    candidate_id: Mapped[str] = mapped_column(ForeignKey("cases.candidate_id"), primary_key=True)
    capture_id: Mapped[str] = mapped_column(ID, primary_key=True)
    position: Mapped[int]
    capture: Mapped[Capture] = mapped_column(RecordOf(Capture))
    text: Mapped[str | None] = mapped_column(Text)


class CaseAd(Base):
    """Which ad a case is about."""

    __tablename__ = "case_ads"

    candidate_id: Mapped[str] = mapped_column(ForeignKey("cases.candidate_id"), primary_key=True)
    ad_id: Mapped[str] = mapped_column(ID, index=True)


class CampaignRow(Base):
    """A campaign with cases, as of the latest run. ``label`` is where its ads lead, or whom they name."""

    __tablename__ = "campaigns"

    campaign_id: Mapped[str] = mapped_column(ID, primary_key=True)
    size: Mapped[int]
    pages: Mapped[int]
    known_since: Mapped[datetime] = mapped_column(UtcTime)
    label: Mapped[str | None] = mapped_column(String(200))
    campaign: Mapped[Campaign] = mapped_column(RecordOf(Campaign))


class CampaignName(Base):
    """A name that leads to a campaign: its id, and those of campaigns that were merged into it."""

    __tablename__ = "campaign_names"

    name: Mapped[str] = mapped_column(ID, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.campaign_id"), index=True)


class CampaignAd(Base):
    """An ad of a campaign, flagged or not; ``place`` is that in ``Campaign.ad_ids``. What no loaded crawl showed is None."""

    __tablename__ = "campaign_ads"

    ad_id: Mapped[str] = mapped_column(ID, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.campaign_id"), index=True)
    place: Mapped[int]
    page_name: Mapped[str | None] = mapped_column(String(200))
    host: Mapped[str | None] = mapped_column(String(200))
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    first_seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    is_active: Mapped[bool | None]


class CampaignReading(Base):
    """A run whose campaigns were taken over, and when it ended: earlier ones do not replace them."""

    __tablename__ = "campaign_readings"

    screen: Mapped[str] = mapped_column(String(200), primary_key=True)
    finished_at: Mapped[datetime] = mapped_column(UtcTime)


class LineRow(Base):
    """One line that was read in the media or the screenshots of one case, or heard in them."""

    __tablename__ = "text_lines"

    candidate_id: Mapped[str] = mapped_column(ForeignKey("cases.candidate_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[TextLine] = mapped_column(RecordOf(TextLine))


class ScreenRow(Base):
    """One screening run that was loaded: how much was looked at, and with what."""

    __tablename__ = "screens"

    screen: Mapped[str] = mapped_column(String(200), primary_key=True)
    loaded_at: Mapped[datetime] = mapped_column(UtcTime)
    ads: Mapped[int]
    flagged: Mapped[int]
    pipeline_version: Mapped[str | None] = mapped_column(String(64))
    pack: Mapped[str | None] = mapped_column(String(64))
    watchlist_version: Mapped[str | None] = mapped_column(String(64))

    gaps: Mapped[list[Gap]] = relationship(cascade="all, delete-orphan", order_by="Gap.position")


class Gap(Base):
    """Something that a run could not look at. ``kind`` is one of ``GAP_KINDS`` of ``triage.loading``."""

    __tablename__ = "gaps"

    screen: Mapped[str] = mapped_column(ForeignKey("screens.screen"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    what: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)


class User(Base):
    """A reviewer. Passwords exist only as argon2id hashes."""

    __tablename__ = "users"

    user_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(256))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcTime)


class LoginSession(Base):
    """A signed-in browser, by the SHA-256 of its token: whoever reads the database cannot become anyone."""

    __tablename__ = "login_sessions"

    token_sha256: Mapped[str] = mapped_column(ID, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.user_id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    idle_until: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class Decision(Base):
    """What one reviewer decided about one case, and why. Never changed: a new decision is a new row."""

    __tablename__ = "decisions"

    decision_id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[str] = mapped_column(ForeignKey("cases.candidate_id"), index=True)
    reviewer: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(UtcTime)

    case: Mapped[CaseRow] = relationship(back_populates="decisions")


class AuditLine(Base):
    """Who did what to what, when. Lines are added, never changed."""

    __tablename__ = "audit_lines"

    line_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str | None] = mapped_column(String(200))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
