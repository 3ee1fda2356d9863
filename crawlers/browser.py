"""Find Chromium and start it so that the egress proxy is its only way out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

import structlog
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from crawlers.errors import BrowserMissing

VARIABLE = "QALQAN_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    # Chromium resolves no name itself: names are for the proxy, which checks every address that it finds.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    # Loopback goes through the proxy too, whatever Playwright's environment says; a page must not reach our machine.
    "--proxy-bypass-list=<-loopback>",
    "--disable-quic",
    # STUN packets ignore proxies; this spelling was seen to send none.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    # No --disable-features here: the last one wins and Playwright's own list, which keeps http at http, would be lost.
)


def find_chromium(configured: str | None, *, environ: Mapping[str, str], bundled: Path | None = None) -> Path:
    """The Chromium to use: the configured one, ``$QALQAN_CHROMIUM``, one on the PATH, else Playwright's own.

    ``BrowserMissing`` when there is none, or when the one that was asked for by name is not there.
    """
    for asked, origin in ((configured, "the configuration"), (environ.get(VARIABLE), f"${VARIABLE}")):
        if asked:
            if not os.access(asked, os.X_OK):
                raise BrowserMissing(f"{origin} names {asked} as Chromium, which is not a program; correct it")
            return Path(asked)
    for name in _NAMES:
        if found := shutil.which(name, path=environ.get("PATH")):
            return Path(found)
    if bundled is not None and bundled.exists():
        return bundled
    raise BrowserMissing(
        f"no Chromium found on the PATH or among Playwright's browsers; install the package chromium, "
        f"run 'playwright install chromium', or set {VARIABLE} to its path"
    )


def require_chromium(configured: str | None) -> None:
    """Raise ``BrowserMissing`` now rather than in the middle of the work."""
    try:
        find_chromium(configured, environ=os.environ)
    except BrowserMissing:
        with sync_playwright() as playwright:
            find_chromium(configured, environ=os.environ, bundled=Path(playwright.chromium.executable_path))


class LazyBrowser:
    """A Chromium behind the proxy that starts at its first use and again after a crash, its own or that of Playwright's process,
    which does not survive every browser that is killed in the middle of a visit; closed on leaving."""

    def __init__(self, proxy_url: str, *, executable: str | None = None) -> None:
        self._proxy_url = proxy_url
        self._executable = executable
        self._stack = ExitStack()
        self._browser: Browser | None = None

    def __enter__(self) -> LazyBrowser:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def get(self) -> Browser:
        """The running browser; ``BrowserMissing`` when it cannot be started."""
        if self._browser is None or not _answers(self._browser):
            self._stop()
            playwright = self._stack.enter_context(sync_playwright())
            self._browser = launch(playwright, self._proxy_url, executable=self._executable)
        return self._browser

    def _stop(self) -> None:
        browser, self._browser = self._browser, None
        if browser is not None:
            with suppress(Error):  # whoever is gone need not be closed
                browser.close()
        self._stack.close()


def _answers(browser: Browser) -> bool:
    """Whether the browser does what it is told; ``is_connected`` does not notice that Playwright's process is gone."""
    try:
        browser.new_browser_cdp_session().detach()
    except Error:
        return False
    return True


NO_SANDBOX = (
    "Chromium starts only without its own sandbox here: allow user namespaces, or install the package chromium-sandbox"
)
LONGEST_TEMPORARY_FOLDER = 107 - len("/org.chromium.Chromium.XXXXXX/SingletonSocket")


def launch(playwright: Playwright, proxy_url: str, *, executable: str | None = None) -> Browser:
    """Start Chromium under an already started Playwright; the caller closes it."""
    program = find_chromium(executable, environ=os.environ, bundled=Path(playwright.chromium.executable_path))
    # Chromium's sandbox refuses to run as root. Elsewhere it is used, except where the system forbids it (user namespaces).
    choices = (False,) if os.geteuid() == 0 else (True, False)
    for sandbox in choices:
        try:
            browser = playwright.chromium.launch(
                executable_path=program,
                headless=True,
                chromium_sandbox=sandbox,
                proxy={"server": proxy_url},
                args=list(_FLAGS),
                env=dict(with_short_temporary_folder(scrubbed(os.environ))),
                timeout=60_000,
            )
        except Error as error:
            first_line = error.message.splitlines()[0] if error.message else "no reason given"
            failure = BrowserMissing(
                f"Chromium at {program} does not start ({first_line}); try it by hand or name another"
            )
            failure.__cause__ = error
            continue
        if not sandbox and len(choices) > 1:
            structlog.get_logger().warning(NO_SANDBOX, chromium=str(program))
        return browser
    raise failure


def scrubbed(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without proxies, exceptions to proxies, and Playwright's own switches."""
    return {
        name: value
        for name, value in environ.items()
        if not name.lower().endswith("_proxy") and not name.startswith("PLAYWRIGHT_")
    }


def with_short_temporary_folder(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with ``/tmp`` for temporary files where ``TMPDIR`` is so long that Chromium's socket in it could not be
    opened: the path of a Unix socket has at most 107 bytes."""
    folder = environ.get("TMPDIR", "")
    return {**environ, "TMPDIR": "/tmp"} if len(os.fsencode(folder)) > LONGEST_TEMPORARY_FOLDER else dict(environ)
