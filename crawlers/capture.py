"""Fetch what an ad points to and keep it as evidence: its media, and the page behind its link."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

import httpx

from crawlers import fetch as http
from crawlers import icons, landing, video
from crawlers.browser import LazyBrowser
from crawlers.pace import Pace
from crawlers.plan import CrawlPlan, SecondVisit
from crawlers.sources import FoundAd, MediaTool
from evidence.journal import Entry
from evidence.records import BlobRef, Capture, CaptureKind, Outcome, Visitor, content_id
from evidence.visitor_sorting import marked_address, page_sorts_visitors


@dataclass(slots=True, kw_only=True, eq=False)
class Capturer:
    """Captures through one egress proxy. What several ads of a crawl point to is fetched once; each ad has its own record.

    ``remember`` what was committed, and only that: a record must never name bytes of an entry that was discarded.
    """

    plan: CrawlPlan
    proxy_url: str
    http_client: httpx.Client
    browser: LazyBrowser
    pace: Pace
    clock: Callable[[], datetime]
    _known: dict[tuple[CaptureKind, str, Visitor], Capture] = field(default_factory=dict)

    def remember(self, captures: Iterable[Capture]) -> None:
        """Share these committed captures with later ads."""
        for capture in captures:
            self._known.setdefault((capture.kind, capture.requested_url, capture.visitor), capture)

    def capture_all(self, found: FoundAd, *, ad_id: str, entry: Entry) -> list[Capture]:
        """One capture per thing that the ad points to, of its page two where it is visited twice; blobs put into the entry."""
        wanted = [(CaptureKind.MEDIA, url) for url in found.media_urls]
        if self.plan.landing and found.link_url is not None:
            wanted.append((CaptureKind.LANDING, found.link_url))
        captures: list[Capture] = []
        for kind, url in dict.fromkeys(wanted):
            known = [one for visitor in Visitor if (one := self._known.get((kind, url, visitor))) is not None]
            if known:
                captures += [
                    replace(one, ad_id=ad_id, capture_id=_capture_id(ad_id, kind, url, visitor=one.visitor))
                    for one in known
                ]
            elif kind is CaptureKind.MEDIA and len(captures) >= self.plan.max_media_per_ad:
                captures.append(self._skipped(url, ad_id=ad_id))
            elif kind is CaptureKind.MEDIA:
                captures.append(self._media(found, url, ad_id=ad_id, entry=entry))
            else:
                captures += self._visits(url, ad_id=ad_id, entry=entry)
        return captures

    def _media(self, found: FoundAd, url: str, *, ad_id: str, entry: Entry) -> Capture:
        self.pace.before(url)
        if found.media_tool is MediaTool.YT_DLP:
            tool = video.TOOL
            got = video.fetch_video(url, proxy_url=self.proxy_url, limits=self.plan.video_limits)
        else:
            tool = http.TOOL
            got = http.fetch(url, client=self.http_client, limits=self.plan.fetch_limits, now=self.clock())
        body = None
        if got.data is not None:
            body = entry.put(got.data, media_type=got.media_type or "application/octet-stream")
        return Capture(
            capture_id=_capture_id(ad_id, CaptureKind.MEDIA, url),
            ad_id=ad_id,
            kind=CaptureKind.MEDIA,
            outcome=got.outcome,
            reason=got.reason,
            captured_at=self.clock(),
            tool=tool,
            requested_url=url,
            final_url=got.final_url,
            redirect_chain=got.redirect_chain,
            status=got.status,
            body=body,
            text=None,
            screenshot=None,
            har=None,
        )

    def _visits(self, url: str, *, ad_id: str, entry: Entry) -> list[Capture]:
        """The page as the first visitor sees it and, where the plan wants that, as a second one does."""
        landed = self._land(url, Visitor.COMPUTER)
        captures = [self._landing(landed, url, Visitor.COMPUTER, ad_id=ad_id, entry=entry)]
        if self._again(landed, url):
            other = self._land(url, Visitor.TELEPHONE)
            captures.append(self._landing(other, url, Visitor.TELEPHONE, ad_id=ad_id, entry=entry))
        return captures

    def _again(self, landed: landing.Landed, url: str) -> bool:
        """Whether to visit as somebody else. Where no server answered the first visitor, none would answer the second."""
        if self.plan.second_visit is SecondVisit.NEVER or landed.status is None:
            return False
        marked = marked_address((url, *landed.redirect_chain, landed.final_url)) is not None
        return self.plan.second_visit is SecondVisit.ALWAYS or marked or page_sorts_visitors(landed.html or "")

    def _land(self, url: str, visitor: Visitor) -> landing.Landed:
        self.pace.before(url)
        return landing.capture_landing(
            url,
            browser=self.browser.get(),
            proxy_url=self.proxy_url,
            limits=self.plan.landing_limits,
            user_agent=self.plan.browser_user_agent,
            visitor=visitor,
        )

    def _landing(self, landed: landing.Landed, url: str, visitor: Visitor, *, ad_id: str, entry: Entry) -> Capture:
        icon, notes = self._icon(landed, entry=entry)
        return Capture(
            capture_id=_capture_id(ad_id, CaptureKind.LANDING, url, visitor=visitor),
            ad_id=ad_id,
            kind=CaptureKind.LANDING,
            outcome=landed.outcome,
            reason=landed.reason,
            captured_at=self.clock(),
            tool=landing.TOOL,
            requested_url=url,
            final_url=landed.final_url,
            redirect_chain=landed.redirect_chain,
            status=landed.status,
            body=_put_text(entry, landed.html, "text/html; charset=utf-8"),
            text=_put_text(entry, landed.text, "text/plain; charset=utf-8"),
            screenshot=entry.put(landed.screenshot, media_type="image/png") if landed.screenshot is not None else None,
            har=entry.put(landed.har, media_type="application/zip") if landed.har is not None else None,
            notes=(*landed.notes, *notes),
            icon=icon,
            visitor=visitor,
        )

    def _icon(self, landed: landing.Landed, *, entry: Entry) -> tuple[BlobRef | None, tuple[str, ...]]:
        """The icon of a page that was captured, or the sentence that says why there is none."""
        wanted = landed.outcome is Outcome.CAPTURED and landed.html is not None
        url = icons.icon_url(landed.html or "", landed.final_url) if wanted else None
        if url is None:
            return None, ()
        self.pace.before(url)
        got = icons.fetch_icon(url, client=self.http_client, limits=self.plan.fetch_limits, now=self.clock())
        if isinstance(got, str):
            return None, (f"the page's icon was not kept: {got}",)
        return entry.put(got.data, media_type=got.media_type), ()

    def _skipped(self, url: str, *, ad_id: str) -> Capture:
        return Capture(
            capture_id=_capture_id(ad_id, CaptureKind.MEDIA, url),
            ad_id=ad_id,
            kind=CaptureKind.MEDIA,
            outcome=Outcome.SKIPPED,
            reason=f"only the first {self.plan.max_media_per_ad} media of an ad are fetched",
            captured_at=self.clock(),
            tool=http.TOOL,
            requested_url=url,
            final_url=None,
            redirect_chain=(),
            status=None,
            body=None,
            text=None,
            screenshot=None,
            har=None,
        )


def _put_text(entry: Entry, text: str | None, media_type: str) -> BlobRef | None:
    return entry.put(text.encode("utf-8", "replace"), media_type=media_type) if text is not None else None


def _capture_id(ad_id: str, kind: CaptureKind, url: str, *, visitor: Visitor = Visitor.COMPUTER) -> str:
    """The first visitor's captures are named as they were before there was a second."""
    return content_id(ad_id, kind, url) if visitor is Visitor.COMPUTER else content_id(ad_id, kind, url, visitor)
