"""Who published an ad and where it leads, compared exactly: a display name proves nothing."""

from __future__ import annotations

from collections.abc import Iterable

from detectors.hosts import page_key
from detectors.subject import AdSubject
from evidence.records import Ad, Outcome

NUMBERED_BY = "meta_library"
"""Whose page an id names that says nothing of its source: two libraries may number different pages alike."""


def is_official_page(ad: Ad, official_pages: Iterable[str]) -> bool:
    """Whether the ad's page is one of the pages: addresses, ids with their source (``telegram_preview/socar``), or ids alone,
    which are those of ``NUMBERED_BY``. The page's name is never compared."""
    url = page_key(ad.page_url) if ad.page_url else None
    ids = set[str]() if ad.page_id is None else {f"{ad.source}/{ad.page_id}"}
    if ad.page_id is not None and ad.source == NUMBERED_BY:
        ids.add(ad.page_id)
    for page in official_pages:
        if page in ids:
            return True
        if url is not None and ("/" in page or "." in page) and page_key(page) == url:
            return True
    return False


def destinations(subject: AdSubject) -> list[str]:
    """Where the ad leads: the final addresses of all visits to its landing page, or its bare link where no page could be opened.

    A visitor who was turned away somewhere else counts as well: a page that sorts its visitors shows an honest one to others.
    """
    captures = [landing.capture for landing in subject.landings]
    opened = any(capture.outcome is Outcome.CAPTURED for capture in captures)
    finals = [capture.final_url or capture.requested_url for capture in captures] if opened else []
    if not finals and subject.ad.link_url is not None:
        finals = [subject.ad.link_url]
    return list(dict.fromkeys(finals))
