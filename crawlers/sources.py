"""What a source is, the table of sources, and what all of them are given to look with."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import httpx
from playwright.sync_api import Browser

from crawlers.fetch import FetchLimits
from evidence.records import AccessMode

SOURCES = {
    "meta_library": "crawlers.meta_library:MetaLibrary",
    "telegram_preview": "crawlers.telegram_preview:TelegramPreview",
    "video_page": "crawlers.video_page:VideoPage",
}


class MediaTool(StrEnum):
    """How the media of a found ad are fetched."""

    HTTP = "http"
    """Its addresses are files."""
    YT_DLP = "yt_dlp"
    """Its addresses are pages that play something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAd:
    """One ad as a source showed it, before anything that it points to was fetched; fields as in ``evidence.records.Ad``.

    ``raw`` is the source's own record of the ad, byte for byte as far as the source allows.
    """

    source_ad_id: str
    raw: bytes
    raw_media_type: str
    ad_url: str | None
    media_urls: tuple[str, ...]
    media_tool: MediaTool = MediaTool.HTTP
    page_id: str | None = None
    page_name: str | None = None
    page_url: str | None = None
    title: str | None = None
    body: str | None = None
    cta_text: str | None = None
    link_url: str | None = None
    link_caption: str | None = None
    platforms: tuple[str, ...] = ()
    is_active: bool | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reach: int | None = None
    labelled_ai: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Something that is an ad of this source, but not one that we can read; counted as failed, never dropped silently."""

    source_ad_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePlan:
    """What to ask one source. ``queries`` are search terms, channel names or page addresses, as the source takes them.

    ``base_url`` replaces the source's own public address; ``countries`` and ``active_status`` are for sources that know them.
    """

    source: str
    queries: tuple[str, ...]
    base_url: str | None = None
    countries: tuple[str, ...] = ("ALL",)
    active_status: str = "active"
    max_ads: int = 200
    timeout_s: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tools:
    """What a source looks with. ``browser()`` starts Chromium at its first use; ``pause()`` waits as politeness demands."""

    http: httpx.Client
    browser: Callable[[], Browser]
    pause: Callable[[], None]
    clock: Callable[[], datetime]
    limits: FetchLimits
    user_agent: str | None
    """What the browser calls itself; None leaves it at its own name."""


class Source(Protocol):
    """Somewhere that ads are found."""

    name: str
    version: str
    access_mode: AccessMode
    needs_browser: bool

    def search(self, query: str, *, plan: SourcePlan, tools: Tools) -> Iterator[FoundAd | Unreadable]:
        """The ads that answer the query, without end: the caller stops taking at ``plan.max_ads``.

        Raises ``CouldNotLook`` when the source refuses or cannot be read: before the first ad that means "could not look",
        afterwards "looked at a part".
        """
        ...


def open_source(name: str) -> Source:
    """A new instance of the named source; ``LookupError`` for a name that is not in the table."""
    try:
        target = SOURCES[name]
    except KeyError:
        raise LookupError(f"there is no source {name!r}; known are {', '.join(sorted(SOURCES))}") from None
    source: Source = pkgutil.resolve_name(target)()
    return source
