"""What lists and registrations say about an ad's domains, and that being on none of them means nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from detectors.domain_record import STALE_DAYS, YOUNG_DAYS, DomainRecord
from detectors.records import Bearing, Finding
from detectors.subject import LandingPage
from tests.detectors.subjects import by_claim, landing, subject
from tests.factories import AT, make_ad


def examine(detector: DomainRecord, *pages: LandingPage, link: str = "http://evil.example/") -> dict[str, Finding]:
    ad = make_ad(link_url=link, page_name="Neft Qazanc Ltd", observed_at=AT)
    return by_claim(list(detector.examine(subject(ad, *pages))))


def listed(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "warnings.csv"
    path.write_text("\n".join(["Entity Name,Date,Domain,Content", *rows]))
    return path


def registered(tmp_path: Path, days_before: int) -> Path:
    path = tmp_path / "rdap.jsonl"
    path.write_text(f'{{"domain": "evil.example", "created": "{(AT - timedelta(days=days_before)).isoformat()}"}}\n')
    return path


def test_a_listed_domain_and_a_listed_name(tmp_path: Path) -> None:
    day = (AT - timedelta(days=3)).date().isoformat()
    found = examine(DomainRecord.of([listed(tmp_path, f"Neft Qazanc Ltd,{day},evil.example,")]))
    assert found["domain_listed"].bearing is Bearing.SUPPORTS
    assert f"since {day}" in found["domain_listed"].observation
    assert "evil[.]example" in found["domain_listed"].observation
    assert found["domain_listed"].model_sha256 is not None
    assert found["firm_listed"].bearing is Bearing.INCONCLUSIVE
    assert any(day in limit for limit in found["domain_listed"].quality_limits)


def test_a_hop_on_the_way_is_looked_up_too(tmp_path: Path) -> None:
    page = landing("", "", url="http://last.example/", redirect_chain=("http://evil.example/go",))
    detector = DomainRecord.of([listed(tmp_path, "X,2026-01-01,evil.example,")])
    assert "domain_listed" in examine(detector, page, link="http://first.example/")


def test_an_old_list_says_how_old_it_is(tmp_path: Path) -> None:
    day = (AT - timedelta(days=STALE_DAYS + 5)).date().isoformat()
    found = examine(DomainRecord.of([listed(tmp_path, f"X,{day},evil.example,")]))
    assert any(f"{STALE_DAYS + 5} days older" in limit for limit in found["domain_listed"].quality_limits)


def test_a_domain_in_the_words_of_a_warning_may_be_the_victims(tmp_path: Path) -> None:
    found = examine(
        DomainRecord.of([listed(tmp_path, "X,2026-01-01,,They copied www.honest.com")]), link="http://honest.com/"
    )
    assert found["domain_listed"].bearing is Bearing.INCONCLUSIVE


def test_on_no_list_means_nothing_and_says_where_was_searched(tmp_path: Path) -> None:
    detector = DomainRecord.of([listed(tmp_path, "X,2026-01-01,socar.az,")], registered(tmp_path, 10))
    found = examine(detector)
    assert "domain_listed" not in found
    absent = found["domain_not_listed"]
    assert absent.bearing is Bearing.INCONCLUSIVE
    assert "evil[.]example" in absent.observation
    assert "warnings.csv (of 2026-01-01)" in absent.observation
    assert "That means nothing" in absent.observation
    assert "domain_not_listed" not in examine(DomainRecord.of([listed(tmp_path, "X,2026-01-01,evil.example,")]))


def test_official_domains_are_not_asked_about(tmp_path: Path) -> None:
    detector = DomainRecord.of([listed(tmp_path, "X,2026-01-01,socar.az,")], registered(tmp_path, 10))
    found = examine(detector, link="https://socar.az/")
    assert set(found) == {"domain_not_looked_up"}
    assert "nowhere but to domains of the watchlist's brands" in found["domain_not_looked_up"].observation
    nowhere = by_claim(list(detector.examine(subject(make_ad(link_url=None)))))
    assert "leads to no address" in nowhere["domain_not_looked_up"].observation


@pytest.mark.parametrize(
    ("days", "claim", "bearing"),
    [
        (5, "young_domain", Bearing.SUPPORTS),
        (YOUNG_DAYS + 1, "domain_age", Bearing.INCONCLUSIVE),
        (-3, "domain_age", Bearing.INCONCLUSIVE),
    ],
)
def test_the_age_of_a_domain(tmp_path: Path, days: int, claim: str, bearing: Bearing) -> None:
    found = examine(DomainRecord.of([], registered(tmp_path, days)))
    assert found[claim].bearing is bearing
    assert found[claim].measurement == days


def test_an_age_that_nobody_knows_is_said(tmp_path: Path) -> None:
    found = examine(DomainRecord.of([], registered(tmp_path, 5)), link="http://other.example/")
    assert "Cannot tell the age of other[.]example" in found["domain_age"].observation


def test_without_files_it_says_that_it_could_not_look() -> None:
    found = examine(DomainRecord())
    assert set(found) == {"domain_not_looked_up"}
    assert "ages were not looked up" in found["domain_not_looked_up"].observation
