"""What is logged, and that the counters stop at their limits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawlers.egress_log import Budget, EgressLog, Exchange, Meter, Verdict
from crawlers.egress_policy import EgressPolicy
from crawlers.errors import EgressCut
from tests.factories import AT


def test_lines_hold_no_query_and_stay_lines(tmp_path: Path) -> None:
    log = EgressLog(tmp_path / "deep" / "egress.jsonl")
    log.write(Exchange(at=AT, method="GET", host="a.example", port=80, path="/p?access_token=s3cret"), seconds=0.12345)
    log.write(Exchange(at=AT, method="GET", verdict=Verdict.REFUSED, reason="evil\n{}\u2028"), seconds=1)
    log.close()
    raw = (tmp_path / "deep" / "egress.jsonl").read_text()
    first, second = (json.loads(line) for line in raw.splitlines())
    assert "s3cret" not in raw
    assert (first["path"], first["verdict"], first["seconds"], first["at"]) == ("/p", "allowed", 0.123, AT.isoformat())
    assert (second["reason"], second["verdict"], second["path"]) == ("evil\n{}\u2028", "refused", None)


def test_an_earlier_log_is_continued(tmp_path: Path) -> None:
    for _ in range(2):
        log = EgressLog(tmp_path / "egress.jsonl")
        log.write(Exchange(at=AT, method="GET"), seconds=0)
        log.close()
    assert len((tmp_path / "egress.jsonl").read_text().splitlines()) == 2


def test_a_full_disk_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "egress.jsonl").symlink_to("/dev/full")
    log = EgressLog(tmp_path / "egress.jsonl")
    with pytest.raises(OSError, match="No space left"):
        log.write(Exchange(at=AT, method="GET"), seconds=0)
    log.close()


def test_meters_stop_at_their_limits() -> None:
    policy = EgressPolicy(max_response_bytes=10, max_request_bytes=5, max_total_bytes=20)
    budget = Budget(policy.max_total_bytes)
    exchange = Exchange(at=AT, method="GET")
    meter = Meter(exchange, budget, policy)
    meter.received(10)
    meter.sent(5)
    assert (exchange.bytes_in, exchange.bytes_out, budget.spent) == (10, 5, 15)
    with pytest.raises(EgressCut, match="answer is larger than 10"):
        meter.received(1)
    with pytest.raises(EgressCut, match="request is larger than 5"):
        meter.sent(1)
    other = Meter(Exchange(at=AT, method="GET"), budget, policy)
    with pytest.raises(EgressCut, match="used up its 20 bytes"):
        other.received(9)
    assert budget.exhausted
