"""Rows of traits: the same in any order, remembered from run to run."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from evidence.errors import StoreUnavailable
from pipelines.trait_tables import (
    SHARDS,
    TRAIT_ROWS,
    forget,
    gathered,
    packed,
    remembered_ads,
    sharded,
    that_can_join,
    unpacked,
)
from pipelines.traits import AdTraits, Trait, TraitKind


def ad(name: str, *values: str, kind: TraitKind = TraitKind.DOMAIN, publisher: str = "p") -> AdTraits:
    sketch = b"\0" * 128 if kind is TraitKind.SCRIPT else None
    traits = tuple(Trait(kind=kind, value=value, shown=value, sketch=sketch) for value in values)
    return AdTraits(ad_id=name, publisher=publisher, traits=traits)


def tables(*ads: AdTraits) -> list[pa.Table]:
    return [table for _, table in sharded(ads)]


def names(table: pa.Table) -> list[tuple[str, str]]:
    return list(zip(table["value"].to_pylist(), table["ad_id"].to_pylist(), strict=True))


def test_a_trait_has_one_shard() -> None:
    ads = [ad(f"a{number}", *(f"v{number % 7}", f"w{number}")) for number in range(50)]
    together, apart = dict(sharded(ads)), [pair for one in ads for pair in sharded([one])]
    assert all(0 <= shard < SHARDS for shard in together)
    for shard, table in apart:
        assert set(names(table)) <= set(names(together[shard]))
    assert sum(len(table) for table in together.values()) == 100


def test_rows_arrive_as_they_were_packed() -> None:
    for rows in (TRAIT_ROWS.empty_table(), *tables(ad("a", "x", "y", kind=TraitKind.SCRIPT))):
        assert unpacked(packed(rows)).equals(rows)


def test_rows_are_distinct_and_in_order_whatever_comes_first(tmp_path: Path) -> None:
    parts = [*tables(ad("b", "x", publisher="q")), *tables(ad("a", "x", "y")), *tables(ad("b", "x", publisher="o"))]
    first = gathered(0, parts, tmp_path / "one", people=())
    assert first.equals(gathered(0, parts[::-1], tmp_path / "two", people=()))
    assert names(first) == [("x", "a"), ("x", "b"), ("y", "a")]
    assert first["publisher"].to_pylist() == ["p", "o", "p"]


def test_earlier_runs_are_remembered_and_to_repeat_one_changes_nothing(tmp_path: Path) -> None:
    gathered(3, tables(ad("a", "x")), tmp_path, people=())
    both = gathered(3, tables(ad("b", "x")), tmp_path, people=())
    assert names(both) == [("x", "a"), ("x", "b")]
    (path,) = tmp_path.rglob("*.parquet")
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    assert gathered(3, [], tmp_path, people=()).equals(both)
    assert gathered(3, tables(ad("a", "x")), tmp_path, people=()).equals(both)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert names(gathered(4, [], tmp_path, people=())) == []


def test_ads_are_forgotten_and_others_stay(tmp_path: Path) -> None:
    gathered(0, tables(ad("a", "x"), ad("b", "x")), tmp_path, people=())
    gathered(1, tables(ad("a", "y")), tmp_path, people=())
    forget(tmp_path, {"a", "unknown"})
    assert names(gathered(0, [], tmp_path, people=())) == [("x", "b")]
    assert names(gathered(1, [], tmp_path, people=())) == []
    forget(tmp_path / "nothing", {"a"})


def test_it_is_known_which_ads_are_remembered(tmp_path: Path) -> None:
    assert remembered_ads(tmp_path) == set()
    gathered(0, tables(ad("a", "x"), ad("b", "x")), tmp_path, people=())
    gathered(1, tables(ad("c", "y")), tmp_path, people=())
    assert remembered_ads(tmp_path) == {"a", "b", "c"}
    forget(tmp_path, {"b"})
    assert remembered_ads(tmp_path) == {"a", "c"}


def test_the_likeness_of_people_who_are_not_protected_any_more_is_forgotten(tmp_path: Path) -> None:
    rows = [*tables(ad("a", "aysel", "gulnar", kind=TraitKind.VOICE)), *tables(ad("a", "gulnar"))]
    assert names(gathered(0, rows, tmp_path, people={"aysel", "gulnar"})) == [
        ("gulnar", "a"), ("aysel", "a"), ("gulnar", "a"),
    ]  # fmt: skip
    assert names(gathered(0, [], tmp_path, people={"aysel"})) == [("gulnar", "a"), ("aysel", "a")]
    assert names(gathered(0, [], tmp_path, people={"aysel", "gulnar"})) == [("gulnar", "a"), ("aysel", "a")]


def test_damaged_memory_is_written_anew(tmp_path: Path) -> None:
    gathered(0, tables(ad("a", "x")), tmp_path, people=())
    (path,) = tmp_path.rglob("*.parquet")
    path.write_bytes(path.read_bytes()[:40])
    assert names(gathered(0, tables(ad("b", "x")), tmp_path, people=())) == [("x", "b")]
    assert names(gathered(0, [], tmp_path, people=())) == [("x", "b")]


def test_a_place_that_cannot_be_written_stops_the_job(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable):
        gathered(0, tables(ad("a", "x")), tmp_path / "file", people=())


def test_lone_traits_cannot_join_but_scripts_may(tmp_path: Path) -> None:
    rows = gathered(
        0, tables(ad("a", "x", "y"), ad("b", "x", "z"), ad("c", "s", kind=TraitKind.SCRIPT)), tmp_path, people=()
    )
    assert names(that_can_join(rows)) == [("x", "a"), ("x", "b"), ("s", "c")]
    assert len(that_can_join(TRAIT_ROWS.empty_table())) == 0
