"""The part of the job that finds campaigns: traits are read and grouped by many workers, the groups are joined by one.

ads ─► traits ─► tables by shard ─► distinct rows, with those of earlier runs ─► what two ads share ─► groups ─► named campaigns

What travels are Arrow tables, not rows: a million ads are some thousands of elements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
from apache_beam.io.parquetio import WriteToParquet
from apache_beam.options.pipeline_options import PipelineOptions

from evidence.store import EvidenceStore
from evidence.tables import read_records, to_row
from pipelines.assess import AdFile, landing_pages
from pipelines.campaign_records import CAMPAIGN_SCHEMA, COMMON_TRAIT_SCHEMA, Campaign, CommonTrait
from pipelines.campaign_registry import CampaignRegistry, named, remembered
from pipelines.campaigns import join
from pipelines.each import DEAD_LETTERS, Each
from pipelines.tools import ScreenSettings
from pipelines.trait_tables import SHARDS, TRAIT_ROWS, gathered, sharded, that_can_join
from pipelines.traits import AdTraits, traits_of, with_originals

_FEWEST, _MOST = 100, 20_000
"""Ads whose traits become one set of tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaigns:
    """All campaigns that are known now, and what was too common to join."""

    campaigns: tuple[Campaign, ...]
    common: tuple[CommonTrait, ...]


def campaigns(files: Any, *, settings: ScreenSettings, registry_dir: Path, originals: Any) -> tuple[Any, Any, Any]:
    """Ads (a collection of ``AdFile``) → collections of ``Campaign``, ``CommonTrait`` and dead letters.

    ``originals`` is a collection of one mapping, from the SHA-256 of copies to that of what they copy. ``registry_dir`` must last
    from run to run; one run at a time.
    """
    read = files | "read traits" >> beam.ParDo(
        Each(_read, stage="campaigns", open_tools=_open_store, settings=settings, subjects=_subjects)
    ).with_outputs(DEAD_LETTERS, main="traits")
    traits = read.traits | "add originals" >> beam.Map(with_originals, beam.pvalue.AsSingleton(originals))
    found = joined(traits, registry_dir=registry_dir, now=settings.now)
    return (
        found | "each campaign" >> beam.FlatMap(lambda one: one.campaigns),
        found | "each common trait" >> beam.FlatMap(lambda one: one.common),
        read[DEAD_LETTERS],
    )


def joined(traits: Any, *, registry_dir: Path, now: datetime) -> Any:
    """Traits (a collection of ``AdTraits``) → a collection of one ``Campaigns``, which the registry remembers."""
    tables = (
        traits
        | "many ads" >> beam.BatchElements(min_batch_size=_FEWEST, max_batch_size=_MOST)
        | "tables by shard" >> beam.FlatMap(sharded)
    )
    # Each shard has its turn, also one that only holds what earlier runs saw
    every = (
        traits.pipeline
        | "shards" >> beam.Create(range(SHARDS))
        | "nothing yet" >> beam.Map(lambda shard: (shard, TRAIT_ROWS.empty_table()))
    )
    return (
        (tables, every)
        | "with every shard" >> beam.Flatten()
        | "tables of each shard" >> beam.GroupByKey()
        | "what two ads share" >> beam.Map(_shared, registry_dir)
        | "all shards" >> beam.combiners.ToList()
        | "join and name" >> beam.Map(_named, registry_dir, now)
    )


def find_campaigns(
    parts: Sequence[Any], make: Callable[[Any], Iterable[AdTraits]], *, out_dir: Path, registry_dir: Path, now: datetime
) -> Campaigns:
    """Campaigns outside a screening run: ``make(part)`` gives the traits of the ads of a part. Leaves ``campaigns.parquet``
    and ``common_traits.parquet``, in shards, in ``out_dir``."""
    with beam.Pipeline(options=PipelineOptions([])) as pipeline:
        traits = pipeline | "parts" >> beam.Create(list(parts)) | "traits of a part" >> beam.FlatMap(make)
        found = joined(traits, registry_dir=registry_dir, now=now)
        _write(found | "campaigns" >> beam.FlatMap(lambda one: one.campaigns), "campaigns", CAMPAIGN_SCHEMA, out_dir)
        _write(found | "common" >> beam.FlatMap(lambda one: one.common), "common_traits", COMMON_TRAIT_SCHEMA, out_dir)
    return Campaigns(
        campaigns=tuple(one for path in sorted(out_dir.glob("campaigns-*")) for one in read_records(path, Campaign)),
        common=tuple(
            one for path in sorted(out_dir.glob("common_traits-*")) for one in read_records(path, CommonTrait)
        ),
    )


def _write(records: Any, name: str, schema: pa.Schema, out_dir: Path) -> None:
    rows = records | f"rows of {name}" >> beam.Map(to_row)
    _ = rows | f"write {name}" >> WriteToParquet(str(out_dir / name), schema, file_name_suffix=".parquet")


def _open_store(settings: ScreenSettings) -> EvidenceStore:
    return EvidenceStore(settings.store_url)


def _read(file: AdFile, store: EvidenceStore) -> AdTraits:
    creatives = tuple(blob.sha256 for blob in file.creatives())
    return traits_of(file.ad, landings=landing_pages(file, store), creatives=creatives)


def _subjects(file: AdFile) -> list[tuple[str | None, str | None]]:
    return [(file.ad.ad_id, None)]


def _shared(pair: tuple[int, Iterable[pa.Table]], registry_dir: Path) -> pa.Table:
    shard, tables = pair
    return that_can_join(gathered(shard, list(tables), registry_dir))


def _named(tables: Sequence[pa.Table], registry_dir: Path, now: datetime) -> Campaigns:
    found = join(pa.concat_tables([TRAIT_ROWS.empty_table(), *tables]))
    registry = CampaignRegistry(registry_dir)
    known = registry.read()
    campaigns = named(found.groups, known, now=now)
    registry.write(remembered(campaigns, known))
    return Campaigns(campaigns=tuple(campaigns), common=found.common)
