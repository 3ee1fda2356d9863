"""The datasets that a screening run leaves behind, and how shards become one sorted file each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from detectors.records import FINDING_SCHEMA, Finding
from embeddings.records import CREATIVE_SCHEMA, TEXT_LINE_SCHEMA, Creative, TextLine
from evidence.tables import read_records, write_records
from pipelines.campaign_records import CAMPAIGN_SCHEMA, COMMON_TRAIT_SCHEMA, Campaign, CommonTrait
from pipelines.records import (
    ASSESSMENT_SCHEMA,
    CANDIDATE_SCHEMA,
    DEAD_LETTER_SCHEMA,
    Assessment,
    Candidate,
    DeadLetter,
)
from watchlist.records import MATCH_SCHEMA, Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One kind of record in one Parquet file, ordered so that equal runs write equal files."""

    name: str
    record: type[Any]
    schema: pa.Schema
    key: Callable[[Any], str]
    order: Callable[[Any], Any]


DATASETS = (
    Dataset(
        name="creatives", record=Creative, schema=CREATIVE_SCHEMA, key=lambda r: r.sha256, order=lambda r: r.sha256
    ),
    Dataset(
        name="text_lines",
        record=TextLine,
        schema=TEXT_LINE_SCHEMA,
        key=lambda r: f"{r.source_sha256} {r.place} {r.line}",
        order=lambda r: (r.source_sha256, r.place, r.line),
    ),
    Dataset(name="matches", record=Match, schema=MATCH_SCHEMA, key=lambda r: r.match_id, order=lambda r: r.match_id),
    Dataset(
        name="findings", record=Finding, schema=FINDING_SCHEMA, key=lambda r: r.finding_id, order=lambda r: r.finding_id
    ),
    Dataset(
        name="assessments", record=Assessment, schema=ASSESSMENT_SCHEMA, key=lambda r: r.ad_id, order=lambda r: r.ad_id
    ),
    Dataset(
        name="dead_letters",
        record=DeadLetter,
        schema=DEAD_LETTER_SCHEMA,
        key=lambda r: r.letter_id,
        order=lambda r: r.letter_id,
    ),
    Dataset(
        name="common_traits",
        record=CommonTrait,
        schema=COMMON_TRAIT_SCHEMA,
        key=lambda r: f"{r.kind} {r.value}",
        order=lambda r: (-r.ads, r.kind, r.value),
    ),
    Dataset(
        name="campaigns",
        record=Campaign,
        schema=CAMPAIGN_SCHEMA,
        key=lambda r: r.campaign_id,
        order=lambda r: r.campaign_id,
    ),
    Dataset(
        name="candidates",
        record=Candidate,
        schema=CANDIDATE_SCHEMA,
        key=lambda r: r.candidate_id,
        order=lambda r: (-r.priority, r.candidate_id),
    ),
)
"""In the order in which they are put in place: the candidates last, when everything that they refer to is there."""


def settle(shards: Path, out_dir: Path) -> dict[str, int]:
    """Merge the shards ``NAME-*.parquet`` of each dataset into ``out_dir/NAME.parquet``, atomically; returns the row counts."""
    counts = {}
    for dataset in DATASETS:
        records = [r for path in sorted(shards.glob(f"{dataset.name}-*")) for r in read_records(path, dataset.record)]
        unique = {dataset.key(record): record for record in records}
        ordered = sorted(unique.values(), key=dataset.order)
        counts[dataset.name] = write_records(out_dir / f"{dataset.name}.parquet", ordered, dataset.schema)
    return counts
