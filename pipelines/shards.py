"""Records of a run as they come, kept in files of their own until ``pipelines.outputs`` makes one sorted file of each dataset."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam

from evidence.store import store_unavailable
from evidence.tables import write_records
from pipelines.outputs import DATASETS

MOST_HELD = 10_000
"""So many records of one dataset are held in memory before they are written."""

Labelled = tuple[str, Any]
"""The name of a dataset and one of its records."""


class WriteShards(beam.DoFn):
    """Writes pairs (dataset, record) to Parquet files ``folder/DATASET-*.parquet``, one per dataset and bundle.

    One step for all datasets: Beam's own writer takes some twenty steps for each, which for a small crawl costs more than all
    of its ads. A bundle that is tried again writes its records again; ``settle`` keeps each once.

    Raises ``StoreUnavailable``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._schemas = {dataset.name: dataset.schema for dataset in DATASETS}
        self._held: dict[str, list[Any]] = {}

    def start_bundle(self) -> None:
        self._held = defaultdict(list)

    def process(self, element: Labelled) -> Iterator[Any]:
        name, record = element
        held = self._held[name]
        held.append(record)
        if len(held) >= MOST_HELD:
            self._write(name)
        yield from ()

    def finish_bundle(self) -> None:
        for name in sorted(self._held):
            self._write(name)

    def _write(self, name: str) -> None:
        try:
            write_records(
                self._folder / f"{name}-{uuid.uuid4().hex}.parquet", self._held.pop(name), self._schemas[name]
            )
        except OSError as error:
            raise store_unavailable(error, str(self._folder)) from error
