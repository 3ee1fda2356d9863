"""Order, filters, pages and coverage of the queue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, sha
from tests.triage.conftest import load
from tests.triage.small_screen import write_small_screen
from triage.database import open_database
from triage.decisions import decide
from triage.models import CaseRow
from triage.queue import PAGE_CASES, QueueFilter, choices, coverage, gaps, next_case, queue_page

PLAIN = 420


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    small = write_small_screen(tmp_path_factory.mktemp("queue"), more=PLAIN)
    load(small, now=AT)
    engine = open_database(small.database_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_every_case_is_on_exactly_one_page_in_order(session: Session) -> None:
    first = queue_page(session, QueueFilter())
    assert first.total == PLAIN + 3
    assert first.pages == -(-first.total // PAGE_CASES)
    seen = [row for page in range(1, first.pages + 1) for row in queue_page(session, QueueFilter(page=page)).cases]
    assert len({row.candidate_id for row in seen}) == first.total
    assert [row.priority for row in seen] == sorted((row.priority for row in seen), reverse=True)


def test_a_page_beyond_the_end_is_the_last(session: Session) -> None:
    last = queue_page(session, QueueFilter(page=999))
    assert last.filter.page == last.pages


@pytest.mark.parametrize(
    ("wanted", "total"),
    [
        (QueueFilter(person="gulnar-sadiqova"), 1),
        (QueueFilter(brand="kazmunaygas"), 1),
        (QueueFilter(language="ru"), 1),
        (QueueFilter(language="kk"), 1),
        (QueueFilter(source="telegram_preview", language="ru"), 1),
        (QueueFilter(source="telegram_preview", language="kk"), 0),
        (QueueFilter(state="confirmed"), 0),
        (QueueFilter(person="' or 1=1 --"), 0),
        (QueueFilter(campaign=sha("campaign")), 2),
        (QueueFilter(campaign=sha("merged")), 2),
        (QueueFilter(campaign=sha("without cases")), 0),
        (QueueFilter(group="campaign"), PLAIN + 2),
        (QueueFilter(group="campaign", campaign=sha("campaign")), 1),
        (QueueFilter(group="campaign", language="ru", campaign=sha("campaign")), 1),
    ],
)
def test_filters(session: Session, wanted: QueueFilter, total: int) -> None:
    assert queue_page(session, wanted).total == total


def test_a_request_that_makes_no_sense_is_the_usual_filter() -> None:
    for query in (
        {"page": "-1", "state": "x"},
        {"page": "٣"},
        {"language": "<b>"},
        {"page": "99999999"},
        {"person": ""},
        {"campaign": "x", "group": "person"},
    ):
        assert QueueFilter.of(query) == QueueFilter()
    wanted = QueueFilter.of({"person": "a&b", "state": "any", "page": "2"})
    assert wanted.query() == "?person=a%26b&state=any&page=2"
    assert wanted.query(page=1) == "?person=a%26b&state=any"


def test_the_next_case_is_the_next_in_order_and_wraps(session: Session) -> None:
    order = [row.candidate_id for page in range(1, 10) for row in queue_page(session, QueueFilter(page=page)).cases]
    here, rounds = session.get_one(CaseRow, order[0]), [order[0]]
    for _ in range(60):
        following = next_case(session, here, QueueFilter())
        assert following is not None
        rounds.append(following)
        here = session.get_one(CaseRow, following)
    assert rounds == order[:61]
    last = session.get_one(CaseRow, order[-1])
    assert next_case(session, last, QueueFilter()) == order[0]
    assert next_case(session, last, QueueFilter(language="en", person="nobody")) is None


def test_of_each_campaign_the_most_urgent_case_is_shown(session: Session) -> None:
    grouped = QueueFilter(group="campaign")
    head, following = queue_page(session, grouped).cases[:2]
    both = queue_page(session, QueueFilter(campaign=sha("campaign"))).cases
    assert head == both[0]
    assert following not in both
    assert next_case(session, head, grouped) == following.candidate_id
    decide(session, head.candidate_id, reviewer="leyla", reason="CONFIRM_SCAM_DEEPFAKE", note=None, now=AT)
    assert queue_page(session, grouped).cases[0] == both[1]
    session.rollback()


def test_decided_cases_leave_the_queue(session: Session) -> None:
    first = queue_page(session, QueueFilter()).cases[0]
    decide(session, first.candidate_id, reviewer="leyla", reason="REJECT_DUPLICATE", note=None, now=AT)
    assert queue_page(session, QueueFilter()).total == PLAIN + 2
    assert choices(session).states == {"open": PLAIN + 2, "confirmed": 0, "rejected": 1, "deferred": 0}
    session.rollback()


def test_choices_and_coverage(session: Session) -> None:
    offered = choices(session)
    assert offered.persons == ("aysel-quliyeva", "gulnar-sadiqova")
    assert set(offered.languages) == {"az", "kk", "ru"}
    covered = coverage(session)
    assert (covered.ads, covered.flagged, covered.runs) == (PLAIN + 23, PLAIN + 3, 1)
    assert dict(covered.gaps)["queries not looked at"] == 1
    assert len(gaps(session)) == 4


def test_an_empty_database_covers_nothing(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with Session(engine) as session:
        assert queue_page(session, QueueFilter()).pages == 1
        assert coverage(session).runs == 0
    engine.dispose()
