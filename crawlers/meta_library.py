"""The public web page of Meta's Ad Library, read as a visitor reads it: open, look, scroll, look again.

The page carries its first ads as JSON in ``script[type="application/json"]`` and loads more by itself through
``/api/graphql/`` while it is scrolled. We only read what the page receives; we send no call of our own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote, urlencode

from playwright.sync_api import Browser, BrowserContext, Error, Page, Response

from crawlers.addresses import is_login, split
from crawlers.errors import CouldNotLook, Refusal
from crawlers.fetch import proxy_verdict
from crawlers.meta_payload import Payload, found_ad, parse_graphql, parse_page
from crawlers.sources import FoundAd, SourcePlan, Tools, Unreadable
from evidence.records import AccessMode

BASE_URL = "https://www.facebook.com"
_GRAPHQL_PATH = "/api/graphql/"
_SCROLLS = 3
_SCROLL_WAIT_S = 5.0


class MetaLibrary:
    """Queries are search terms, ``page:<page id>`` for all ads of a page, or ``id:<ad id>`` for one ad."""

    name = "meta_library"
    version = "1"
    access_mode = AccessMode.PUBLIC_PAGE_AUTOMATED
    needs_browser = True

    def search(self, query: str, *, plan: SourcePlan, tools: Tools) -> Iterator[FoundAd | Unreadable]:
        """See ``Source.search``; the page stays open, in a context of its own, as long as ads are taken from it."""
        base_url = (plan.base_url or BASE_URL).rstrip("/")
        context = _context(tools.browser(), tools.user_agent)
        try:
            seen: set[str] = set()
            for country in plan.countries:
                url = search_url(base_url, query, country=country, active_status=plan.active_status)
                page = context.new_page()
                page.set_default_timeout(plan.timeout_s * 1000)
                for payload in _payloads(page, url, plan=plan, tools=tools):
                    ads = [found_ad(node, base_url=base_url) for node in payload.nodes]
                    yield from (ad for ad in ads if ad.source_ad_id not in seen)
                    seen.update(ad.source_ad_id for ad in ads)
        except Error as error:
            raise CouldNotLook(Refusal.UNREACHABLE, f"the ad library page broke off ({_first_line(error)})") from error
        finally:
            with suppress(Error):  # a browser that died has no contexts left to close
                context.close()


def search_url(base_url: str, query: str, *, country: str, active_status: str) -> str:
    """The address of the library page that answers ``query``."""
    kind, _, rest = query.partition(":")
    if kind == "id" and rest.isdigit():
        return f"{base_url}/ads/library/?{urlencode({'id': rest})}"
    fields = {"active_status": active_status, "ad_type": "all", "country": country, "media_type": "all"}
    if kind == "page" and rest.isdigit():
        fields |= {"search_type": "page", "view_all_page_id": rest}
    else:
        fields |= {"q": query, "search_type": "keyword_unordered"}
    return f"{base_url}/ads/library/?{urlencode(fields, quote_via=quote)}"


def _context(browser: Browser, user_agent: str | None) -> BrowserContext:
    return browser.new_context(
        service_workers="block",
        accept_downloads=False,
        locale="az-AZ",
        timezone_id="Asia/Baku",
        user_agent=user_agent,
        viewport={"width": 1280, "height": 900},
    )


def _payloads(page: Page, url: str, *, plan: SourcePlan, tools: Tools) -> Iterator[Payload]:
    """What the page received, in order: its first ads, then one payload for each call it made while we scrolled."""
    calls: list[Response] = []
    page.on("response", lambda response: calls.append(response) if _is_graphql(response) else None)
    page.on("dialog", lambda dialog: dialog.dismiss())
    first = _first_payload(page, url)
    yield first
    more = first.has_next_page
    while more:
        tools.pause()
        payload = _next_payload(page, calls, timeout_s=plan.timeout_s)
        _refuse_errors(payload)
        yield payload
        if payload.has_next_page is not None:
            more = payload.has_next_page


def _first_payload(page: Page, url: str) -> Payload:
    try:
        response = page.goto(url, wait_until="domcontentloaded")
    except Error as error:
        raise CouldNotLook(Refusal.UNREACHABLE, f"{url} cannot be opened ({_first_line(error)})") from error
    if response is None:
        raise CouldNotLook(Refusal.UNREACHABLE, f"{url} gave no answer")
    html = response.text()
    _refuse_answer(page, response, html)
    payload = parse_page(html)
    _refuse_errors(payload)
    if not payload.nodes and not payload.recognised:
        raise CouldNotLook(
            Refusal.SCHEMA_CHANGED,
            f"{url} answered {response.status}, but holds neither an ad nor a list of results that we recognise",
        )
    return payload


def _refuse_answer(page: Page, response: Response, html: str) -> None:
    """Raise for every way in which the library says no."""
    egress = proxy_verdict(response.url, response.headers)
    if egress is not None:
        refusal = Refusal.EGRESS_REFUSED if egress == "refused" else Refusal.UNREACHABLE
        raise CouldNotLook(refusal, " ".join(html[:300].split()))
    if response.status_text == "Client challenge" or "__rd_verify" in html:
        raise CouldNotLook(Refusal.CHALLENGE, f"the library answered {response.status} with a challenge for browsers")
    if is_login(page.url) or page.locator("input[name=pass]").count():
        raise CouldNotLook(Refusal.LOGIN_WALL, "the library shows a login page instead of ads")
    if response.status == 429:
        raise CouldNotLook(Refusal.RATE_LIMITED, "the library answered 429 Too Many Requests; try again later")
    if response.status >= 400:
        raise CouldNotLook(
            Refusal.UNREACHABLE, f"the library answered {response.status} {response.status_text}".strip()
        )


def _refuse_errors(payload: Payload) -> None:
    if payload.rate_limited:
        raise CouldNotLook(Refusal.RATE_LIMITED, "the library says 'Rate limit exceeded' (1675004); try again later")


def _next_payload(page: Page, calls: list[Response], *, timeout_s: float) -> Payload:
    """The next call of the page that brings results, scrolling until it comes."""
    for _ in range(_SCROLLS):
        page.locator("html").evaluate("e => window.scrollTo(0, e.scrollHeight)")
        patience_s = time.monotonic() + min(_SCROLL_WAIT_S, timeout_s / _SCROLLS)
        while time.monotonic() < patience_s:
            while calls:
                payload = _read_call(calls.pop(0))
                if payload.nodes or payload.recognised or payload.rate_limited:
                    return payload
            page.wait_for_timeout(50)
    raise CouldNotLook(Refusal.SCHEMA_CHANGED, "the page says that there are more ads, but loads none when scrolled")


def _read_call(response: Response) -> Payload:
    if response.status == 429:
        return Payload(nodes=(), recognised=False, has_next_page=None, rate_limited=True)
    return parse_graphql(response.text())


def _is_graphql(response: Response) -> bool:
    parts = split(response.url)
    return parts is not None and parts.path == _GRAPHQL_PATH


def _first_line(error: Error) -> str:
    return error.message.splitlines()[0] if error.message else "no reason given"
