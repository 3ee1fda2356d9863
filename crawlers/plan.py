"""What one crawl is to do, and what it gave."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from crawlers.egress import EgressPolicy
from crawlers.fetch import FetchLimits
from crawlers.landing import LandingLimits
from crawlers.records import QueryTally
from crawlers.sources import SourcePlan
from crawlers.video import VideoLimits
from evidence.records import Ad, Capture
from evidence.tables import to_row


class SecondVisit(StrEnum):
    """Which landing pages are visited a second time, as another visitor."""

    NEVER = "never"
    MARKED = "marked"
    """Those that show the marks of sorting their visitors, in an address on the way or in a script."""
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlPlan:
    """Everything that a crawl needs to know. ``legal_decision`` is the operator's own words on why public pages may be read by
    machine; a crawl of such pages without it is refused. ``delay_s`` is the pause between two requests to one host.
    """

    sources: tuple[SourcePlan, ...]
    egress: EgressPolicy
    legal_decision: str
    landing: bool = True
    second_visit: SecondVisit = SecondVisit.MARKED
    delay_s: float = 1.0
    max_media_per_ad: int = 10
    fetch_limits: FetchLimits = field(default_factory=FetchLimits)
    landing_limits: LandingLimits = field(default_factory=LandingLimits)
    video_limits: VideoLimits = field(default_factory=VideoLimits)
    http_user_agent: str = "Mozilla/5.0 (compatible; Qalqan; ad monitoring)"
    browser_user_agent: str | None = None
    """None leaves Chromium at its own name."""
    chromium: str | None = None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what is asked of whom: a crawl is resumed only by the plan that began it."""
        asked = {"sources": [to_row(source) for source in self.sources], "landing": self.landing}
        if self.second_visit is not SecondVisit.MARKED:  # crawls that began before there was a choice go on
            asked["second_visit"] = self.second_visit
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlResult:
    """What a crawl gave, in the order in which it is written to disk. ``new_ads`` of them were captured by this very run;
    ``problems`` are sentences on single ads that could not be read or kept."""

    directory: Path
    ads: tuple[Ad, ...]
    captures: tuple[Capture, ...]
    tallies: tuple[QueryTally, ...]
    problems: tuple[str, ...]
    new_ads: int
    finished_before: bool
