"""What shows, in a page's addresses and scripts, that its visitors are sorted. It is here because the crawl, which then visits
a second time, and the detectors, which say so, look for the same and do not know each other."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST_SCRIPT = 200_000
LONGEST_HTML = 2_000_000
_MOST_SCRIPTS = 500
_MARKS = re.compile(
    r"[?&](?:sub_?id(?:_?\d{1,2})?|cep|rtkcid|lpkey|clickid)=|/click_api/v3|/cf/click|/click\.php\?(?:key|lp)=|_update_tokens"
)
"""Parameters and paths of the tools that buy traffic and show some visitors another page (Keitaro, Binom, Voluum, RedTrack)."""

_LOOKS_AT_VISITOR = re.compile(
    r"navigator\.(?:userAgent|webdriver|languages?)|timeZone\b|\bFBA[NV]\b|document\.referrer|\b(?:fb|tt|g)clid\b"
)
_SENDS_ELSEWHERE = re.compile(r"\blocation\.(?:replace|assign)\(|\blocation(?:\.href)?\s?=[^=]")


def marked_address(urls: Iterable[str]) -> str | None:
    """The first of the addresses that has the marks of a tool that sorts visitors."""
    return next((url for url in urls if _MARKS.search(url)), None)


def sorts_visitors(script: str) -> bool:
    """Whether a script looks at who visits (browser, time zone, advertising mark) and can send the visitor elsewhere."""
    return bool(_LOOKS_AT_VISITOR.search(script) and _SENDS_ELSEWHERE.search(script))


def page_sorts_visitors(html: str) -> bool:
    """Whether one script within the first ``LONGEST_HTML`` characters of the page does. The page is not parsed."""
    at = 0
    for _ in range(_MOST_SCRIPTS):
        at = html.find("<script", at, LONGEST_HTML)
        if at < 0:
            return False
        end = html.find("</script", at, LONGEST_HTML)
        end = end if end >= 0 else LONGEST_HTML
        if sorts_visitors(html[at : min(end, at + LONGEST_SCRIPT)]):
            return True
        at = end
    return False
