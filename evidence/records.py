"""What was seen and what was kept: ``Ad``, ``Capture``, ``BlobRef`` and the Arrow schema of each.

Records are frozen; times are timezone-aware UTC. Identifiers are derived from content, so writing the same thing twice is
harmless.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pyarrow as pa


class AccessMode(StrEnum):
    """How we were allowed to look; stored with every record because law and reliability differ by mode."""

    OFFICIAL_API = "official_api"
    OFFICIAL_EXPORT = "official_export"
    PUBLIC_PAGE_MANUAL = "public_page_manual"
    PUBLIC_PAGE_AUTOMATED = "public_page_automated"
    ANALYST_IMPORT = "analyst_import"


class CaptureKind(StrEnum):
    """What a capture is a capture of."""

    MEDIA = "media"
    """A creative: image, video or audio bytes as delivered."""
    LANDING = "landing"
    """The page behind the ad's link: rendered HTML, text, full-page screenshot, HAR."""


class Visitor(StrEnum):
    """As whom a page was visited: pages that sort their visitors show them different things."""

    COMPUTER = "computer"
    """A browser on a computer: who comes first, everywhere."""
    TELEPHONE = "telephone"
    """A browser on a telephone, as most who follow an ad: the second visit, where there was one."""


class Outcome(StrEnum):
    """How one attempt to capture ended. ``blocked`` means that someone refused us, never that there was nothing."""

    CAPTURED = "captured"
    SKIPPED = "skipped"
    BLOCKED = "blocked"
    FAILED = "failed"


def content_id(*parts: str) -> str:
    """SHA-256 (hex) of the parts, length-prefixed so that no two lists of parts collide."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRef:
    """Bytes in the evidence store, by their SHA-256 (64 hex digits)."""

    sha256: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ad:
    """One ad or post as a source showed it. ``ad_id`` is ``content_id(source, source_ad_id)``."""

    ad_id: str
    source: str
    source_ad_id: str
    access_mode: AccessMode
    observed_at: datetime
    query: str
    page_id: str | None
    page_name: str | None
    page_url: str | None
    title: str | None
    body: str | None
    cta_text: str | None
    link_url: str | None
    link_caption: str | None
    ad_url: str | None
    platforms: tuple[str, ...]
    media_urls: tuple[str, ...]
    is_active: bool | None
    started_at: datetime | None
    ended_at: datetime | None
    reach: int | None
    raw: BlobRef
    """The source's own record of the ad (JSON or HTML), as received."""
    labelled_ai: bool | None = None
    """Whether the platform labels its media as made or changed by AI; None where the source does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One attempt to fetch one thing that an ad points to, successful or not.

    ``capture_id`` is ``content_id(ad_id, kind, requested_url)``, for another visitor than the first ``content_id`` of these and
    the ``visitor``: one attempt per thing, visitor and crawl. ``reason`` is one sentence when the outcome is not ``captured``.
    ``body`` holds media bytes or the rendered HTML; ``text`` the visible text; ``icon`` the page's icon, if it is a file.
    ``notes`` are sentences on what happened besides: popups, downloads that were offered, dialogs, requests that were refused,
    an icon that could not be had.
    """

    capture_id: str
    ad_id: str
    kind: CaptureKind
    outcome: Outcome
    reason: str | None
    captured_at: datetime
    tool: str
    requested_url: str
    final_url: str | None
    redirect_chain: tuple[str, ...]
    status: int | None
    body: BlobRef | None
    text: BlobRef | None
    screenshot: BlobRef | None
    har: BlobRef | None
    notes: tuple[str, ...] = ()
    icon: BlobRef | None = None
    visitor: Visitor = Visitor.COMPUTER
    """Captures made before there was a second visit were all the first visitor's."""

    @property
    def is_first_visit(self) -> bool:
        """Whether this is what the crawl saw by itself, not what it looked at once more as somebody else."""
        return self.visitor is Visitor.COMPUTER


BLOB_REF_TYPE = pa.struct([("sha256", pa.string()), ("size_bytes", pa.int64()), ("media_type", pa.string())])
UTC = pa.timestamp("us", tz="UTC")
STRINGS = pa.list_(pa.string())

AD_SCHEMA = pa.schema(
    [
        pa.field("ad_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("source_ad_id", pa.string(), nullable=False),
        pa.field("access_mode", pa.string(), nullable=False),
        pa.field("observed_at", UTC, nullable=False),
        pa.field("query", pa.string(), nullable=False),
        ("page_id", pa.string()),
        ("page_name", pa.string()),
        ("page_url", pa.string()),
        ("title", pa.string()),
        ("body", pa.string()),
        ("cta_text", pa.string()),
        ("link_url", pa.string()),
        ("link_caption", pa.string()),
        ("ad_url", pa.string()),
        pa.field("platforms", STRINGS, nullable=False),
        pa.field("media_urls", STRINGS, nullable=False),
        ("is_active", pa.bool_()),
        ("started_at", UTC),
        ("ended_at", UTC),
        ("reach", pa.int64()),
        pa.field("raw", BLOB_REF_TYPE, nullable=False),
        ("labelled_ai", pa.bool_()),
    ]
)

CAPTURE_SCHEMA = pa.schema(
    [
        pa.field("capture_id", pa.string(), nullable=False),
        pa.field("ad_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),
        ("reason", pa.string()),
        pa.field("captured_at", UTC, nullable=False),
        pa.field("tool", pa.string(), nullable=False),
        pa.field("requested_url", pa.string(), nullable=False),
        ("final_url", pa.string()),
        pa.field("redirect_chain", STRINGS, nullable=False),
        ("status", pa.int32()),
        ("body", BLOB_REF_TYPE),
        ("text", BLOB_REF_TYPE),
        ("screenshot", BLOB_REF_TYPE),
        ("har", BLOB_REF_TYPE),
        pa.field("notes", STRINGS, nullable=False),
        ("icon", BLOB_REF_TYPE),
        pa.field("visitor", pa.string(), nullable=False),
    ]
)
