"""Who published an ad and where it leads, compared exactly: a display name proves nothing."""

from __future__ import annotations

from collections.abc import Iterable

from detectors.hosts import page_key
from detectors.subject import AdSubject
from evidence.records import Ad, Outcome


def is_official_page(ad: Ad, official_pages: Iterable[str]) -> bool:
    """Whether the ad's page id or page URL is one of the pages (ids or URLs). The page's name is never compared."""
    url = page_key(ad.page_url) if ad.page_url else None
    for page in official_pages:
        if ad.page_id is not None and page == ad.page_id:
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
