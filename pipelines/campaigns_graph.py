"""The part of the job that finds campaigns: traits are read and grouped by many workers, the groups are joined by one.

ads ─► traits ─► tables by shard ─► distinct rows, with those of earlier runs ─► what two ads share ─► groups ─► named campaigns
 └──────────────────────────────────────────────────────────────────────── ads that know how large their campaign is ◄─┘

What travels are packed tables, not rows: a million ads are some thousands of elements. Distinct rows travel no further: they lie
in the memory of traits, where the one that joins reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from apache_beam.io.parquetio import WriteToParquetBatched

from detectors.hosts import host_of, is_under
from detectors.publisher import is_official_page
from evidence.store import EvidenceStore
from evidence.tables import from_row, read_records, to_row
from pipelines.assess import AdWithAnalyses, landing_pages
from pipelines.campaign_records import CAMPAIGN_SCHEMA, COMMON_TRAIT_SCHEMA, Campaign, CommonTrait
from pipelines.campaign_registry import CampaignRegistry, named, remembered, tabled
from pipelines.campaigns import join
from pipelines.copy_registry import CopyRegistry, KnownPrints
from pipelines.each import DEAD_LETTERS, Each
from pipelines.reuse import REGISTRY
from pipelines.sound_tracks import SoundTrack, track_of
from pipelines.tools import ScreenSettings
from pipelines.trait_tables import SHARDS, TRAIT_ROWS, gathered, packed, sharded, together, unpacked
from pipelines.traits import AdTraits, TraitKind, traits_of
from pipelines.withholding import is_own_media
from pipelines.workers import open_pipeline
from watchlist.gallery import Gallery
from watchlist.records import Brand, Person

_PLACES = (TraitKind.DOMAIN, TraitKind.REDIRECT, TraitKind.CARD_FORM)
_FEWEST, _MOST = 100, 20_000
"""Ads whose traits become one set of tables."""
_WRITTEN = 1000
"""Campaigns that are written, or made into records, at once."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Campaigns:
    """All campaigns that are known now (``CAMPAIGN_SCHEMA``, by their ids), and what was too common to join."""

    campaigns: pa.Table
    common: tuple[CommonTrait, ...]

    def records(self) -> Iterator[Campaign]:
        """One campaign after the other."""
        for batch in self.campaigns.to_batches(max_chunksize=_WRITTEN):
            yield from (from_row(Campaign, row) for row in batch.to_pylist())


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """Who is protected now, by id, and their official pages and domains: what is their own joins nothing."""

    people: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    @classmethod
    def of(cls, gallery: Gallery) -> Protected:
        """Those of a watchlist."""
        known: list[Person | Brand] = [*gallery.persons, *gallery.brands]
        return cls(
            people=tuple(person.person_id for person in gallery.persons),
            pages=tuple(page for one in known for page in one.official_pages),
            domains=tuple(domain for one in known for domain in one.official_domains),
        )


def campaigns(
    ads: Any, *, settings: ScreenSettings, protected: Protected, unnamed: Collection[str] = ()
) -> tuple[Any, Any]:
    """Ads (a collection of ``AdWithAnalyses``) → collections of one ``Campaigns`` and of dead letters. Of the ads ``unnamed``,
    which are somebody's own media, it is not remembered whose face or voice is in them.

    What official pages publish is left out, as long as it leads to no other place: frauds are made of it.
    ``settings.campaigns_dir`` must last from run to run; one run at a time.
    """
    others = ads | "not official" >> beam.Filter(_not_official, protected)
    read = others | "read traits" >> beam.ParDo(
        Each(_read, stage="campaigns", open_tools=_Reader, settings=settings, subjects=_subjects)
    ).with_outputs(DEAD_LETTERS, main="traits")
    traits = read.traits | "no official places" >> beam.Map(_elsewhere, protected.domains)
    tables = (
        traits
        | "many ads" >> beam.BatchElements(min_batch_size=_FEWEST, max_batch_size=_MOST)
        | "tables by shard" >> beam.FlatMap(sharded)
    )
    found = joined(
        tables, registry_dir=settings.campaigns_dir, now=settings.now, people=protected.people, unnamed=unnamed
    )
    return found, read[DEAD_LETTERS]


def with_campaigns(ads: Any, found: Any) -> Any:
    """The same ads (a collection of ``AdWithAnalyses``), each with how many ads of its campaign are running."""
    placed = (
        {
            "ad": ads | "ad by id" >> beam.Map(lambda one: (one.file.ad.ad_id, one)),
            "campaign": found | "campaign of each ad" >> beam.FlatMap(_members),
        }
        | "ads with campaign" >> beam.CoGroupByKey()
        | "each placed ad" >> beam.FlatMap(_placed)
    )
    live = (
        placed
        | "running ads" >> beam.FlatMap(lambda pair: [(pair[1], 1)] if pair[1] and pair[0].file.ad.is_active else [])
        | "running by campaign" >> beam.CombinePerKey(sum)
    )
    return placed | "with its campaign" >> beam.Map(_with_live, beam.pvalue.AsDict(live))


def membership(path: Path, ad_ids: Collection[str]) -> tuple[int, int]:
    """How many campaigns of a file have any of these ads, and how many of the ads belong to one."""
    lists = pq.read_table(path, columns=["ad_ids"])["ad_ids"].combine_chunks()
    wanted = pc.is_in(lists.flatten(), value_set=pa.array(sorted(ad_ids), type=pa.string()))
    home = pc.list_parent_indices(lists).filter(wanted)
    return len(pc.unique(home)), len(home)


def joined(
    tables: Any, *, registry_dir: Path, now: datetime, people: Collection[str], unnamed: Collection[str] = ()
) -> Any:
    """Trait rows by shard (a collection of what ``sharded`` gives) → a collection of one ``Campaigns``, which the registry
    remembers. ``people`` are those who are protected now, ``unnamed`` ads that must not say whose likeness they use."""
    rows = tables | "packed" >> beam.MapTuple(lambda shard, table: (shard, packed(table)))
    # Each shard has its turn, also one that only holds what earlier runs saw
    every = (
        tables.pipeline
        | "shards" >> beam.Create(range(SHARDS))
        | "nothing yet" >> beam.Map(lambda shard: (shard, packed(TRAIT_ROWS.empty_table())))
    )
    return (
        (rows, every)
        | "with every shard" >> beam.Flatten()
        | "tables of each shard" >> beam.GroupByKey()
        | "distinct rows" >> beam.Map(_remembered, registry_dir, people, unnamed)
        | "all shards" >> beam.combiners.ToList()
        | "join and name" >> beam.Map(_named, registry_dir, now)
    )


def find_campaigns(
    parts: Sequence[Any],
    make: Callable[[Any], Iterable[tuple[int, pa.Table]]],
    *,
    out_dir: Path,
    registry_dir: Path,
    now: datetime,
) -> Campaigns:
    """Campaigns outside a screening run: ``make(part)`` gives the traits of the ads of a part as ``sharded`` does. Leaves
    ``campaigns.parquet`` and ``common_traits.parquet``, in shards, in ``out_dir``."""
    with open_pipeline([]) as pipeline:
        tables = pipeline | "parts" >> beam.Create(list(parts)) | "tables of a part" >> beam.FlatMap(make)
        found = joined(tables, registry_dir=registry_dir, now=now, people=())
        for name, schema, pieces in (
            ("campaigns", CAMPAIGN_SCHEMA, _pieces),
            ("common_traits", COMMON_TRAIT_SCHEMA, _common),
        ):
            made = found | f"tables of {name}" >> beam.FlatMap(pieces)
            _ = made | f"write {name}" >> WriteToParquetBatched(
                str(out_dir / name), schema, file_name_suffix=".parquet"
            )
    campaigns = [CAMPAIGN_SCHEMA.empty_table(), *map(pq.read_table, sorted(out_dir.glob("campaigns-*")))]
    return Campaigns(
        campaigns=pa.concat_tables(campaigns).sort_by("campaign_id"),
        common=tuple(
            one for path in sorted(out_dir.glob("common_traits-*")) for one in read_records(path, CommonTrait)
        ),
    )


def _pieces(found: Campaigns) -> list[pa.Table]:
    return [pa.Table.from_batches([batch]) for batch in found.campaigns.to_batches(max_chunksize=_WRITTEN)]


def _common(found: Campaigns) -> list[pa.Table]:
    return [pa.Table.from_pylist([to_row(one) for one in found.common], schema=COMMON_TRAIT_SCHEMA)]


class _Reader:
    """Where the traits of ads are read from. The sounds of a run are known once its creatives were looked at: they are looked for
    with the first ad, not before."""

    def __init__(self, settings: ScreenSettings) -> None:
        self.store = EvidenceStore(settings.store_url)
        self._registry = CopyRegistry(settings.cache_dir / REGISTRY)
        self._known: KnownPrints | None = None
        self._tracks: dict[str, SoundTrack | None] = {}

    def track(self, sha256: str) -> SoundTrack | None:
        """Of a creative that is no copy of another."""
        if self._known is None:
            self._known = KnownPrints(self._registry.files())
        if sha256 not in self._tracks:
            one = self._known.get(sha256)
            self._tracks[sha256] = None if one is None or one.sound is None else track_of(one.sound.chroma)
        return self._tracks[sha256]


def _not_official(one: AdWithAnalyses, protected: Protected) -> bool:
    ad = one.file.ad
    host = host_of(ad.link_url) if ad.link_url else None
    return not is_official_page(ad, protected.pages) or (host is not None and not is_under(host, protected.domains))


def _elsewhere(one: AdTraits, domains: Sequence[str]) -> AdTraits:
    """Without the official places that the ad leads to, where anybody can lead."""
    kept = [trait for trait in one.traits if trait.kind not in _PLACES or not is_under(trait.value, domains)]
    return replace(one, traits=tuple(kept))


def _read(one: AdWithAnalyses, tools: _Reader) -> AdTraits:
    recognised = {match.creative_sha256 for analysis in one.analyses for match in analysis.matches}
    original = {analysis.creative.sha256: analysis.copy_of for analysis in one.analyses}
    films, pictures = list[str](), list[str]()
    for blob in one.file.creatives():
        plain = blob.media_type.startswith("image/") and blob.sha256 not in recognised
        copied = original.get(blob.sha256)
        (pictures if plain else films).extend([blob.sha256] if copied is None else [blob.sha256, copied])
    return traits_of(
        one.file.ad,
        landings=landing_pages(one.file, tools.store),
        creatives=films,
        pictures=pictures,
        favicons=[capture.icon.sha256 for capture in one.file.captures if capture.icon is not None],
        sounds=[track for sha256 in films if (track := tools.track(sha256)) is not None],
        # Nowhere does it stay whom somebody's own media show
        matches=[] if is_own_media(one.file.ad) else [match for read in one.analyses for match in read.matches],
    )


def _subjects(one: AdWithAnalyses) -> list[tuple[str | None, str | None]]:
    return [(one.file.ad.ad_id, None)]


def _members(found: Campaigns) -> Iterable[tuple[str, str]]:
    columns = (found.campaigns[name].to_pylist() for name in ("campaign_id", "ad_ids"))
    return ((ad_id, campaign_id) for campaign_id, ad_ids in zip(*columns, strict=True) for ad_id in ad_ids)


def _placed(pair: tuple[str, Mapping[str, Sequence[Any]]]) -> list[tuple[AdWithAnalyses, str | None]]:
    """Ads of earlier runs have no place here."""
    _, group = pair
    return [(ad, next(iter(group["campaign"]), None)) for ad in group["ad"]]


def _with_live(pair: tuple[AdWithAnalyses, str | None], live: Mapping[str, int]) -> AdWithAnalyses:
    ad, campaign_id = pair
    return ad if campaign_id is None else replace(ad, campaign_ads_live=live.get(campaign_id, 0))


def _remembered(
    pair: tuple[int, Iterable[bytes]], registry_dir: Path, people: Collection[str], unnamed: Collection[str]
) -> int:
    """How many rows the shard has now."""
    shard, contents = pair
    return len(gathered(shard, list(map(unpacked, contents)), registry_dir, people=people, unnamed=unnamed))


def _named(_shards: Sequence[int], registry_dir: Path, now: datetime) -> Campaigns:
    """Once all shards are written."""
    found = join(together(registry_dir))
    registry = CampaignRegistry(registry_dir)
    known = registry.read()
    campaigns = named(found.groups, known, now=now)
    registry.write(remembered(campaigns, known))
    place = {group.ad_ids[0]: number for number, group in enumerate(found.groups)}
    ties = found.ties.take(pa.array([place[one.ad_ids[0]] for one in campaigns], type=pa.int64()))
    return Campaigns(campaigns=tabled(campaigns, ties), common=found.common)
