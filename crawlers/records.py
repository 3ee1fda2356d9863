"""What a crawl says of itself: one ``QueryTally`` per source and query."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTally:
    """What one query of one source gave. ``looked`` is False when we could not look at all, and ``why_not`` says why:
    "0 found" and "could not look" are different answers."""

    source: str
    query: str
    looked: bool
    why_not: str | None
    found: int
    captured: int
    skipped: int
    blocked: int
    failed: int


QUERY_TALLY_SCHEMA = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("query", pa.string(), nullable=False),
        pa.field("looked", pa.bool_(), nullable=False),
        ("why_not", pa.string()),
        pa.field("found", pa.int64(), nullable=False),
        pa.field("captured", pa.int64(), nullable=False),
        pa.field("skipped", pa.int64(), nullable=False),
        pa.field("blocked", pa.int64(), nullable=False),
        pa.field("failed", pa.int64(), nullable=False),
    ]
)
