"""The JSON that Meta's Ad Library page receives, and the ads in it. Pure functions on strings; nothing is fetched here.

The nesting around an ad changes often, so everything is walked, and every object with an ad id and a snapshot is an ad.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawlers.addresses import unwrap
from crawlers.sources import FoundAd, Unreadable

_RATE_LIMITED = 1675004
_CONTAINERS = ("search_results_connection", "deeplink_ad_archive_result")
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What one page or call brought. ``recognised``: a list of results was there, be it empty; ``has_next_page`` is None
    when nothing was said about it."""

    nodes: tuple[dict[str, Any], ...]
    recognised: bool
    has_next_page: bool | None
    rate_limited: bool


def parse_page(html: str) -> Payload:
    """The payload embedded in a page; scripts that are not JSON are passed over."""
    scripts = LexborHTMLParser(html).css('script[type="application/json"]')
    return _payload(_decoded(script.text() for script in scripts))


def parse_graphql(text: str) -> Payload:
    """The payload of a call: several JSON objects, one per line, after an optional ``for (;;);``."""
    return _payload(_decoded(line.removeprefix("for (;;);") for line in text.splitlines()))


def found_ad(node: dict[str, Any], *, base_url: str) -> FoundAd | Unreadable:
    """The ad of a node as the page received it, in either spelling of its keys."""
    ad = _snake(node)
    source_ad_id = str(ad["ad_archive_id"])
    snapshot = ad["snapshot"]
    if not isinstance(snapshot, dict):
        return Unreadable(source_ad_id=source_ad_id, reason=f"ad {source_ad_id} has no readable snapshot")
    cards = _dicts(snapshot, "cards")
    return FoundAd(
        source_ad_id=source_ad_id,
        raw=json.dumps(node, ensure_ascii=False).encode("utf-8", "surrogatepass"),
        raw_media_type="application/json",
        ad_url=f"{base_url}/ads/library/?id={source_ad_id}",
        media_urls=media_urls(snapshot, cards),
        page_id=_text(ad.get("page_id")) or _text(snapshot.get("page_id")),
        page_name=_text(ad.get("page_name")) or _text(snapshot.get("page_name")),
        page_url=_text(snapshot.get("page_profile_uri")),
        title=_written("title", snapshot, cards),
        body=_written("body", snapshot, cards),
        cta_text=_written("cta_text", snapshot, cards),
        link_url=_link(snapshot, cards),
        link_caption=_written("caption", snapshot, cards),
        platforms=tuple(str(name) for name in _list(ad.get("publisher_platform"))),
        is_active=_flag(ad.get("is_active")),
        started_at=_time(ad.get("start_date")),
        ended_at=_time(ad.get("end_date")),
        reach=_count(ad.get("eu_total_reach")),
        labelled_ai=_flag(ad.get("contains_digital_created_media")),
    )


def media_urls(snapshot: dict[str, Any], cards: list[dict[str, Any]]) -> tuple[str, ...]:
    """Videos (HD, else SD, else their preview picture), then pictures (original, else resized), each once."""
    urls: list[str] = []
    for item in [*_dicts(snapshot, "videos"), *_dicts(snapshot, "extra_videos"), *cards]:
        urls.append(_first(item, "video_hd_url", "video_sd_url", "video_preview_image_url"))
    for item in [*_dicts(snapshot, "images"), *_dicts(snapshot, "extra_images"), *cards]:
        if not _first(item, "video_hd_url", "video_sd_url"):
            urls.append(_first(item, "original_image_url", "resized_image_url"))
    return tuple(dict.fromkeys(url for url in urls if url))


def _payload(documents: Iterator[object]) -> Payload:
    nodes: list[dict[str, Any]] = []
    recognised = rate_limited = False
    has_next_page: bool | None = None
    for item in _walk(documents):
        if ("ad_archive_id" in item or "adArchiveID" in item) and "snapshot" in item:
            nodes.append(item)
        recognised = recognised or any(name in item for name in _CONTAINERS)
        if isinstance(item.get("has_next_page"), bool):
            has_next_page = item["has_next_page"]
        rate_limited = rate_limited or (item.get("code") == _RATE_LIMITED)
    return Payload(nodes=tuple(nodes), recognised=recognised, has_next_page=has_next_page, rate_limited=rate_limited)


def _decoded(texts: Iterator[str]) -> Iterator[object]:
    for text in texts:
        try:
            yield json.loads(text)
        except (ValueError, RecursionError):
            continue


def _walk(documents: Iterator[object]) -> Iterator[dict[str, Any]]:
    """Every object in the documents, in document order; without recursion, for the nesting is the page's to choose."""
    for document in documents:
        stack = [document]
        while stack:
            item = stack.pop()
            if isinstance(item, dict):
                yield item
                stack.extend(reversed(item.values()))
            elif isinstance(item, list):
                stack.extend(reversed(item))


def _snake(value: Any) -> Any:
    """Keys in snake case, all the way down: older answers write ``adArchiveID``."""
    if isinstance(value, dict):
        return {_WORD_START.sub("_", key).lower(): _snake(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_snake(item) for item in value]
    return value


def _text(value: object) -> str | None:
    """A text that is there: strings, numbers, or objects that hold one as ``text`` or ``markup``."""
    if isinstance(value, dict):
        return _text(value.get("text")) or _text(value.get("markup"))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None


def _written(name: str, snapshot: dict[str, Any], cards: list[dict[str, Any]]) -> str | None:
    """The text of a field; where it is absent or a ``{{template}}``, the different texts of the cards, one per line."""
    text = _text(snapshot.get(name))
    if text is not None and not _TEMPLATE.search(text):
        return text
    of_cards = (_text(card.get(name)) for card in cards)
    return "\n".join(dict.fromkeys(t for t in of_cards if t and not _TEMPLATE.search(t))) or None


def _link(snapshot: dict[str, Any], cards: list[dict[str, Any]]) -> str | None:
    for item in (snapshot, *cards):
        url = _text(item.get("link_url"))
        if url is not None and not _TEMPLATE.search(url):
            return unwrap(url)
    return None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(snapshot: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [item for item in _list(snapshot.get(name)) if isinstance(item, dict)]


def _first(item: dict[str, Any], *names: str) -> str:
    return next((item[name] for name in names if isinstance(item.get(name), str) and item[name]), "")


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _count(value: object) -> int | None:
    """A number of people that a 64-bit column can hold."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None


def _time(value: object) -> datetime | None:
    """Unix seconds, as a number or in digits."""
    try:
        return datetime.fromtimestamp(int(value), tz=UTC) if isinstance(value, int | str) else None
    except (ValueError, OverflowError, OSError):
        return None
