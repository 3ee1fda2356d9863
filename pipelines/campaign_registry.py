"""The names of campaigns, the same from run to run while their ads come, go, merge and part.

A known campaign goes on in that group which holds most of its ads (the group of the first ad, where two hold as many). Where
several go on in one group they have merged: the oldest keeps its id, of equally old ones the largest, and the ids of the others
become its aliases for ever. Groups in which none goes on are new; where ads of a known campaign are among theirs, they say
from which they split. A campaign of which no group is left keeps its id in case its ads come together again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from evidence.errors import StoreUnavailable
from evidence.records import content_id
from evidence.store import store_unavailable
from evidence.tables import placing, read_records
from pipelines.campaign_records import CAMPAIGN_SCHEMA, Campaign
from pipelines.campaigns import Group


class CampaignRegistry:
    """The campaigns of earlier runs, without their ties, in one file that is replaced whole. One run at a time writes."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "campaigns.parquet"

    def read(self) -> list[Campaign]:
        """Raises ``StoreUnavailable``; also for a damaged file: names that were lost are not to be given anew unnoticed."""
        try:
            return read_records(self._path, Campaign)
        except FileNotFoundError:
            return []
        except (OSError, pa.ArrowInvalid, ValueError) as error:
            raise StoreUnavailable(
                f"The registry of campaigns at {self._path} cannot be read: put back a copy of it, or delete it to name all "
                "campaigns anew."
            ) from error

    def write(self, campaigns: Iterable[Campaign]) -> None:
        """Raises ``StoreUnavailable``."""
        ordered = sorted(campaigns, key=lambda one: one.campaign_id)
        rows = tabled(ordered, pa.array([()] * len(ordered), type=CAMPAIGN_SCHEMA.field("ties").type))
        try:
            with placing(self._path) as partial:
                pq.write_table(rows, partial, compression="zstd")
        except OSError as error:
            raise store_unavailable(error, str(self._path)) from error

    def ads(self) -> set[str]:
        """The ids of all ads of known campaigns. Raises ``StoreUnavailable``."""
        return {ad_id for one in self.read() for ad_id in one.ad_ids}

    def forget(self, ad_ids: Collection[str]) -> None:
        """Remember these ads no longer. Campaigns keep their ids and go on in what is left of their ads; one without any keeps
        its id too, which is then given to no other. Raises ``StoreUnavailable``."""
        known, forgotten = self.read(), frozenset(ad_ids)
        kept = [replace(one, ad_ids=tuple(ad_id for ad_id in one.ad_ids if ad_id not in forgotten)) for one in known]
        if kept != known:
            self.write(kept)


def named(groups: Sequence[Group], known: Sequence[Campaign], *, now: datetime) -> list[Campaign]:
    """The groups with their names and without their ties, in the order of their ids. The same groups again get the same names."""
    votes = _votes(groups, known)
    goes_on: dict[int, list[Campaign]] = defaultdict(list)
    for one in known:
        if votes[one.campaign_id]:
            goes_on[
                min(votes[one.campaign_id].items(), key=lambda item: (-item[1], groups[item[0]].ad_ids[0]))[0]
            ].append(one)
    parts: dict[int, Counter[str]] = defaultdict(Counter)
    for campaign_id, counted in votes.items():
        for number, ads in counted.items():
            parts[number][campaign_id] = ads
    taken = {name for one in known for name in (one.campaign_id, *one.aliases)}
    found = []
    for number, group in enumerate(groups):
        if goes_on[number]:
            found.append(_continued(group, goes_on[number]))
        else:
            from_ = min(parts[number], key=lambda name, at=number: (-parts[at][name], name), default=None)  # type: ignore[misc]
            found.append(_new(group, split_from=from_, taken=taken, now=now))
            taken.add(found[-1].campaign_id)
    return sorted(found, key=lambda one: one.campaign_id)


def remembered(campaigns: Sequence[Campaign], known: Sequence[Campaign]) -> list[Campaign]:
    """What the registry holds after a run: its campaigns, and those that fell apart, with the ads that are in no other."""
    current = {name for one in campaigns for name in (one.campaign_id, *one.aliases)}
    placed = {ad_id for one in campaigns for ad_id in one.ad_ids}
    gone = [
        replace(one, ad_ids=tuple(ad_id for ad_id in one.ad_ids if ad_id not in placed))
        for one in known
        if one.campaign_id not in current
    ]
    return [*campaigns, *gone]


def tabled(campaigns: Sequence[Campaign], ties: pa.Array) -> pa.Table:
    """The campaigns with these ties, one list for each, as a table of ``CAMPAIGN_SCHEMA``."""
    columns = {field.name: [getattr(one, field.name) for one in campaigns] for field in CAMPAIGN_SCHEMA}
    return pa.Table.from_pydict({**columns, "ties": ties}, schema=CAMPAIGN_SCHEMA)


def _votes(groups: Sequence[Group], known: Sequence[Campaign]) -> dict[str, Counter[int]]:
    """How many ads of each known campaign are in which group, by its number."""
    home = {ad_id: one.campaign_id for one in known for ad_id in one.ad_ids}
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    for number, group in enumerate(groups):
        for ad_id in group.ad_ids:
            if ad_id in home:
                votes[home[ad_id]][number] += 1
    return votes


def _continued(group: Group, merged: Sequence[Campaign]) -> Campaign:
    eldest = min(merged, key=lambda one: (one.known_since, -len(one.ad_ids), one.campaign_id))
    names = {name for one in merged for name in (one.campaign_id, *one.aliases)} - {eldest.campaign_id}
    return replace(eldest, aliases=tuple(sorted(names)), ad_ids=group.ad_ids, pages=group.pages, ties=())


def _new(group: Group, *, split_from: str | None, taken: set[str], now: datetime) -> Campaign:
    name, again = content_id("campaign", *group.ad_ids), 0
    while name in taken:
        again += 1
        name = content_id("campaign", str(again), *group.ad_ids)
    return Campaign(
        campaign_id=name,
        aliases=(),
        split_from=split_from,
        known_since=now,
        ad_ids=group.ad_ids,
        pages=group.pages,
        ties=(),
    )
