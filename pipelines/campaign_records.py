"""Ads that belong together: ``Campaign``, why (``Tie``), and what too many share to say so (``CommonTrait``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from evidence.records import STRINGS, UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """What some ads of a campaign have in common. ``members`` are places in ``Campaign.ad_ids``, ascending, two at least.

    ``kind`` is a ``TraitKind``, or two with a plus between them; ``why`` says it in words.
    """

    kind: str
    value: str
    why: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Ads that are joined by what they carry, those of earlier runs among them. Every ad has a tie, and the ties connect all.

    ``aliases`` are the ids of campaigns that were merged into this one; ``split_from`` that of the campaign to which most of
    its ads belonged before they came apart. ``pages`` counts the publishers.
    """

    campaign_id: str
    aliases: tuple[str, ...]
    split_from: str | None
    known_since: datetime
    ad_ids: tuple[str, ...]
    pages: int
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonTrait:
    """A trait that joined nothing because it is carried by ads that nothing else connects: ``groups`` of them."""

    kind: str
    value: str
    ads: int
    pages: int
    groups: int
    why: str


TIE_TYPE = pa.struct(
    [("kind", pa.string()), ("value", pa.string()), ("why", pa.string()), ("members", pa.list_(pa.int32()))]
)

CAMPAIGN_SCHEMA = pa.schema(
    [
        pa.field("campaign_id", pa.string(), nullable=False),
        pa.field("aliases", STRINGS, nullable=False),
        ("split_from", pa.string()),
        pa.field("known_since", UTC, nullable=False),
        pa.field("ad_ids", STRINGS, nullable=False),
        pa.field("pages", pa.int32(), nullable=False),
        pa.field("ties", pa.list_(TIE_TYPE), nullable=False),
    ]
)

COMMON_TRAIT_SCHEMA = pa.schema(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("value", pa.string(), nullable=False),
        pa.field("ads", pa.int32(), nullable=False),
        pa.field("pages", pa.int32(), nullable=False),
        pa.field("groups", pa.int32(), nullable=False),
        pa.field("why", pa.string(), nullable=False),
    ]
)
