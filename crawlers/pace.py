"""Human pace: a delay between two requests to one host."""

from __future__ import annotations

from collections.abc import Callable

from crawlers.addresses import host_of


class Pace:
    """Waits so that two requests to one host are at least ``delay_s`` apart; times are seconds of ``now``."""

    def __init__(self, delay_s: float, *, now: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._delay_s = delay_s
        self._now = now
        self._sleep = sleep
        self._last: dict[str, float] = {}

    def before(self, url: str) -> None:
        """Wait until ``url`` may be asked for."""
        host = host_of(url) or ""
        if host in self._last:
            left_s = self._last[host] + self._delay_s - self._now()
            if left_s > 0:
                self._sleep(left_s)
        self._last[host] = self._now()
