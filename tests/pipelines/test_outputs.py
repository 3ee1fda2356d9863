"""Shards become one sorted file per dataset."""

from __future__ import annotations

from pathlib import Path

from evidence.tables import read_records, write_records
from pipelines.outputs import DATASETS, settle
from pipelines.records import CANDIDATE_SCHEMA, Candidate
from tests.factories import make_ad, make_candidate


def test_shards_are_merged_sorted_and_freed_of_repeats(tmp_path: Path) -> None:
    low = make_candidate(priority=10)
    high = make_candidate(ad_id=make_ad(source_ad_id="2").ad_id, priority=90)
    write_records(tmp_path / "s" / "candidates-00000-of-00002.parquet", [low], CANDIDATE_SCHEMA)
    write_records(tmp_path / "s" / "candidates-00001-of-00002.parquet", [high, low], CANDIDATE_SCHEMA)
    counts = settle(tmp_path / "s", tmp_path / "out")
    assert counts["candidates"] == 2
    assert read_records(tmp_path / "out" / "candidates.parquet", Candidate) == [high, low]


def test_a_dataset_without_shards_is_an_empty_file_not_an_absent_one(tmp_path: Path) -> None:
    counts = settle(tmp_path / "s", tmp_path / "out")
    assert counts == {dataset.name: 0 for dataset in DATASETS}
    assert all((tmp_path / "out" / f"{dataset.name}.parquet").exists() for dataset in DATASETS)


def test_equal_inputs_give_equal_bytes(tmp_path: Path) -> None:
    for out in ("a", "b"):
        write_records(tmp_path / "s" / "candidates-0.parquet", [make_candidate()], CANDIDATE_SCHEMA)
        settle(tmp_path / "s", tmp_path / out)
    first, second = ((tmp_path / out / "candidates.parquet").read_bytes() for out in ("a", "b"))
    assert first == second
