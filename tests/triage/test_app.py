"""The whole console in a real browser, with an ad that attacks it. Pictures of what was seen go to ``tests/output/console``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from crawlers.browser import find_chromium
from tests.triage.conftest import NAME, PASSWORD, Desk, desk_in
from tests.triage.small_screen import write_watchlist
from tests.waiting import until

OUTPUT = Path(__file__).resolve().parent.parent / "output" / "console"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root = tmp_path_factory.mktemp("browser")
    write_watchlist(root / "watchlist")
    yield from desk_in(root, watchlist=root / "watchlist")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = find_chromium(None, environ=os.environ, bundled=Path(playwright.chromium.executable_path))
        flags = ["--disable-background-networking", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        chromium = playwright.chromium.launch(executable_path=program, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, desk: Desk, complaints: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=desk.addresses.origin)
    page = context.new_page()

    def listen(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # given up by the browser itself, because the page was left
            complaints.append(f"{request.url} {request.failure}")

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", failed)
    page.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
    yield page
    context.close()


def enter(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")


def photograph(page: Page, name: str) -> None:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    page.mouse.wheel(0, -100_000)
    page.wait_for_timeout(400)
    page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)


def test_a_hostile_case_is_read_sought_and_decided(page: Page, desk: Desk, complaints: list[str]) -> None:
    enter(page)
    photograph(page, "queue")
    assert page.get_by_text("Could not look:").is_visible()
    page.get_by_role("link", name="Aysel Quliyeva’s face").click()
    page.wait_for_load_state("networkidle")
    suspect = page.locator("#suspect")
    until(page, lambda: suspect.evaluate("video => video.readyState >= 1"))
    assert suspect.evaluate("video => video.paused && video.currentTime === 0")
    page.get_by_role("button", name="0:01.2–0:03 in the suspect").click()
    assert suspect.evaluate("video => video.currentTime") == pytest.approx(1.2)
    assert suspect.evaluate("video => video.paused")
    page.get_by_role("button", name="0:02 in the reference").click()
    reference = page.locator("video[data-sha256]")
    assert reference.evaluate("video => video.currentTime") == pytest.approx(2.0)
    for player in (suspect, reference):
        player.evaluate("video => { video.currentTime = 0 }")
    told = page.locator(".finding", has_text="the upper face equals the genuine film")
    told.get_by_role("button", name="Both side by side").click()
    assert [player.evaluate("video => video.currentTime") for player in (suspect, reference)] == pytest.approx(
        [1.2, 2.0]
    )
    assert page.locator(".face img").evaluate_all("all => all.every(image => image.naturalWidth > 0)")
    screenshot = page.locator(".screenshot img")
    screenshot.scroll_into_view_if_needed()
    until(page, lambda: screenshot.evaluate("image => image.naturalWidth > 0"))
    photograph(page, "case")
    assert page.evaluate("window.stolen") is None
    assert page.evaluate("document.querySelectorAll('script').length") == 1
    assert page.locator('a[href^="javascript"], a[href^="http"]').count() == 0
    page.get_by_label("Scam with a fabricated video").check()
    page.get_by_label("Note").fill("mouth and voice <b>")
    page.get_by_role("button", name="Store the decision").click()
    page.wait_for_url(lambda url: "/cases/" in url and desk.small.hostile.candidate_id not in url)
    page.goto("/?state=confirmed")
    assert page.get_by_role("link", name="Aysel Quliyeva’s face").is_visible()
    assert complaints == []


def test_the_policy_stops_what_escaping_might_miss(page: Page, desk: Desk) -> None:
    enter(page)
    answer = page.goto(f"/cases/{desk.small.hostile.candidate_id}")
    assert answer is not None
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    page.evaluate(
        """() => {
          document.body.insertAdjacentHTML('beforeend', '<img src="/nowhere.png" onerror="window.stolen = 4">');
          const script = document.createElement('script');
          script.textContent = 'window.stolen = 5';
          document.body.append(script);
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.stolen") is None


def test_the_page_works_without_scripts_and_in_the_dark(browser: Browser, desk: Desk) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=desk.addresses.origin, color_scheme="dark")
    page = context.new_page()
    page.goto("/login")
    photograph(page, "sign-in-dark")
    page.fill("#name", NAME)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    photograph(page, "queue-dark")
    page.goto("/?state=open")
    page.locator("td.case a").first.click()
    photograph(page, "case-dark")
    page.get_by_label("News report").check()
    page.get_by_role("button", name="Store the decision").click()
    page.goto("/?state=rejected")
    assert page.locator("td.case a").count() == 1
    context.close()


def test_everything_can_be_reached_by_keyboard_with_the_focus_in_view(page: Page, desk: Desk) -> None:
    enter(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_the_page_fits_a_small_screen(page: Page, desk: Desk) -> None:
    enter(page)
    page.goto(f"/cases/{desk.small.hostile.candidate_id}")
    for width in (1366, 900, 400):
        page.set_viewport_size({"width": width, "height": 768})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), width
