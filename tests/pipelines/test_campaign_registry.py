"""Campaigns keep their names while they grow, merge and part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from evidence.errors import StoreUnavailable
from pipelines.campaign_records import Campaign
from pipelines.campaign_registry import CampaignRegistry, named, remembered
from pipelines.campaigns import Group
from tests.factories import AT


def groups(*members: str) -> list[Group]:
    """``groups("abc", "xy")``: ads a, b, c together, and x and y."""
    return [Group(ad_ids=tuple(sorted(ads)), pages=1) for ads in sorted(members)]


class Runs:
    """Runs one after the other, a day between them, with what the registry remembers."""

    def __init__(self) -> None:
        self.known: Sequence[Campaign] = ()
        self.now = AT

    def run(self, *members: str) -> dict[str, Campaign]:
        """By their ads."""
        found = named(groups(*members), self.known, now=self.now)
        self.known = remembered(found, self.known)
        self.now += timedelta(days=1)
        return {"".join(one.ad_ids): one for one in found}


def test_growth_and_repetition_keep_the_id() -> None:
    runs = Runs()
    first = runs.run("ab", "xy")
    assert len({one.campaign_id for one in first.values()}) == 2
    assert {one.campaign_id for one in runs.run("ab", "xy").values()} == {one.campaign_id for one in first.values()}
    grown = runs.run("0abcdefgh", "xyz")
    assert grown["0abcdefgh"].campaign_id == first["ab"].campaign_id
    assert grown["xyz"].campaign_id == first["xy"].campaign_id
    assert grown["xyz"].known_since == AT
    assert grown["xyz"].aliases == ()


def test_the_older_of_two_that_merge_survives_even_if_it_is_smaller() -> None:
    runs = Runs()
    old = runs.run("xy")["xy"]
    young = runs.run("xy", "abcde")["abcde"]
    both = runs.run("abcdexy")["abcdexy"]
    assert (both.campaign_id, both.aliases, both.known_since) == (
        old.campaign_id,
        (young.campaign_id,),
        old.known_since,
    )


def test_of_equally_old_ones_the_larger_survives_and_aliases_stay() -> None:
    runs = Runs()
    first = runs.run("ab", "xyz", "mn")
    two = runs.run("abxyz", "mn")["abxyz"]
    assert two.campaign_id == first["xyz"].campaign_id
    three = runs.run("abmnxyz")["abmnxyz"]
    assert three.campaign_id == two.campaign_id
    assert set(three.aliases) == {first["ab"].campaign_id, first["mn"].campaign_id}
    assert runs.run("abmnxyz")["abmnxyz"] == three


def test_of_equally_old_ones_the_larger_survives_whatever_their_ids() -> None:
    for large, small in [("abc", "xy"), ("bcd", "xy"), ("cde", "wx"), ("def", "vw"), ("efg", "uv"), ("fgh", "tu")]:
        runs = Runs()
        first = runs.run(large, small)
        assert runs.run(large + small)[large + small].campaign_id == first[large].campaign_id


def test_of_two_parts_the_larger_keeps_the_id_and_the_other_says_whence_it_came() -> None:
    runs = Runs()
    whole = runs.run("abcde")["abcde"]
    parts = runs.run("ab", "cde")
    assert parts["cde"].campaign_id == whole.campaign_id
    assert parts["ab"].campaign_id != whole.campaign_id
    assert parts["ab"].split_from == whole.campaign_id
    assert parts["cde"].split_from is None
    again = runs.run("abcde")["abcde"]
    assert (again.campaign_id, again.aliases) == (whole.campaign_id, (parts["ab"].campaign_id,))


def test_of_two_equal_parts_that_with_the_first_ad_keeps_the_id() -> None:
    runs = Runs()
    whole = runs.run("abcd")["abcd"]
    assert runs.run("cd", "ab")["ab"].campaign_id == whole.campaign_id


def test_a_name_is_never_given_twice() -> None:
    runs = Runs()
    first = runs.run("ab")["ab"]
    runs.run("abcdef")
    # The larger part goes on under the name; the other is what once was named so
    parts = runs.run("ab", "cdef")
    assert parts["cdef"].campaign_id == first.campaign_id
    assert parts["ab"].campaign_id != first.campaign_id


def test_a_campaign_that_fell_apart_comes_back_under_its_name() -> None:
    runs = Runs()
    first = runs.run("abc")["abc"]
    assert runs.run() == {}
    assert runs.run("ab")["ab"].campaign_id == first.campaign_id


def test_the_order_of_what_is_known_and_found_changes_nothing() -> None:
    known = named(groups("ab", "cd", "ef", "gh"), (), now=AT)
    found = groups("abef", "cdgh", "xy")
    results = {repr(named(found, order, now=AT)) for order in permutations(known)}
    assert len(results) == 1
    found += groups("i", "j")
    known += named(groups("ij"), (), now=AT)
    assert len({repr(named(order, known, now=AT)) for order in permutations(found)}) == 1


def test_the_registry_reads_what_it_wrote(tmp_path: Path) -> None:
    registry = CampaignRegistry(tmp_path / "campaigns")
    assert registry.read() == []
    campaigns = named(groups("ab", "xy"), (), now=AT)
    registry.write(campaigns)
    assert registry.read() == campaigns
    (path,) = tmp_path.rglob("*.parquet")
    before = path.read_bytes()
    registry.write(reversed(campaigns))
    assert path.read_bytes() == before


def test_a_damaged_registry_is_not_begun_anew_unnoticed(tmp_path: Path) -> None:
    registry = CampaignRegistry(tmp_path)
    registry.write(named(groups("ab"), (), now=AT))
    (path,) = tmp_path.glob("*.parquet")
    path.write_bytes(b"PAR1 broken")
    with pytest.raises(StoreUnavailable, match="put back a copy"):
        registry.read()


def test_forgotten_ads_leave_the_ids_as_they_are(tmp_path: Path) -> None:
    registry, runs = CampaignRegistry(tmp_path), Runs()
    first = runs.run("abc", "xy")
    registry.write(runs.known)
    registry.forget({"a", "x", "y", "unknown"})
    assert registry.ads() == {"b", "c"}
    runs.known = registry.read()
    grown = runs.run("bcd")["bcd"]
    assert grown.campaign_id == first["abc"].campaign_id
    assert runs.run("bcd", "xy")["xy"].campaign_id != first["xy"].campaign_id
    assert {first["abc"].campaign_id, first["xy"].campaign_id} < {one.campaign_id for one in runs.known}
    CampaignRegistry(tmp_path / "nothing").forget({"a"})
    assert not (tmp_path / "nothing").exists()
