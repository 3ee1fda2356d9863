"""Public Telegram channels through their web preview (``t.me/s/<channel>``): plain HTTP, no account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawlers.addresses import host_of
from crawlers.errors import CouldNotLook, Refusal
from crawlers.fetch import Fetched, fetch
from crawlers.sources import FoundAd, SourcePlan, Tools, Unreadable
from evidence.records import AccessMode, Outcome

BASE_URL = "https://t.me"
_BACKGROUND = re.compile(r"background-image:\s*url\(['\"]?([^'\")]+)['\"]?\)")
_COUNT = re.compile(r"^([0-9.]{1,12})\s*([KM]?)$")


class TelegramPreview:
    """Queries are channel names, with or without ``@``. A post is an ad when it shows media or leads somewhere."""

    name = "telegram_preview"
    version = "1"
    access_mode = AccessMode.PUBLIC_PAGE_AUTOMATED
    needs_browser = False

    def search(self, query: str, *, plan: SourcePlan, tools: Tools) -> Iterator[FoundAd | Unreadable]:
        """See ``Source.search``; newest posts first."""
        base_url = (plan.base_url or BASE_URL).rstrip("/")
        address = f"{base_url}/s/{quote(query.lstrip('@'))}"
        before: int | None = None
        while True:
            url = address if before is None else f"{address}?before={before}"
            page = LexborHTMLParser(_preview(url, tools=tools))
            if page.css_first(".tgme_channel_info, .tgme_widget_message") is None:
                raise CouldNotLook(
                    Refusal.SCHEMA_CHANGED, f"{url} shows neither a channel nor a post that we recognise"
                )
            for message in reversed(page.css("div.tgme_widget_message[data-post]")):
                ad = found_post(message, page=page, base_url=base_url)
                if ad is not None:
                    yield ad
            earlier = _before(page)
            if earlier is None or (before is not None and earlier >= before):
                return
            before = earlier
            tools.pause()


def _preview(url: str, *, tools: Tools) -> str:
    """The preview page's HTML, or ``CouldNotLook`` with the reason."""
    fetched = fetch(url, client=tools.http, limits=tools.limits, now=tools.clock())
    if fetched.outcome is not Outcome.CAPTURED or fetched.data is None:
        raise CouldNotLook(_refusal(fetched), f"{url}: {fetched.reason}")
    if not urlsplit(fetched.final_url).path.startswith("/s/"):
        raise CouldNotLook(Refusal.NO_PREVIEW, f"{url} has no public preview (private, a group, a person or absent)")
    return fetched.data.decode("utf-8", "replace")


def _refusal(fetched: Fetched) -> Refusal:
    if fetched.status == 429:
        return Refusal.RATE_LIMITED
    if fetched.outcome is Outcome.BLOCKED and fetched.status is None:
        return Refusal.EGRESS_REFUSED
    return Refusal.UNREACHABLE


def found_post(message: LexborNode, *, page: LexborHTMLParser, base_url: str) -> FoundAd | None:
    """The post as an ad, or None for one that neither shows nor links to anything."""
    post_id = message.attributes["data-post"] or ""
    media = _media(message, base_url)
    link = _link(message, base_url)
    if not media and link is None:
        return None
    time_node = message.css_first("a.tgme_widget_message_date time[datetime]")
    views = message.css_first(".tgme_widget_message_views")
    title = page.css_first(".tgme_channel_info_header_title")
    channel = post_id.partition("/")[0]
    return FoundAd(
        source_ad_id=post_id,
        raw=(message.html or "").encode(),
        raw_media_type="text/html",
        ad_url=f"{base_url}/{post_id}",
        media_urls=media,
        page_id=channel,
        page_name=title.text(strip=True) if title is not None else channel,
        page_url=f"{base_url}/{channel}",
        body=_body(message),
        cta_text=_button(message),
        link_url=link,
        link_caption=host_of(link) if link is not None else None,
        platforms=("TELEGRAM",),
        is_active=True,
        started_at=_time(time_node.attributes.get("datetime") if time_node is not None else None),
        reach=_views(views.text(strip=True)) if views is not None else None,
    )


def _media(message: LexborNode, base_url: str) -> tuple[str, ...]:
    urls = [node.attributes.get("src") for node in message.css("video.tgme_widget_message_video[src]")]
    for node in message.css(".tgme_widget_message_photo_wrap[style]"):
        found = _BACKGROUND.search(node.attributes.get("style") or "")
        urls.append(found.group(1) if found else None)
    return tuple(dict.fromkeys(urljoin(base_url + "/", url) for url in urls if url))


def _link(message: LexborNode, base_url: str) -> str | None:
    """The first address that leads out of Telegram: in the text, in the preview of a link, on a button."""
    own = {host_of(base_url), "t.me", "telegram.me"}
    for selector in (
        ".tgme_widget_message_text a[href]",
        "a.tgme_widget_message_link_preview[href]",
        "a.tgme_widget_message_inline_button[href]",
    ):
        for node in message.css(selector):
            url = node.attributes.get("href") or ""
            if (host := host_of(url)) is not None and host not in own:
                return url
    return None


def _body(message: LexborNode) -> str | None:
    node = message.css_first(".tgme_widget_message_text")
    if node is None or node.html is None:
        return None
    lines = LexborHTMLParser(re.sub(r"<br\s*/?>", "\n", node.html)).body
    return (lines.text().strip() or None) if lines is not None else None


def _button(message: LexborNode) -> str | None:
    node = message.css_first("a.tgme_widget_message_inline_button")
    return (node.text(strip=True) or None) if node is not None else None


def _before(page: LexborHTMLParser) -> int | None:
    node = page.css_first("a.tme_messages_more[data-before]")
    value = node.attributes.get("data-before") if node is not None else None
    return int(value) if value is not None and re.fullmatch("[0-9]{1,18}", value) else None


def _views(text: str) -> int | None:
    """``1.2K`` as 1200."""
    found = _COUNT.match(text)
    if found is None or found.group(1).count(".") > 1 or found.group(1) == ".":
        return None
    return round(float(found.group(1)) * {"": 1, "K": 1_000, "M": 1_000_000}[found.group(2)])


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return None
