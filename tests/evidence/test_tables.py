"""Records come back from Parquet and JSON as they were, files are replaced whole, bad rows are named."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pytest

from evidence.records import AD_SCHEMA, CAPTURE_SCHEMA, Ad, Capture, Visitor
from evidence.tables import from_json, from_row, read_records, to_json, to_row, write_records
from tests.factories import AT, make_ad, make_blob_ref, make_capture


def test_parquet_round_trip(tmp_path: Path) -> None:
    ads = [make_ad(), make_ad(source_ad_id="2", title=None, reach=10, ended_at=AT, platforms=())]
    captures = [make_capture(), make_capture(body=None, status=None, screenshot=make_blob_ref(b"png"))]
    assert write_records(tmp_path / "crawl" / "ads.parquet", ads, AD_SCHEMA) == 2
    assert write_records(tmp_path / "crawl" / "captures.parquet", captures, CAPTURE_SCHEMA) == 2
    assert read_records(tmp_path / "crawl" / "ads.parquet", Ad) == ads
    assert read_records(tmp_path / "crawl" / "captures.parquet", Capture) == captures


def test_captures_of_before_there_were_two_visitors_are_the_first_ones(tmp_path: Path) -> None:
    captures = [make_capture(), make_capture(visitor=Visitor.TELEPHONE)]
    assert len({capture.capture_id for capture in captures}) == 2
    write_records(tmp_path / "captures.parquet", captures, CAPTURE_SCHEMA)
    assert read_records(tmp_path / "captures.parquet", Capture) == captures
    old = CAPTURE_SCHEMA.remove(CAPTURE_SCHEMA.get_field_index("visitor"))
    write_records(tmp_path / "old.parquet", captures[:1], old)
    assert read_records(tmp_path / "old.parquet", Capture) == captures[:1]
    row = to_json(captures[0])
    del row["visitor"]
    assert from_json(Capture, row) == captures[0]


def test_no_records_are_an_empty_file_not_no_file(tmp_path: Path) -> None:
    assert write_records(tmp_path / "ads.parquet", [], AD_SCHEMA) == 0
    assert read_records(tmp_path / "ads.parquet", Ad) == []


def test_json_round_trip() -> None:
    ad = make_ad(body="Қазақ \u202e", ended_at=AT + timedelta(microseconds=1))
    assert from_json(Ad, json.loads(json.dumps(to_json(ad)))) == ad


def test_times_come_back_in_utc() -> None:
    baku = timezone(timedelta(hours=4))
    ad = make_ad(observed_at=AT.astimezone(baku))
    assert from_json(Ad, to_json(ad)).observed_at.utcoffset() == timedelta(0)
    assert from_row(Ad, to_row(ad)) == ad


def test_a_time_without_zone_is_refused() -> None:
    row = to_row(make_ad()) | {"observed_at": datetime(2026, 11, 1)}  # noqa: DTZ001
    with pytest.raises(ValueError, match="no time zone"):
        from_row(Ad, row)


def test_a_row_that_does_not_fit_names_the_field() -> None:
    row = to_row(make_ad())
    del row["query"]
    with pytest.raises(ValueError, match=r"not a Ad: .*query"):
        from_row(Ad, row)
    with pytest.raises(ValueError, match="access_mode"):
        from_row(Ad, to_row(make_ad()) | {"access_mode": "guessed"})


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "ads.parquet"
    write_records(path, [make_ad()], AD_SCHEMA)
    with pytest.raises((ValueError, pa.ArrowException)):
        write_records(path, [make_ad(reach="many")], AD_SCHEMA)
    assert read_records(path, Ad) == [make_ad()]
    assert [file.name for file in tmp_path.iterdir()] == ["ads.parquet"]


def test_a_missing_file_is_the_ordinary_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_records(tmp_path / "ads.parquet", Ad)
