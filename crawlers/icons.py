"""The icon of a captured page, as a browser would ask for it: one request more, through the same proxy. Many pages of one kit
have the same one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import httpx

from crawlers.fetch import FetchLimits, fetch

LIMITS = FetchLimits(max_bytes=500_000, timeout_s=10.0, max_redirects=3)
_LONGEST_HTML = 300_000
_MOST_LINKS = 64
_LONGEST_TAG = 4_000
_ATTRIBUTE = re.compile(
    r"\b(rel|href)\s{0,5}=\s{0,5}(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|([^\s>\"']{1,2000}))", re.IGNORECASE
)
_KINDS = (
    (b"\x89PNG\r\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"RIFF", "image/webp"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Icon:
    """The bytes of an icon, and what they are by their first bytes."""

    data: bytes
    media_type: str


def icon_url(html: str, page_url: str) -> str | None:
    """Where the icon of a page is: the first that it names, else the usual place; None where the page itself holds it."""
    at, html = 0, html[:_LONGEST_HTML]
    for _ in range(_MOST_LINKS):
        at = html.find("<link", at)
        if at < 0:
            break
        tag = html[at : at + _LONGEST_TAG].partition(">")[0]
        at += 5
        found = {name.lower(): one or two or three for name, one, two, three in _ATTRIBUTE.findall(tag)}
        if "icon" in found.get("rel", "").lower().split():
            if not found.get("href"):
                return None if "data:" in tag else _usual(page_url)
            return None if found["href"].lstrip().startswith("data:") else _joined(page_url, found["href"].strip())
    return _usual(page_url)


def fetch_icon(url: str, *, client: httpx.Client, limits: FetchLimits, now: datetime) -> Icon | str:
    """The icon, or one sentence that says why there is none to keep; never raises for what a server does."""
    smaller = replace(
        LIMITS, max_bytes=min(LIMITS.max_bytes, limits.max_bytes), timeout_s=min(LIMITS.timeout_s, limits.timeout_s)
    )
    got = fetch(url, client=client, limits=smaller, now=now)
    if got.data is None:
        return got.reason or "no reason given"
    kind = _kind(got.data)
    return "what the server sent is no picture" if kind is None else Icon(data=got.data, media_type=kind)


def _kind(data: bytes) -> str | None:
    for beginning, kind in _KINDS:
        if data.startswith(beginning):
            return kind
    return "image/svg+xml" if b"<svg" in data[:1000].lower() and b"<html" not in data[:1000].lower() else None


def _usual(page_url: str) -> str | None:
    return _joined(page_url, "/favicon.ico")


def _joined(page_url: str, target: str) -> str | None:
    try:
        url = urljoin(page_url, target)
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None
