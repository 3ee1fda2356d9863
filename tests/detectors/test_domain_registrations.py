"""RDAP and WHOIS answers in one file; what is no answer is counted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from detectors.domain_registrations import read_registrations

RDAP = {
    "ldhName": "EVIL.example.",
    "events": [
        {"eventAction": "last changed", "eventDate": "2026-11-02T00:00:00Z"},
        {"eventAction": "registration", "eventDate": "2026-11-01T10:00:00Z"},
    ],
}


def test_both_kinds_of_answers(tmp_path: Path) -> None:
    path = tmp_path / "rdap.jsonl"
    whois = {"domain_name": ["old.example"], "creation_date": ["2011-05-06 07:08:09", "2012-01-01"]}
    lines = [json.dumps(RDAP), json.dumps(whois), "{", "7", '{"ldhName": "x.example", "events": [null]}', ""]
    path.write_text("\n".join(lines))
    read = read_registrations(path)
    assert read.registered == {
        "evil.example": datetime(2026, 11, 1, 10, tzinfo=UTC),
        "old.example": datetime(2011, 5, 6, 7, 8, 9, tzinfo=UTC),
    }
    assert read.unread == 3


def test_of_two_answers_the_earlier_holds(tmp_path: Path) -> None:
    path = tmp_path / "rdap.jsonl"
    later, earlier = (
        '{"domain": "a.example", "created": "2026-01-02"}',
        '{"domain": "a.example", "created": "2025-01-02"}',
    )
    path.write_text(f"{earlier}\n{later}\n{later}")
    assert read_registrations(path).registered["a.example"].year == 2025


def test_a_file_without_answers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rdap.jsonl"
    path.write_text("no\nanswers")
    with pytest.raises(ValueError, match="holds no RDAP"):
        read_registrations(path)
