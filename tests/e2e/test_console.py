"""The demo's candidates in the console, in a real browser: found, read, decided. Pictures go to ``tests/output/e2e``."""

from __future__ import annotations

import functools
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright
from sqlalchemy.orm import Session

from crawlers.browser import find_chromium
from detectors.records import Axis
from qalqan.clock import utc_now
from qalqan.demo.advert import WALLED_QUERY
from tests.e2e.demo_run import ROOT, DemoRun
from tests.waiting import until
from triage.accounts import add_user
from triage.database import open_database
from triage.models import CaseRow, Decision
from triage.serve import ConsoleSettings, Running, running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(3600)]

OUTPUT = ROOT / "tests" / "output" / "e2e"
NAME, PASSWORD = "leyla", "correct horse battery"
PATIENCE_MS = 120_000


@dataclass(frozen=True)
class Desk:
    """A console that shows a copy of the demo's database."""

    addresses: Running
    database_url: str

    def decisions(self) -> dict[str, tuple[str, str, str | None]]:
        """State, reason and note by candidate, of the cases that were decided."""
        engine = open_database(self.database_url)
        with Session(engine) as session:
            rows = session.query(CaseRow, Decision).join(Decision, Decision.candidate_id == CaseRow.candidate_id)
            found = {case.candidate_id: (case.state, row.reason, row.note) for case, row in rows}
        engine.dispose()
        return found


@pytest.fixture(scope="module")
def desk(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    copy = tmp_path_factory.mktemp("console") / "console.sqlite3"
    shutil.copy(demo_run.data / "console.sqlite3", copy)
    database_url = f"sqlite:///{copy}"
    add_user(database_url, name=NAME, password=PASSWORD, now=utc_now())
    settings = ConsoleSettings(
        database_url=database_url,
        derivatives=demo_run.data / "derivatives",
        watchlist=demo_run.data / "watchlist",
        port=0,
        media_port=0,
    )
    with running(settings, clock=utc_now) as addresses:
        yield Desk(addresses=addresses, database_url=database_url)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = find_chromium(None, environ=os.environ, bundled=Path(playwright.chromium.executable_path))
        flags = ["--disable-background-networking", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        chromium = playwright.chromium.launch(executable_path=program, args=flags, timeout=PATIENCE_MS)
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, desk: Desk, complaints: list[str]) -> Iterator[Page]:
    """A page of somebody who has signed in."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=desk.addresses.origin)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # given up by the browser itself, because the page was left
            complaints.append(f"{request.url} {request.failure}")

    def asked(request: Request) -> None:
        if not request.url.startswith((desk.addresses.origin, desk.addresses.media_origin)):
            complaints.append(f"the page asked for {request.url}")

    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", failed)
    page.on("request", asked)
    page.goto("/")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("table.queue").wait_for()
    yield page
    context.close()


def photograph(page: Page, name: str) -> None:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    page.mouse.wheel(0, -100_000)
    page.wait_for_timeout(500)
    page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)


def seen_whole(page: Page, selector: str) -> None:
    """Scroll to each picture and wait until it is shown."""
    for picture in page.locator(selector).all():
        picture.scroll_into_view_if_needed()
        until(page, functools.partial(picture.evaluate, "image => image.complete && image.naturalWidth > 0"))


def listed(page: Page) -> list[str]:
    """The cases of the page of the queue that is open, in its order."""
    links = page.locator("td.case a").evaluate_all("all => all.map(link => link.getAttribute('href'))")
    return [re.findall(r"/cases/([0-9a-f]{64})", link)[0] for link in links]


def test_the_queue_shows_every_candidate_with_its_picture(page: Page, demo_run: DemoRun, complaints: list[str]) -> None:
    found: list[str] = []
    pictures = 0
    while True:
        found += listed(page)
        seen_whole(page, "td.thumbnail img")
        photograph(page, f"queue-{len(found)}")
        pictures += page.locator("td.thumbnail img").count()
        following = page.get_by_role("link", name="Next", exact=True)
        if not following.count():
            break
        following.click()
        page.wait_for_load_state()
    candidates = {candidate.candidate_id: candidate for candidate in demo_run.candidates.values()}
    assert sorted(found) == sorted(candidates)
    priorities = [candidates[candidate_id].priority for candidate_id in found]
    assert priorities == sorted(priorities, reverse=True)
    assert pictures == sum(candidate.creative_sha256 is not None for candidate in candidates.values())
    page.goto("/")
    assert page.get_by_text("Could not look:").is_visible()
    page.get_by_role("link", name="See what and why").click()
    assert page.get_by_text(WALLED_QUERY).is_visible()
    photograph(page, "not-looked-at")
    assert complaints == []


def test_every_case_can_be_read_and_leads_nowhere(page: Page, desk: Desk, demo_run: DemoRun) -> None:
    for ad_id, candidate in demo_run.candidates.items():
        page.goto(f"/cases/{candidate.candidate_id}")
        for axis in Axis:
            assert page.locator(f"#{axis.value}").is_visible()
        targets = page.locator("[href], [src], [action], [poster]").evaluate_all(
            "all => all.flatMap(e => ['href', 'src', 'action', 'poster'].map(n => e.getAttribute(n)).filter(Boolean))"
        )
        assert [t for t in targets if not t.startswith(("/", "#", f"{desk.addresses.media_origin}/"))] == []
        text = page.locator("main").inner_text()
        assert demo_run.ads[ad_id].source_ad_id.rsplit("/", 1)[-1] in text
        assert re.findall(r".{0,60}https?://.{0,40}", text) == []
        assert page.locator("video[autoplay]").count() == 0


def test_a_case_is_read_and_decided_and_the_next_one_opens(
    page: Page, desk: Desk, demo_run: DemoRun, complaints: list[str]
) -> None:
    first = next(iter(listed(page)))
    page.locator("td.case a").first.click()
    page.wait_for_url(f"**/cases/{first}*")
    look_at_the_player(page)
    assert page.locator(".finding").count() >= 4
    assert page.locator(".axes li").count() == len(Axis)
    assert page.locator(".hostile mark").count() >= 1
    assert "hxxp://" in page.locator(".chain").inner_text()
    seen_whole(page, ".screenshot img")
    seen_whole(page, ".face img")
    photograph(page, "case")
    decide(page, "Scam with a fabricated video", note="the mouth does not fit")
    page.wait_for_url(lambda url: "/cases/" in url and first not in url)
    second = re.findall(r"/cases/([0-9a-f]{64})", page.url)[0]
    assert second in {candidate.candidate_id for candidate in demo_run.candidates.values()}
    photograph(page, "next-case")
    decide(page, "Parody or satire")
    page.wait_for_url(lambda url: "/cases/" in url and second not in url)
    assert desk.decisions() == {
        first: ("confirmed", "CONFIRM_SCAM_DEEPFAKE", "the mouth does not fit"),
        second: ("rejected", "REJECT_PARODY_SATIRE", None),
    }
    page.goto("/?state=confirmed")
    assert listed(page) == [first]
    photograph(page, "confirmed")
    assert complaints == []


def look_at_the_player(page: Page) -> None:
    """The video waits, and a button with a time moves it there without playing it."""
    suspect = page.locator("#suspect")
    until(page, lambda: suspect.evaluate("video => video.readyState >= 1"))
    page.wait_for_timeout(1000)
    assert suspect.evaluate("video => video.paused && !video.autoplay && video.currentTime === 0")
    buttons = page.locator("button.seek[data-player=suspect]")
    wanted = buttons.evaluate_all("all => all.map(button => Number(button.dataset.seek))")
    number, moment = max(enumerate(wanted), key=lambda pair: pair[1])
    assert moment > 0
    buttons.nth(number).click()
    until(page, lambda: abs(suspect.evaluate("video => video.currentTime") - moment) < 0.2)
    assert suspect.evaluate("video => video.paused")


def decide(page: Page, reason: str, *, note: str = "") -> None:
    page.get_by_label(reason).check()
    page.get_by_label("Note").fill(note)
    page.get_by_role("button", name="Store the decision").click()
