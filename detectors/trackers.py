"""The accounts that a page reports to: pixels, counters, tag managers, proofs of ownership. Whoever runs many pages has few
of these, so the same id on two pages joins them; an id says nothing about whether a page is honest.

Read from the text of the HTML as it was captured, scripts not run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTE = r"['\"]"
_PATTERNS = {
    "meta_pixel": (
        rf"fbq\(\s{{0,9}}{_QUOTE}init{_QUOTE}\s{{0,9}},\s{{0,9}}{_QUOTE}?(\d{{14,17}})\b",
        r"facebook\.com/tr/?\?[^\"'\s>]{0,200}?\bid=(\d{14,17})\b",
    ),
    "ga4": (r"\b(G-(?=[A-Z]{0,11}\d)[A-Z0-9]{6,12})\b",),
    "universal_analytics": (r"\b(UA-\d{4,10}-\d{1,4})\b",),
    "tag_manager": (r"\b(GTM-[A-Z0-9]{4,10})\b",),
    "google_ads": (r"\b(AW-\d{8,12})\b",),
    "tiktok_pixel": (
        rf"ttq\.load\(\s{{0,9}}{_QUOTE}([A-Z0-9]{{16,24}})\b",
        r"analytics\.tiktok\.com/[^\"'\s>]{0,80}?\bsdkid=([A-Z0-9]{16,24})\b",
    ),
    "yandex_metrica": (
        rf"\bym\(\s{{0,9}}(\d{{5,9}})\s{{0,9}},\s{{0,9}}{_QUOTE}init",
        r"mc\.yandex\.(?:ru|com|az|kz)/watch/(\d{5,9})\b",
        r"\bYa\.Metrika2?\(\s{0,9}\{\s{0,9}id\s{0,9}:\s{0,9}(\d{5,9})\b",
    ),
    "vk_pixel": (r"\b(VK-RTRG-\d{1,10}-\w{1,20})",),
    "top_mail_ru": (
        rf"_tmr\.push\(\s{{0,9}}\{{\s{{0,9}}{_QUOTE}?id{_QUOTE}?\s{{0,9}}:\s{{0,9}}{_QUOTE}?(\d{{5,9}})\b",
        r"top-fwz1\.mail\.ru/counter\?[^\"'\s>]{0,80}?\bid=(\d{5,9})\b",
    ),
    "meta_domain_owner": (
        rf"facebook-domain-verification{_QUOTE}\s{{1,9}}content={_QUOTE}([a-z0-9]{{20,40}}){_QUOTE}",
    ),
    "google_site_owner": (rf"google-site-verification{_QUOTE}\s{{1,9}}content={_QUOTE}([\w-]{{30,60}}){_QUOTE}",),
    "yandex_site_owner": (rf"yandex-verification{_QUOTE}\s{{1,9}}content={_QUOTE}([a-f0-9]{{12,40}}){_QUOTE}",),
}
_COMPILED = tuple((kind, re.compile(pattern)) for kind, patterns in _PATTERNS.items() for pattern in patterns)


@dataclass(frozen=True, slots=True, order=True)
class TrackerId:
    """An account at an advertising or analytics service: ``TrackerId("meta_pixel", "123456789012345")``."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


def tracker_ids(html: str) -> tuple[TrackerId, ...]:
    """Every account in the HTML, each once, sorted. What documentation writes in place of an id (``GTM-XXXXXX``) is none."""
    found = {
        TrackerId(kind, match[1])
        for kind, pattern in _COMPILED
        for match in pattern.finditer(html)
        if not _is_placeholder(match[1])
    }
    return tuple(sorted(found))


def _is_placeholder(value: str) -> bool:
    return len(set(value.rpartition("-")[2])) == 1 and len(value.rpartition("-")[2]) > 3
