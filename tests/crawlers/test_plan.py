from __future__ import annotations

from dataclasses import replace

from crawlers.egress import EgressPolicy
from crawlers.plan import CrawlPlan, SecondVisit
from crawlers.sources import SourcePlan

PLAN = CrawlPlan(
    sources=(SourcePlan(source="telegram_preview", queries=("a", "b")),),
    egress=EgressPolicy(),
    legal_decision="test",
)


def test_the_fingerprint_follows_what_is_asked_and_nothing_else() -> None:
    assert replace(PLAN, delay_s=9.0, legal_decision="other").fingerprint == PLAN.fingerprint
    assert replace(PLAN, landing=False).fingerprint != PLAN.fingerprint
    assert replace(PLAN, second_visit=SecondVisit.ALWAYS).fingerprint != PLAN.fingerprint
    other = (SourcePlan(source="telegram_preview", queries=("a",)),)
    assert replace(PLAN, sources=other).fingerprint != PLAN.fingerprint


def test_a_crawl_that_began_before_second_visits_goes_on() -> None:
    assert PLAN.second_visit is SecondVisit.MARKED
    assert PLAN.fingerprint == "0fff2282bd08aeb0ecb998d1bd31c2e1eafdf83996cb5ce26dd355f425969c3f"
