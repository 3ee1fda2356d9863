"""The JSON of the demo's ad library, in the nesting of Meta's public page, and the posts of its Telegram channel."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from qalqan.demo.ads import META_ADS
from qalqan.demo.advert import QUERIES, DemoAd
from qalqan.demo.cdn import media_url

STARTED_AT = 1_793_491_200
"""When the demo's ads began to run, in Unix seconds (2026-11-01)."""


def found(query: str) -> list[DemoAd]:
    """The ads that the library shows for a query: those indexed under it, else those with the words in them."""
    if query in QUERIES:
        return [ad for ad in META_ADS if query in ad.queries]
    words = query.casefold().split()
    texts = ((ad, f"{ad.title} {ad.body} {ad.advertiser.name}".casefold()) for ad in META_ADS)
    return [ad for ad, text in texts if words and all(word in text for word in words)]


def node(ad: DemoAd) -> dict[str, Any]:
    """The ad as the library writes it."""
    address = ad.media_url or (media_url(ad.media) if ad.media else None)
    is_video = ad.media is None or ad.media.endswith(".mp4")
    videos = (
        [{"video_hd_url": address, "video_sd_url": address, "video_preview_image_url": ""}]
        if is_video and address
        else []
    )
    images = [] if is_video else [{"original_image_url": address, "resized_image_url": address}]
    snapshot = {
        "page_id": ad.advertiser.page_id,
        "page_name": ad.advertiser.name,
        "page_profile_uri": ad.advertiser.profile_url,
        "page_like_count": 100 + ad.number,
        "page_categories": ["Brand"],
        "display_format": "VIDEO" if is_video else "IMAGE",
        "title": ad.title,
        "body": {"text": ad.body},
        "caption": urlsplit(ad.link or "").hostname,
        "cta_text": "Learn more",
        "cta_type": ad.cta,
        "link_url": ad.link,
        "link_description": None,
        "images": images,
        "videos": videos,
        "cards": [],
        "extra_images": [],
        "extra_links": [],
        "extra_texts": [],
        "extra_videos": [],
        "byline": None,
    }
    return {
        "ad_archive_id": ad.source_ad_id,
        "collation_count": 1,
        "collation_id": str(ad.number),
        "page_id": ad.advertiser.page_id,
        "page_name": ad.advertiser.name,
        "is_active": True,
        "start_date": STARTED_AT + 3600 * ad.number,
        "end_date": None,
        "publisher_platform": ["FACEBOOK", "INSTAGRAM"],
        "snapshot": snapshot,
    }


def cursor(offset: int) -> str:
    """An opaque-looking cursor."""
    return base64.b64encode(f"offset:{offset}".encode()).decode()


def offset_of(text: str | None) -> int:
    """Where a cursor points; 0 without one. Raises ``ValueError`` for a cursor that is none of ours."""
    return int(base64.b64decode(text).decode().removeprefix("offset:")) if text else 0


def connection(ads: Sequence[DemoAd], *, offset: int, size: int) -> dict[str, Any]:
    """One page of results."""
    end = offset + size
    return {
        "count": len(ads),
        "edges": [{"node": {"collated_results": [node(ad)]}} for ad in ads[offset:end]],
        "page_info": {"end_cursor": cursor(end), "has_next_page": end < len(ads)},
    }


def embedded(main: dict[str, Any]) -> str:
    """The Relay blob of a page, safe inside a script element."""
    result = {"data": {"ad_library_main": main}}
    inner = [
        "RelayPrefetchedStreamCache",
        "next",
        [],
        ["adp_AdLibraryMobileFocusedStateProviderRefetchQuery", {"__bbox": {"result": result}}],
    ]
    outer = ["ScheduledServerJS", "handle", None, [{"__bbox": {"require": [inner]}}]]
    return json.dumps({"require": [outer]}, ensure_ascii=False).replace("</", "<\\/")


def graphql(main: dict[str, Any]) -> str:
    """The answer of a paging call: a guard, then one JSON object per line."""
    first = json.dumps({"data": {"ad_library_main": main}}, ensure_ascii=False)
    return f'for (;;);{first}\n{{"extensions":{{"is_final":true}}}}\n'
