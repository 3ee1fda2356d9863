"""Identifiers are derived from content, and records cannot be changed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.records import content_id
from tests.factories import make_ad, make_capture

PARTS = st.lists(st.text(), max_size=4).map(tuple)


@given(one=PARTS, other=PARTS)
def test_different_parts_have_different_ids(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (content_id(*one) == content_id(*other)) == (one == other)


def test_parts_do_not_run_into_each_other() -> None:
    assert content_id("ab", "c") != content_id("a", "bc") != content_id("abc")


def test_the_same_ad_has_the_same_id_whatever_else_it_says() -> None:
    assert make_ad(title="one").ad_id == make_ad(title="two").ad_id
    assert make_ad(source_ad_id="1").ad_id != make_ad(source_ad_id="2").ad_id


def test_one_capture_per_thing() -> None:
    assert make_capture(status=200).capture_id == make_capture(status=404).capture_id


def test_records_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        make_ad().title = "changed"  # type: ignore[misc]
