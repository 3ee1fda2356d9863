"""Watch pages that an analyst or another source named: one page, one ad, its media by yt-dlp."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from crawlers.addresses import host_of
from crawlers.errors import CouldNotLook, Refusal
from crawlers.fetch import fetch
from crawlers.sources import FoundAd, MediaTool, SourcePlan, Tools, Unreadable
from evidence.records import AccessMode, Outcome


class VideoPage:
    """Queries are the addresses of watch pages, absolute or relative to ``base_url``."""

    name = "video_page"
    version = "1"
    access_mode = AccessMode.PUBLIC_PAGE_AUTOMATED
    needs_browser = False

    def search(self, query: str, *, plan: SourcePlan, tools: Tools) -> Iterator[FoundAd | Unreadable]:
        """See ``Source.search``; gives exactly one ad or raises."""
        url = urljoin(plan.base_url, query) if plan.base_url else query
        fetched = fetch(url, client=tools.http, limits=tools.limits, now=tools.clock())
        if fetched.outcome is not Outcome.CAPTURED or fetched.data is None:
            by_egress = fetched.outcome is Outcome.BLOCKED and fetched.status is None
            refusal = Refusal.EGRESS_REFUSED if by_egress else Refusal.UNREACHABLE
            raise CouldNotLook(refusal, f"{url}: {fetched.reason}")
        yield found_page(url, fetched.data, media_type=fetched.media_type or "application/octet-stream")


def found_page(url: str, data: bytes, *, media_type: str) -> FoundAd:
    """The ad of a watch page; a bare media file is an ad without words."""
    is_html = media_type in {"text/html", "application/xhtml+xml"}
    page = LexborHTMLParser(data.decode("utf-8", "replace")) if is_html else None
    return FoundAd(
        source_ad_id=url,
        raw=data if is_html else url.encode(),
        raw_media_type=media_type if is_html else "text/plain",
        ad_url=url,
        media_urls=(url,),
        media_tool=MediaTool.YT_DLP,
        page_id=host_of(url),
        page_name=_meta(page, "author") or _meta(page, "og:site_name") or host_of(url),
        title=_meta(page, "og:title") or _title(page),
        body=_meta(page, "og:description") or _meta(page, "description"),
        link_url=_link_out(page, url),
        platforms=("VIDEO_PAGE",),
    )


def _meta(page: LexborHTMLParser | None, name: str) -> str | None:
    node = page.css_first(f'meta[property="{name}"], meta[name="{name}"]') if page is not None else None
    return ((node.attributes.get("content") or "").strip() or None) if node is not None else None


def _title(page: LexborHTMLParser | None) -> str | None:
    node = page.css_first("title") if page is not None else None
    return (node.text(strip=True) or None) if node is not None else None


def _link_out(page: LexborHTMLParser | None, url: str) -> str | None:
    """The first link that leaves the site of the page."""
    own = host_of(url)
    for node in page.css("a[href]") if page is not None else ():
        href = node.attributes.get("href") or ""
        if host_of(href) not in {own, None}:
            return href
    return None
