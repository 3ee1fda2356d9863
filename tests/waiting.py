"""Waiting in a browser whose page allows no evaluation of strings, as ``wait_for_function`` would need for a second look."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page

LOOK_EVERY_MS = 50


def until(page: Page, true: Callable[[], bool], *, within_s: float = 20.0) -> None:
    """Ask again and again until it is so. Raises ``AssertionError`` after ``within_s``."""
    ends = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < ends, f"still not so after {within_s:g} s"
        page.wait_for_timeout(LOOK_EVERY_MS)
