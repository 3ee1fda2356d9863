"""Rows come out of any form of list; damage is counted."""

from __future__ import annotations

from datetime import date

import pytest

from detectors.feed_rows import Damage, Entry, entries


def rows(text: str) -> tuple[list[Entry], int]:
    damage = Damage()
    return list(entries(text, damage)), damage.rows


def test_a_row_of_a_table() -> None:
    [row], bad = rows("Entity Name,Date,Content,nca_name\nNeft Ltd,3/11/2026,see a.example,FMA\n")
    assert row == Entry(
        addresses=(), prose=("see a.example",), firms=("Neft Ltd",), since=date(2026, 11, 3), by="FMA", ended=False
    )
    assert bad == 0


def test_a_row_of_json_with_lists() -> None:
    [row], _ = rows('[{"fqdn": "a.example", "other_urls": ["b.example", null, 7], "DeleteDate": "2026-01-01"}]')
    assert row.addresses == ("a.example", "b.example")
    assert row.ended


@pytest.mark.parametrize(
    "text", ["domain,date\n" + '"' * 100_001, '{"domain": ' * 20_000, "[" * 100_000, "\r\n\r" * 10_000]
)
def test_a_hostile_list_ends(text: str) -> None:
    found, _ = rows(text)
    assert len(found) <= 20_000
