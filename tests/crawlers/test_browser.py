from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawlers.browser import LazyBrowser, find_chromium, scrubbed
from crawlers.errors import BrowserMissing
from crawlers.landing import LandingLimits, capture_landing
from evidence.records import Outcome
from tests.fakes.world import Looking


def program(directory: Path, name: str) -> Path:
    path = directory / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_configured_program_comes_before_the_variable_before_the_path(tmp_path: Path) -> None:
    mine, other, found = (program(tmp_path, name) for name in ("mine", "other", "chromium-browser"))
    environ = {"QALQAN_CHROMIUM": str(other), "PATH": str(tmp_path)}
    assert find_chromium(str(mine), environ=environ) == mine
    assert find_chromium(None, environ=environ) == other
    assert find_chromium(None, environ={"PATH": str(tmp_path)}) == found


def test_playwrights_own_is_the_last_resort(tmp_path: Path) -> None:
    own = program(tmp_path, "chrome")
    assert find_chromium(None, environ={"PATH": ""}, bundled=own) == own


def test_no_chromium_is_one_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BrowserMissing, match="install the package chromium"):
        find_chromium(None, environ={"PATH": str(tmp_path)}, bundled=tmp_path / "absent")
    with pytest.raises(BrowserMissing, match=r"\$QALQAN_CHROMIUM names /absent"):
        find_chromium(None, environ={"QALQAN_CHROMIUM": "/absent"})


def test_the_environment_is_scrubbed() -> None:
    environ = {
        "NO_PROXY": "*",
        "http_proxy": "x",
        "PLAYWRIGHT_DISABLE_FORCED_CHROMIUM_PROXIED_LOOPBACK": "1",
        "HOME": "/h",
    }
    assert scrubbed(environ) == {"HOME": "/h"}


def test_a_program_that_does_not_start_is_one_sentence(tmp_path: Path) -> None:
    broken = program(tmp_path, "broken")
    with (
        LazyBrowser("http://127.0.0.1:9", executable=str(broken)) as browser,
        pytest.raises(BrowserMissing, match="does not start"),
    ):
        browser.get()


def test_everything_goes_through_the_proxy_even_loopback(looking: Looking) -> None:
    """Asked without the proxy this address would be answered; http stays http; the fake is reached by its invented name."""
    page = looking.browser.get().new_page()
    direct = page.goto(f"http://{looking.world.pages.address}/plain")
    assert direct is not None
    assert direct.headers.get("x-qalqan-egress") == "refused"
    named = page.goto("http://offer.example/plain")
    assert named is not None
    assert named.ok
    assert page.url == "http://offer.example/plain"
    page.close()


def test_a_browser_that_died_is_started_again(looking: Looking) -> None:
    first = looking.browser.get()
    assert looking.browser.get() is first
    first.close()
    assert looking.browser.get().is_connected()


def test_playwrights_own_process_may_die_too(looking: Looking) -> None:
    """A browser that is killed while a visit is recorded takes it along. The next page finds another, and so does the crawl."""
    looking.browser.get()
    kill_playwright()
    again = looking.browser.get()
    kill_playwright()
    landed = capture_landing(
        "http://offer.example/plain", browser=again, proxy_url=looking.proxy_url, limits=LandingLimits()
    )
    assert landed.outcome is Outcome.FAILED
    assert landed.reason is not None
    assert "gave up" in landed.reason
    landed = capture_landing(
        "http://offer.example/plain", browser=looking.browser.get(), proxy_url=looking.proxy_url, limits=LandingLimits()
    )
    assert landed.outcome is Outcome.CAPTURED


def kill_playwright() -> None:
    """Kill the process through which Playwright speaks to browsers, and wait until it is gone."""
    children = Path("/proc/self/task").glob("*/children")
    own = [
        pid
        for path in children
        for pid in path.read_text().split()
        if "run-driver" in _read(Path("/proc", pid, "cmdline"))
    ]
    (driver,) = own
    os.kill(int(driver), signal.SIGKILL)
    while _read(Path("/proc", driver, "cmdline")):
        time.sleep(0.01)


def test_the_sandbox_is_off_only_for_root(looking: Looking) -> None:
    arguments = Path("/proc").glob("[0-9]*/cmdline")
    own = [text for path in arguments if (text := _read(path)) and looking.proxy_url in text and "--type=" not in text]
    assert own or not Path("/proc/self").exists()
    if os.geteuid() == 0:
        assert all("--no-sandbox" in text for text in own)
    elif not all("--no-sandbox" not in text for text in own):
        pytest.skip("this system lets Chromium start only without its own sandbox (no user namespaces)")


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""


def test_a_long_folder_for_temporary_files_does_not_keep_it_from_starting(tmp_path: Path) -> None:
    folder = tmp_path / ("long-" * 20)
    folder.mkdir()
    code = "from crawlers.browser import LazyBrowser\nwith LazyBrowser('http://127.0.0.1:9') as b: print(b.get().is_connected())"
    environ = {**os.environ, "TMPDIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environ)
    assert done.stdout == "True\n", done.stderr
