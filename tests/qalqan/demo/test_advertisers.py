"""Advertisers are told apart by their page ids."""

from __future__ import annotations

from qalqan.demo import advertisers
from qalqan.demo.advertisers import Advertiser


def test_page_ids_and_names_are_distinct() -> None:
    everybody = [value for value in vars(advertisers).values() if isinstance(value, Advertiser)]
    assert len({one.page_id for one in everybody}) == len({one.name for one in everybody}) == len(everybody)
