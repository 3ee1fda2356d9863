"""Records go to one file per dataset and bundle, and none is lost or doubled on the way."""

from __future__ import annotations

from pathlib import Path

import apache_beam as beam
import pytest

from evidence.errors import StoreUnavailable
from evidence.tables import read_records
from pipelines import shards
from pipelines.outputs import settle
from pipelines.records import Candidate, DeadLetter
from pipelines.shards import Labelled, WriteShards
from pipelines.workers import open_pipeline
from tests.factories import make_ad, make_candidate

LETTER = DeadLetter(letter_id="l", stage="screen", ad_id="a", creative_sha256=None, error="ValueError", reason="odd")


def candidates(count: int) -> list[Candidate]:
    return [make_candidate(ad_id=make_ad(source_ad_id=str(number)).ad_id) for number in range(count)]


def test_a_run_s_records_end_in_their_datasets(tmp_path: Path) -> None:
    few = candidates(3)
    elements: list[Labelled] = [("dead_letters", LETTER), *(("candidates", one) for one in few)]
    with open_pipeline([]) as pipeline:
        _ = pipeline | beam.Create(elements) | beam.ParDo(WriteShards(tmp_path))
    assert {path.name.split("-")[0] for path in tmp_path.iterdir()} == {"candidates", "dead_letters"}
    counts = settle(tmp_path, tmp_path / "out")
    assert (counts["candidates"], counts["dead_letters"], counts["matches"]) == (3, 1, 0)
    assert read_records(tmp_path / "out" / "dead_letters.parquet", DeadLetter) == [LETTER]


def test_a_bundle_that_is_tried_again_doubles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "MOST_HELD", 2)
    writer, few = WriteShards(tmp_path), candidates(3)
    for _ in range(2):
        writer.start_bundle()
        for one in few:
            assert list(writer.process(("candidates", one))) == []
        writer.finish_bundle()
    assert len(list(tmp_path.glob("candidates-*"))) == 4
    assert settle(tmp_path, tmp_path / "out")["candidates"] == 3


def test_a_folder_that_cannot_be_written_stops_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    writer = WriteShards(tmp_path / "file")
    writer.start_bundle()
    list(writer.process(("dead_letters", LETTER)))
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        writer.finish_bundle()
