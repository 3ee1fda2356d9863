"""Visit the page behind an ad, as a visitor would, and keep what was seen. Nothing is filled in, nothing is submitted."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Dialog,
    Download,
    Error,
    Frame,
    Page,
    Request,
    Response,
    ViewportSize,
)
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from crawlers.addresses import is_login, objection
from crawlers.fetch import ask_tunnel, proxy_verdict
from evidence.records import Outcome, Visitor

TOOL = f"playwright/{version('playwright')}"
_MOST_POPUPS = 3
_POPUP_S = 3.0
"""So long popups are waited for, all together, until they have an address."""

_NOWHERE_YET = ("", "about:blank")
_MOST_NOTES = 20
_MOST_HOPS = 100
"""Addresses that are kept of a page that never comes to rest; the last one is the last one seen."""
_CIRCLE = 5
"""An address that is asked for so often in one visit leads round in a circle."""
_TALLEST_PX = 30_000
_REFUSED = {401, 403, 407, 429, 451}
_COMPUTER_VIEWPORT: ViewportSize = {"width": 1280, "height": 900}
_TELEPHONE_VIEWPORT: ViewportSize = {"width": 412, "height": 915}
_TELEPHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Mobile Safari/537.36"
)
"""What Chrome calls itself on every telephone with Android; the number is the browser's own."""

# A password field is a login wall, unless the same page asks for a telephone or a card: that is an offer, and what we came for.
_LOOK = """(html, most) => {
  const shown = s => [...document.querySelectorAll(s)].some(e => e.getClientRects().length > 0);
  return {
    html: html.outerHTML.slice(0, most + 1),
    height: html.scrollHeight,
    login: shown('input[type=password]') && !shown('input[type=tel], input[autocomplete^=cc-]'),
    challenge: !!document.querySelector('#challenge-form, #challenge-running, .g-recaptcha, .h-captcha, .cf-turnstile'),
  };
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingLimits:
    """Patience with one page. ``settle_s`` is the quiet time after the last navigation, ``load_s`` what its pictures and frames
    get after that; ``total_s`` ends all waiting for it."""

    open_s: float = 20.0
    settle_s: float = 1.0
    load_s: float = 5.0
    total_s: float = 30.0
    step_s: float = 8.0
    close_s: float = 10.0
    max_har_bytes: int = 50 * 2**20
    max_characters: int = 10_000_000
    """Kept of the HTML and of the text, each; a page may make itself as large as memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What one visit gave. Parts may be there although the outcome is not ``captured``: a login wall is kept as seen.

    ``notes`` are sentences on what the page tried: popups, downloads, dialogs, requests that the egress proxy refused.
    """

    outcome: Outcome
    reason: str | None
    final_url: str
    redirect_chain: tuple[str, ...]
    status: int | None
    html: str | None
    text: str | None
    screenshot: bytes | None
    har: bytes | None
    notes: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Visit:
    """What the page does while we look."""

    chain: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    popups: list[Page] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)
    answer: Response | None = None
    failure: str | None = None
    moved_s: float = field(default_factory=time.monotonic)

    def note(self, sentence: str) -> None:
        if len(self.notes) < _MOST_NOTES and sentence not in self.notes:
            self.notes.append(sentence)

    def went_to(self, url: str) -> None:
        if url.startswith(("http:", "https:")) and (not self.chain or self.chain[-1] != url):
            self.chain[_MOST_HOPS - 1 :] = []
            self.chain.append(url)
            self.moved_s = time.monotonic()


def capture_landing(
    url: str,
    *,
    browser: Browser,
    proxy_url: str,
    limits: LandingLimits,
    user_agent: str | None = None,
    visitor: Visitor = Visitor.COMPUTER,
) -> Landed:
    """Open ``url`` in a context of its own and keep the page; never raises for what a page does.

    ``user_agent`` is the name that a computer's browser gives itself; a telephone has its own. ``proxy_url`` is the proxy that
    the browser goes through, asked again for its reason where the browser keeps it from us.
    """
    if (why_not := objection(url)) is not None:
        return _nothing(url, Outcome.BLOCKED, why_not)
    with tempfile.TemporaryDirectory(prefix="qalqan-landing-") as directory:
        har = Path(directory) / "visit.har.zip"
        landed = _nothing(url, Outcome.FAILED, "the browser gave up on the page")
        try:
            pid = _process_of(browser)
            context = _context(browser, har, user_agent=user_agent, visitor=visitor)
            with _killing(pid, after_s=limits.open_s + limits.total_s + 5 * limits.step_s):
                landed = _look(context.new_page(), url, proxy_url=proxy_url, limits=limits)
            with _killing(pid, after_s=limits.close_s):
                context.close()
        except Error as error:
            landed = replace(landed, reason=landed.reason or f"the browser gave up on the page ({_first_line(error)})")
            with suppress(Error):  # whoever is gone need not be closed
                browser.close()
        if har.exists() and har.stat().st_size <= limits.max_har_bytes:
            landed = replace(landed, har=har.read_bytes())
        return landed


def _process_of(browser: Browser) -> int | None:
    """The process id of the browser, to end it with if need be."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return next((int(process["id"]) for process in processes if process["type"] == "browser"), None)


@contextmanager
def _killing(pid: int | None, *, after_s: float) -> Iterator[None]:
    """Kill the browser unless the block ends in time: a page that never yields can hold up even the closing of its tab."""

    def kill() -> None:
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    timer = threading.Timer(after_s, kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _context(browser: Browser, har: Path, *, user_agent: str | None, visitor: Visitor) -> BrowserContext:
    telephone = visitor is Visitor.TELEPHONE
    return browser.new_context(
        service_workers="block",
        accept_downloads=False,
        locale="az-AZ",
        timezone_id="Asia/Baku",
        user_agent=_TELEPHONE_AGENT.format(browser.version.partition(".")[0]) if telephone else user_agent,
        viewport=_TELEPHONE_VIEWPORT if telephone else _COMPUTER_VIEWPORT,
        is_mobile=telephone,
        has_touch=telephone,
        record_har_path=har,
        record_har_content="attach",
        record_har_mode="full",
    )


def _look(page: Page, url: str, *, proxy_url: str, limits: LandingLimits) -> Landed:
    visit = _Visit()
    _watch(page, visit)
    page.set_default_timeout(limits.step_s * 1000)
    deadline_s = time.monotonic() + limits.total_s
    try:
        page.goto(url, wait_until="domcontentloaded", timeout=limits.open_s * 1000)
    except PlaywrightTimeout:
        visit.note(f"the page had not finished loading after {limits.open_s:g} s")
    except Error as error:
        visit.failure = visit.failure or _first_line(error)
    _settle(page, visit, limits=limits, deadline_s=deadline_s)
    if (refusal := _refusal(visit, proxy_url=proxy_url)) is not None:
        return _nothing(url, *refusal, visit)
    return _keep(page, visit, url, limits=limits)


def _watch(page: Page, visit: _Visit) -> None:
    """Record what the page does; dialogs are dismissed, popups beyond a few closed at once."""

    def on_request(request: Request) -> None:
        if request.is_navigation_request() and request.frame == page.main_frame:
            visit.failure = None
            visit.asked[request.url] += 1
            visit.went_to(request.url)

    def on_failed(request: Request) -> None:
        if request.is_navigation_request() and request.frame == page.main_frame:
            visit.failure = request.failure or "the connection failed"

    def on_response(response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == page.main_frame:
            visit.answer = response
        elif proxy_verdict(response.url, response.headers) == "refused":
            visit.note(f"the egress proxy refused what the page asked for: {response.url[:300]}")

    def on_navigated(frame: Frame) -> None:
        if frame == page.main_frame:
            visit.went_to(frame.url)

    def on_popup(popup: Page) -> None:
        visit.popups.append(popup)
        if len(visit.popups) > _MOST_POPUPS:
            popup.close()

    def on_download(download: Download) -> None:
        visit.downloads.append(download.suggested_filename)
        visit.note(f"the page offered the download {download.suggested_filename} from {download.url[:300]}; not kept")

    def on_dialog(dialog: Dialog) -> None:
        visit.note(f"the page showed a dialog: {dialog.message[:200]}")
        dialog.dismiss()

    def on_crash(_: Page) -> None:
        visit.note("the page crashed its browser tab")

    page.on("request", on_request)
    page.on("requestfailed", on_failed)
    page.on("response", on_response)
    page.on("framenavigated", on_navigated)
    page.on("popup", on_popup)
    page.on("download", on_download)
    page.on("dialog", on_dialog)
    page.on("crash", on_crash)


def _settle(page: Page, visit: _Visit, *, limits: LandingLimits, deadline_s: float) -> None:
    """Wait until the page has stayed at one address for a while and shows all it has, then look at its popups and close them."""
    quiet_s = -1.0
    while quiet_s < visit.moved_s:  # again where it went elsewhere while it loaded
        while time.monotonic() < min(visit.moved_s + limits.settle_s, deadline_s):
            page.wait_for_timeout(100)
        quiet_s = time.monotonic()
        patience_s = min(limits.load_s, max(0.1, deadline_s - quiet_s))
        try:
            page.wait_for_load_state("load", timeout=patience_s * 1000)
        except PlaywrightTimeout:
            visit.note(f"not all that the page shows had loaded after {patience_s:g} s more")
            break
        except Error:  # it crashed or closed: what follows says so
            break
    began = time.monotonic()
    for popup in visit.popups:
        # One that was just opened is still on its way
        while (
            not popup.is_closed() and popup.url in _NOWHERE_YET and time.monotonic() < min(began + _POPUP_S, deadline_s)
        ):
            page.wait_for_timeout(100)
        if popup.is_closed():
            visit.note("the page opened a popup that was closed at once")
        else:
            visit.note(f"the page opened a popup: {popup.url[:300]}")
            popup.close()


def _refusal(visit: _Visit, *, proxy_url: str) -> tuple[Outcome, str] | None:
    """Why there is no page to look at, if so."""
    answer = visit.answer
    most = max(visit.asked.values(), default=0)
    if most >= _CIRCLE:
        return Outcome.FAILED, f"it leads round in a circle: one address was asked for {most} times"
    if visit.failure is not None:
        if visit.downloads:
            return (
                Outcome.FAILED,
                f"the address gives a file to download ({visit.downloads[0]}) instead of a page; not kept",
            )
        if "ERR_TUNNEL_CONNECTION_FAILED" in visit.failure and visit.chain:
            return ask_tunnel(proxy_url, visit.chain[-1])
        if "ERR_UNSAFE_PORT" in visit.failure:
            return (
                Outcome.BLOCKED,
                f"the browser refuses the port of {visit.chain[-1] if visit.chain else 'the address'}",
            )
        if "ERR_ABORTED" not in visit.failure or answer is None:
            return Outcome.FAILED, f"the page cannot be opened ({visit.failure})"
    verdict = proxy_verdict(answer.url, answer.headers) if answer is not None else None
    if answer is not None and verdict is not None:
        refused = verdict == "refused"
        words = "the egress proxy refused" if refused else "the server could not be reached"
        return (Outcome.BLOCKED if refused else Outcome.FAILED), f"{words}: {_said(answer)}"
    return None


def _keep(page: Page, visit: _Visit, url: str, *, limits: LandingLimits) -> Landed:
    """Scroll, look, and take the page's HTML, text and picture."""
    root = page.locator("html")
    try:
        root.evaluate("e => window.scrollTo(0, e.scrollHeight)")
        page.wait_for_timeout(150)
        root.evaluate("() => window.scrollTo(0, 0)")
        seen = root.evaluate(_LOOK, limits.max_characters)
        text = page.locator("body").inner_text()
    except Error as error:
        reason = f"the page does not let itself be read within {limits.step_s:g} s ({_first_line(error)})"
        return _nothing(url, Outcome.FAILED, reason, visit)
    html, height = seen["html"], seen["height"]
    if not isinstance(html, str) or not isinstance(height, int | float):
        reason = "the page replaces what a browser tells about it, and cannot be read"
        return _nothing(url, Outcome.FAILED, reason, visit)
    outcome, why_not = _verdict(visit, page.url, login=seen["login"], challenge=seen["challenge"])
    screenshot = _screenshot(page, full_page=height <= _TALLEST_PX, visit=visit)
    most = limits.max_characters
    if max(len(html), len(text)) > most:
        visit.note(f"only the first {most} characters of the page's HTML and text are kept")
    return replace(_nothing(url, outcome, why_not, visit), html=html[:most], text=text[:most], screenshot=screenshot)


def _verdict(visit: _Visit, url: str, *, login: bool, challenge: bool) -> tuple[Outcome, str | None]:
    status = visit.answer.status if visit.answer is not None else None
    if status in _REFUSED:
        return Outcome.BLOCKED, f"the server answered {status}"
    if challenge:
        return Outcome.BLOCKED, "challenge: the page wants proof that a person is looking"
    if login or is_login(url):
        return Outcome.BLOCKED, "login wall: the page asks for a login"
    if status is not None and status >= 400:
        return Outcome.FAILED, f"the server answered {status}"
    return Outcome.CAPTURED, None


def _screenshot(page: Page, *, full_page: bool, visit: _Visit) -> bytes | None:
    """The whole page as PNG; where that fails what a visitor sees first; None where even that fails."""
    for whole in (True, False) if full_page else (False,):
        try:
            return page.screenshot(full_page=whole, scale="css", animations="disabled")
        except Error as error:
            visit.note(f"no {'full-page' if whole else 'viewport'} screenshot ({_first_line(error)})")
    return None


def _said(answer: Response) -> str:
    try:
        return " ".join(answer.text()[:300].split())
    except Error:
        return f"{answer.status} for {answer.url[:300]}"


def _nothing(url: str, outcome: Outcome, reason: str | None, visit: _Visit | None = None) -> Landed:
    """A visit without a page: only the way there."""
    seen = visit or _Visit()
    return Landed(
        outcome=outcome,
        reason=reason,
        final_url=seen.chain[-1] if seen.chain else url,
        redirect_chain=tuple(seen.chain) or (url,),
        status=seen.answer.status if seen.answer is not None else None,
        html=None,
        text=None,
        screenshot=None,
        har=None,
        notes=tuple(seen.notes),
    )


def _first_line(error: Error) -> str:
    return error.message.splitlines()[0] if error.message else "no reason given"
