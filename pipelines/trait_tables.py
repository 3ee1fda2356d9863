"""Traits as Arrow tables, split by trait so that many workers can group them, and the memory of traits of earlier runs.

A row says: this ad carries this trait. One file per shard and no more rows than distinct ones: to remember the same ads again
changes nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from evidence.errors import StoreUnavailable
from evidence.store import store_unavailable
from evidence.tables import placing
from pipelines.numbering import numbered
from pipelines.traits import AdTraits, TraitKind

SHARDS = 16
"""Part of what is remembered: another number needs another ``MEMORY_VERSION``."""
MEMORY_VERSION = "1"
"""Raise it when traits of before cannot be compared with traits of now: what was known is then forgotten."""

TRAIT_ROWS = pa.schema(
    [
        ("kind", pa.string()),
        ("value", pa.string()),
        ("ad_id", pa.string()),
        ("publisher", pa.string()),
        ("shown", pa.string()),
        ("sketch", pa.binary()),
    ]
)
_KEY = ["kind", "value", "ad_id"]


def sharded(batch: Iterable[AdTraits]) -> list[tuple[int, pa.Table]]:
    """The rows of some ads, by shard: all rows of one trait are in one shard."""
    ads = list(batch)
    traits = [trait for one in ads for trait in one.traits]
    if not traits:
        return []
    carrier = pa.array(np.repeat(np.arange(len(ads)), [len(one.traits) for one in ads]))
    columns = {
        "kind": [trait.kind.value for trait in traits],
        "value": [trait.value for trait in traits],
        "ad_id": pa.array([one.ad_id for one in ads]).take(carrier),
        "publisher": pa.array([one.publisher for one in ads]).take(carrier),
        "shown": [trait.shown for trait in traits],
        "sketch": [trait.sketch for trait in traits],
    }
    rows = pa.Table.from_pydict(columns, schema=TRAIT_ROWS)
    names = (f"{trait.kind.value}{trait.value}" for trait in traits)
    shards = np.fromiter((zlib.crc32(name.encode(errors="replace")) % SHARDS for name in names), dtype=np.int64)
    return [(shard, rows.filter(pa.array(shards == shard)).combine_chunks()) for shard in np.unique(shards).tolist()]


def packed(rows: pa.Table) -> bytes:
    """Some rows as they travel: whole and compressed, since a runner may hold all of them in memory more than once."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        stream.write_table(rows)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def unpacked(content: bytes) -> pa.Table:
    """What was ``packed``."""
    with pa.ipc.open_stream(content) as stream:
        return stream.read_all()


def gathered(
    shard: int,
    tables: Sequence[pa.Table],
    directory: Path,
    *,
    people: Collection[str],
    unnamed: Collection[str] = (),
) -> pa.Table:
    """The distinct rows of one shard, those of earlier runs included, in order; all of them are remembered in ``directory``.

    ``people`` are those who are protected now: rows about anybody else's likeness are forgotten, and so is every row about a
    likeness in one of the ads ``unnamed``. Damaged memory is passed over and written anew. Raises ``StoreUnavailable``.
    """
    path = directory / f"traits-v{MEMORY_VERSION}" / f"{shard:02d}.parquet"
    try:
        before = _remembered(path)
        together = _of_people(_distinct(pa.concat_tables([before, *tables])), people, unnamed)
        if not together.equals(before):
            with placing(path) as partial:
                pq.write_table(together, partial, compression="zstd")
    except OSError as error:
        raise store_unavailable(error, str(directory)) from error
    return together


def remembered_ads(directory: Path) -> set[str]:
    """The ids of the ads of which any trait is remembered. Raises ``StoreUnavailable``."""
    try:
        tables = [_remembered(path) for path in sorted((directory / f"traits-v{MEMORY_VERSION}").glob("*.parquet"))]
    except OSError as error:
        raise store_unavailable(error, str(directory)) from error
    return {ad_id for rows in tables for ad_id in pc.unique(rows["ad_id"]).to_pylist()}


def together(directory: Path) -> pa.Table:
    """The rows of all shards, as far as they can join. Raises ``StoreUnavailable``."""
    found = [TRAIT_ROWS.empty_table()]
    for path in sorted((directory / f"traits-v{MEMORY_VERSION}").glob("*.parquet")):
        try:
            found.append(that_can_join(pq.read_table(path, schema=TRAIT_ROWS).combine_chunks()))
        except (OSError, pa.ArrowInvalid) as error:
            raise StoreUnavailable(
                f"The traits of ads that were just written to {path} cannot be read: {error}"
            ) from error
    return pa.concat_tables(found)


def forget(directory: Path, ad_ids: Collection[str]) -> None:
    """Remember these ads no longer; a later run does not join others with them. Raises ``StoreUnavailable``."""
    forgotten = pa.array(sorted(ad_ids), type=pa.string())
    try:
        for path in sorted((directory / f"traits-v{MEMORY_VERSION}").glob("*.parquet")):
            rows = _remembered(path)
            kept = rows.filter(pc.invert(pc.is_in(rows["ad_id"], value_set=forgotten)))
            if len(kept) < len(rows):
                with placing(path) as partial:
                    pq.write_table(kept, partial, compression="zstd")
    except OSError as error:
        raise store_unavailable(error, str(directory)) from error


def that_can_join(rows: pa.Table) -> pa.Table:
    """Of the rows in order, those of traits that two ads carry at least, and all scripts and sounds: they may be like others."""
    as_before = _as_before(rows, ["kind", "value"])
    compared = pa.array([TraitKind.SCRIPT.value, TraitKind.SOUND.value])
    sketched = pc.is_in(rows["kind"], value_set=compared).to_numpy()
    return rows.filter(pa.array(as_before | np.append(as_before[1:], False) | sketched))


def _distinct(rows: pa.Table) -> pa.Table:
    """One row per ad and trait, sorted; where two say different things besides, the smaller is kept."""
    if not len(rows):
        return rows
    kind, value, ad = (numbered(rows[name])[1] for name in _KEY)
    key = np.unique(kind * (int(value.max()) + 1) + value, return_inverse=True)[1] * (int(ad.max()) + 1) + ad
    order = np.argsort(key, kind="stable")
    twice = np.diff(key[order], prepend=-1) == 0
    if twice.any():
        order = np.lexsort((numbered(rows["shown"])[1], numbered(rows["publisher"])[1], key))
    return rows.take(pa.array(order[~twice])).combine_chunks()


def _as_before(rows: pa.Table, names: Sequence[str]) -> NDArray[np.bool_]:
    """For each row, whether it has the same in these columns as the row before it."""
    same = np.zeros(len(rows), dtype=np.bool_)
    if len(rows):
        equal = (pc.equal(rows[name].slice(1), rows[name].slice(0, len(rows) - 1)).to_numpy() for name in names)
        same[1:] = np.logical_and.reduce(list(equal))
    return same


def _of_people(rows: pa.Table, people: Collection[str], unnamed: Collection[str]) -> pa.Table:
    likeness = pc.is_in(rows["kind"], value_set=pa.array([TraitKind.FACE.value, TraitKind.VOICE.value]))
    theirs = pc.is_in(rows["value"], value_set=pa.array(sorted(people), type=pa.string()))
    told = pc.invert(pc.is_in(rows["ad_id"], value_set=pa.array(sorted(unnamed), type=pa.string())))
    return rows.filter(pc.or_(pc.invert(likeness), pc.and_(theirs, told))).combine_chunks()


def _remembered(path: Path) -> pa.Table:
    try:
        return pq.read_table(path, schema=TRAIT_ROWS).combine_chunks()
    except (FileNotFoundError, pa.ArrowInvalid):
        return TRAIT_ROWS.empty_table()
